"""Which of the twelve pitch classes sound, and the fine line of the bass."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import LEAST_PITCH

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


def fold(pitch_power: Floats, gate: np.float32, pitches: Floats) -> np.float32:
    """Sum up the amplitudes of the octaves of each pitch class; the largest sum.

    Parameters
    ----------
    pitch_power : float32, shape (12 · octaves,)
        Powers of semitones, all octaves of one pitch class in a row.
    gate : float32
        Power of noise that is taken off each.
    pitches : float32, shape (12,), written
    """
    amplitudes = np.sqrt(np.maximum(pitch_power - gate, 0))
    amplitudes.reshape(len(pitches), -1).sum(axis=1, out=pitches)
    return np.float32(pitches.max())


def draw_chroma(
    pitches: Floats, reference: np.float32, attack: np.float32, release: np.float32, chroma: Floats
) -> None:
    """Move each level towards its pitch class's power against that of the reference, 0…1."""
    share = np.minimum(pitches * (np.float32(1) / max(reference, LEAST_PITCH)), 1)
    distance = share * share - chroma
    chroma += distance * np.where(distance > 0, attack, release)


def draw_low(levels: Floats, bins: Integers, weights: Floats, line: Floats) -> None:
    """Interpolate levels of bins at the points of the low line, 0…1.

    Parameters
    ----------
    levels : float32, shape (n,)
        Of the long spectrum's first bins, linear in decibels.
    bins : int64, shape (LOW,)
        First of the four bins that surround each point.
    weights : float32, shape (LOW, 4)
    line : float32, shape (LOW,), written
    """
    around = levels[bins[:, np.newaxis] + np.arange(weights.shape[1])]
    np.clip((around * weights).sum(axis=1), 0, 1, out=line)
