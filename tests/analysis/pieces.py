"""Shared by the tests of whole pieces: chords, and a dance track in outline."""

import numpy as np

from v1z3r_core.analysis.analyzer import Analyzer
from v1z3r_core.analysis.track import TrackBuilder
from v1z3r_core.model.audio import AudioBlock

RATE = 22_050

CADENCE = {
    "major": ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7)),  # I IV V I
    "minor": ((0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7)),  # i iv V i
}


def note(midi, seconds, rate=RATE, cents=0.0, overtones=5):
    """A plucked tone with overtones."""
    time = np.arange(round(seconds * rate)) / rate
    hz = 440 * 2 ** ((midi - 69 + cents / 100) / 12)
    return sum(
        np.sin(2 * np.pi * hz * k * time) * np.exp(-time * (1 + k)) / k
        for k in range(1, overtones + 1)
    )


def cadence(tonic, mode, *, cents=0.0, rate=RATE, chord_seconds=1.0):
    """Four chords over their roots, shape (n,)."""
    chords = []
    for chord in CADENCE[mode]:
        notes = [48 + tonic + chord[0] % 12, *(60 + tonic + step for step in chord)]
        chords.append(sum(note(midi, chord_seconds, rate, cents) for midi in notes))
    return 0.08 * np.concatenate(chords)


def kicks(seconds, rate=RATE, period=0.5):
    since = (np.arange(round(seconds * rate)) / rate) % period
    return 0.7 * np.sin(2 * np.pi * 55 * since) * np.exp(-since / 0.12)


def hats(seconds, rate=RATE, level=0.05, seed=0):
    time = np.arange(round(seconds * rate)) / rate
    hiss = np.diff(np.random.default_rng(seed).normal(0, 1, len(time) + 1))
    return level * hiss * np.exp(-(time % 0.25) / 0.03)


def pad(seconds, rate=RATE, level=0.08):
    time = np.arange(round(seconds * rate)) / rate
    return level * sum(np.sin(2 * np.pi * hz * time) for hz in (220.0, 261.6, 329.6))


def riser(seconds, rate=RATE):
    """Noise that swells by 20 dB."""
    time = np.arange(round(seconds * rate)) / rate
    hiss = np.diff(np.random.default_rng(1).normal(0, 1, len(time) + 1))
    return 0.12 * hiss * 10 ** (time / seconds - 1)


def dance_track():
    """Groove 0–12, break 12–20, build-up 20–28, drop 28–44, outro 44–52 s; shape (n,)."""
    groove = kicks(12) + hats(12) + pad(12)
    rest = pad(8)
    build = pad(8) + riser(8)
    drop = 1.2 * (kicks(16) + hats(16, level=0.12) + pad(16))
    end = pad(8, level=0.04)
    return np.concatenate([groove, rest, build, drop, end])


def collected(samples, rate=RATE):
    """The track of a whole piece."""
    samples = np.ascontiguousarray(np.asarray(samples, np.float32).reshape(len(samples), -1))
    analyzer, builder = Analyzer(), TrackBuilder(None)
    for start in range(0, len(samples), rate // 2):
        block = AudioBlock(start, rate, samples[start : start + rate // 2])
        builder.add(block, analyzer.advance(block))
    return builder.finish()
