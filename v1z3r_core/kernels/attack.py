"""The moment of an attack, finer than any spectrum tells it."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.onset_tuning import AFTER, BEFORE, LEAST_RISE, TINY
from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes

Floats = NDArray[np.float32]

_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)


@kernel(reads(_F), _I, _I, returns=_F, fastmath=REDUCE)
def difference_energy(history: Floats, first: int, count: int) -> np.float32:
    """Energy of the steps from each sample's predecessor to it."""
    samples, predecessors = history[first : first + count], history[first - 1 : first + count - 1]
    total = _ZERO
    for i in range(count):
        step = samples[i] - predecessors[i]
        total += step * step
    return total


@kernel(reads(_F), _I, writes(_F), returns=_I)
def attack_age(history: Floats, length: int, blocks: Floats) -> int:
    """Samples from the steepest rise of energy to the end of `history`.

    Differences between samples stand for the samples: attacks are brighter than what sounds on.

    Parameters
    ----------
    history : float32, shape (more than length · blocks,)
    length : int
        Samples per block: the resolution.
    blocks : float32, shape (blocks,)
        Overwritten with the energies of the newest blocks.
    """
    count = blocks.shape[0]
    first = history.shape[0] - count * length
    loudest = _ZERO
    for k in range(count):
        blocks[k] = difference_energy(history, first + k * length, length)
        loudest = max(loudest, blocks[k])
    floor = loudest * LEAST_RISE + TINY
    steepest = _ZERO
    age = 0
    for k in range(BEFORE, count - AFTER + 1):
        before, after = floor, floor
        for i in range(k - BEFORE, k):
            before += blocks[i]
        for i in range(k, k + AFTER):
            after += blocks[i]
        if after > steepest * before:
            steepest = after / before
            age = (count - k) * length
    return age
