"""One hop of the beat tracker: features, network, model, clock."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import (
    BEAT_COUNT,
    BEAT_SUM,
    BEAT_VALUE,
    BeatMemory,
    BeatTables,
)
from v1z3r_core.kernels.plain.beat_clock import announce, count_beats, judge_beat, steer
from v1z3r_core.kernels.plain.beat_features import see_features
from v1z3r_core.kernels.plain.beat_filter import filter_beat
from v1z3r_core.kernels.plain.beat_net import see_activations

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


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
    out : float64, shape (values,), written
        See `BeatValue`.
    """
    top = np.float32(memory.values[BEAT_SUM.TOP])
    hop = int(memory.counts[BEAT_COUNT.HOPS])
    memory.values[BEAT_SUM.TOP] = see_features(tables, memory, short_power, long_power, top, hop)
    see_activations(tables, memory, memory.activations)
    track(tables, memory, now, out)


def track(tables: BeatTables, memory: BeatMemory, now: float, out: Doubles) -> None:
    """What follows from `memory.activations` of the hop that ends now."""
    values, counts = memory.values.tolist(), memory.counts.tolist()
    counts[BEAT_COUNT.HOPS] += 1
    memory.seen[:, counts[BEAT_COUNT.HOPS] % memory.seen.shape[1]] = memory.activations
    filter_beat(tables, memory, memory.activations[0], values)
    count_beats(values, counts, now)
    steer(values, counts, now, tables.hop_seconds, memory.activations[0])
    judge_beat(memory, values, counts, now, tables.hop_seconds)
    announce(values, counts, now)
    memory.values[:], memory.counts[:] = values, counts
    say(values, counts, now, out)
    out[BEAT_VALUE.ACTIVATION], out[BEAT_VALUE.DOWNBEAT_ACTIVATION] = memory.activations


def say(values: list[float], counts: list[int], now: float, out: Doubles) -> None:
    """Fill `out` from where the clock stands."""
    period, locked = values[BEAT_SUM.PERIOD], counts[BEAT_COUNT.LOCKED]
    ahead = values[BEAT_SUM.NEXT] - now
    phase = min(max(1.0 - ahead / period, 0.0), 1.0)
    place, metre = counts[BEAT_COUNT.BEAT], counts[BEAT_COUNT.METRE]
    out[BEAT_VALUE.PHASE] = phase
    out[BEAT_VALUE.PERIOD] = period
    out[BEAT_VALUE.BPM] = 60.0 / period
    out[BEAT_VALUE.CONFIDENCE] = values[BEAT_SUM.CONFIDENCE] * locked
    out[BEAT_VALUE.BEAT_IN] = ahead
    out[BEAT_VALUE.BAR_PHASE] = (place + phase) / metre
    out[BEAT_VALUE.BEAT_IN_BAR] = place
    out[BEAT_VALUE.BEATS_PER_BAR] = metre
    out[BEAT_VALUE.BAR_CONFIDENCE] = values[BEAT_SUM.BAR_CONFIDENCE] * locked
    out[BEAT_VALUE.DOWNBEAT_IN] = ahead + (metre - 1 - place) * period
    out[BEAT_VALUE.ANNOUNCED_TIME] = values[BEAT_SUM.ANNOUNCED]
    out[BEAT_VALUE.ANNOUNCED_COUNT] = counts[BEAT_COUNT.ANNOUNCED]
    out[BEAT_VALUE.ANNOUNCED_FIRST] = counts[BEAT_COUNT.FIRST]
    out[BEAT_VALUE.LOCKED] = locked
    out[BEAT_VALUE.COUNT] = counts[BEAT_COUNT.PASSED]
