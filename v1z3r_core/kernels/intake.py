"""Samples on their way into the analysis: made safe, mixed to mid, remembered."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.tuning import SANE_LIMIT

Floats = NDArray[np.float32]


_F = types.float32
_ZERO = np.float32(0.0)


@kernel(reads(_F, 2), types.int64, types.int64, writes(_F, 2), returns=types.int64)
def sanitize(samples: Floats, first: int, count: int, clean: Floats) -> int:
    """Copy samples, with 0 for whatever is not finite or not sound; how many those were.

    Parameters
    ----------
    samples : float32, shape (n, channels)
    first, count : int
        The run to copy.
    clean : float32, shape (at least count, channels)
    """
    bad = 0
    for i in range(count):
        for c in range(samples.shape[1]):
            value = samples[first + i, c]
            if abs(value) <= SANE_LIMIT:  # false for NaN
                clean[i, c] = value
            else:
                clean[i, c] = _ZERO
                bad += 1
    return bad


@kernel(reads(_F, 2), types.int64, writes(_F), types.int64, returns=types.int64)
def remember_mid(clean: Floats, count: int, history: Floats, at: int) -> int:
    """Append the mean of the channels to a ring that is kept twice in a row.

    Every value is written at two places one ring length apart, so that the newest samples
    always lie in one piece, ending at the place of the next write in the second copy.

    Parameters
    ----------
    clean : float32, shape (at least count, channels)
    count : int
    history : float32, shape (2 · length,)
    at : int, 0 … length - 1
        Where the next value goes.

    Returns
    -------
    int
        The new `at`.
    """
    length = history.shape[0] // 2
    channels = clean.shape[1]
    share = np.float32(1.0 / channels)
    for i in range(count):
        total = clean[i, 0]
        for c in range(1, channels):
            total += clean[i, c]
        history[at] = total * share
        history[at + length] = total * share
        at += 1
        if at == length:
            at = 0
    return at


@kernel(reads(_F, 2), types.int64, types.float32, returns=types.float32)
def largest(clean: Floats, count: int, so_far: np.float32) -> np.float32:
    """Largest magnitude over all channels, and over `so_far`."""
    for i in range(count):
        for c in range(clean.shape[1]):
            so_far = max(so_far, abs(clean[i, c]))
    return so_far
