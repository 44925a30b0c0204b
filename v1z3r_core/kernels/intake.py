"""Samples on their way into the analysis: made safe, mixed to mid and side, remembered."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.copying import copy
from v1z3r_core.kernels.layout import TAIL
from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes
from v1z3r_core.kernels.tuning import SANE_LIMIT

Floats = NDArray[np.float32]


_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_HALF = np.float32(0.5)


@kernel(reads(_F, 2), _I, _I, writes(_F, 2), _I, returns=_I)
def sanitize(samples: Floats, first: int, count: int, heard: Floats, at: int) -> int:
    """Copy samples, with 0 for whatever is not finite or not sound; how many those were.

    Parameters
    ----------
    samples : float32, shape (n, channels)
    first, count : int
        The run to copy.
    heard : float32, shape (channels, TAIL + hop)
        One row per channel.
    at : int
        Samples of this hop that are there already.
    """
    bad = 0
    for c in range(samples.shape[1]):
        row = heard[c, TAIL + at : TAIL + at + count]
        for i in range(count):
            value = samples[first + i, c]
            sane = abs(value) <= SANE_LIMIT  # false for NaN
            row[i] = value if sane else _ZERO
            bad += not sane
    return bad


@kernel(reads(_F, 2), writes(_F))
def mix_mid(heard: Floats, mid: Floats) -> None:
    """Mean of all channels of this hop."""
    channels = heard.shape[0]
    copy(heard[0, TAIL:], mid)
    for c in range(1, channels):
        row = heard[c, TAIL:]
        for i in range(mid.shape[0]):
            mid[i] += row[i]
    share = np.float32(1.0 / channels)
    for i in range(mid.shape[0]):
        mid[i] *= share


@kernel(reads(_F, 2), writes(_F))
def mix_side(heard: Floats, side: Floats) -> None:
    """Half the difference of the first two channels, which are left and right."""
    left, right = heard[0, TAIL:], heard[1, TAIL:]
    for i in range(side.shape[0]):
        side[i] = _HALF * (left[i] - right[i])


@kernel(reads(_F), writes(_F), _I, returns=_I)
def append(values: Floats, ring: Floats, at: int) -> int:
    """Put values into a ring that is kept twice in a row; the next place.

    Every value is written at two places one ring length apart, so that the newest ones always
    lie in one piece: they end at the next place, seen from the second copy's beginning.

    Parameters
    ----------
    values : float32, shape (n,)
    ring : float32, shape (2 · length,)
        Length is a multiple of n.
    at : int, 0, n, … length - n
    """
    length, count = ring.shape[0] // 2, values.shape[0]
    copy(values, ring[at : at + count])
    copy(values, ring[at + length : at + length + count])
    return (at + count) % length


@kernel(reads(_F), reads(_F), _I, writes(_F), fastmath=REDUCE)
def decimate(samples: Floats, taps: Floats, factor: int, out: Floats) -> None:
    """Every `factor`-th value of the filtered samples.

    Parameters
    ----------
    samples : float32, shape (taps + factor · (n - 1),)
    taps : float32
        Of a symmetric filter.
    factor : int, ≥ 1
    out : float32, shape (n,)
        out[m] = Σ taps[k] · samples[m · factor + k].
    """
    length = taps.shape[0]
    for m in range(out.shape[0]):
        piece = samples[m * factor : m * factor + length]
        total = _ZERO
        for k in range(length):
            total += taps[k] * piece[k]
        out[m] = total


@kernel(writes(_F, 2))
def keep_tail(heard: Floats) -> None:
    """Move the end of this hop to where the next one looks back at it."""
    hop = heard.shape[1] - TAIL
    for c in range(heard.shape[0]):
        copy(heard[c, hop:], heard[c, :TAIL])


@kernel(reads(_F), returns=_F)
def largest(samples: Floats) -> np.float32:
    """Largest magnitude of the samples, none of which is NaN.

    By their bits, which grow with the magnitude: of whole numbers the compiler compares eight
    at a time.
    """
    most = np.int32(0)
    for i in range(samples.shape[0]):
        most = max(most, np.float32(abs(samples[i])).view(np.int32))
    return np.int32(most).view(np.float32)
