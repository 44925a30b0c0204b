"""Where something new begins: spectral flux against a threshold that follows the music.

References
----------
S. Böck and G. Widmer, "Maximum filter vibrato suppression for onset detection", DAFx-13
(2013): difference of log bands against the widest neighbour some time ago, positive part only.
J. P. Bello et al., "A tutorial on onset detection in music signals", IEEE Trans. Speech and
Audio Processing 13 (2005), section III-C: thresholds from the recent past's ranks.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.octaves import log2
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.tuning import (
    AUDIBLE_FLOOR,
    AUDIBLE_SPAN,
    LEAST_CHANGE,
    QUANTILE,
    QUANTILE_FACTOR,
    RECENT_FACTOR,
)

Floats = NDArray[np.float32]


_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(reads(_F), _F, writes(_F))
def log_bands(power: Floats, top: np.float32, out: Floats) -> None:
    """Band powers in octaves over what is audible next to `top`, 0 below that."""
    scale = _ONE / max(top * AUDIBLE_SPAN, AUDIBLE_FLOOR)
    for b in range(power.shape[0]):
        out[b] = log2(_ONE + power[b] * scale)


@kernel(reads(_F), reads(_F), returns=_F)
def flux(now: Floats, then: Floats) -> np.float32:
    """Mean rise of log bands over the largest of three neighbours then.

    Comparing with the neighbours too keeps a gliding or trembling tone from counting as a
    row of new ones. Octaves of power, ≥ 0.
    """
    total = _ZERO
    bands = now.shape[0]
    for b in range(bands):
        before = then[b]
        if b > 0:
            before = max(before, then[b - 1])
        if b + 1 < bands:
            before = max(before, then[b + 1])
        total += max(now[b] - before, _ZERO)
    return total / np.float32(bands)


@kernel(_F, _I, writes(_F), writes(_F))
def remember_sorted(value: np.float32, at: int, past: Floats, ordered: Floats) -> None:
    """Put a value in place of the oldest, in a ring and in a sorted copy of it.

    Parameters
    ----------
    value : float
    at : int
        Place of the oldest value in `past`.
    past, ordered : float32, shape (length,)
        The same values by age and by size.
    """
    oldest = past[at]
    past[at] = value
    place = 0
    while ordered[place] != oldest:
        place += 1
    while place + 1 < ordered.shape[0] and ordered[place + 1] < value:
        ordered[place] = ordered[place + 1]
        place += 1
    while place > 0 and ordered[place - 1] > value:
        ordered[place] = ordered[place - 1]
        place -= 1
    ordered[place] = value


@kernel(reads(_F), _I, _I, returns=_F)
def recent_mean(past: Floats, at: int, count: int) -> np.float32:
    """Mean of the newest `count` values of a ring whose oldest is at place `at`."""
    total = _ZERO
    for k in range(1, count + 1):
        total += past[at - k]  # negative places count from the end
    return total / np.float32(count)


@kernel(_F, reads(_F), _F, returns=_F)
def strength(change: np.float32, ordered: Floats, lately: np.float32) -> np.float32:
    """How far a flux stands out of the recent ones: 0 (it does not) to 1.

    Parameters
    ----------
    change : float
    ordered : float32, shape (n,)
        Fluxes of the recent past in ascending order.
    lately : float
        Mean flux of the last few hops: when noise sets in after silence, the past knows nothing
        of it yet.
    """
    usual = QUANTILE_FACTOR * ordered[int(QUANTILE * ordered.shape[0])]
    threshold = max(usual, RECENT_FACTOR * lately) + LEAST_CHANGE
    return _ONE - threshold / change if change > threshold else _ZERO
