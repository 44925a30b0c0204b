"""The shape of one spectrum: where its middle lies, how wide it is, and whether it is a tone.

References
----------
G. Peeters, "A large set of audio features for sound description", CUIDADO report, IRCAM (2004),
sections 6.1 (centroid, spread), 6.2 (rolloff) and 9.1 (flatness).
"""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.octaves import exp2
from v1z3r_core.kernels.policy import REDUCE, kernel, reads
from v1z3r_core.kernels.tuning import ROLLOFF_SHARE, TINY

Floats = NDArray[np.float32]


_CHUNK = 32  # bins added up at once on the way to the rolloff
_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_HALF = np.float32(0.5)


@kernel(reads(_F), returns=_F, fastmath=REDUCE)
def total(values: Floats) -> np.float32:
    """Sum of the values."""
    result = _ZERO
    for k in range(values.shape[0]):
        result += values[k]
    return result


@kernel(reads(_F), reads(_F), returns=_F, fastmath=REDUCE)
def dot(values: Floats, weights: Floats) -> np.float32:
    """Weighted sum of the first values, as many as there are weights."""
    result = _ZERO
    for k in range(weights.shape[0]):
        result += values[k] * weights[k]
    return result


@kernel(reads(_F), _F, returns=_F, fastmath=REDUCE)
def centroid(power: Floats, whole: np.float32) -> np.float32:
    """Centre of gravity of powers whose sum is `whole`, bins; 0 in silence."""
    moment = _ZERO
    for k in range(power.shape[0]):
        moment += power[k] * np.float32(k)
    return moment / whole if whole > TINY else _ZERO


@kernel(reads(_F), _F, _F, returns=_F, fastmath=REDUCE)
def spread(power: Floats, whole: np.float32, centre: np.float32) -> np.float32:
    """Standard deviation of powers about their centroid, bins; 0 in silence."""
    moment = _ZERO
    for k in range(power.shape[0]):
        distance = np.float32(k) - centre
        moment += power[k] * distance * distance
    return np.float32(math.sqrt(moment / whole)) if whole > TINY else _ZERO


@kernel(reads(_F), _F, returns=_F)
def rolloff(power: Floats, whole: np.float32) -> np.float32:
    """Place, in bins, below which `ROLLOFF_SHARE` of the power lies; 0 in silence.

    A bin's power is taken as spread evenly from half a bin below to half a bin above it. Whole
    chunks are passed over before single bins are looked at.
    """
    wanted = ROLLOFF_SHARE * whole
    if whole <= TINY:
        return _ZERO
    below = _ZERO
    first = 0
    while first + _CHUNK < power.shape[0]:
        chunk = total(power[first : first + _CHUNK])
        if below + chunk >= wanted:
            break
        below += chunk
        first += _CHUNK
    for k in range(first, power.shape[0]):
        if below + power[k] >= wanted and power[k] > _ZERO:
            place = np.float32(k) - _HALF + (wanted - below) / power[k]
            return max(place, _ZERO)
        below += power[k]
    return np.float32(power.shape[0] - 1)  # rounding kept the sum from getting there


@kernel(reads(_F), reads(_F), returns=_F)
def flatness(power: Floats, octaves: Floats) -> np.float32:
    """Geometric over arithmetic mean of powers, 0…1; 0 in silence.

    Parameters
    ----------
    power : float32, shape (n,)
    octaves : float32, shape (n,)
        Their logarithms to base 2.
    """
    count = np.float32(power.shape[0])
    mean = total(power) / count
    if mean <= TINY:
        return _ZERO
    return min(exp2(total(octaves) / count) / mean, np.float32(1.0))
