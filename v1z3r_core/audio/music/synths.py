"""Pitched instruments of the demo track."""

from collections.abc import Sequence

import numpy as np

from v1z3r_core.audio.music.grid import note_hz
from v1z3r_core.audio.music.spectral import (
    Curve,
    Samples,
    high_pass,
    low_pass,
    resonant,
    swept,
)
from v1z3r_core.audio.music.voices import decay, ensemble, faded, noise, partials, seconds

_SAWS_CENTS = (-13.0, -7.6, -2.9, 0.0, 3.3, 8.1, 12.4)  # unequal, so that the beating never locks
_PAD_CENTS = (-9.0, -6.1, -3.7, -1.2, 0.0, 1.5, 3.2, 5.8, 8.7)


def bass(
    rate: int, midi: float, length: float, *, cutoff_hz: float, glide_from: float | None = None
) -> Samples:
    """Bass note: two saws and a sub under a falling resonant filter, mono, peak 1.

    Parameters
    ----------
    midi : float
        Note number; the sub sounds at this pitch, the saws an octave higher.
    length : float, seconds
    cutoff_hz : float, Hz
        Where the filter opens to; it falls to a fifth of that.
    glide_from : float or None
        Note number that the pitch slides from.
    """
    n = round((length + 0.03) * rate)
    t = seconds(n, rate)
    start = 0.0 if glide_from is None else glide_from - midi
    hz = note_hz(midi) * 2.0 ** (start * np.exp(-t / 0.028) / 12.0)
    phase = 2.0 * np.pi * np.cumsum(hz) / rate
    cutoff = cutoff_hz * (0.2 + 0.8 * np.exp(-t / 0.075))
    saws = partials(
        np.stack([2.0 * phase, 2.0 * phase * 2.0 ** (7.0 / 1200.0)]),
        lambda k: resonant(2.0 * k * hz, cutoff, 1.9) / k,
        max(4, int(5_000.0 / (2.0 * note_hz(midi)))),
    ).sum(axis=0)
    sound = np.tanh(1.25 * np.sin(phase) + 0.8 * saws)
    gate = np.minimum(t / 0.003, 1.0) * np.exp(-np.maximum(t - length, 0.0) / 0.008)
    return faded((sound * gate * decay(n, rate, 0.9)).astype(np.float32), rate)


def electric_piano(rate: int, midi: float, length: float, velocity: float) -> Samples:
    """Two-operator FM electric piano, brighter when struck harder, mono, peak about 1."""
    n = round((length + 0.12) * rate)
    t = seconds(n, rate)
    phase = 2.0 * np.pi * note_hz(midi) * t
    body = np.sin(phase + 2.4 * velocity * np.exp(-t / 0.25) * np.sin(phase))
    tine = np.sin(phase + 0.9 * velocity * np.exp(-t / 0.05) * np.sin(13.98 * phase))
    damper = np.exp(-np.maximum(t - length, 0.0) / 0.035)
    sound = (0.6 * body + 0.4 * tine) * decay(n, rate, 0.65, attack=0.002) * damper
    return faded((velocity * sound).astype(np.float32), rate, fade_out=0.01)


def pluck(rate: int, midi: float, cutoff_hz: float) -> Samples:
    """Short saw-and-square pluck for arpeggios, mono, peak about 1."""
    n = round(0.30 * rate)
    t = seconds(n, rate)
    hz = note_hz(midi)
    cutoff = hz + cutoff_hz * np.exp(-t / 0.045)
    drift = 2.0 * np.pi * hz * t * np.array([[1.0], [1.0032]])
    tone = partials(
        drift,
        lambda k: resonant(np.full(n, k * hz), cutoff, 1.6) * (1.0 if k % 2 else 0.55) / k,
        max(3, min(24, int(12_000.0 / hz))),
    ).sum(axis=0)
    return faded((0.6 * tone * decay(n, rate, 0.085, attack=0.001)).astype(np.float32), rate)


