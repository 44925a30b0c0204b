"""One hop of the beat tracker: features, network, model, clock."""

import numpy as np
from numba import types

from v1z3r_core.kernels.arrays import Doubles, Floats
from v1z3r_core.kernels.beat_clock import announce, count_beats, judge_beat, steer
from v1z3r_core.kernels.beat_features import BEAT_MEMORY, BEAT_TABLES, see_features
from v1z3r_core.kernels.beat_filter import filter_beat
from v1z3r_core.kernels.beat_layout import (
    BEAT_COUNT,
    BEAT_SUM,
    BEAT_VALUE,
    BeatMemory,
    BeatTables,
)
from v1z3r_core.kernels.beat_net import see_activations
from v1z3r_core.kernels.policy import kernel, reads, writes

_F = types.float32
_D = types.float64
_I = types.int64


@kernel(BEAT_MEMORY, _D, writes(_D))
def say(memory: BeatMemory, now: float, out: Doubles) -> None:
    """Fill `out`, see `BeatValue`, from where the clock stands."""
    values, counts = memory.values, memory.counts
    period = values[BEAT_SUM.PERIOD]
    ahead = values[BEAT_SUM.NEXT] - now
    phase = min(max(1.0 - ahead / period, 0.0), 1.0)
    place, metre = counts[BEAT_COUNT.BEAT], counts[BEAT_COUNT.METRE]
    out[BEAT_VALUE.PHASE] = phase
    out[BEAT_VALUE.PERIOD] = period
    out[BEAT_VALUE.BPM] = 60.0 / period
    out[BEAT_VALUE.CONFIDENCE] = values[BEAT_SUM.CONFIDENCE] * counts[BEAT_COUNT.LOCKED]
    out[BEAT_VALUE.BEAT_IN] = ahead
    out[BEAT_VALUE.BAR_PHASE] = (place + phase) / metre
    out[BEAT_VALUE.BEAT_IN_BAR] = place
    out[BEAT_VALUE.BEATS_PER_BAR] = metre
    out[BEAT_VALUE.BAR_CONFIDENCE] = values[BEAT_SUM.BAR_CONFIDENCE] * counts[BEAT_COUNT.LOCKED]
    out[BEAT_VALUE.DOWNBEAT_IN] = ahead + (metre - 1 - place) * period
    out[BEAT_VALUE.ANNOUNCED_TIME] = values[BEAT_SUM.ANNOUNCED]
    out[BEAT_VALUE.ANNOUNCED_COUNT] = counts[BEAT_COUNT.ANNOUNCED]
    out[BEAT_VALUE.ANNOUNCED_FIRST] = counts[BEAT_COUNT.FIRST]
    out[BEAT_VALUE.ACTIVATION] = memory.activations[0]
    out[BEAT_VALUE.DOWNBEAT_ACTIVATION] = memory.activations[1]
    out[BEAT_VALUE.LOCKED] = counts[BEAT_COUNT.LOCKED]
    out[BEAT_VALUE.COUNT] = counts[BEAT_COUNT.PASSED]


@kernel(BEAT_TABLES, BEAT_MEMORY, _D, writes(_D))
def track(tables: BeatTables, memory: BeatMemory, now: float, out: Doubles) -> None:
    """What follows from `memory.activations` of the hop that ends now."""
    counts = memory.counts
    counts[BEAT_COUNT.HOPS] += 1
    newest = counts[BEAT_COUNT.HOPS] % memory.seen.shape[1]
    memory.seen[0, newest], memory.seen[1, newest] = memory.activations[0], memory.activations[1]
    filter_beat(tables, memory, memory.activations[0])
    count_beats(memory, now)
    steer(tables, memory, now)
    judge_beat(tables, memory, now)
    announce(memory, now)
    say(memory, now, out)


@kernel(BEAT_TABLES, BEAT_MEMORY, reads(_F), reads(_F), _D, writes(_D))
def see_beat(
    tables: BeatTables,
    memory: BeatMemory,
    short_power: Floats,
    long_power: Floats,
    now: float,
    out: Doubles,
) -> None:
    """Take in a hop and say where the beat is.

    Parameters
    ----------
    tables, memory
    short_power, long_power : float32, shape (bins,)
        Power spectra of Hann windows that end at the hop's last sample, 1 where a full-scale sine
        stands; the long window has the size that the tables were made for, the short one half.
    now : float, seconds
        Stream time of the hop's last sample.
    out : float64, shape (values,)
        Filled, see `BeatValue`.
    """
    top = np.float32(memory.values[BEAT_SUM.TOP])
    hop = memory.counts[BEAT_COUNT.HOPS]
    memory.values[BEAT_SUM.TOP] = see_features(tables, memory, short_power, long_power, top, hop)
    see_activations(tables, memory, memory.activations)
    track(tables, memory, now, out)
