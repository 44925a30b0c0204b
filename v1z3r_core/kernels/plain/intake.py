"""Samples on their way into the analysis: made safe, mixed to mid, remembered."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import SANE_LIMIT

Floats = NDArray[np.float32]


def sanitize(samples: Floats, clean: Floats) -> int:
    """Copy samples, with 0 for whatever is not finite or not sound; how many those were.

    Parameters
    ----------
    samples, clean : float32, shape (n, channels)
        `clean` is written.
    """
    good = np.abs(samples) <= SANE_LIMIT  # false for NaN
    clean[:] = np.where(good, samples, np.float32(0))
    return good.size - int(np.count_nonzero(good))


def mid(clean: Floats) -> Floats:
    """Mean of the channels, shape (n,)."""
    total = clean[:, 0].copy()
    for channel in range(1, clean.shape[1]):
        total += clean[:, channel]
    return total * np.float32(1.0 / clean.shape[1])


def remember(values: Floats, history: Floats, at: int) -> int:
    """Append to a ring that is kept twice in a row, one ring length apart.

    Parameters
    ----------
    values : float32, shape (n,), n ≤ length
    history : float32, shape (2 · length,), written
    at : int, 0 … length - 1
        Where the next value goes.

    Returns
    -------
    int
        The new `at`.
    """
    length = len(history) // 2
    copies = history.reshape(2, length)
    head = min(len(values), length - at)
    copies[:, at : at + head] = values[:head]
    copies[:, : len(values) - head] = values[head:]
    return (at + len(values)) % length


def newest(history: Floats, at: int, count: int) -> Floats:
    """The last `count` values of such a ring, a view."""
    end = at + len(history) // 2
    return history[end - count : end]
