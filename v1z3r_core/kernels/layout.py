"""What the analysis hop works on: tables it reads, memory it keeps from hop to hop."""

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple, TypeVar, cast

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import reads, writes
from v1z3r_core.model.analysis import Scalar

Place = TypeVar("Place", bound=IntEnum)

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]


class Tables(NamedTuple):
    """Constants of one sample rate and one set of settings; all arrays are read-only.

    Rows of `runs` are the 64 bands, then bass, mid, treble and all of it, then the m wider
    bands in which onsets are looked for. Shares are the parts of a distance that one hop covers.
    """

    window: Floats  # (N,)
    passes: Floats  # see kernels.fft
    split: Floats
    runs: Integers  # (BANDS + 4 + m, 3): see kernels.spectrum.integrate
    weights: Floats
    gate: Floats  # (BANDS + 4,): power of noise that is not shown
    stages: Doubles  # (2, 5): K-weighting
    channel_weights: Doubles  # (channels,)
    hop: int  # samples
    thinning: int  # samples per value of the trace
    spread: int  # drawn points per value of the trace
    lag: int  # hops between the spectra that make the flux
    refractory: int  # hops
    hop_seconds: float
    bin_hz: float
    power_scale: float
    attack: float  # share
    release: float  # share
    gain_rise: float  # share
    gain_fall: float  # share
    peak_hold: float  # seconds
    peak_fall: float  # full scales per second
    afterglow_keep: float  # what one hop leaves of the afterglow of an onset
    momentary_hops: float  # 400 ms
    short_hops: float  # 3 s


class Memory(NamedTuple):
    """Everything that changes from hop to hop; belongs to one stream."""

    history: Floats  # (2 · length,): mid signal, kept twice, see kernels.intake.remember_mid
    clean: Floats  # (hop, channels)
    filters: Doubles  # (channels, 4)
    work: Floats  # (4, N/2)
    bins: Floats  # (N + 2,)
    power: Floats  # (N/2 + 1,)
    trace: Floats  # (TRACE,)
    kept: Floats  # (RUNS · RUN_POINTS,): points of the trace shown last
    band_power: Floats  # (BANDS + 4 + m,)
    reference: Floats  # (BANDS + 4,)
    target: Floats  # (BANDS + 4,)
    level: Floats  # (BANDS + 4,)
    peak: Floats  # (BANDS,)
    held: Floats  # (BANDS,)
    logs: Floats  # (lag + 1, m): ring of log bands
    flux_past: Floats  # (n,)
    flux_sorted: Floats  # (n,)
    energies: Doubles  # (m,): ring of K-weighted energies per hop
    sums: Doubles  # see `Sum`
    counts: Integers  # see `Count`


class Sum(IntEnum):
    """Place of each running quantity in `Memory.sums`."""

    ENERGY = 0  # K-weighted, of this hop so far
    PEAK = 1  # of this hop so far
    BASS_FLOW = 2
    MID_FLOW = 3
    TREBLE_FLOW = 4
    AFTERGLOW = 5
    LAST_FLUX = 6


class Count(IntEnum):
    """Place of each counter in `Memory.counts`."""

    IN_HOP = 0  # samples since the last hop
    HISTORY_AT = 1
    BAD = 2
    HOPS = 3  # since the memory was new
    ONSETS = 4
    SINCE_ONSET = 5  # hops


def _constants(places: type[Place]) -> type[Place]:
    """The places as a named tuple, which every Numba can index arrays with; 0.65 cannot by enums.

    Typed as the enum, whose names it has.
    """
    fields = NamedTuple(  # type: ignore[misc]  # made from an enum, so without literal names
        places.__name__, [(name, int) for name in places.__members__]
    )
    return cast("type[Place]", fields(*map(int, places)))


SUM = _constants(Sum)
COUNT = _constants(Count)
SCALAR = _constants(Scalar)

_F = types.float32
_D = types.float64
_I = types.int64

_record: Callable[..., types.Type] = types.NamedTuple  # untyped in numba

TABLES = _record(
    [reads(_F), reads(_F), reads(_F), reads(_I, 2), reads(_F), reads(_F), reads(_D, 2), reads(_D)]
    + [_I] * 5
    + [_D] * 12,
    Tables,
)
MEMORY = _record(
    [writes(_F), writes(_F, 2), writes(_D, 2), writes(_F, 2)]
    + [writes(_F)] * 10
    + [writes(_F, 2), writes(_F), writes(_F), writes(_D), writes(_D), writes(_I)],
    Memory,
)
