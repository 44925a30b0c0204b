"""Where something new begins: spectral flux against a threshold that follows the music."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import (
    AUDIBLE_FLOOR,
    AUDIBLE_SPAN,
    LEAST_CHANGE,
    QUANTILE,
    QUANTILE_FACTOR,
    RECENT_FACTOR,
)

Floats = NDArray[np.float32]


def log_bands(power: Floats, top: np.float32) -> Floats:
    """Band powers in octaves over what is audible next to `top`, 0 below that."""
    scale = np.float32(1) / max(top * AUDIBLE_SPAN, AUDIBLE_FLOOR)
    octaves: Floats = np.log2(np.float32(1) + power * scale)
    return octaves


def flux(now: Floats, then: Floats) -> np.float32:
    """Mean rise of log bands over the largest of three neighbours then, octaves of power."""
    before = then.copy()
    np.maximum(before[1:], then[:-1], out=before[1:])
    np.maximum(before[:-1], then[1:], out=before[:-1])
    return np.float32(np.maximum(now - before, 0).mean())


def recent_mean(past: Floats, at: int, count: int) -> np.float32:
    """Mean of the newest `count` values of a ring whose oldest is at place `at`."""
    newest = past[at - np.arange(1, count + 1)]  # negative places count from the end
    return np.float32(newest.mean())


def strength(change: np.float32, ordered: Floats, lately: np.float32) -> np.float32:
    """How far a flux stands out of the recent ones: 0 (it does not) to 1.

    Parameters
    ----------
    change : float32
    ordered : float32, shape (n,)
        Fluxes of the recent past in ascending order.
    lately : float32
        Mean flux of the last few hops.
    """
    usual = QUANTILE_FACTOR * ordered[int(QUANTILE * len(ordered))]
    threshold = max(usual, RECENT_FACTOR * lately) + LEAST_CHANGE
    return np.float32(1) - threshold / change if change > threshold else np.float32(0)
