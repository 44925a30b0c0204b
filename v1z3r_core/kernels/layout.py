"""What the analysis hop works on: tables it reads, memory it keeps from hop to hop.

Nothing here needs the compiler: `kernels.records` derives from the annotations how compiled code
sees these tuples.
"""

from enum import IntEnum
from typing import NamedTuple

from v1z3r_core.kernels.arrays import (
    Doubles,
    Doubles2,
    Floats,
    Floats2,
    Integers,
    Integers2,
    constants,
)
from v1z3r_core.kernels.beat_layout import BeatMemory, BeatTables
from v1z3r_core.kernels.form_layout import FormMemory, FormTables
from v1z3r_core.kernels.onset_layout import OnsetMemory, OnsetTables
from v1z3r_core.kernels.transform import Transform
from v1z3r_core.model.row import Curve, Scalar

RUNS = 8  # of the trace, by which it is known again
RUN_POINTS = 8

TAIL = 4  # samples of the last hop that the K-weighting looks back at
PARTS = 3  # of a sound: side, harmonic, percussive
MEDIAN = 9  # values of which the harmonic-percussive split takes the median, every other one:
PAST = 2 * MEDIAN - 1  # hops in time, 181 ms at 48 kHz
REACH = MEDIAN - 1  # bins to either side, 188 Hz at 48 kHz


class Tables(NamedTuple):
    """Constants of one sample rate and one set of settings; all arrays are read-only.

    Rows of `runs` are the 64 bands, then bass, mid, treble and all of it. Shares are the parts
    of a distance that one hop covers.
    """

    short: Transform  # of the newest N samples
    brief: Transform  # of the newest N/2 samples
    long: Transform  # of L values of the decimated mid signal
    onset: OnsetTables
    beat: BeatTables
    form: FormTables
    runs: Integers2  # (BANDS + 4, 3): see kernels.spectrum.integrate
    weights: Floats
    edges: Floats  # (BANDS + 1,): Hz
    gate: Floats  # (BANDS + 4,): power of noise that is not shown
    decimator: Floats  # taps of the low pass before decimation
    low_bins: Integers  # (LOW,): first of the four long bins that make each point
    low_weights: Floats2  # (LOW, 4)
    pitch_runs: Integers2  # (12 · octaves, 3): semitones of the long spectrum, by pitch class
    pitch_weights: Floats
    a_short: Floats  # A-weights of the short bins, by power
    a_long: Floats  # and of the long bins where those stand for the short ones
    fir: Doubles  # (5,): zeros of the K-weighting
    poles: Doubles  # (4,): its poles, see kernels.loudness
    channel_weights: Doubles  # (channels,)
    hop: int  # samples
    decimation: int  # samples per value of the decimated signal
    stereo: int  # 1 where there is a side signal
    first_bin: int  # of those whose flatness is measured
    thinning: int  # samples per value of the trace
    spread: int  # drawn points per value of the trace
    hop_seconds: float
    bin_hz: float
    attack: float  # share
    release: float  # share
    gain_rise: float  # share
    gain_fall: float  # share
    ground_fall: float  # share
    ground_rise: float  # share
    peak_hold: float  # seconds
    peak_fall: float  # full scales per second
    chroma_gate: float  # power of noise per semitone that is not shown
    stereo_keep: float  # what one hop leaves of the powers of left and right
    momentary_hops: float  # 400 ms
    short_hops: float  # 3 s


class Memory(NamedTuple):
    """Everything that changes from hop to hop; belongs to one stream."""

    heard: Floats2  # (channels, TAIL + hop): this hop, after the end of the last one
    mid: Floats  # (2 · length,): newest samples, kept twice, see kernels.intake.append
    side: Floats  # (2 · length,)
    decimated: Floats  # (2 · L,): newest values of the decimated mid signal, kept twice
    fresh: Floats2  # (2, hop): mid and side of this hop
    thinned: Floats  # (hop / decimation,): the decimated values of this hop
    weighted: Doubles2  # (2, hop): two channels on their way through the K-weighting
    filters: Doubles2  # (channels, 4)
    work: Floats  # where transforms are computed, see kernels.twiddles.work_size
    power: Floats  # (N/2 + 1,): of the mid signal
    brief_power: Floats  # (N/4 + 1,): of its newest half window
    other_power: Floats  # (N/2 + 1,): of the side signal
    long_power: Floats  # (L/2 + 1,)
    octaves: Floats  # (N/2 + 1,): log2 of `power`
    past: Floats2  # (PAST, bins): ring of powers
    steady: Floats  # (bins,)
    broad: Floats  # (bins,)
    mirrored: Floats  # (bins + 2 · REACH,)
    low_levels: Floats  # (low bins,): of the long spectrum
    pitch_power: Floats  # (12 · octaves,)
    pitches: Floats  # (12,)
    chroma: Floats  # (12,): drawn
    trace: Floats  # (TRACE,)
    kept: Floats  # (RUNS · RUN_POINTS,): points of the trace shown last
    band_power: Floats  # (BANDS + 4,)
    reference: Floats  # (BANDS + 4,)
    target: Floats  # (BANDS + 4,)
    ground: Floats  # (4,): level that bass, mid, treble and all of it come back to
    level: Floats  # (BANDS + 4,)
    part_power: Floats2  # (PARTS, BANDS + 1): side, harmonic, percussive; last all of it
    part_target: Floats  # (BANDS + 1,)
    part_level: Floats2  # (PARTS, BANDS + 1)
    peak: Floats  # (BANDS,)
    held: Floats  # (BANDS,)
    energies: Doubles  # (m,): ring of K-weighted energies per hop
    onset: OnsetMemory
    beat: BeatMemory
    beat_values: Doubles  # see `kernels.beat_layout.BeatValue`
    form: FormMemory
    sums: Doubles  # see `Sum`
    counts: Integers  # see `Count`


class Sum(IntEnum):
    """Place of each running quantity in `Memory.sums`."""

    BASS_FLOW = 0
    MID_FLOW = 1
    TREBLE_FLOW = 2
    LEFT = 3  # power, of the last moment
    RIGHT = 4
    CROSS = 5  # left times right
    CHROMA_REFERENCE = 6


class Count(IntEnum):
    """Place of each counter in `Memory.counts`."""

    IN_HOP = 0  # samples since the last hop
    HISTORY_AT = 1  # next place in `mid` and `side`
    DECIMATED_AT = 2
    BAD = 3
    HOPS = 4  # since the memory was new
    GRID = 5  # hops from sample 0 of the stream to the end of the newest one


SUM = constants(Sum)
COUNT = constants(Count)
SCALAR = constants(Scalar)
CURVE = constants(Curve)
