"""Sounds with a beat, and the stream that a tracker hears them as."""

import numpy as np

from v1z3r_core.analysis.plan import Plan
from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.beat_layout import BeatValue
from v1z3r_core.model.analysis import ROW_FLOATS, AnalyzerSettings, TempoSettings

RATE = 48_000
HOP_SECONDS = 512 / RATE


def drums(beats, seconds, rate=RATE, seed=3):
    """Kick on every beat, snare on every second, hat between, mono float32."""
    dice = np.random.default_rng(seed)
    out = np.zeros(round((seconds + 1) * rate))
    clock = np.arange(rate // 4) / rate
    kick = np.sin(2 * np.pi * (50 * clock + 8 * (1 - np.exp(-clock / 0.02)))) * np.exp(
        -clock / 0.09
    )
    noise = dice.standard_normal(len(clock))
    snare = 0.5 * noise * np.exp(-clock / 0.05)
    hat = 0.15 * np.diff(noise, prepend=0) * np.exp(-clock / 0.015)
    beats = np.asarray(beats)

    def strike(time, sound):
        at = round(time * rate)
        out[at : at + len(sound)] += sound[: max(0, len(out) - at)]

    for n, beat in enumerate(beats[beats < seconds]):
        strike(beat, kick if n % 2 == 0 else snare + 0.5 * kick)
        strike(beat, hat)
        if n + 1 < len(beats):
            strike((beat + beats[n + 1]) / 2, hat)
    return (0.4 * out[: round(seconds * rate)]).astype(np.float32)


def clicks(bpm, seconds, rate=RATE):
    """A click of 5 ms on every beat from 0.3 s on; and the beats."""
    beats = np.arange(0.3, seconds, 60 / bpm)
    out = np.zeros(round((seconds + 0.1) * rate), np.float32)
    clock = np.arange(round(0.03 * rate)) / rate
    click = (0.5 * np.sin(2 * np.pi * 1_500 * clock) * np.exp(-clock / 0.005)).astype(np.float32)
    for beat in beats:
        at = round(beat * rate)
        out[at : at + len(click)] += click
    return out[: round(seconds * rate)], beats


class Tracker:
    """Hears a sound hop by hop and keeps what the beat tracker said at each."""

    def __init__(self, samples, rate=RATE, settings=None):
        plan = Plan.of(rate, 1, AnalyzerSettings(tempo=settings or TempoSettings()))
        memory = plan.memory()
        row, generation = np.zeros((1, ROW_FLOATS), np.float32), np.zeros((1, 1), np.int64)
        self._hear = kernels().stream(plan.tables, memory, row, generation)
        self._said, self._hop, self._samples = memory.beat_values, plan.hop, samples[:, None]
        self.tables, self.memory = plan.tables.beat, memory.beat
        self.values = np.zeros((len(samples) // plan.hop, len(BeatValue)))
        self.done = 0

    def run(self, hops=None):
        """Hear so many hops more, or to the end."""
        end = len(self.values) if hops is None else min(self.done + hops, len(self.values))
        for k in range(self.done, end):
            self._hear(self._samples[k * self._hop : (k + 1) * self._hop], k)
            self.values[k] = self._said
        self.done = end
        return self

    @property
    def times(self):
        """Stream time at the end of each hop."""
        return (np.arange(self.done) + 1) * self.tables.hop_seconds

    @property
    def announced(self):
        """Announced beats, and when they were announced."""
        count = self.values[: self.done, BeatValue.ANNOUNCED_COUNT]
        at = np.flatnonzero(np.diff(count, prepend=0))
        return self.values[at, BeatValue.ANNOUNCED_TIME], self.times[at]

    def column(self, value):
        return self.values[: self.done, value]


def share_hit(beats, found, window=0.05):
    """Part of `beats` with one of `found` near it."""
    if len(found) == 0:
        return 0.0
    return float(np.mean(np.abs(np.subtract.outer(beats, found)).min(axis=1) < window))
