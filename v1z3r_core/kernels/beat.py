"""One hop of the beat tracker: features, network, model, clock."""

import numpy as np
from numba import types

from v1z3r_core.kernels.arrays import Doubles, Floats, Floats2
from v1z3r_core.kernels.beat_clock import announce, count_beats, follow_presence, judge_beat, steer
from v1z3r_core.kernels.beat_features import BEAT_MEMORY, BEAT_TABLES, see_features
from v1z3r_core.kernels.beat_filter import filter_beat
from v1z3r_core.kernels.beat_layout import (
    BEAT_COUNT,
    BEAT_SOURCE,
    BEAT_SUM,
    BEAT_VALUE,
    BeatMemory,
    BeatTables,
)
from v1z3r_core.kernels.beat_net import see_activations
from v1z3r_core.kernels.policy import kernel, reads, writes

_F = types.float32
_D = types.float64


@kernel(BEAT_TABLES, BEAT_MEMORY, _D, _F, _F, writes(_D))
def track(
    tables: BeatTables,
    memory: BeatMemory,
    now: float,
    beat: np.float32,
    downbeat: np.float32,
    out: Doubles,
) -> None:
    """What follows from a hop's two activations."""
    values, counts = memory.values, memory.counts
    counts[BEAT_COUNT.HOPS] += 1
    newest = counts[BEAT_COUNT.HOPS] % memory.seen.shape[1]
    memory.seen[0, newest], memory.seen[1, newest] = beat, downbeat
    filter_beat(tables, memory, beat)
    follow_presence(tables, memory, beat)
    count_beats(memory, now)
    if counts[BEAT_COUNT.SOURCE] != BEAT_SOURCE.HOST:
        steer(tables, memory, now)
    judge_beat(tables, memory, now)
    announce(tables, memory, now)
    period = values[BEAT_SUM.PERIOD]
    ahead = values[BEAT_SUM.NEXT] - now
    out[BEAT_VALUE.PHASE] = 1.0 - ahead / period
    out[BEAT_VALUE.PERIOD] = period
    out[BEAT_VALUE.BPM] = 60.0 / period
    out[BEAT_VALUE.CONFIDENCE] = values[BEAT_SUM.CONFIDENCE]
    out[BEAT_VALUE.BEAT_IN] = ahead
    out[BEAT_VALUE.ANNOUNCED_TIME] = values[BEAT_SUM.ANNOUNCED]
    out[BEAT_VALUE.ANNOUNCED_COUNT] = counts[BEAT_COUNT.ANNOUNCED]
    out[BEAT_VALUE.ACTIVATION] = beat
    out[BEAT_VALUE.DOWNBEAT_ACTIVATION] = downbeat
    metre = counts[BEAT_COUNT.METRE]
    place = counts[BEAT_COUNT.BEAT]
    out[BEAT_VALUE.BAR_PHASE] = (place + out[BEAT_VALUE.PHASE]) / metre
    out[BEAT_VALUE.BEAT_IN_BAR] = place
    out[BEAT_VALUE.BEATS_PER_BAR] = metre
    out[BEAT_VALUE.BAR_CONFIDENCE] = values[BEAT_SUM.BAR_CONFIDENCE]
    out[BEAT_VALUE.DOWNBEAT_IN] = ahead + (metre - 1 - place) * period
    out[BEAT_VALUE.ANNOUNCED_FIRST] = counts[BEAT_COUNT.FIRST]
    out[BEAT_VALUE.LOCKED] = counts[BEAT_COUNT.LOCKED]


@kernel(BEAT_TABLES, BEAT_MEMORY, _D, reads(_F, 2), writes(_D, 2))
def track_all(
    tables: BeatTables, memory: BeatMemory, start: float, activations: Floats2, out: Floats2
) -> None:
    """What follows from the activations of many hops, the first of which ends at `start`."""
    for k in range(activations.shape[0]):
        track(
            tables,
            memory,
            start + k * tables.hop_seconds,
            activations[k, 0],
            activations[k, 1],
            out[k],
        )
