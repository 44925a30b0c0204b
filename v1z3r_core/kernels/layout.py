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
from v1z3r_core.kernels.onset_layout import OnsetMemory, OnsetTables
from v1z3r_core.model.analysis import Scalar

RUNS = 8  # of the trace, by which it is known again
RUN_POINTS = 8


class Tables(NamedTuple):
    """Constants of one sample rate and one set of settings; all arrays are read-only.

    Rows of `runs` are the 64 bands, then bass, mid, treble and all of it. Shares are the parts
    of a distance that one hop covers.
    """

    window: Floats  # (N,)
    passes: Floats  # see kernels.fft
    split: Floats
    runs: Integers2  # (BANDS + 4, 3): see kernels.spectrum.integrate
    weights: Floats
    gate: Floats  # (BANDS + 4,): power of noise that is not shown
    stages: Doubles2  # (2, 5): K-weighting
    channel_weights: Doubles  # (channels,)
    hop: int  # samples
    thinning: int  # samples per value of the trace
    spread: int  # drawn points per value of the trace
    hop_seconds: float
    bin_hz: float
    power_scale: float
    attack: float  # share
    release: float  # share
    gain_rise: float  # share
    gain_fall: float  # share
    peak_hold: float  # seconds
    peak_fall: float  # full scales per second
    momentary_hops: float  # 400 ms
    short_hops: float  # 3 s
    onset: OnsetTables


class Memory(NamedTuple):
    """Everything that changes from hop to hop; belongs to one stream."""

    history: Floats  # (2 · length,): mid signal, kept twice, see kernels.intake.remember_mid
    clean: Floats2  # (hop, channels)
    filters: Doubles2  # (channels, 4)
    work: Floats2  # (4, N/2)
    bins: Floats  # (N + 2,)
    power: Floats  # (N/2 + 1,)
    trace: Floats  # (TRACE,)
    kept: Floats  # (RUNS · RUN_POINTS,): points of the trace shown last
    band_power: Floats  # (BANDS + 4,)
    reference: Floats  # (BANDS + 4,)
    target: Floats  # (BANDS + 4,)
    level: Floats  # (BANDS + 4,)
    peak: Floats  # (BANDS,)
    held: Floats  # (BANDS,)
    energies: Doubles  # (m,): ring of K-weighted energies per hop
    sums: Doubles  # see `Sum`
    counts: Integers  # see `Count`
    onset: OnsetMemory


class Sum(IntEnum):
    """Place of each running quantity in `Memory.sums`."""

    ENERGY = 0  # K-weighted, of this hop so far
    PEAK = 1  # of this hop so far
    BASS_FLOW = 2
    MID_FLOW = 3
    TREBLE_FLOW = 4


class Count(IntEnum):
    """Place of each counter in `Memory.counts`."""

    IN_HOP = 0  # samples since the last hop
    HISTORY_AT = 1
    BAD = 2
    HOPS = 3  # since the memory was new


SUM = constants(Sum)
COUNT = constants(Count)
SCALAR = constants(Scalar)
