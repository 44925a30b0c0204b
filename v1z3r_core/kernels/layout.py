"""What the analysis hop works on: tables it reads, memory it keeps from hop to hop.

Nothing here needs the compiler: `kernels.records` derives from the annotations how compiled code
sees these tuples.
"""

from enum import IntEnum
from typing import Annotated, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.analysis import Scalar

Place = TypeVar("Place", bound=IntEnum)

# The annotation is the number of dimensions; all arrays are C-contiguous.
Floats = Annotated[NDArray[np.float32], 1]
Floats2 = Annotated[NDArray[np.float32], 2]
Doubles = Annotated[NDArray[np.float64], 1]
Doubles2 = Annotated[NDArray[np.float64], 2]
Integers = Annotated[NDArray[np.int64], 1]
Integers2 = Annotated[NDArray[np.int64], 2]

RUNS = 8  # of the trace, by which it is known again
RUN_POINTS = 8


class Tables(NamedTuple):
    """Constants of one sample rate and one set of settings; all arrays are read-only.

    Rows of `runs` are the 64 bands, then bass, mid, treble and all of it, then the m wider
    bands in which onsets are looked for. Shares are the parts of a distance that one hop covers.
    """

    window: Floats  # (N,)
    passes: Floats  # see kernels.fft
    split: Floats
    runs: Integers2  # (BANDS + 4 + m, 3): see kernels.spectrum.integrate
    weights: Floats
    gate: Floats  # (BANDS + 4,): power of noise that is not shown
    stages: Doubles2  # (2, 5): K-weighting
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
    clean: Floats2  # (hop, channels)
    filters: Doubles2  # (channels, 4)
    work: Floats2  # (4, N/2)
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
    logs: Floats2  # (lag + 1, m): ring of log bands
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


def constants(places: type[Place]) -> type[Place]:
    """The places as a named tuple, which every Numba can index arrays with; 0.65 cannot by enums.

    Typed as the enum, whose names it has.
    """
    fields = NamedTuple(  # type: ignore[misc]  # made from an enum, so without literal names
        places.__name__, [(name, int) for name in places.__members__]
    )
    return cast("type[Place]", fields(*map(int, places)))


SUM = constants(Sum)
COUNT = constants(Count)
SCALAR = constants(Scalar)