def lead(rate: int, midi: float, length: float, glide_from: float) -> Samples:
    """Singing lead of five detuned saws with late vibrato, shape (2, n), peak about 1."""
    n = round((length + 0.10) * rate)
    t = seconds(n, rate)
    start = glide_from - midi
    vibrato = 0.16 * np.sin(2.0 * np.pi * 5.4 * t) * np.clip((t - 0.16) / 0.25, 0.0, 1.0)
    hz = note_hz(midi) * 2.0 ** ((start * np.exp(-t / 0.022) + vibrato) / 12.0)
    phase = 2.0 * np.pi * np.cumsum(hz) / rate
    spread = 2.0 ** (np.array([[-11.0], [-5.0], [0.0], [5.6], [10.3]]) / 1200.0)
    offsets = np.array([[0.0], [1.9], [3.7], [5.1], [2.6]])
    cutoff = 3_600.0 + 5_000.0 * np.exp(-t / 0.16)
    tone = partials(
        phase * spread + offsets,
        lambda k: low_pass(k * hz, cutoff, 2) / k,
        max(3, min(20, int(12_000.0 / note_hz(midi)))),
    )
    pan = np.array([[0.95, 0.75, 0.65, 0.45, 0.25], [0.25, 0.45, 0.65, 0.75, 0.95]])
    gate = np.minimum(t / 0.006, 1.0) * np.exp(-np.maximum(t - length, 0.0) / 0.04)
    return faded((0.42 * (pan @ tone) * gate).astype(np.float32), rate, fade_out=0.01)


def supersaw(
    rate: int, notes: Sequence[float], n: int, rng: np.random.Generator, *, bright_hz: float
) -> Samples:
    """Wide chord of seven saws a note, shape (2, n), RMS 1."""
    return ensemble(
        [note_hz(note) for note in notes],
        n,
        rate,
        rng,
        detune_cents=_SAWS_CENTS,
        tone=lambda hz: low_pass(hz, bright_hz, 1) * high_pass(hz, 170.0),
        width=1.0,
    )


def pad(rate: int, notes: Sequence[float], n: int, rng: np.random.Generator) -> Samples:
    """Soft, slowly moving chord, shape (2, n), RMS 1."""
    return ensemble(
        [note_hz(note) for note in notes],
        n,
        rate,
        rng,
        detune_cents=_PAD_CENTS,
        tone=lambda hz: low_pass(hz, 750.0, 1) * low_pass(hz, 3_800.0) * high_pass(hz, 150.0),
        width=1.05,
    )


def riser(rate: int, n: int, rng: np.random.Generator) -> Samples:
    """Noise and a chord of sines that climb for `n` samples, shape (2, n), peak 1 at the end."""
    progress = np.arange(n) / n
    hiss = swept(
        noise(rng, 2, n),
        rate,
        350.0 * 24.0**progress,
        _resonant_band,
    )
    climb = np.cumsum(note_hz(43.0) * 2.0 ** (3.0 * progress**1.5)) / rate
    tone = sum(np.sin(2.0 * np.pi * ratio * climb) / ratio for ratio in (1.0, 1.503, 2.004, 3.01))
    sound = hiss / np.max(np.abs(hiss)) * progress**1.4 + 0.16 * tone * progress**2
    return faded((sound / np.max(np.abs(sound))).astype(np.float32), rate, fade_in=0.05)


def impact(rate: int, rng: np.random.Generator, root_hz: float) -> Samples:
    """Deep boom that falls onto `root_hz` under a burst of dark noise, shape (2, n), peak 1."""
    n = round(1.7 * rate)
    t = seconds(n, rate)
    phase = root_hz * t + 36.0 * 0.12 * (1.0 - np.exp(-t / 0.12))
    boom = np.tanh(1.6 * np.sin(2.0 * np.pi * phase) * np.exp(-t / 0.42))
    dust = swept(noise(rng, 2, n), rate, 120.0 + 5_000.0 * np.exp(-t / 0.25), low_pass)
    sound = boom + 0.5 * dust * np.exp(-t / 0.35)
    return faded((sound / np.max(np.abs(sound))).astype(np.float32), rate, 0.002, 0.3)


def _resonant_band(hz: Curve, centre_hz: Curve) -> Curve:
    return resonant(hz, centre_hz, 2.2) * high_pass(hz, 0.45 * centre_hz)
