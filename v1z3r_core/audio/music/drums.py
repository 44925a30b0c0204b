"""Drum sounds, each one hit long."""

import numpy as np

from v1z3r_core.audio.music.spectral import Samples, Wave, band, high_pass, low_pass, shaped
from v1z3r_core.audio.music.voices import decay, faded, noise, seconds

# Square-wave oscillators of the classic analogue cymbal, Hz: mutually inharmonic, so they hiss.
_METAL_HZ = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)


def kick(rate: int, rng: np.random.Generator, root_hz: float) -> Samples:
    """Bass drum whose pitch falls onto `root_hz`, mono, peak 1, loudest at its start."""
    n = round(0.36 * rate)
    t = seconds(n, rate)
    fall = ((190.0, 0.022), (1_100.0, 0.0032))  # thump and beater: depth in Hz, time constant
    phase = root_hz * t + sum(depth * tau * (1.0 - np.exp(-t / tau)) for depth, tau in fall)
    body = np.sin(2.0 * np.pi * phase) * np.exp(-((t / 0.19) ** 1.6))
    click = shaped(noise(rng, n), rate, lambda hz: band(hz, 3_800.0, 0.8))
    sound = np.tanh(1.9 * body) / np.tanh(1.9) + 0.10 * click * decay(n, rate, 0.0035)
    return faded((sound / np.max(np.abs(sound))).astype(np.float32), rate, fade_out=0.03)


def snare(rate: int, rng: np.random.Generator, pitch: float = 1.0) -> Samples:
    """Snare: a drum head of two modes under its wires, shape (2, n), peak 1."""
    n = round(0.24 * rate)
    t = seconds(n, rate)
    head = np.zeros(n)
    for hz, level, tau in ((186.0, 1.0, 0.055), (331.0, 0.5, 0.035)):
        bend = hz * pitch * (t + 0.35 * 0.012 * (1.0 - np.exp(-t / 0.012)))
        head += level * np.sin(2.0 * np.pi * bend) * np.exp(-t / tau)
    wires = shaped(
        noise(rng, 2, n), rate, lambda hz: high_pass(hz, 1_600.0) * low_pass(hz, 11_000.0, 1)
    )
    sound = 0.7 * head + 0.5 * _narrowed(wires, 0.5) * decay(n, rate, 0.07)
    return _finished(sound, rate)


def clap(rate: int, rng: np.random.Generator) -> Samples:
    """Hand clap: four bursts within 30 ms and a room's tail, shape (2, n), peak 1."""
    n = round(0.32 * rate)
    envelope = 0.42 * decay(n, rate, 0.075)
    for start, level in ((0.0, 0.9), (0.0093, 0.75), (0.0187, 0.85), (0.0271, 1.0)):
        first = round(start * rate)
        envelope[first:] += level * decay(n - first, rate, 0.0042)
    hands = shaped(
        noise(rng, 2, n), rate, lambda hz: band(hz, 1_450.0, 1.1) + 0.3 * band(hz, 4_800.0, 0.7)
    )
    return _finished(_narrowed(hands, 0.55) * envelope, rate)


def hat(rate: int, rng: np.random.Generator, length_seconds: float) -> Samples:
    """Hi-hat that rings for about `length_seconds`, shape (2, n), peak 1."""
    n = round((2.2 * length_seconds + 0.02) * rate)
    ring = _metal(n, rate, 1.0) + 0.9 * noise(rng, 2, n)
    ring = shaped(ring, rate, lambda hz: high_pass(hz, 6_400.0, 3) * low_pass(hz, 11_500.0, 2))
    tick = decay(n, rate, 0.004)
    return _finished(_narrowed(ring, 0.6) * (0.5 * tick + decay(n, rate, length_seconds)), rate)


def shaker(rate: int, rng: np.random.Generator) -> Samples:
    """Shaker: a soft-edged grain of high noise, shape (2, n), peak 1."""
    n = round(0.11 * rate)
    grains = shaped(noise(rng, 2, n), rate, lambda hz: band(hz, 6_400.0, 1.4))
    return _finished(_narrowed(grains, 0.5) * decay(n, rate, 0.022, attack=0.018), rate)


def rim(rate: int, hz: float = 1_720.0) -> Samples:
    """Rim shot or clave at `hz`, mono, peak 1."""
    n = round(0.09 * rate)
    t = seconds(n, rate)
    sound = np.sin(2.0 * np.pi * hz * t) * np.exp(-t / 0.010)
    sound += 0.6 * np.sin(2.0 * np.pi * 0.287 * hz * t) * np.exp(-t / 0.022)
    return faded((sound / np.max(np.abs(sound))).astype(np.float32), rate)


def tom(rate: int, hz: float) -> Samples:
    """Tom that falls onto `hz`, mono, peak 1."""
    n = round(0.34 * rate)
    t = seconds(n, rate)
    phase = hz * t + 0.9 * hz * 0.03 * (1.0 - np.exp(-t / 0.03))
    sound = np.tanh(1.5 * np.sin(2.0 * np.pi * phase) * np.exp(-t / 0.11))
    return faded((sound / np.max(np.abs(sound))).astype(np.float32), rate, fade_out=0.02)


def crash(rate: int, rng: np.random.Generator, length_seconds: float = 0.75) -> Samples:
    """Crash cymbal whose top fades before its body, shape (2, n), peak 1."""
    n = round(4.0 * length_seconds * rate)
    wash = _metal(n, rate, 1.73) + 1.6 * noise(rng, 2, n)
    low = shaped(wash, rate, lambda hz: band(hz, 4_300.0, 0.7) * high_pass(hz, 900.0))
    top = shaped(wash, rate, lambda hz: high_pass(hz, 5_500.0) * low_pass(hz, 11_500.0, 1))
    sound = low * decay(n, rate, length_seconds, 0.002) + top * decay(n, rate, 0.6 * length_seconds)
    return _finished(_narrowed(sound, 0.8), rate, fade_out=0.2)


def ride(rate: int, rng: np.random.Generator) -> Samples:
    """Ride cymbal: a stick's ping over a quiet wash, shape (2, n), peak 1."""
    n = round(0.5 * rate)
    t = seconds(n, rate)
    ping = sum(
        np.sin(2.0 * np.pi * hz * t + hz) * np.exp(-t / tau)
        for hz, tau in ((3_130.0, 0.14), (4_870.0, 0.10), (5_390.0, 0.12), (7_940.0, 0.06))
    )
    wash = shaped(
        noise(rng, 2, n), rate, lambda hz: high_pass(hz, 5_500.0) * low_pass(hz, 12_000.0)
    )
    sound = 0.35 * ping + 0.6 * wash * decay(n, rate, 0.11) + wash * decay(n, rate, 0.004)
    return _finished(_narrowed(sound, 0.6), rate, fade_out=0.05)


def _metal(n: int, rate: int, ratio: float) -> Samples:
    t = seconds(n, rate)
    squares = (np.sign(np.sin(2.0 * np.pi * hz * ratio * t + hz)) for hz in _METAL_HZ)
    return np.asarray(0.4 * np.sum(list(squares), axis=0), dtype=np.float32)


def _narrowed(stereo: Wave, width: float) -> Samples:
    """Stereo sound drawn towards the middle; `width` 0 is mono, 1 leaves it."""
    middle = stereo.mean(axis=0)
    return np.asarray(middle + width * (stereo - middle), dtype=np.float32)


def _finished(sound: Wave, rate: int, fade_out: float = 0.01) -> Samples:
    return faded((sound / np.max(np.abs(sound))).astype(np.float32), rate, fade_out=fade_out)
