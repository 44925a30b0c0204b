"""Which of the twelve pitch classes sound, and the fine line of the bass.

Both are read off the long spectrum: 0.34 s of the decimated mid signal, whose bins are 3 Hz apart.

References
----------
T. Fujishima, "Realtime chord recognition of musical sound", ICMC (1999): spectrum folded to pitch
classes. M. Müller, "Fundamentals of Music Processing" (2015), section 3.1.2: compression before
folding, so that the loudest octave does not speak alone.
"""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.tuning import LEAST_PITCH

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(reads(_F), _F, writes(_F), returns=_F)
def fold(pitch_power: Floats, gate: np.float32, pitches: Floats) -> np.float32:
    """Sum up the amplitudes of the octaves of each pitch class; the largest sum.

    Parameters
    ----------
    pitch_power : float32, shape (12 · octaves,)
        Powers of semitones, all octaves of one pitch class in a row.
    gate : float
        Power of noise that is taken off each.
    pitches : float32, shape (12,)
    """
    octaves = pitch_power.shape[0] // pitches.shape[0]
    strongest = _ZERO
    for p in range(pitches.shape[0]):
        total = _ZERO
        for o in range(octaves):
            total += np.float32(math.sqrt(max(pitch_power[p * octaves + o] - gate, _ZERO)))
        pitches[p] = total
        strongest = max(strongest, total)
    return strongest


@kernel(reads(_F), _F, _F, _F, writes(_F))
def draw_chroma(
    pitches: Floats, reference: np.float32, attack: np.float32, release: np.float32, chroma: Floats
) -> None:
    """Move each level towards its pitch class's power against that of the reference, 0…1."""
    scale = _ONE / max(reference, LEAST_PITCH)
    for p in range(pitches.shape[0]):
        share = min(pitches[p] * scale, _ONE)
        distance = share * share - chroma[p]
        chroma[p] += distance * (attack if distance > _ZERO else release)


@kernel(reads(_F), reads(_I), reads(_F, 2), writes(_F))
def draw_low(levels: Floats, bins: Integers, weights: Floats, line: Floats) -> None:
    """Interpolate levels of bins at the points of the low line, 0…1.

    Parameters
    ----------
    levels : float32, shape (n,)
        Of the long spectrum's first bins, linear in decibels.
    bins : int64, shape (LOW,)
        First of the four bins that surround each point.
    weights : float32, shape (LOW, 4)
    line : float32, shape (LOW,)
    """
    for i in range(bins.shape[0]):
        k = bins[i]
        level = weights[i, 0] * levels[k] + weights[i, 1] * levels[k + 1]
        level += weights[i, 2] * levels[k + 2] + weights[i, 3] * levels[k + 3]
        line[i] = min(max(level, _ZERO), _ONE)
