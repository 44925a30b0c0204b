"""How one sample rate is analysed: sizes, tables and fresh memory."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.aweighting import split_weights
from v1z3r_core.analysis.bandweights import band_weights
from v1z3r_core.analysis.beatplan import beat_memory, beat_tables
from v1z3r_core.analysis.formplan import form_memory, form_tables
from v1z3r_core.analysis.keyprofiles import MAJOR, MINOR
from v1z3r_core.analysis.kweighting import channel_weights, k_weighting, zeros_and_poles
from v1z3r_core.analysis.longwindow import (
    decimation,
    long_window,
    low_pass,
    low_points,
    semitones_hz,
)
from v1z3r_core.analysis.onsetplan import onset_memory, onset_tables
from v1z3r_core.analysis.realfft import MIN_SIZE, hann_window
from v1z3r_core.analysis.windowing import transform
from v1z3r_core.kernels.beat_layout import BeatValue
from v1z3r_core.kernels.layout import (
    PARTS,
    PAST,
    REACH,
    RUN_POINTS,
    RUNS,
    TAIL,
    Count,
    Memory,
    Sum,
    Tables,
)
from v1z3r_core.kernels.twiddles import work_size
from v1z3r_core.model.analysis import (
    BAND_HIGH_HZ,
    BAND_LOW_HZ,
    BANDS,
    LINE,
    LOW,
    LOW_FIRST_HZ,
    LOW_LAST_HZ,
    PITCH_CLASSES,
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

# How bass, mid, treble and level find the ground they keep coming back to: the ground of a new part
# is found within a bar, while a held note takes longer than any gap between beats to become ground.
GROUND_FALL_SECONDS = 0.15
GROUND_RISE_SECONDS = 3.0

A_CROSSOVER_HZ = 200.0  # above, the A-curve is flat enough across a tone of the short spectrum
STEREO_SECONDS = 0.2  # over which left and right are compared

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
        size, long = len(tables.short.window), len(tables.long.window)
        rows = BANDS + REGIONS
        history = max(size, TRACE * tables.thinning)
        bins = int(np.max(tables.runs[:BANDS, 0] + tables.runs[:BANDS, 1]))
        return Memory(
            heard=_zeros(self.channels, TAIL + self.hop),
            mid=_zeros(2 * history),
            side=_zeros(2 * history),
            decimated=_zeros(2 * long),
            fresh=_zeros(2, self.hop),
            thinned=_zeros(self.hop // tables.decimation),
            weighted=np.zeros((2, self.hop)),
            filters=np.zeros((self.channels, 4)),
            work=_zeros(work_size(max(size, long))),
            power=_zeros(size // 2 + 1),
            brief_power=_zeros(size // 4 + 1),
            other_power=_zeros(size // 2 + 1),
            long_power=_zeros(long // 2 + 1),
            octaves=_zeros(size // 2 + 1),
            past=_zeros(PAST, bins),
            steady=_zeros(bins),
            broad=_zeros(bins),
            mirrored=_zeros(bins + 2 * REACH),
            low_levels=_zeros(int(tables.low_bins[-1]) + tables.low_weights.shape[1]),
            pitch_power=_zeros(len(tables.pitch_runs)),
            pitches=_zeros(PITCH_CLASSES),
            chroma=_zeros(PITCH_CLASSES),
            trace=_zeros(TRACE),
            kept=_zeros(RUNS * RUN_POINTS),
            band_power=_zeros(len(tables.runs)),
            reference=_zeros(rows),
            target=_zeros(rows),
            ground=_zeros(REGIONS),
            level=_zeros(rows),
            part_power=_zeros(PARTS, BANDS + 1),
            part_target=_zeros(BANDS + 1),
            part_level=_zeros(PARTS, BANDS + 1),
            peak=_zeros(BANDS),
            held=_zeros(BANDS),
            energies=np.zeros(math.ceil(tables.short_hops) + 1),
            onset=onset_memory(tables.onset),
            beat=beat_memory(tables.beat),
            beat_values=np.zeros(len(BeatValue)),
            form=form_memory(),
            sums=np.zeros(len(Sum)),
            counts=np.zeros(len(Count), np.int64),
        )


def _tables(rate: int, channels: int, size: int, hop: int, settings: AnalyzerSettings) -> Tables:
    factor = decimation(rate, hop)
    short, long = hann_window(size), long_window(rate / factor, MIN_SIZE)
    bins, long_bins = size // 2 + 1, len(long) // 2 + 1
    bin_hz, long_bin_hz = rate / size, rate / factor / len(long)
    seconds = hop / rate

    edges = band_edges_hz(settings.scale)
    shown = np.array([*pairwise(edges), BASS_HZ, MID_HZ, TREBLE_HZ, LEVEL_HZ])
    runs, weights = band_weights(shown, bins, bin_hz)
    widths = np.log(shown[:, 1] / shown[:, 0]) * BANDS / math.log(BAND_HIGH_HZ / BAND_LOW_HZ)
    semitones = semitones_hz(settings.tuning_hz)
    pitch_runs, pitch_weights = band_weights(semitones, long_bins, long_bin_hz)
    semitone = math.log(2) / 12 * BANDS / math.log(BAND_HIGH_HZ / BAND_LOW_HZ)
    low_bins, low_weights = low_points(np.geomspace(LOW_FIRST_HZ, LOW_LAST_HZ, LOW), long_bin_hz)
    a_short, a_long = split_weights(bins, bin_hz, long_bins, long_bin_hz, A_CROSSOVER_HZ)
    zeros, poles = zeros_and_poles(k_weighting(rate))
    bandwidth = noise_bandwidth(short)
    long_bandwidth = noise_bandwidth(long)
    return Tables(
        short=transform(short),
        brief=transform(hann_window(size // 2)),
        long=transform(long),
        onset=onset_tables(rate, hop, np.array(onset_bands_hz(rate)), bins),
        beat=beat_tables(rate, size, hop, settings.tempo, beatweights.load(beatweights.CAUSAL)),
        form=form_tables(seconds, np.array([MAJOR, MINOR])),
        runs=_read_only(runs),
        weights=_read_only((weights / bandwidth).astype(np.float32)),
        edges=_read_only(edges.astype(np.float32)),
        gate=_read_only((10 ** (GATE_DB / 10) * widths).astype(np.float32)),
        decimator=_read_only(low_pass(rate, factor)),
        low_bins=_read_only(low_bins),
        low_weights=_read_only(low_weights),
        pitch_runs=_read_only(pitch_runs),
        pitch_weights=_read_only((pitch_weights / long_bandwidth).astype(np.float32)),
        a_short=_read_only((a_short / bandwidth).astype(np.float32)),
        a_long=_read_only((a_long / long_bandwidth).astype(np.float32)),
        fir=_read_only(zeros),
        poles=_read_only(poles),
        channel_weights=_read_only(channel_weights(channels)),
        hop=hop,
        decimation=factor,
        stereo=int(channels > 1),
        first_bin=math.ceil(BAND_LOW_HZ / bin_hz),
        thinning=max(1, size // _PLAIN_WINDOW),
        spread=max(1, _PLAIN_WINDOW // size),
        hop_seconds=seconds,
        bin_hz=bin_hz,
        attack=_share(seconds, settings.attack_seconds),
        release=_share(seconds, settings.release_seconds),
        gain_rise=_share(seconds, GAIN_RISE_SECONDS),
        # Powers fall twice as fast as the amplitudes that the setting speaks of.
        gain_fall=_share(seconds, settings.gain_seconds / 2),
        ground_fall=_share(seconds, GROUND_FALL_SECONDS),
        ground_rise=_share(seconds, GROUND_RISE_SECONDS),
        peak_hold=settings.peak_hold_seconds,
        peak_fall=settings.peak_fall_per_second,
        chroma_gate=10 ** (GATE_DB / 10) * semitone,
        stereo_keep=math.exp(-seconds / STEREO_SECONDS),
        momentary_hops=MOMENTARY_SECONDS / seconds,
        short_hops=SHORT_SECONDS / seconds,
    )


def noise_bandwidth(window: NDArray[np.float32]) -> float:
    """How much of a tone's power the bins around it repeat, bins; 1.5 for a Hann window.

    References
    ----------
    F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier
    transform", Proc. IEEE 66 (1978), equation 11.
    """
    weights = window.astype(np.float64)
    return float(len(weights) * np.sum(weights**2) / np.sum(weights) ** 2)


def _share(step_seconds: float, time_constant: float) -> float:
    """Part of a distance that an exponential approach covers in one step."""
    return -math.expm1(-step_seconds / time_constant)


def _zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)


def _read_only(array: NDArray[Number]) -> NDArray[Number]:
    array.flags.writeable = False
    return array
