"""How beats are looked for at one sample rate: bands, network, tempos, and fresh memory."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.bandweights import band_weights
from v1z3r_core.kernels.beat_layout import (
    TAPS,
    BeatCount,
    BeatMemory,
    BeatSum,
    BeatTables,
    NetWeights,
    Spectrum,
)
from v1z3r_core.kernels.beat_bar import USUAL
from v1z3r_core.kernels.fft import pass_twiddles, split_twiddles
from v1z3r_core.analysis.realfft import hann_window

SHORT_BANDS_HZ = (120.0, 16_000.0)
SHORT_BANDS = 18
LONG_BANDS_HZ = (30.0, 4_000.0)
LONG_BANDS = 20
BANDS = SHORT_BANDS + LONG_BANDS

LAG_SECONDS = 0.0215  # 2 hops at 44.1 and 48 kHz: most of the short window is new by then
TOP_SECONDS = 4.0  # that the loudest band is remembered: longer than a bar of quiet
REACH = 8  # tempos to either side that a beat may change to; beyond, jumps weigh below e-6

@dataclass(frozen=True, slots=True)
class TempoSettings:
    """Which tempos are believed.

    Parameters
    ----------
    slowest_bpm, fastest_bpm : float
        Nothing outside is ever found; a music outside is followed an octave off.
    preferred_bpm : tuple of float
        Where the beat of a doubtful octave is put.
    """

    slowest_bpm: float = 55.0
    fastest_bpm: float = 215.0
    preferred_bpm: tuple[float, float] = (90.0, 180.0)
    jump: float = 100.0
    lam: float = 16.0
    spread: float = 0.5
    lean: float = 1.0


def spectrum(size: int) -> Spectrum:
    """Tables and work memory for power spectra of a Hann window of `size` samples."""
    window = hann_window(size)
    return Spectrum(
        window=window,
        passes=pass_twiddles(size),
        split=split_twiddles(size),
        scale=float((2 / np.sum(window, dtype=np.float64)) ** 2),
        work=np.zeros((4, size // 2), np.float32),
        bins=np.zeros(size + 2, np.float32),
        power=np.zeros(size // 2 + 1, np.float32),
    )


def beat_tables(rate: int, window: int, hop: int, settings: TempoSettings, net: NetWeights) -> BeatTables:
    seconds = hop / rate
    shortest = math.floor(60 / settings.fastest_bpm / seconds)
    longest = math.ceil(60 / settings.slowest_bpm / seconds)
    lengths = np.arange(shortest, longest + 1)
    short_runs, short_weights = _bands(SHORT_BANDS_HZ, SHORT_BANDS, window // 2, rate)
    long_runs, long_weights = _bands(LONG_BANDS_HZ, LONG_BANDS, window, rate)
    tables = BeatTables(
        short_runs=short_runs,
        short_weights=short_weights,
        long_runs=long_runs,
        long_weights=long_weights,
        net=net,
        starts=np.concatenate([[0], np.cumsum(lengths)]),
        widths=np.maximum(1, np.round(lengths / settings.lam)).astype(np.int64),
        jumps=_jumps(lengths, settings.jump),
        preference=_preference(60 / (lengths * seconds), settings),
        leaning=_leaning(60 / (lengths * seconds), settings),
        shortest=shortest,
        lag=max(1, round(LAG_SECONDS / seconds)),
        hop_seconds=seconds,
        top_keep=math.exp(-seconds / TOP_SECONDS),
    )
    for array in tables:
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    return tables


def _bands(
    edges: tuple[float, float], count: int, window: int, rate: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    hz = np.array([*pairwise(np.geomspace(*edges, count + 1))])
    return band_weights(hz, window // 2 + 1, rate / window)


def _jumps(lengths, sharpness):
    n = len(lengths)
    ratio = lengths[:, None] / lengths[None, :]  # (to, from)
    weight = np.exp(-sharpness * np.abs(ratio - 1))
    weight /= weight.sum(axis=0, keepdims=True)
    out = np.zeros((n, 2 * REACH + 1), np.float32)
    for j in range(n):
        for d in range(-REACH, REACH + 1):
            if 0 <= j + d < n:
                out[j, d + REACH] = weight[j, j + d]
    return out


def _leaning(bpm, settings):
    low, high = settings.preferred_bpm
    outside = np.maximum(0, np.maximum(np.log2(low / bpm), np.log2(bpm / high)))
    return np.exp(-settings.lean * outside).astype(np.float32)


def _preference(bpm, settings):
    low, high = settings.preferred_bpm
    outside = np.maximum(0, np.maximum(np.log2(low / bpm), np.log2(bpm / high)))
    weight = np.exp(-0.5 * (outside / settings.spread) ** 2)
    return (weight / weight.sum()).astype(np.float32)


def beat_memory(tables: BeatTables) -> BeatMemory:
    bands = len(tables.short_runs) + len(tables.long_runs)
    net = tables.net
    entered, n, m = len(net.enter), len(net.first.kept), len(net.second.kept)
    z = lambda *s: np.zeros(s, np.float32)
    tempos = len(tables.widths)
    return BeatMemory(
        bands=z(bands), logs=z(tables.lag + 1, bands), inputs=z(2 * bands),
        first=z(entered + n), second=z(n + m), gates=z(2 * max(n, m)), fresh=z(max(n, m)), kept=z(max(n, m)),
        seen=z(2, 32),
        mass=np.repeat(tables.preference / np.diff(tables.starts), np.diff(tables.starts)).astype(np.float32),
        heads=np.zeros(tempos, np.int64), ends=z(tempos), tempo_mass=z(tempos), bar_mass=np.concatenate([np.full(m, USUAL[m - 2] / m) for m in range(2, 8)]).astype(np.float32),
        taps=np.zeros(TAPS),
        values=_values(), counts=_counts(),
    )


def _values():
    v = np.zeros(len(BeatSum))
    v[BeatSum.PERIOD] = 0.5
    v[BeatSum.SEEN_PERIOD] = 0.5
    v[BeatSum.MASS] = 1.0
    v[BeatSum.ANNOUNCED] = v[BeatSum.JUDGED] = -np.inf
    return v


def _counts():
    c = np.zeros(len(BeatCount), np.int64)
    c[BeatCount.METRE] = 4
    return c
