"""The beat network's weights, as they are kept in a file.

One vector of half floats: the sizes of the inputs, the entering layer and the two recurrent ones,
then every array of `NetWeights` in order, each flat. `benchmarks.accuracy.train_beats` makes it.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import GruWeights, NetWeights

CAUSAL = Path(__file__).with_name("weights") / "beats.npy"

_SIZES = 4
_OUTPUTS = 2


def shapes(inputs: int, entered: int, first: int, second: int) -> list[tuple[int, ...]]:
    """Shapes of all arrays in the order in which they are kept."""
    found: list[tuple[int, ...]] = [(entered, inputs), (entered,)]
    for n, m in ((entered, first), (first, second)):
        found += [(2 * m, n + m), (2 * m,), (m, n), (m,), (m, m), (m,)]
    return [*found, (_OUTPUTS, second), (_OUTPUTS,)]


def pack(arrays: list[NDArray[np.float32]], path: Path) -> None:
    """Write arrays of `shapes` to a file.

    Raises
    ------
    ValueError
        If they are not the arrays of one network.
    """
    sizes = [arrays[0].shape[1], arrays[0].shape[0], arrays[6].shape[0], arrays[12].shape[0]]
    if [a.shape for a in arrays] != shapes(*sizes):
        raise ValueError(f"arrays of shapes {[a.shape for a in arrays]} are not one network's")
    flat = np.concatenate([np.array(sizes, np.float32), *(a.ravel() for a in arrays)])
    np.save(path, flat.astype(np.float16))


@cache
def load(path: Path) -> NetWeights:
    """Read weights; the arrays are read-only, and the same for every call.

    Raises
    ------
    ValueError
        If the file holds something else.
    """
    flat = np.load(path)
    sizes = [int(size) for size in flat[:_SIZES]]
    parts = shapes(*sizes)
    lengths = [int(np.prod(shape)) for shape in parts]
    if flat.dtype != np.float16 or len(flat) != _SIZES + sum(lengths):
        raise ValueError(f"{path} holds {len(flat)} numbers, expected {_SIZES + sum(lengths)}")
    pieces = np.split(flat[_SIZES:].astype(np.float32), np.cumsum(lengths)[:-1])
    arrays = [piece.reshape(shape) for piece, shape in zip(pieces, parts, strict=True)]
    for array in arrays:
        array.flags.writeable = False
    return NetWeights(
        arrays[0], arrays[1], GruWeights(*arrays[2:8]), GruWeights(*arrays[8:14]), *arrays[14:]
    )
