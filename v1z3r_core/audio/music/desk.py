"""Mixing desk: placing sounds, ducking, echo, reverb, and the final loudness."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from v1z3r_core.audio.music.spectral import (
    Curve,
    Samples,
    convolved,
    high_pass,
    low_pass,
    shaped,
    shelf,
)
from v1z3r_core.audio.music.voices import noise, seconds


def place(bus: Samples, at: int, sound: Samples, gain: float = 1.0, pan: float = 0.0) -> None:
    """Add a sound to a stereo bus from sample `at` on; what lies outside the bus is cut.

    Parameters
    ----------
    bus : NDArray[float32], shape (2, n)
    sound : NDArray[float32], shape (n,) or (2, n)
    pan : float, -1 (left) … 1 (right)
        Equal power, unity in the middle.
    """
    skip = max(0, -at)
    piece = sound[..., skip : max(skip, bus.shape[1] - at)]
    angle = 0.25 * np.pi * (1.0 + pan)
    gains = np.array([[np.cos(angle)], [np.sin(angle)]]) * (gain * np.sqrt(2.0))
    bus[:, at + skip : at + skip + piece.shape[-1]] += gains.astype(np.float32) * piece


def ducking(n: int, rate: int, kicks: Sequence[int], depth: float, recovery: float) -> Samples:
    """Gain curve that dips by `depth` at each kick and recovers over `recovery` seconds."""
    gain = np.ones(n, dtype=np.float32)
    t = seconds(round(recovery * rate), rate) / recovery
    dip = (1.0 - depth * (0.5 + 0.5 * np.cos(np.pi * t**0.8))).astype(np.float32)
    for start in kicks:
        end = min(n, start + dip.size)
        gain[start:end] = np.minimum(gain[start:end], dip[: end - start])
    return gain


def echo(send: Samples, rate: int, delay: float, feedback: float, repeats: int = 6) -> Samples:
    """Ping-pong delay, each repeat on the other side and duller than the one before."""
    tone = shaped(send, rate, lambda hz: high_pass(hz, 260.0) * low_pass(hz, 5_200.0, 1))
    middle = tone.mean(axis=0)
    out = np.zeros_like(send)
    for k in range(1, repeats + 1):
        place(out, round(k * delay * rate), middle, feedback ** (k - 1), 0.75 if k % 2 else -0.75)
        middle = 0.25 * np.roll(middle, 1) + 0.5 * middle + 0.25 * np.roll(middle, -1)
    return out


def hall(rate: int, rng: np.random.Generator, reverberation_seconds: float) -> Samples:
    """Impulse response of a hall: noise whose top decays sooner, shape (2, n), unit energy.

    References
    ----------
    Moorer, "About this reverberation business", Computer Music Journal 3 (1979).
    """
    n = round(1.15 * reverberation_seconds * rate)
    t = seconds(n, rate)
    out = np.zeros((2, n), dtype=np.float32)
    for low, high, share in (
        (180.0, 900.0, 0.85),
        (900.0, 3_500.0, 1.0),
        (3_500.0, 11_000.0, 0.62),
    ):
        part = shaped(noise(rng, 2, n), rate, partial(_octaves, low_hz=low, high_hz=high))
        out += part * np.exp(-6.91 * t / (share * reverberation_seconds)).astype(np.float32)
    out *= np.minimum(t / 0.018, 1.0).astype(np.float32)  # the first reflections build up
    out[1] = 0.8 * out[1] + 0.2 * out[0]
    out *= (1.0 - t / t[-1]).astype(np.float32)
    return out / np.float32(np.sqrt(np.sum(out**2) / 2.0))


def reverberated(send: Samples, impulse: Samples, rate: int, pre_delay: float) -> Samples:
    """The send heard through `impulse`, `pre_delay` seconds later."""
    gap = round(pre_delay * rate)
    wet = convolved(send, impulse)
    return np.pad(wet, ((0, 0), (gap, 0)))[:, : send.shape[1]]


def compressed(mix: Samples, rate: int, *, threshold_db: float, ratio: float) -> Samples:
    """Bus compression with a soft knee, 15 ms attack and 160 ms release.

    References
    ----------
    Giannoulis, Massberg, Reiss, "Digital dynamic range compressor design", JAES 60 (2012).
    """
    hop = max(1, rate // 1_000)  # the detector runs at 1 kHz: far above the attack it drives
    frames = -(-mix.shape[1] // hop)
    power = np.zeros(frames * hop)
    power[: mix.shape[1]] = np.mean(mix.astype(np.float64) ** 2, axis=0)
    level_db = 10.0 * np.log10(power.reshape(frames, hop).mean(axis=1) + 1e-12)
    over = level_db - threshold_db
    knee = 8.0
    bent = np.where(over > knee / 2, over, np.maximum(over + knee / 2, 0.0) ** 2 / (2 * knee))
    target = ((1.0 / ratio - 1.0) * bent).tolist()
    attack, release = 1.0 - np.exp(-hop / (0.015 * rate)), 1.0 - np.exp(-hop / (0.160 * rate))
    reduction, state = np.empty(frames), 0.0
    for i, goal in enumerate(target):
        state += (attack if goal < state else release) * (goal - state)
        reduction[i] = state
    times = np.arange(mix.shape[1])
    gain_db = np.interp(times, (np.arange(frames) + 0.5) * hop, reduction)
    return mix * (10.0 ** (gain_db / 20.0)).astype(np.float32)


def limited(mix: Samples, rate: int, ceiling: float) -> Samples:
    """Mix whose true peaks stay below `ceiling`, by a look-ahead gain of 3 ms.

    The gain is the minimum over the look-ahead, averaged over the same span, so that it is
    never above what the loudest sample inside needs.
    """
    peaks = np.max(np.abs(mix), axis=0)
    between = np.abs(_half_way(mix)).max(axis=0)
    peaks = np.maximum(peaks, between)
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    span = max(2, round(0.003 * rate))
    lowest = _sliding_minimum(needed, span)
    total = np.cumsum(np.concatenate([np.ones(span), lowest]), dtype=np.float64)
    gain = (total[span:] - total[:-span]) / span
    return mix * gain.astype(np.float32)


def mastered(mix: Samples, rate: int, *, drive_db: float) -> Samples:
    """Finished master: mono low end, tilt, bus compression, drive, soft clip, true-peak limit."""
    middle, side = 0.5 * (mix[0] + mix[1]), 0.5 * (mix[0] - mix[1])
    middle, side = shaped(
        np.stack([middle, side]),
        rate,
        lambda hz: high_pass(hz, 24.0) * shelf(hz, 1_700.0, 0.0, 3.0),
    )
    side = shaped(side, rate, lambda hz: high_pass(hz, 130.0))
    stereo = compressed(
        np.stack([middle + side, middle - side]), rate, threshold_db=-15.0, ratio=1.8
    )
    driven = stereo * np.float32(10.0 ** (drive_db / 20.0))
    return limited(np.tanh(driven), rate, ceiling=0.89)


def _octaves(hz: Curve, low_hz: float, high_hz: float) -> Curve:
    return high_pass(hz, low_hz) * low_pass(hz, high_hz)


def _half_way(mix: Samples) -> Samples:
    """Values half-way between samples, by a 12-tap windowed sinc."""
    taps = np.arange(-5.5, 6.0)
    kernel = (np.sinc(taps) * np.cos(np.pi * taps / 13.0) ** 2).astype(np.float32)
    kernel /= kernel.sum()
    out = np.zeros_like(mix)
    padded = np.pad(mix, ((0, 0), (5, 6)))
    for i, tap in enumerate(kernel):
        out += tap * padded[:, i : i + mix.shape[1]]
    return out


def _sliding_minimum(values: Curve, span: int) -> Curve:
    """Minimum over each sample and the `span`-1 after it.

    References
    ----------
    van Herk, "A fast algorithm for local minimum and maximum filters on rectangular and
    octagonal kernels", Pattern Recognition Letters 13 (1992).
    """
    n = values.size
    padded = np.ones(-(-(n + span) // span) * span)
    padded[:n] = values
    blocks = padded.reshape(-1, span)
    ahead = np.minimum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    behind = np.minimum.accumulate(blocks, axis=1).ravel()
    return np.minimum(ahead[:n], behind[span - 1 : span - 1 + n])
