"""The long look at the low end: a third of a second of the mid signal, decimated.

What needs narrow bins, bass and pitch, lies below 1.8 kHz; at 6 kHz instead of 48 the same window is
an eighth of the samples. The window is lopsided: it rises over three quarters of its length and falls
over the last one, so that what it shows lies 85 ms back, as with a symmetric window of half its
length, whose tones are nearly twice as wide.
"""

import math

import numpy as np
from numpy.typing import NDArray

LONG_SECONDS = 0.34  # 40 and 50 Hz lie 3.4 widths of a bin apart
FALL_SHARE = 0.25

HIGHEST_HZ = 1_800.0  # what is read off the long spectrum: pitches up to A6
LEAST_RATE_HZ = 5_000.0  # leaves 1,400 Hz for the low pass to fall off
STOP_DB = 80.0  # what folds back lies below the gate of the bands

LOW_TAPS = 4  # bins around each point of the low line


def decimation(rate: int, hop: int) -> int:
    """Samples per decimated value: a power of two, at most a hop."""
    factor = 1
    while rate / (2 * factor) >= LEAST_RATE_HZ and 2 * factor <= hop:
        factor *= 2
    return factor


def low_pass(rate: int, factor: int) -> NDArray[np.float32]:
    """Taps of the symmetric low pass before decimation; a single 1 without decimation.

    Flat to `HIGHEST_HZ`, and `STOP_DB` down from where it would fold back below that.

    References
    ----------
    J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", ISCAS
    (1974): shape and length.
    """
    if factor == 1:
        return np.ones(1, np.float32)
    stop_hz = rate / factor - HIGHEST_HZ
    width = 2 * math.pi * (stop_hz - HIGHEST_HZ) / rate
    count = math.ceil((STOP_DB - 7.95) / (2.285 * width)) + 1
    count = -(-count // 8) * 8  # whole vectors
    place = np.arange(count) - (count - 1) / 2
    cutoff = (stop_hz + HIGHEST_HZ) / rate
    taps = np.sinc(cutoff * place) * np.kaiser(count, 0.1102 * (STOP_DB - 8.7))
    return (taps / taps.sum()).astype(np.float32)


def long_window(rate_hz: float, least: int) -> NDArray[np.float32]:
    """Lopsided Hann window of `LONG_SECONDS` at the end of a power of two, `least` at least."""
    count = round(LONG_SECONDS * rate_hz)
    size = max(least, 1 << math.ceil(math.log2(count)))
    place = (np.arange(count) + 0.5) / count
    rising = np.sin(0.5 * math.pi * place / (1 - FALL_SHARE)) ** 2
    falling = np.sin(0.5 * math.pi * (1 - place) / FALL_SHARE) ** 2
    window = np.zeros(size, np.float32)
    window[size - count :] = np.where(place < 1 - FALL_SHARE, rising, falling)
    return window


def low_points(
    points_hz: NDArray[np.float64], bin_hz: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Which bins make each point of the low line, and with what weights (Catmull-Rom).

    Returns
    -------
    first : NDArray[int64], shape (n,)
    weights : NDArray[float32], shape (n, LOW_TAPS)
    """
    position = points_hz / bin_hz
    first = np.floor(position).astype(np.int64) - 1
    t = (position - np.floor(position))[:, np.newaxis] ** np.arange(4)
    basis = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
    return first, (t @ basis).astype(np.float32)


def semitones_hz(tuning_hz: float) -> NDArray[np.float64]:
    """Edges of the semitones that make the chroma, shape (12 · octaves, 2), Hz.

    All octaves of C in a row, then those of C♯, and so on. From A2 up: below, a semitone is
    narrower than a tone of the long spectrum; to A♭6, four whole octaves.
    """
    midi = np.arange(45, 45 + 48)
    ordered = np.array([m for pitch in range(12) for m in midi if m % 12 == pitch])
    centres = tuning_hz * 2.0 ** ((ordered - 69) / 12)
    return np.stack([centres * 2.0 ** (-1 / 24), centres * 2.0 ** (1 / 24)], axis=1)
