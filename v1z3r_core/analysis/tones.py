"""The tones of a stream: peaks of its spectrum through a window long enough to part semitones."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A Hann window shows two tones as two peaks from two bins apart on. With 0.34 s, made up to a
# power of two, these are 5.4 Hz: a semitone at 95 Hz. Below, basses play one note at a time.
WINDOW_SECONDS = 0.34
LOWEST_HZ, HIGHEST_HZ = 50.0, 4_200.0  # below live kick drums, above only overtones and hiss
PEAKS = 48  # kept of each window; eight notes with six overtones each
FLOOR_DB = -60.0  # below a window's strongest peak: side lobes and noise
_SILENCE = 1e-5  # amplitude of a tone that no 16-bit file's noise reaches


@dataclass(frozen=True, slots=True)
class Tones:
    """Spectral peaks of each window.

    Parameters
    ----------
    times : NDArray[float64], shape (windows,), seconds
        Middle of each window; the windows of a stream overlap by half.
    hz, amplitude : NDArray[float32], shape (windows, PEAKS)
        Interpolated frequency and amplitude (1 for a full-scale sine) of each peak; amplitude 0
        where there were fewer.
    """

    times: NDArray[np.float64]
    hz: NDArray[np.float32]
    amplitude: NDArray[np.float32]


class ToneCollector:
    """Finds the tones of a stream that comes in blocks; the split into blocks does not matter.

    Parameters
    ----------
    rate : int, Hz
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._size = 1 << math.ceil(math.log2(WINDOW_SECONDS * rate))
        self._step = self._size // 2
        window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(self._size) / self._size)
        self._window = (window * (2 / window.sum())).astype(np.float32)
        nyquist = rate / 2
        self._first = max(1, math.ceil(LOWEST_HZ * self._size / rate))
        self._last = math.floor(min(HIGHEST_HZ, 0.95 * nyquist) * self._size / rate)
        # The first window is centred on the first sample: half of it is silence before the sound.
        self._pending = [np.zeros(self._step, np.float32)]
        self._waiting = self._step
        self._found: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take in the next samples, shape (n, channels); those not finite count as 0."""
        channels = samples.shape[1]
        mono = samples[:, 0] / np.float32(channels)
        for channel in range(1, channels):  # ten times as fast as a mean over so short an axis
            mono += samples[:, channel] / np.float32(channels)
        if not np.isfinite(mono).all():
            mono = np.nan_to_num(mono, nan=0.0, posinf=0.0, neginf=0.0)
        self._pending.append(mono)
        self._waiting += len(mono)
        if self._waiting >= 2 * self._size:
            self._look()

    def finish(self) -> Tones:
        """All tones of the stream; nothing can be added afterwards."""
        self._pending.append(np.zeros(self._step, np.float32))
        self._waiting += self._step
        self._look()
        if not self._found:
            nothing = np.zeros((0, PEAKS), np.float32)
            return Tones(np.zeros(0), nothing, nothing)
        hz, amplitude = (np.concatenate(part) for part in zip(*self._found, strict=True))
        times = np.arange(len(hz), dtype=np.float64) * (self._step / self._rate)
        return Tones(times, hz, amplitude)

    def _look(self) -> None:
        """Find the peaks of every complete window."""
        if self._waiting < self._size:
            return
        samples = np.concatenate(self._pending)
        windows = np.lib.stride_tricks.sliding_window_view(samples, self._size)[:: self._step]
        rest = len(windows) * self._step
        spectrum = np.abs(np.fft.rfft(windows * self._window, axis=1))
        magnitude = spectrum[:, self._first - 1 : self._last + 2].astype(np.float32)
        self._found.append(self._peaks(magnitude))
        self._pending = [samples[rest:].copy()]
        self._waiting = len(samples) - rest

    def _peaks(
        self, magnitude: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Frequency and amplitude of the strongest local maxima of each spectrum."""
        below, here, above = magnitude[:, :-2], magnitude[:, 1:-1], magnitude[:, 2:]
        floor = np.maximum(
            here.max(axis=1, initial=0.0, keepdims=True) * 10 ** (FLOOR_DB / 20), _SILENCE
        )
        peak = np.where((here > below) & (here >= above) & (here > floor), here, np.float32(0))
        count = min(PEAKS, peak.shape[1])
        places = (
            np.argpartition(peak, -count, axis=1)[:, -count:]
            if count
            else np.zeros((len(peak), 0), int)
        )
        rows = np.arange(len(peak))[:, np.newaxis]
        strength = peak[rows, places]
        # A parabola through the logarithms: exact for a Gaussian main lobe, 0.02 bins off for
        # Hann's. J. O. Smith, "Spectral Audio Signal Processing" (2011), chapter 6.
        left, top, right = (
            np.log(np.maximum(part[rows, places], 1e-12)) for part in (below, here, above)
        )
        bend = left - 2 * top + right
        offset = np.where(strength > 0, 0.5 * (left - right) / np.where(bend < 0, bend, -1), 0)
        hz = (places + self._first + offset) * (self._rate / self._size)
        height = strength * np.exp(-0.25 * (left - right) * offset)
        padding = ((0, 0), (0, PEAKS - count))
        return np.pad(hz, padding).astype(np.float32), np.pad(height, padding).astype(np.float32)
