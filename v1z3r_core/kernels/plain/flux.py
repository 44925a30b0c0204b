"""How much louder bands are than they were at any time in the recent past."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.onset_layout import RING
from v1z3r_core.kernels.onset_tuning import AUDIBLE_FLOOR, AUDIBLE_SPAN, RISE

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


def pool(now: Floats, last: Floats, pooled: Floats) -> None:
    """Add the powers of two overlapping spectra; keep the newer for the next time."""
    np.add(now, last, out=pooled)
    last[:] = now


def loudest_lately(power: Floats, keep: np.float32, top: np.float32) -> np.float32:
    """The largest power, reached with some delay, or what the largest so far has decayed to.

    Only what sounds first, after silence, sets the scale at once.
    """
    most = np.float32(power.max())
    top = top * keep
    if most <= top:
        return top
    return top + (most - top) * RISE if top * AUDIBLE_SPAN > AUDIBLE_FLOOR else most


def log_bands(power: Floats, top: np.float32, out: Floats) -> None:
    """Band powers in octaves over what is audible next to `top`, 0 below that."""
    scale = np.float32(1) / max(top * AUDIBLE_SPAN, AUDIBLE_FLOOR)
    np.log2(np.float32(1) + power * scale, out=out)


def largest_before(logs: Floats, now: int, steps: Integers, out: Floats) -> None:
    """Largest value of each of the first bands, some steps ago.

    Parameters
    ----------
    logs : float32, shape (RING, ≥ bands)
    now : int
        Number of the newest row.
    steps : int64
        Each 1 … RING - 1.
    out : float32, shape (bands,), written
    """
    np.max(logs[(now - steps) % RING, : len(out)], axis=0, out=out)


def rise(now: Floats, before: Floats) -> Floats:
    """Of each band what exceeds the largest of three neighbours before."""
    most = before.copy()
    np.maximum(most[1:], before[:-1], out=most[1:])
    np.maximum(most[:-1], before[1:], out=most[:-1])
    risen: Floats = np.maximum(now - most, 0)
    return risen
