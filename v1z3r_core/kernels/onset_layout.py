"""What onsets and drums are heard with: tables read, memory kept, and where the answers go."""

from enum import IntEnum
from typing import NamedTuple

from v1z3r_core.kernels.arrays import Floats, Floats2, Integers, Integers2, constants
from v1z3r_core.kernels.transform import Transform

HALVES = 2  # spectra per hop
RING = 32  # half-hops remembered: a power of two above the longest look back
GROUPS = 5  # see `Group`
CHANNELS = 4  # low, mid, high, all: what is announced
ALL = 3  # place of the last
AGE_BLOCKS = 48  # three hops: attacks are announced within two
DRUMS = 3  # kick, snare, hat


class DrumTables(NamedTuple):
    """Weights of the small network that tells drums apart; all arrays are read-only."""

    lags: Integers  # (k,): half-hops back of the spectra it sees
    hidden_weights: Floats2  # (hidden, (k + 1) · bands)
    hidden_bias: Floats  # (hidden,)
    weights: Floats2  # (DRUMS, hidden)
    bias: Floats  # (DRUMS,)


class OnsetTables(NamedTuple):
    """Constants of one sample rate; all arrays are read-only.

    Bands are the probes, then the bands of the short spectrum, mid ones first.
    """

    short: Transform  # of N = hop samples
    runs: Integers2  # (short bands, 3): see kernels.spectrum.integrate
    weights: Floats
    fine_runs: Integers2  # (fine bands, 3): the same for the hop's own, longer spectrum
    fine_weights: Floats
    probes: Floats2  # (2 · probes, 2N): windowed cosines and sines in turn
    mid_bands: int
    top_keep: float  # what half a hop leaves of the loudest power
    slow_share: float  # of a distance that a band's mean covers in half a hop
    refractory: int  # hops
    glow_keep: float  # what one hop leaves of an afterglow
    sample_seconds: float
    least: Floats  # (GROUPS,): change that no threshold is below, octaves of power
    joint: Floats  # (GROUPS,): the same next to an onset heard in all bands
    drums: DrumTables


class OnsetMemory(NamedTuple):
    """Everything that changes from hop to hop; belongs to one stream."""

    work: Floats  # see kernels.twiddles.work_size
    power: Floats  # (N/2 + 1,)
    now: Floats  # (bands,): powers
    last: Floats  # (bands,): half a hop ago
    pooled: Floats  # (bands,): both together
    logs: Floats2  # (RING, bands): octaves over what is audible, by half-hops
    before: Floats  # (bands,): the largest logs some time ago
    slow: Floats  # (bands,): running mean of the logs
    fine_now: Floats  # (fine bands,)
    fine_logs: Floats2  # (RING, fine bands), by hops
    fine_before: Floats  # (fine bands,)
    tops: Floats  # (2,): loudest recent power of short and fine bands
    changes: Floats  # (GROUPS,): of this hop
    changes_before: Floats  # (GROUPS,): of the hop before
    past: Floats2  # (GROUPS, n): changes of the last n hops
    glow: Floats  # (CHANNELS + DRUMS,): afterglows
    counts: Integers2  # (CHANNELS + DRUMS, 2): hops since the last announcement, announcements
    clock: Integers  # (2,): hops, and those since a change last stood out
    blocks: Floats  # (AGE_BLOCKS,): energies in which an attack's moment is looked for
    seen: Floats  # ((k + 1) · bands,): what the network sees
    hidden: Floats  # (hidden,)
    chances: Floats  # (DRUMS,): likelihoods of this hop
    heard: Floats  # (len(Heard),): answers about this hop, in the order of `Heard`


class Group(IntEnum):
    """Bands whose change is measured together."""

    LOW = 0  # 30–150 Hz
    MID = 1  # 150–2,500 Hz
    HIGH = 2  # 2,500–16,000 Hz
    SHORT = 3  # all of these
    FINE = 4  # all bands of the hop's own spectrum: slower, but it tells notes apart


class Heard(IntEnum):
    """Place of each answer about one hop."""

    FLUX = 0  # change over all bands, octaves of power, 0…
    ONSET = 1  # strength of the onset announced at this hop, 0 where none, …1
    ONSET_DECAY = 2  # 1·strength at an onset, falling exponentially after it, 0…1
    ONSET_COUNT = 3  # onsets announced since the stream began
    ONSET_LOW = 4  # the same for 30–150 Hz
    ONSET_MID = 5  # 150–2,500 Hz
    ONSET_HIGH = 6  # 2,500–16,000 Hz
    ONSET_LOW_DECAY = 7
    ONSET_MID_DECAY = 8
    ONSET_HIGH_DECAY = 9
    ONSET_LOW_COUNT = 10
    ONSET_MID_COUNT = 11
    ONSET_HIGH_COUNT = 12
    ONSET_AGE = 13  # seconds from the attack to the end of the hop that announces it, else 0
    KICK = 14  # likelihood that a kick was struck in the last two hops, 0…1
    SNARE = 15
    HAT = 16
    KICK_DECAY = 17  # 1·likelihood at a kick likelier than not, falling exponentially, 0…1
    SNARE_DECAY = 18
    HAT_DECAY = 19
    KICK_COUNT = 20  # kicks likelier than not since the stream began
    SNARE_COUNT = 21
    HAT_COUNT = 22


GROUP = constants(Group)
HEARD = constants(Heard)
