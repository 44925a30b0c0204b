"""Filters drawn on the spectrum: no recursion, so numpy runs them at full speed."""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Curve = NDArray[np.float64]
Wave = Samples | Curve

_WINDOW_SECONDS = 0.022  # long enough to resolve 45 Hz, short enough not to smear a chord's attack


def fast_length(n: int) -> int:
    """Smallest 2ᵃ·3ᵇ·5ᶜ at or above `n`, for which the FFT is quick."""
    best = 1 << max(n - 1, 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            length = three << max(0, -(-n // three) - 1).bit_length()
            best = min(best, length) if length >= n else best
            three *= 3
        five *= 5
    return best


def low_pass(hz: Curve, cutoff_hz: float | Curve, order: int = 2) -> Curve:
    """Butterworth magnitude at `hz`; broadcasts against an array of cut-offs."""
    return np.asarray(1.0 / np.sqrt(1.0 + (hz / cutoff_hz) ** (2 * order)))


def high_pass(hz: Curve, cutoff_hz: float | Curve, order: int = 2) -> Curve:
    """Butterworth magnitude at `hz`, zero at 0 Hz."""
    ratio = (hz / cutoff_hz) ** order
    return np.asarray(ratio / np.sqrt(1.0 + ratio * ratio))


def resonant(hz: Curve, cutoff_hz: float | Curve, q: float) -> Curve:
    """Magnitude of a two-pole low-pass with resonance `q` at `hz`."""
    ratio2 = (hz / cutoff_hz) ** 2
    return np.asarray(1.0 / np.sqrt((1.0 - ratio2) ** 2 + ratio2 / (q * q)))


def band(hz: Curve, centre_hz: float | Curve, q: float) -> Curve:
    """Magnitude of a two-pole band-pass, 1 at its centre."""
    ratio = np.maximum(hz, 1e-3) / centre_hz
    return np.asarray(1.0 / np.sqrt(1.0 + (q * (ratio - 1.0 / ratio)) ** 2))


def shelf(hz: Curve, corner_hz: float, low_db: float, high_db: float) -> Curve:
    """Gain that goes from `low_db` far below the corner to `high_db` far above it."""
    side = 1.0 / (1.0 + (np.maximum(hz, 1e-3) / corner_hz) ** -2)
    return np.asarray(10.0 ** ((low_db + (high_db - low_db) * side) / 20.0))


def shaped(sound: Samples, rate: int, magnitude: Callable[[Curve], Curve]) -> Samples:
    """Sound through a zero-phase filter given as magnitude over Hz.

    Parameters
    ----------
    sound : NDArray[float32], shape (..., n)
        Silence is assumed on both sides, with room for the filter to ring 0.05 s.
    """
    n = sound.shape[-1]
    length = fast_length(n + rate // 20)
    hz = np.fft.rfftfreq(length, 1.0 / rate).astype(np.float64, copy=False)
    spectrum = np.fft.rfft(sound, length) * magnitude(hz).astype(np.float32)
    return np.fft.irfft(spectrum, length)[..., :n].astype(np.float32)


def convolved(sound: Samples, impulse: Samples) -> Samples:
    """Sound through an impulse response, cut to the sound's length; both (channels, n)."""
    n = sound.shape[-1]
    length = fast_length(n + impulse.shape[-1] - 1)
    product = np.fft.rfft(sound, length) * np.fft.rfft(impulse, length)
    return np.fft.irfft(product, length)[..., :n].astype(np.float32)


def swept(
    sound: Samples,
    rate: int,
    control: Curve,
    magnitude: Callable[[Curve, Curve], Curve],
) -> Samples:
    """Sound through a filter that moves, by weighted overlap-add of short spectra.

    Parameters
    ----------
    sound : NDArray[float32], shape (channels, n)
    control : NDArray[float64], shape (n,)
        The moving value per sample, e.g. a cut-off in Hz.
    magnitude : callable
        `(hz of shape (1, bins), control of shape (frames, 1)) -> gains`.

    References
    ----------
    Allen, "Short term spectral analysis, synthesis, and modification by discrete Fourier
    transform", IEEE Trans. ASSP 25 (1977).
    """
    size = 4 * fast_length(int(_WINDOW_SECONDS * rate) // 4)
    hop = size // 4
    n = sound.shape[-1]
    frames = -(-(n + 3 * hop) // hop)
    padded = np.zeros((sound.shape[0], (frames + 3) * hop), dtype=np.float32)
    padded[:, 3 * hop : 3 * hop + n] = sound
    window = np.sqrt(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)).astype(np.float32)
    hz = np.fft.rfftfreq(size, 1.0 / rate).astype(np.float64, copy=False)[None, :]
    centres = np.clip((np.arange(frames) - 1) * hop, 0, n - 1)
    gains = magnitude(hz, control[centres][:, None]).astype(np.float32)
    out = np.zeros_like(padded)
    for channel, result in zip(padded, out, strict=True):
        pieces = sliding_window_view(channel, size)[::hop] * window
        pieces = np.fft.irfft(np.fft.rfft(pieces) * gains, size) * (window * np.float32(0.5))
        for quarter in range(4):
            part = pieces[:, quarter * hop : (quarter + 1) * hop].ravel()
            result[quarter * hop : quarter * hop + part.size] += part
    return out[:, 3 * hop : 3 * hop + n]
