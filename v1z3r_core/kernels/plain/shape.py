"""The shape of one spectrum: where its middle lies, how wide it is, and whether it is a tone."""

import math

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import ROLLOFF_SHARE, TINY

Floats = NDArray[np.float32]


def dot(values: Floats, weights: Floats) -> float:
    """Weighted sum of the first values, as many as there are weights."""
    return float((values[: len(weights)] * weights).sum())


def centroid(power: Floats, whole: float) -> float:
    """Centre of gravity of powers whose sum is `whole`, bins; 0 in silence."""
    if whole <= TINY:
        return 0.0
    return dot(power, np.arange(len(power), dtype=np.float32)) / whole


def spread(power: Floats, whole: float, centre: float) -> float:
    """Standard deviation of powers about their centroid, bins; 0 in silence."""
    if whole <= TINY:
        return 0.0
    distance = np.arange(len(power), dtype=np.float32) - np.float32(centre)
    return math.sqrt(dot(power, distance * distance) / whole)


def rolloff(power: Floats, whole: float) -> float:
    """Place, in bins, below which `ROLLOFF_SHARE` of the power lies; 0 in silence.

    A bin's power is taken as spread evenly from half a bin below to half a bin above it.
    """
    if whole <= TINY:
        return 0.0
    wanted = float(ROLLOFF_SHARE) * whole
    reached = np.cumsum(power, dtype=np.float64)
    k = int(np.searchsorted(reached, wanted))
    return max(k + 0.5 - float(reached[k] - wanted) / float(power[k]), 0.0)


def flatness(power: Floats, octaves: Floats) -> float:
    """Geometric over arithmetic mean of powers, 0…1; 0 in silence.

    Parameters
    ----------
    power : float32, shape (n,)
    octaves : float32, shape (n,)
        Their logarithms to base 2.
    """
    mean = float(power.mean())
    return min(2.0 ** float(octaves.mean()) / mean, 1.0) if mean > TINY else 0.0
