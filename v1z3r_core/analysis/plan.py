"""How one sample rate is analysed: sizes, tables and fresh memory."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.bandweights import band_weights
from v1z3r_core.analysis.kweighting import channel_weights, k_weighting
from v1z3r_core.analysis.onsetplan import onset_memory, onset_tables
from v1z3r_core.analysis.realfft import MIN_SIZE, hann_window
from v1z3r_core.kernels.fft import pass_twiddles, split_twiddles
from v1z3r_core.kernels.layout import RUN_POINTS, RUNS, Count, Memory, Sum, Tables
from v1z3r_core.model.analysis import (
    BAND_HIGH_HZ,
    BAND_LOW_HZ,
    BANDS,
    LINE,
    AnalyzerSettings,
    band_edges_hz,
)

Number = TypeVar("Number", bound=np.generic)

WIDEST_BIN_HZ = 24.0  # 2,048 samples at 44.1 and 48 kHz
LONGEST_HOP_SECONDS = 0.012  # 512 samples at 44.1 and 48 kHz; a picture at 60 Hz misses none

BASS_HZ = (BAND_LOW_HZ, 150.0)
MID_HZ = (150.0, 2_500.0)
TREBLE_HZ = (2_500.0, BAND_HIGH_HZ)
LEVEL_HZ = (BAND_LOW_HZ, BAND_HIGH_HZ)
REGIONS = 4

TRACE = 4_096  # values: one drawn line, the span searched for its start, and a margin
_PLAIN_WINDOW = 2 * LINE  # the window whose trace is drawn sample by sample

HANN_NOISE_BANDWIDTH = 1.5  # bins: how much of a tone's power the bins around it repeat

GATE_DB = -80.0  # per band: above dither and the hiss of a good input
GAIN_RISE_SECONDS = 0.03  # one stray click does not dim the picture, a drop is caught at once
MOMENTARY_SECONDS = 0.4  # BS.1770
SHORT_SECONDS = 3.0  # EBU Tech 3341


def window_size(rate: int) -> int:
    """Samples per spectrum: the smallest power of two whose bins are narrow enough."""
    return max(MIN_SIZE, 1 << math.ceil(math.log2(rate / WIDEST_BIN_HZ)))


def hop_size(rate: int) -> int:
    """Samples per hop: the largest power of two that is short enough."""
    return 1 << math.floor(math.log2(rate * LONGEST_HOP_SECONDS))


def onset_bands_hz(rate: int) -> list[tuple[float, float]]:
    """Lower and upper edges of the bands in which onsets are looked for.

    The drawn bands, joined where they are narrower than two bins: those hang on the same few
    bins and rise together by chance, which in steady noise looks like an event.
    """
    bands = []
    edges = [float(edge) for edge in band_edges_hz() if edge < rate / 2]
    low = edges[0]
    for high in edges[1:]:
        if high - low >= 2 * WIDEST_BIN_HZ:
            bands.append((low, high))
            low = high
    return bands


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything derived once for a stream's rate, channels and settings."""

    rate: int
    channels: int
    hop: int
    tables: Tables

    @classmethod
    def of(cls, rate: int, channels: int, settings: AnalyzerSettings) -> "Plan":
        """Derive the plan for a stream."""
        size, hop = window_size(rate), hop_size(rate)
        return cls(rate, channels, hop, _tables(rate, channels, size, hop, settings))

    def memory(self) -> Memory:
        """Memory of a stream that has not begun."""
        tables = self.tables
        size = len(tables.window)
        rows = BANDS + REGIONS
        history = max(size, TRACE * tables.thinning)
        return Memory(
            history=_zeros(2 * history),
            clean=_zeros(self.hop, self.channels),
            filters=np.zeros((self.channels, 4)),
            work=_zeros(4, size // 2),
            bins=_zeros(size + 2),
            power=_zeros(size // 2 + 1),
            trace=_zeros(TRACE),
            kept=_zeros(RUNS * RUN_POINTS),
            band_power=_zeros(len(tables.runs)),
            reference=_zeros(rows),
            target=_zeros(rows),
            level=_zeros(rows),
            peak=_zeros(BANDS),
            held=_zeros(BANDS),
            energies=np.zeros(math.ceil(tables.short_hops) + 1),
            sums=np.zeros(len(Sum)),
            counts=np.zeros(len(Count), np.int64),
            onset=onset_memory(tables.onset),
        )


def _tables(rate: int, channels: int, size: int, hop: int, settings: AnalyzerSettings) -> Tables:
    window = hann_window(size)
    bin_hz = rate / size
    seconds = hop / rate
    regions = (BASS_HZ, MID_HZ, TREBLE_HZ, LEVEL_HZ)
    shown = np.array([*pairwise(band_edges_hz()), *regions])
    runs, weights = band_weights(shown, size // 2 + 1, bin_hz)
    widths = np.log(shown[:, 1] / shown[:, 0]) * BANDS / math.log(BAND_HIGH_HZ / BAND_LOW_HZ)
    return Tables(
        window=_read_only(window),
        passes=_read_only(pass_twiddles(size)),
        split=_read_only(split_twiddles(size)),
        runs=_read_only(runs),
        weights=_read_only((weights / HANN_NOISE_BANDWIDTH).astype(np.float32)),
        gate=_read_only((10 ** (GATE_DB / 10) * widths).astype(np.float32)),
        stages=_read_only(k_weighting(rate)),
        channel_weights=_read_only(channel_weights(channels)),
        hop=hop,
        thinning=max(1, size // _PLAIN_WINDOW),
        spread=max(1, _PLAIN_WINDOW // size),
        hop_seconds=seconds,
        bin_hz=bin_hz,
        power_scale=float((2 / np.sum(window, dtype=np.float64)) ** 2),
        attack=_share(seconds, settings.attack_seconds),
        release=_share(seconds, settings.release_seconds),
        gain_rise=_share(seconds, GAIN_RISE_SECONDS),
        # Powers fall twice as fast as the amplitudes that the setting speaks of.
        gain_fall=_share(seconds, settings.gain_seconds / 2),
        peak_hold=settings.peak_hold_seconds,
        peak_fall=settings.peak_fall_per_second,
        momentary_hops=MOMENTARY_SECONDS / seconds,
        short_hops=SHORT_SECONDS / seconds,
        onset=onset_tables(rate, hop, np.array(onset_bands_hz(rate)), size // 2 + 1),
    )


def _share(step_seconds: float, time_constant: float) -> float:
    """Part of a distance that an exponential approach covers in one step."""
    return -math.expm1(-step_seconds / time_constant)


def _zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)


def _read_only(array: NDArray[Number]) -> NDArray[Number]:
    array.flags.writeable = False
    return array
