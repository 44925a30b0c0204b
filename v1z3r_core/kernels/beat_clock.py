"""A clock that follows the model's beats, runs on without them, and says the next one in time.

What the model believes jumps from hop to hop; what a picture moves to must not. The clock gives
way slowly while the two agree, holds its course when they do not, and changes it at once when the
model has been sure of something else for long enough.
"""

import math

import numpy as np
from numba import types

from v1z3r_core.kernels.arrays import Floats
from v1z3r_core.kernels.beat_bar import judge_bar
from v1z3r_core.kernels.beat_features import BEAT_MEMORY, BEAT_TABLES
from v1z3r_core.kernels.beat_filter import LEAST, MOST, OFF_BEAT
from v1z3r_core.kernels.beat_layout import (
    BEAT_COUNT,
    BEAT_SUM,
    DELAY_SECONDS,
    BeatMemory,
    BeatTables,
)
from v1z3r_core.kernels.policy import kernel, reads

LEAD_SECONDS = 0.11  # a beat is announced this long before it sounds, or a hop sooner

PHASE_SECONDS = 0.35  # time constants of the clock's giving way
PERIOD_SECONDS = 0.6
STEEPEST = 0.2  # clock seconds per second that the phase may move
SAME_PHASE = 0.16  # of a beat: model and clock mean the same beat
SAME_TEMPO = 0.10  # likewise of a period
SURE_SECONDS = 0.4  # that the model must have held its belief before the clock locks
SWITCH_SECONDS = 0.5  # likewise before a locked clock drops its own
SWITCH_EVIDENCE = 8.0  # nepers of activations likewise
KIN_EVIDENCE = 2.0  # likewise for the off-beats or an octave: for each beat of its course
MOST_EVIDENCE = 40.0  # of that
ON_BEAT = 0.05  # of a period around a beat
FINE_PHASE = 0.05  # of a beat: differences that the model's cells cannot tell
FINE_TEMPO = 0.025  # likewise of a period
JUDGED_HOPS = 4.0  # after a beat's activation that it is looked back at
NEAR_HOPS = 4  # around it that are looked at
HEARD = np.float32(0.1)  # activation of a beat that says anything about its time
PHASE_SHARE = 0.25  # of what a beat was off that the clock gives way
PERIOD_SHARE = 0.04  # likewise its period
STEEPEST_SHARE = 0.3  # likewise at first
CONFIDENCE_SECONDS = 0.5
LOCK_CONFIDENCE = 0.35
SWITCH_CONFIDENCE = 0.5
PRESENT = 0.22  # mean activation on the clock's beats above which it locks; 0.1 in noise
ABSENT = 0.12  # below which it lets go
BECOMING_PRESENT = 0.35  # share of the newest beat in that mean: two good beats are enough
STILL_PRESENT = 0.1  # likewise while locked: runs on for a dozen beats through a break
BAR_KNOWN = 0.25  # confidence above which a downbeat is announced as one
LEAST_GAP = 0.6  # of a period between two announced beats

_F = types.float32
_D = types.float64
_I = types.int64
_HALF = np.float32(0.5)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(BEAT_MEMORY, _D)
def count_beats(memory: BeatMemory, now: float) -> None:
    """Move the clock's next beat past this moment, and count the beats that have gone by."""
    values, counts = memory.values, memory.counts
    behind = now - values[BEAT_SUM.NEXT]
    if behind < 0.0:
        return
    beats = math.floor(behind / values[BEAT_SUM.PERIOD]) + 1
    values[BEAT_SUM.NEXT] += beats * values[BEAT_SUM.PERIOD]
    counts[BEAT_COUNT.PASSED] += int(beats)
    counts[BEAT_COUNT.BEAT] = (counts[BEAT_COUNT.BEAT] + int(beats)) % counts[BEAT_COUNT.METRE]


@kernel(reads(_F), _I, _D, _I, returns=_F)
def largest_around(seen: Floats, newest: int, age: float, reach: int) -> np.float32:
    """Largest activation around an age in hops."""
    ring = seen.shape[0]
    middle = math.floor(age + 0.5)
    top = _ZERO
    for a in range(max(0, middle - reach), middle + reach + 1):
        top = max(top, seen[(newest + ring - a) % ring])
    return top


