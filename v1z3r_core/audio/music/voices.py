"""Raw tone: partials, ensembles, frequency modulation, noise, envelopes."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.audio.music.spectral import Curve, Samples, fast_length


def seconds(n: int, rate: int) -> Curve:
    """Time of each of `n` samples."""
    return np.arange(n) / rate


def decay(n: int, rate: int, time_constant: float, attack: float = 0.0) -> Curve:
    """Exponential fall from 1, after a straight rise over `attack` seconds."""
    t = seconds(n, rate)
    envelope = np.exp(-np.maximum(t - attack, 0.0) / time_constant)
    if attack > 0.0:
        envelope *= np.minimum(t / attack, 1.0)
    return envelope


def faded(sound: Samples, rate: int, fade_in: float = 0.0, fade_out: float = 0.004) -> Samples:
    """Sound with raised-cosine ends over the given seconds, so that nothing clicks."""
    result = sound.copy()
    for length, end in ((fade_in, slice(None)), (fade_out, slice(None, None, -1))):
        n = min(round(length * rate), result.shape[-1])
        if n:
            ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / n)
            result[..., end][..., :n] *= ramp.astype(np.float32)
    return result


def noise(rng: np.random.Generator, *shape: int) -> Samples:
    """White Gaussian noise of standard deviation 1."""
    return rng.standard_normal(shape, dtype=np.float32)


def partials(
    phases: Curve, amplitude: Callable[[int], Curve | float], count: int
) -> NDArray[np.float64]:
    """Sum of `count` sine partials over one or more unison phases, free of aliasing.

    Parameters
    ----------
    phases : NDArray[float64], shape (voices, n), radians
        Fundamental phase of each voice.
    amplitude : callable
        Amplitude of partial 1…count, a number or shape (n,): a filter is drawn here.

    Returns
    -------
    NDArray[float64], shape (voices, n)
    """
    step = np.exp(1j * phases)
    turn = step.copy()
    total = np.zeros(phases.shape)
    for k in range(1, count + 1):
        total += amplitude(k) * turn.imag
        turn *= step
    return total


def ensemble(
    notes_hz: Sequence[float],
    n: int,
    rate: int,
    rng: np.random.Generator,
    *,
    detune_cents: Sequence[float],
    tone: Callable[[Curve], Curve],
    width: float,
) -> Samples:
    """Many detuned saws per note, painted as lines in one spectrum with random phases.

    Drawing the spectrum costs one inverse FFT however many voices sing, and cannot alias.

    Parameters
    ----------
    notes_hz : sequence of float, Hz
    detune_cents : sequence of float
        One saw per entry and note.
    tone : callable
        Magnitude over Hz, on top of the saw's 1/k.
    width : float, ≥ 0, radians
        Standard deviation of the phase difference between the channels; their correlation
        is exp(-width²/2).

    Returns
    -------
    NDArray[float32], shape (2, n), RMS 1

    References
    ----------
    Paul Nasca, "PADsynth algorithm" (2006), with lines in place of its Gaussian profiles.
    """
    length = fast_length(4 * n)  # four times finer than the note needs: beating stays smooth
    centre = np.array(notes_hz)[:, None] * 2.0 ** (np.array(detune_cents) / 1200.0)
    k = np.arange(1, int(0.45 * rate / min(notes_hz)) + 1)
    hz = (centre[:, :, None] * k).ravel()
    level = np.broadcast_to(1.0 / k, (*centre.shape, k.size)).ravel() * tone(hz)
    audible = (hz < 0.45 * rate) & (level > 1e-5)
    hz, level = hz[audible], level[audible]
    left = rng.uniform(0.0, 2.0 * np.pi, hz.size)
    lines = np.rint(hz * length / rate).astype(np.intp)
    sound = np.empty((2, n), dtype=np.float32)
    for channel, phase in enumerate((left, left + width * rng.standard_normal(hz.size))):
        bins = length // 2 + 1
        real = np.bincount(lines, level * np.cos(phase), bins)
        imaginary = np.bincount(lines, level * np.sin(phase), bins)
        sound[channel] = np.fft.irfft(real + 1j * imaginary, length)[:n]
    return sound / np.float32(np.sqrt(np.mean(sound**2)))
