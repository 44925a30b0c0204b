"""Small sound files for tests, made when they are needed."""

import wave
from pathlib import Path

import numpy as np

RATE = 48_000


def tone(seconds, hz=440.0, rate=RATE, channels=2, level=0.5):
    """Float samples of a steady tone, shape (n, channels)."""
    time = np.arange(round(seconds * rate)) / rate
    return np.repeat((level * np.sin(2 * np.pi * hz * time))[:, np.newaxis], channels, axis=1)


def beats(seconds, rate=RATE, period=0.5):
    """Float samples of a low thump every `period` seconds over faint noise, stereo."""
    time = np.arange(round(seconds * rate)) / rate
    since = time % period
    thump = 0.8 * np.sin(2 * np.pi * 55 * since) * np.exp(-since / 0.08)
    noise = 0.003 * np.random.default_rng(7).standard_normal((len(time), 2))
    return thump[:, np.newaxis] + noise


def write_wav(path: Path, samples, rate=RATE) -> Path:
    """A 16-bit WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path
