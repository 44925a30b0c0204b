"""How beats are looked for at one sample rate: bands, network, tempos, and fresh memory."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.bandweights import band_weights
from v1z3r_core.kernels.beat_layout import (
    LONGEST_BAR,
    SHORTEST_BAR,
    USUAL_BARS,
    BeatCount,
    BeatMemory,
    BeatSum,
    BeatTables,
    NetWeights,
)
from v1z3r_core.model.analysis import TempoSettings

SHORT_BANDS_HZ = (120.0, 16_000.0)
SHORT_BANDS = 18
LONG_BANDS_HZ = (30.0, 4_000.0)
LONG_BANDS = 20
BANDS = SHORT_BANDS + LONG_BANDS

LAG_SECONDS = 0.0215  # 2 hops at 44.1 and 48 kHz: most of the short window is new by then
TOP_SECONDS = 4.0  # that the loudest band is remembered: longer than a bar of quiet
SEEN_HOPS = 32  # activations kept: at hops of 6 ms still all that a beat is judged by

# Of the model, after Krebs, Böck and Widmer (2015), tried again on rendered material
STEADINESS = 100.0  # how sharply a beat's tempo change is doubted
REACH = 8  # tempos to either side that a beat may change to; beyond, 12 % away, nothing is left
BEAT_SHARE = 1 / 16  # of a ring's cells that expect a beat
LEANING_PER_OCTAVE = 1.0  # nepers a beat by which tempos outside the preferred ones are doubted
SEED_OCTAVES = 0.5  # outside the preferred tempos in which new beliefs are still common


def beat_tables(
    rate: int, window: int, hop: int, settings: TempoSettings, net: NetWeights
) -> BeatTables:
    """Tables for a rate.

    Parameters
    ----------
    rate : int, Hz
    window : int, samples
        Of the long spectrum; the short one is half as long.
    hop : int, samples
    settings
    net : NetWeights
        See `analysis.beatweights`.
    """
    seconds = hop / rate
    shortest = math.floor(60 / settings.fastest_bpm / seconds)
    longest = math.ceil(60 / settings.slowest_bpm / seconds)
    lengths = np.arange(shortest, longest + 1)
    outside = _octaves_outside(60 / (lengths * seconds), settings.preferred_bpm)
    seeds = np.exp(-0.5 * (outside / SEED_OCTAVES) ** 2)
    short_runs, short_weights = _bands(SHORT_BANDS_HZ, SHORT_BANDS, window // 2, rate)
    long_runs, long_weights = _bands(LONG_BANDS_HZ, LONG_BANDS, window, rate)
    tables = BeatTables(
        short_runs=short_runs,
        short_weights=short_weights,
        long_runs=long_runs,
        long_weights=long_weights,
        net=net,
        starts=np.concatenate([[0], np.cumsum(lengths)]),
        widths=np.maximum(1, np.round(lengths * BEAT_SHARE)).astype(np.int64),
        jumps=_jumps(lengths),
        preference=(seeds / seeds.sum()).astype(np.float32),
        leaning=np.exp(-LEANING_PER_OCTAVE * outside).astype(np.float32),
        shortest=shortest,
        lag=max(1, round(LAG_SECONDS / seconds)),
        hop_seconds=seconds,
        top_keep=math.exp(-seconds / TOP_SECONDS),
    )
    _close(tables)
    return tables


def beat_memory(tables: BeatTables) -> BeatMemory:
    """Memory of a stream that has not begun."""
    bands = len(tables.short_runs) + len(tables.long_runs)
    net = tables.net
    entered, n, m = len(net.enter), len(net.first.kept), len(net.second.kept)
    lengths = np.diff(tables.starts)
    bars = range(SHORTEST_BAR, LONGEST_BAR + 1)
    values = np.zeros(len(BeatSum))
    values[BeatSum.MASS] = 1.0
    values[BeatSum.PERIOD] = values[BeatSum.SEEN_PERIOD] = 60 / 120  # until the first hop
    values[BeatSum.ANNOUNCED] = values[BeatSum.JUDGED] = -np.inf
    counts = np.zeros(len(BeatCount), np.int64)
    counts[BeatCount.METRE] = 4
    return BeatMemory(
        bands=_zeros(bands),
        logs=_zeros(tables.lag + 1, bands),
        inputs=_zeros(2 * bands),
        first=_zeros(entered + n),
        second=_zeros(n + m),
        gates=_zeros(2 * max(n, m)),
        fresh=_zeros(max(n, m)),
        kept=_zeros(max(n, m)),
        activations=_zeros(2),
        seen=_zeros(2, SEEN_HOPS),
        mass=np.repeat(tables.preference / lengths, lengths).astype(np.float32),
        heads=np.zeros(len(lengths), np.int64),
        ends=_zeros(len(lengths)),
        tempo_mass=_zeros(len(lengths)),
        bar_mass=np.repeat(
            [usual / bar for usual, bar in zip(USUAL_BARS, bars, strict=True)], bars
        ).astype(np.float32),
        values=values,
        counts=counts,
    )


def _bands(
    edges: tuple[float, float], count: int, window: int, rate: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    hz = np.array([*pairwise(np.geomspace(*edges, count + 1))])
    return band_weights(hz, window // 2 + 1, rate / window)


def _jumps(lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    """Row per tempo: how likely its neighbours change to it on the beat."""
    tempos = len(lengths)
    weight = np.exp(-STEADINESS * np.abs(lengths[:, None] / lengths[None, :] - 1))
    weight /= weight.sum(axis=0, keepdims=True)
    jumps = _zeros(tempos, 2 * REACH + 1)
    for to in range(tempos):
        for step in range(-REACH, REACH + 1):
            if 0 <= to + step < tempos:
                jumps[to, step + REACH] = weight[to, to + step]
    return jumps


def _octaves_outside(
    bpm: NDArray[np.float64], preferred: tuple[float, float]
) -> NDArray[np.float64]:
    low, high = preferred
    return np.maximum(0.0, np.maximum(np.log2(low / bpm), np.log2(bpm / high)))


def _zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)


def _close(tables: Any) -> None:
    """Make all arrays read-only, those of nested tuples too."""
    for value in tables:
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
        elif isinstance(value, tuple):
            _close(value)
