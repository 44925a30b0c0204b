"""The key of a whole piece, from its tones.

Each tone counts for its own pitch class and, ever less, for those it may be an overtone of.
The sum over the piece, tuned to the piece, is compared with how often the degrees of the scale
occur in major and in minor music. Pieces say where they are at home when they begin and most of
all when they end, so these seconds count again.

References
----------
E. Gómez, "Tonal description of music audio signals", PhD thesis, UPF (2006), section 3.4:
    harmonic weighting, one tuning for the whole piece.
J. Albrecht and D. Shanahan, "The use of large corpora to train a new type of key-finding
    algorithm", Music Perception 31 (2013): the frequencies of the degrees, and the weight of
    beginning and end.
C. L. Krumhansl, "Cognitive foundations of musical pitch" (1990), chapter 4: correlation with
    the profiles of all 24 keys.
"""

import math

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.keyprofiles import MAJOR, MINOR
from v1z3r_core.analysis.tones import Tones
from v1z3r_core.model.track import Key

Floats = NDArray[np.float32]
Times = NDArray[np.float64]

REFERENCE_HZ = 440.0
_REFERENCE_CLASS = 9  # A
TUNING_HZ = (100.0, 2_500.0)  # below, bins are too wide; above, strings and bars are stretched
OVERTONES = 4
OVERTONE_SHARE = 0.6  # of each against the one below it: Gómez's s
LOWEST_ROOT_HZ = 40.0
COMPRESSION = 0.5  # of amplitudes: inner voices count beside a loud melody
CENTRE_HZ, WIDTH_OCTAVES = 350.0, 1.5  # where chords are played
ENDS_SECONDS = 6.0
BEGIN_WEIGHT, END_WEIGHT = 0.25, 0.5
AUDIBLE_SHARE = 0.05  # of the strongest window: what is below it has faded away
# Standard deviation over mean of the twelve. White and pink noise come to 0.7 over the root of the
# number of windows (0.18 for 2 s, 0.07 for 20 s), the least of 157 pieces to 0.16.
LEAST_CONTRAST = 0.12
NOISE_CONTRAST = 1.0
# How often a key was right, by its lead over the second best and by the seconds it was heard:
# a logistic curve of the lead (0.5 at none, 0.92 at 0.2) times a trust that 3 s halve (157
# rendered pieces, whole and in excerpts of 2, 4, 8 and 16 s).
MARGIN_SCALE = 0.08
HALF_TRUST_SECONDS = 3.0
LEAST_SECONDS = 1.0  # with less, one chord would be a key


def chromagram(tones: Tones) -> Floats:
    """Strength of each pitch class in each window.

    Parameters
    ----------
    tones : Tones

    Returns
    -------
    NDArray[float32], shape (windows, 12), 0…1
        From C up; each window's largest is 1, windows without tones are 0.
    """
    chroma = weighted_chroma(tones)
    return np.asarray(chroma / np.maximum(chroma.max(axis=1, keepdims=True), 1e-12), np.float32)


def tuning_semitones(tones: Tones) -> float:
    """How far the tones lie above those of A = 440 Hz, -0.5…0.5: their circular mean."""
    low, high = TUNING_HZ
    heard = (tones.amplitude > 0) & (tones.hz > low) & (tones.hz < high)
    turns = 12 * np.log2(tones.hz[heard].astype(np.float64) / REFERENCE_HZ)
    mean = (np.sqrt(tones.amplitude[heard]) * np.exp(2j * np.pi * turns)).sum()
    return float(np.angle(mean) / (2 * np.pi))


def find_key(tones: Tones) -> Key | None:
    """The key that fits a piece best; None where no pitch class stands out.

    Parameters
    ----------
    tones : Tones
        Of the whole piece.
    """
    chroma = weighted_chroma(tones)
    heard = audible(chroma)
    seconds = float(tones.times[heard.stop - 1] - tones.times[heard.start]) if heard else 0.0
    if seconds < LEAST_SECONDS:
        return None
    profile = _piece(tones.times, chroma[heard.start : heard.stop])
    contrast = max(LEAST_CONTRAST, NOISE_CONTRAST / math.sqrt(len(heard)))
    if profile.std() < contrast * profile.mean():
        return None
    fits = key_fits(profile)
    best, second = np.argsort(fits)[::-1][:2]
    return Key(
        tonic=int(best % 12),
        mode="major" if best < 12 else "minor",
        confidence=sureness(float(fits[best] - fits[second]), seconds),
        tuning_cents=100 * tuning_semitones(tones),
    )


def key_fits(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation of twelve pitch classes with 12 major and 12 minor keys from C, shape (24,)."""
    keys = np.array([np.roll(mode, tonic) for mode in (MAJOR, MINOR) for tonic in range(12)])
    keys -= keys.mean(axis=1, keepdims=True)
    keys /= np.linalg.norm(keys, axis=1, keepdims=True)
    centred = profile - profile.mean()
    return np.asarray(keys @ (centred / np.linalg.norm(centred)))


def weighted_chroma(tones: Tones) -> NDArray[np.float64]:
    """Chroma of each window in its own loudness, shape (windows, 12)."""
    hz = np.maximum(tones.hz.astype(np.float64), 1.0)
    distance = np.log2(hz / CENTRE_HZ) / WIDTH_OCTAVES
    strength = tones.amplitude.astype(np.float64) ** COMPRESSION * np.exp(-0.5 * distance**2)
    pitch = 12 * np.log2(hz / REFERENCE_HZ) - tuning_semitones(tones) + _REFERENCE_CLASS
    rows = 12 * np.arange(len(hz))[:, np.newaxis]
    chroma = np.zeros(12 * len(hz))
    for overtone in range(1, OVERTONES + 1):
        root = pitch - 12 * math.log2(overtone)
        near = np.rint(root)
        share = OVERTONE_SHARE ** (overtone - 1) * np.cos(np.pi * (root - near)) ** 2
        places = rows + near.astype(np.int64) % 12
        weights = strength * share * (hz > overtone * LOWEST_ROOT_HZ)
        chroma += np.bincount(places.ravel(), weights.ravel(), minlength=len(chroma))
    return chroma.reshape(-1, 12)


def audible(chroma: NDArray[np.float64]) -> range:
    """Windows from the first to the last that is not almost silent."""
    loudness = chroma.sum(axis=1)
    loud = np.flatnonzero(loudness > AUDIBLE_SHARE * loudness.max(initial=0.0))
    return range(int(loud[0]), int(loud[-1]) + 1) if len(loud) else range(0)


def _piece(times: Times, chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pitch classes of the whole piece, every window alike and those at both ends again."""
    shares = chroma / np.maximum(chroma.sum(axis=1, keepdims=True), 1e-12)
    ends = min(max(1, len(shares) // 4), int(np.searchsorted(times, ENDS_SECONDS)))
    begin, end = shares[:ends].mean(axis=0), shares[-ends:].mean(axis=0)
    return np.asarray(shares.mean(axis=0) + BEGIN_WEIGHT * begin + END_WEIGHT * end)


def sureness(margin: float, seconds: float) -> float:
    """How often a key that leads by so much after so long is the right one, 0…1."""
    return seconds / (seconds + HALF_TRUST_SECONDS) / (1 + math.exp(-margin / MARGIN_SCALE))
