"""How much louder bands are than they were at any time in the recent past.

Neither the single periods of a low sawtooth nor beating, trembling and noise are news by that
measure.

References
----------
S. Böck and G. Widmer, "Maximum filter vibrato suppression for onset detection", DAFx-13
(2013): difference of log bands against the widest neighbour some time ago, positive part only.
J. P. Princen and A. B. Bradley, "Analysis/synthesis filter bank design based on time domain
aliasing cancellation", IEEE Trans. ASSP 34 (1986), equation 27: windows whose squares overlap
to a constant.
"""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.copying import copy
from v1z3r_core.kernels.onset_layout import RING
from v1z3r_core.kernels.onset_tuning import AUDIBLE_FLOOR, AUDIBLE_SPAN, RISE
from v1z3r_core.kernels.policy import kernel, reads, writes

Floats = NDArray[np.float32]

_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(reads(_F), writes(_F), writes(_F))
def pool(now: Floats, last: Floats, pooled: Floats) -> None:
    """Add the powers of two overlapping spectra; keep the newer for the next time.

    Sine windows that overlap by half weigh every moment with sin² + cos² = 1 together, so a click
    counts the same wherever it falls, and a row of clicks, which a low sawtooth is, is steady.
    """
    for b in range(now.shape[0]):
        pooled[b] = now[b] + last[b]
        last[b] = now[b]


@kernel(reads(_F), _F, _F, returns=_F)
def loudest_lately(power: Floats, keep: np.float32, top: np.float32) -> np.float32:
    """The largest power, reached with some delay, or what the largest so far has decayed to.

    Without the delay the scale would jump with the very attack that is to be seen on it. Only
    what sounds first, after silence, sets the scale at once.
    """
    most = _ZERO
    for b in range(power.shape[0]):
        most = max(most, power[b])
    top *= keep
    if most <= top:
        return top
    return top + (most - top) * RISE if top * AUDIBLE_SPAN > AUDIBLE_FLOOR else most


@kernel(reads(_F), _F, writes(_F))
def log_bands(power: Floats, top: np.float32, out: Floats) -> None:
    """Band powers in octaves over what is audible next to `top`, 0 below that."""
    scale = _ONE / max(top * AUDIBLE_SPAN, AUDIBLE_FLOOR)
    for b in range(power.shape[0]):
        out[b] = math.log2(_ONE + power[b] * scale)


@kernel(reads(_F, 2), _I, _I, _I, _I, _I, writes(_F))
def largest_before(
    logs: Floats, now: int, first: int, last: int, low: int, high: int, out: Floats
) -> None:
    """Largest value of each band from `last` to `first` steps ago.

    Parameters
    ----------
    logs : float32, shape (RING, bands)
    now : int
        Number of the newest row.
    first, last : int, 1 ≤ first ≤ last < RING
    low, high : int
        Bands to fill: low … high - 1.
    out : float32, shape (bands,)
    """
    chosen = out[low:high]
    copy(logs[(now - first) % RING, low:high], chosen)
    for step in range(first + 1, last + 1):
        row = logs[(now - step) % RING, low:high]
        for b in range(chosen.shape[0]):
            chosen[b] = max(chosen[b], row[b])


@kernel(reads(_F), reads(_F), _I, _I, _I, _I, returns=_F)
def rise(now: Floats, before: Floats, low: int, high: int, left: int, right: int) -> np.float32:
    """Sum over bands low … high - 1 of what exceeds the largest of three neighbours before.

    Comparing with the neighbours too keeps a gliding or trembling tone from counting as a row
    of new ones. Neighbours are looked for in left … right - 1.
    """
    total = _ZERO
    for b in range(low, high):
        most = max(before[max(b - 1, left)], before[b])
        most = max(most, before[min(b + 1, right - 1)])
        total += max(now[b] - most, _ZERO)
    return total
