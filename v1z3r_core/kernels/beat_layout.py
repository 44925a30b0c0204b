"""What the beat tracker works on: tables it reads, memory it keeps, values it gives.

Nothing here needs the compiler; all of it nests into the tables and the memory of the hop.
"""

from enum import IntEnum
from typing import NamedTuple

from v1z3r_core.kernels.arrays import Doubles, Floats, Floats2, Integers, Integers2, constants


class GruWeights(NamedTuple):
    """One layer of gated recurrent units: n inputs, m units.

    Rows of `gates` are first the m reset gates, then the m update gates, over inputs and state.
    """

    gates: Floats2  # (2m, n + m)
    gate_bias: Floats  # (2m,)
    fresh: Floats2  # (m, n): candidate state from the inputs
    fresh_bias: Floats  # (m,)
    kept: Floats2  # (m, m): candidate state from the old state
    kept_bias: Floats  # (m,)


class NetWeights(NamedTuple):
    """The activation network: two dense layers around two recurrent ones."""

    enter: Floats2  # (e, 2 · bands)
    enter_bias: Floats
    first: GruWeights
    second: GruWeights
    leave: Floats2  # (2, units): beat, downbeat
    leave_bias: Floats


class BeatTables(NamedTuple):
    """Constants of one sample rate and one choice of tempos; all arrays are read-only."""

    short_runs: Integers2  # (s, 3): see kernels.spectrum.integrate
    short_weights: Floats
    long_runs: Integers2  # (l, 3)
    long_weights: Floats
    net: NetWeights
    starts: Integers  # (tempos + 1,): place of each tempo's ring of cells
    widths: Integers  # (tempos,): cells of a ring that expect a beat
    jumps: Floats2  # (tempos, 2 · reach + 1): from neighbouring tempos to this one
    preference: Floats  # (tempos,): share of each tempo in what is seeded; sums to 1
    leaning: Floats  # (tempos,), ≤ 1: weight of a beat at each tempo, 1 where it is preferred
    shortest: int  # hops per beat of the fastest tempo
    lag: int  # hops between the spectra that are compared
    hop_seconds: float
    top_keep: float  # what one hop leaves of the loudest band's memory


class BeatMemory(NamedTuple):
    """Everything that changes from hop to hop; belongs to one stream."""

    bands: Floats  # (s + l,): powers of this hop
    logs: Floats2  # (lag + 1, s + l): ring of log bands
    inputs: Floats  # (2 · (s + l),)
    first: Floats  # (e + m,): input and state of the first recurrent layer
    second: Floats  # (m + n,): likewise of the second
    gates: Floats  # (2 · max(m, n),)
    fresh: Floats  # (max(m, n),)
    kept: Floats  # (max(m, n),)
    activations: Floats  # (2,): of beat and downbeat at this hop
    seen: Floats2  # (2, ring): newest activations of beat and downbeat
    mass: Floats  # (cells,): of every tempo and phase, see kernels.beat_filter
    heads: Integers  # (tempos,): cell of each ring that stands at phase 0
    ends: Floats  # (tempos,)
    tempo_mass: Floats  # (tempos,)
    bar_mass: Floats  # see kernels.beat_bar
    values: Doubles  # see `BeatSum`
    counts: Integers  # see `BeatCount`


class PathMemory(NamedTuple):
    """What the best path of a whole file is found with; overwritten."""

    scores: Doubles  # (cells,): logarithms of how likely each is, at the start and then on
    heads: Integers  # (tempos,), zeros
    ends: Doubles  # (tempos,), zeros
    came: Integers2  # (hops, tempos)
    beats: Doubles  # (hops,): result, hops counted from the first activation, latest first


class BeatSum(IntEnum):
    """Place of each running quantity in `BeatMemory.values`."""

    TOP = 0  # power of the loudest band lately
    MASS = 1  # of all cells
    SEEN_AHEAD = 2  # seconds from the moment the activation speaks of to the model's next beat
    SEEN_PERIOD = 3  # seconds
    SEEN_CONFIDENCE = 4  # 0…1: mass around the likeliest cell
    NEXT = 5  # stream time of the clock's next beat, seconds
    PERIOD = 6  # of the clock, seconds
    CONFIDENCE = 7  # 0…1, of the clock
    PRESENCE = 8  # 0…1: mean activation on the clock's latest beats
    AGREED = 9  # seconds for which model and clock have agreed; negative: disagreed
    ANNOUNCED = 10  # stream time of the beat announced last, seconds
    BAR_CONFIDENCE = 11  # 0…1
    JUDGED = 12  # stream time of the beat that the bar model weighed last
    EVIDENCE = 13  # nepers for the model's beats against the clock's while they disagree


class BeatCount(IntEnum):
    """Place of each counter in `BeatMemory.counts`."""

    HOPS = 0  # since the memory was new
    LOCKED = 1  # 1 while the clock knows where the beat is
    ANNOUNCED = 2  # beats announced
    BEAT = 3  # place of the clock's last beat in its bar, from 0
    METRE = 4  # beats per bar
    FIRST = 5  # 1 if the beat announced last begins a bar
    FOLLOWED = 6  # beats since the clock was set
    PASSED = 7  # beats that the clock has passed


class BeatValue(IntEnum):
    """Place of each value that `kernels.beat.see_beat` gives at every hop."""

    PHASE = 0  # 0 on the beat … 1 just before the next
    PERIOD = 1  # seconds; 0 before the first lock
    BPM = 2
    CONFIDENCE = 3  # 0…1
    BEAT_IN = 4  # seconds to the next beat
    BAR_PHASE = 5  # 0 on the first beat … 1
    BEAT_IN_BAR = 6  # 0 … beats per bar - 1
    BEATS_PER_BAR = 7
    BAR_CONFIDENCE = 8  # 0…1
    DOWNBEAT_IN = 9  # seconds to the next bar's first beat
    ANNOUNCED_TIME = 10  # stream time of the beat announced last, seconds
    ANNOUNCED_COUNT = 11  # beats announced; it rises by one at the hop that announces
    ANNOUNCED_FIRST = 12  # 1 if that beat begins a bar and the bar is known, else 0
    ACTIVATION = 13  # 0…1: a beat fell 60 ms ago
    DOWNBEAT_ACTIVATION = 14
    LOCKED = 15  # 1 while beats are announced
    COUNT = 16  # beats that the clock has passed


BEAT_SUM = constants(BeatSum)
BEAT_COUNT = constants(BeatCount)
BEAT_VALUE = constants(BeatValue)

SHORTEST_BAR = 2  # beats
LONGEST_BAR = 7
# How usual bars of 2 … 7 beats are: four or three in nearly all dance, pop and folk music
USUAL_BARS = (0.04, 0.18, 0.66, 0.04, 0.05, 0.03)
HALVED_BARS = (4, 6)  # whose middle beat sounds like a lesser first
DELAY_SECONDS = 0.06  # how late the network answers: more look-back hears attacks more surely
