"""Shared by the analysis tests: signals, and a whole stream heard at once."""

import numpy as np

from v1z3r_core.analysis.analyzer import Analyzer
from v1z3r_core.model.analysis import AnalysisFrame
from v1z3r_core.model.audio import AudioBlock

RATES = (8_000, 22_050, 44_100, 48_000, 96_000, 192_000)


def columns(samples):
    """Any shape of samples as float32 (n, channels)."""
    samples = np.asarray(samples, np.float32)
    return np.ascontiguousarray(samples if samples.ndim == 2 else samples[:, None])


def tone(hz, rate, seconds, amplitude=0.5, phase=0.0):
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate + phase)


def noise(rate, seconds, rms, seed=0):
    return np.random.default_rng(seed).normal(0, rms, round(rate * seconds))


def pink(rate, seconds, rms, seed=0):
    white = noise(rate, seconds, 1, seed)
    spectrum = np.fft.rfft(white)
    shaped = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(white))
    return shaped * rms / shaped.std()


def blocks(samples, rate, size=4096, start=0):
    samples = columns(samples)
    for i in range(0, len(samples), size):
        yield AudioBlock(start + i, rate, samples[i : i + size])


def hear(samples, rate, size=4096, settings=None) -> list[AnalysisFrame]:
    """Frames of a whole stream, each a copy of its own."""
    analyzer = Analyzer(settings)
    return [
        frame.copy() for block in blocks(samples, rate, size) for frame in analyzer.advance(block)
    ]


def series(frames, which):
    """One scalar over time."""
    return np.array([frame.scalar(which) for frame in frames])