@kernel(reads(_F), _I, _D, _I, returns=_D)
def centre(seen: Floats, newest: int, age: float, reach: int) -> float:
    """Age in hops of the centre of the activations around an age; that age if there are none.

    Only what stands out counts: the lower half of each peak says little and reaches far.
    """
    ring = seen.shape[0]
    middle = math.floor(age + 0.5)
    top = largest_around(seen, newest, age, reach)
    mass, ages = 0.0, 0.0
    for a in range(max(0, middle - reach), middle + reach + 1):
        above = max(seen[(newest + ring - a) % ring] - _HALF * top, _ZERO)
        mass += above
        ages += above * a
    return ages / mass if mass > 0.0 else age


@kernel(BEAT_TABLES, BEAT_MEMORY, _D)
def judge_beat(tables: BeatTables, memory: BeatMemory, now: float) -> None:
    """Look back at the clock's last beat, once: when exactly it was, and whether a bar began.

    The model knows time to a hop; the centre of a peak of activations knows it to a millisecond.
    """
    values, counts = memory.values, memory.counts
    period, step = values[BEAT_SUM.PERIOD], tables.hop_seconds
    beat = values[BEAT_SUM.NEXT] - period
    age = (now - DELAY_SECONDS - beat) / step
    if age < JUDGED_HOPS or beat - values[BEAT_SUM.JUDGED] < 0.5 * period:
        return
    values[BEAT_SUM.JUDGED] = beat
    counts[BEAT_COUNT.FOLLOWED] += 1
    newest = counts[BEAT_COUNT.HOPS] % memory.seen.shape[1]
    strength = largest_around(memory.seen[0], newest, age, NEAR_HOPS)
    share = STILL_PRESENT if counts[BEAT_COUNT.LOCKED] == 1 else BECOMING_PRESENT
    values[BEAT_SUM.PRESENCE] += share * (strength - values[BEAT_SUM.PRESENCE])
    if strength > HEARD:
        late = (age - centre(memory.seen[0], newest, age, NEAR_HOPS)) * step
        # The least squares' share of the newest of n beats at first, a steady one later.
        n = float(counts[BEAT_COUNT.FOLLOWED])
        least = 6.0 / ((n + 1.0) * (n + 2.0))
        values[BEAT_SUM.NEXT] += max(PHASE_SHARE, least * (2.0 * n + 1.0) / 3.0) * late
        values[BEAT_SUM.PERIOD] += max(PERIOD_SHARE, min(least, STEEPEST_SHARE)) * late
    first = largest_around(memory.seen[1], newest, age, NEAR_HOPS)
    judge_bar(memory, first / max(strength, HEARD))


@kernel(BEAT_MEMORY, _D, _D, returns=_D)
def difference(memory: BeatMemory, beat: float, period: float) -> float:
    """From the clock's nearest beat to this one, in periods, -0.5…0.5."""
    phase = (beat - memory.values[BEAT_SUM.NEXT]) / period
    return float(phase - math.floor(phase + 0.5))


@kernel(BEAT_MEMORY, _D, _D, _D)
def take_over(memory: BeatMemory, now: float, beat: float, period: float) -> None:
    """Set the clock to a beat and a period; its next beat comes after those announced."""
    values = memory.values
    skipped = math.floor((now - beat) / period) + 1
    values[BEAT_SUM.NEXT] = beat + skipped * period
    values[BEAT_SUM.PERIOD] = period
    values[BEAT_SUM.AGREED] = 0.0
    memory.counts[BEAT_COUNT.FOLLOWED] = 1


@kernel(_D, _D, _D, returns=_D)
def on_beat(moment: float, beat: float, period: float) -> float:
    """1 near a row of beats, else 0."""
    phase = (moment - beat) / period
    return 1.0 if abs(phase - math.floor(phase + 0.5)) < ON_BEAT else 0.0


@kernel(BEAT_MEMORY, _D, _D, _D, returns=_D)
def favour(memory: BeatMemory, moment: float, beat: float, period: float) -> float:
    """Nepers by which the newest activation, of that moment, favours these beats to the clock's."""
    values = memory.values
    theirs = on_beat(moment, beat, period)
    own = on_beat(moment, values[BEAT_SUM.NEXT], values[BEAT_SUM.PERIOD])
    heard = min(max(memory.activations[0], LEAST), MOST)
    return (theirs - own) * math.log(heard * OFF_BEAT / (_ONE - heard))


