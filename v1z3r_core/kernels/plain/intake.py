"""Samples on their way into the analysis: made safe, mixed to mid and side, remembered."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from v1z3r_core.kernels.layout import TAIL
from v1z3r_core.kernels.tuning import SANE_LIMIT

Floats = NDArray[np.float32]


def sanitize(samples: Floats, heard: Floats, at: int) -> int:
    """Copy samples, with 0 for whatever is not finite or not sound; how many those were.

    Parameters
    ----------
    samples : float32, shape (n, channels)
    heard : float32, shape (channels, TAIL + hop), written
    at : int
        Samples of this hop that are there already.
    """
    sane = np.abs(samples) <= SANE_LIMIT  # false for NaN
    heard[:, TAIL + at : TAIL + at + len(samples)] = np.where(sane, samples, np.float32(0)).T
    return sane.size - int(np.count_nonzero(sane))


def mix_mid(heard: Floats, mid: Floats) -> None:
    """Mean of all channels of this hop."""
    mid[:] = heard[0, TAIL:]
    for row in heard[1:, TAIL:]:
        mid += row
    mid *= np.float32(1.0 / len(heard))


def mix_side(heard: Floats, side: Floats) -> None:
    """Half the difference of the first two channels, which are left and right."""
    side[:] = np.float32(0.5) * (heard[0, TAIL:] - heard[1, TAIL:])


def append(values: Floats, ring: Floats, at: int) -> int:
    """Put values into a ring that is kept twice in a row; the next place.

    Parameters
    ----------
    values : float32, shape (n,)
    ring : float32, shape (2 · length,), written
        Length is a multiple of n.
    at : int, 0, n, … length - n
    """
    length = len(ring) // 2
    ring.reshape(2, length)[:, at : at + len(values)] = values
    return (at + len(values)) % length


def newest(ring: Floats, at: int, count: int) -> Floats:
    """The last `count` values of such a ring whose next place is `at`, a view."""
    end = at + len(ring) // 2
    return ring[end - count : end]


def decimate(samples: Floats, taps: Floats, factor: int, out: Floats) -> None:
    """Every `factor`-th value of the filtered samples.

    Parameters
    ----------
    samples : float32, shape (taps + factor · (n - 1),)
    taps : float32
        Of a symmetric filter.
    factor : int, ≥ 1
    out : float32, shape (n,), written
        out[m] = Σ taps[k] · samples[m · factor + k].
    """
    pieces = sliding_window_view(samples, len(taps))[::factor]
    out[:] = (pieces * taps).sum(axis=1)


def keep_tail(heard: Floats) -> None:
    """Move the end of this hop to where the next one looks back at it."""
    heard[:, :TAIL] = heard[:, -TAIL:]


def largest(samples: Floats) -> np.float32:
    """Largest magnitude of the samples."""
    return np.float32(np.abs(samples).max())