@kernel(BEAT_MEMORY, _D, returns=_D)
def needed(memory: BeatMemory, period: float) -> float:
    """Evidence against its own beats for which the clock gives up its course for this period.

    Off-beats may sound stronger than beats for some bars, and an octave is a matter of taste: the
    longer a clock has run well, the less they move it. Another tempo is another piece.
    """
    own = memory.values[BEAT_SUM.PERIOD]
    ratio = max(period, own) / min(period, own)
    if ratio > 1.0 + SAME_TEMPO and abs(ratio / 2.0 - 1.0) > SAME_TEMPO:
        return SWITCH_EVIDENCE
    run = KIN_EVIDENCE * memory.counts[BEAT_COUNT.FOLLOWED]
    return float(min(max(run, SWITCH_EVIDENCE), MOST_EVIDENCE))


@kernel(BEAT_TABLES, BEAT_MEMORY, _D)
def steer(tables: BeatTables, memory: BeatMemory, now: float) -> None:
    """Let the clock follow what the model believes."""
    values, counts = memory.values, memory.counts
    step = tables.hop_seconds
    period = values[BEAT_SUM.SEEN_PERIOD]
    beat = now - DELAY_SECONDS + values[BEAT_SUM.SEEN_AHEAD]
    share = -math.expm1(-step / CONFIDENCE_SECONDS)
    confidence = values[BEAT_SUM.CONFIDENCE]
    confidence += share * (values[BEAT_SUM.SEEN_CONFIDENCE] - confidence)
    values[BEAT_SUM.CONFIDENCE] = confidence
    locked = counts[BEAT_COUNT.LOCKED] == 1
    own = values[BEAT_SUM.PERIOD]
    off = difference(memory, beat, own)
    same = abs(off) < SAME_PHASE and abs(period / own - 1.0) < SAME_TEMPO
    agreed = values[BEAT_SUM.AGREED]
    if same:
        values[BEAT_SUM.AGREED] = max(agreed, 0.0) + step
        # What is near enough is left to `judge_beat`, which hears finer than the model's cells.
        beyond = off - min(max(off, -FINE_PHASE), FINE_PHASE)
        pull = -math.expm1(-step / PHASE_SECONDS) * beyond * own
        values[BEAT_SUM.NEXT] += min(max(pull, -STEEPEST * step), STEEPEST * step)
        apart = period - own
        apart -= min(max(apart, -FINE_TEMPO * own), FINE_TEMPO * own)
        values[BEAT_SUM.PERIOD] += -math.expm1(-step / PERIOD_SECONDS) * apart
        sure = values[BEAT_SUM.AGREED] > SURE_SECONDS and confidence > LOCK_CONFIDENCE
        if sure and values[BEAT_SUM.PRESENCE] > PRESENT:
            counts[BEAT_COUNT.LOCKED] = 1
    else:
        values[BEAT_SUM.AGREED] = min(agreed, 0.0) - step
        if agreed >= 0.0:
            values[BEAT_SUM.EVIDENCE] = 0.0
        values[BEAT_SUM.EVIDENCE] += favour(memory, now - DELAY_SECONDS, beat, period)
        sure = confidence > SWITCH_CONFIDENCE and -values[BEAT_SUM.AGREED] > SWITCH_SECONDS
        if (sure and values[BEAT_SUM.EVIDENCE] > needed(memory, period)) or not locked:
            take_over(memory, now, beat, period)


@kernel(BEAT_MEMORY, _D)
def announce(memory: BeatMemory, now: float) -> None:
    """Announce the clock's next beat if it is near enough, each once, never two too close."""
    values, counts = memory.values, memory.counts
    if counts[BEAT_COUNT.LOCKED] == 0:
        return
    if values[BEAT_SUM.PRESENCE] < ABSENT:
        counts[BEAT_COUNT.LOCKED] = 0
        return
    beat, period = values[BEAT_SUM.NEXT], values[BEAT_SUM.PERIOD]
    if beat - now > LEAD_SECONDS:
        return
    if beat - values[BEAT_SUM.ANNOUNCED] < LEAST_GAP * period:
        return
    values[BEAT_SUM.ANNOUNCED] = beat
    counts[BEAT_COUNT.ANNOUNCED] += 1
    first = (counts[BEAT_COUNT.BEAT] + 1) % counts[BEAT_COUNT.METRE] == 0
    known = values[BEAT_SUM.BAR_CONFIDENCE] > BAR_KNOWN
    counts[BEAT_COUNT.FIRST] = 1 if first and known else 0
