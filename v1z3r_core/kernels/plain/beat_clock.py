"""A clock that follows the model's beats, runs on without them, and says the next one in time.

It works on `BeatMemory.values` and `BeatMemory.counts` as lists, see `BeatSum` and `BeatCount`:
single numbers are several times faster there than in arrays.
"""

import math

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import BEAT_COUNT, BEAT_SUM, DELAY_SECONDS, BeatMemory
from v1z3r_core.kernels.beat_tuning import (
    ABSENT,
    BAR_KNOWN,
    BECOMING_PRESENT,
    CONFIDENCE_SECONDS,
    FINE_PHASE,
    FINE_TEMPO,
    HEARD,
    JUDGED_HOPS,
    KIN_EVIDENCE,
    LEAD_SECONDS,
    LEAST_GAP,
    LOCK_CONFIDENCE,
    MOST_EVIDENCE,
    NEAR_HOPS,
    ON_BEAT,
    PERIOD_SECONDS,
    PERIOD_SHARE,
    PHASE_SECONDS,
    PHASE_SHARE,
    PRESENT,
    SAME_PHASE,
    SAME_TEMPO,
    STEEPEST,
    STEEPEST_SHARE,
    STILL_PRESENT,
    SURE_SECONDS,
    SWITCH_CONFIDENCE,
    SWITCH_EVIDENCE,
    SWITCH_SECONDS,
)
from v1z3r_core.kernels.plain.beat_bar import judge_bar
from v1z3r_core.kernels.plain.beat_filter import odds_of

Floats = NDArray[np.float32]

_HALF = np.float32(0.5)


def count_beats(values: list[float], counts: list[int], now: float) -> None:
    """Move the clock's next beat past this moment, and count the beats that have gone by."""
    behind = now - values[BEAT_SUM.NEXT]
    if behind < 0.0:
        return
    beats = math.floor(behind / values[BEAT_SUM.PERIOD]) + 1
    values[BEAT_SUM.NEXT] += beats * values[BEAT_SUM.PERIOD]
    counts[BEAT_COUNT.PASSED] += beats
    counts[BEAT_COUNT.BEAT] = (counts[BEAT_COUNT.BEAT] + beats) % counts[BEAT_COUNT.METRE]


def limited(value: float, most: float) -> float:
    """The value, or `most` of it to either side."""
    return min(max(value, -most), most)


def on_beat(moment: float, beat: float, period: float) -> bool:
    """Whether a moment is near a row of beats."""
    phase = (moment - beat) / period
    return abs(phase - math.floor(phase + 0.5)) < ON_BEAT


def favour(values: list[float], activation: np.float32, moment: float, beat: float) -> float:
    """Nepers by which an activation, of that moment, favours the model's beats to the clock's."""
    theirs = on_beat(moment, beat, values[BEAT_SUM.SEEN_PERIOD])
    own = on_beat(moment, values[BEAT_SUM.NEXT], values[BEAT_SUM.PERIOD])
    return (theirs - own) * float(np.log(odds_of(activation)))


def needed(values: list[float], counts: list[int]) -> float:
    """Evidence against its own beats for which the clock gives up its course for the model's.

    Off-beats may sound stronger than beats for some bars, and an octave is a matter of taste: the
    longer a clock has run well, the less they move it. Another tempo is another piece.
    """
    period, own = values[BEAT_SUM.SEEN_PERIOD], values[BEAT_SUM.PERIOD]
    ratio = max(period, own) / min(period, own)
    if ratio > 1.0 + SAME_TEMPO and abs(ratio / 2.0 - 1.0) > SAME_TEMPO:
        return SWITCH_EVIDENCE
    return min(max(KIN_EVIDENCE * counts[BEAT_COUNT.FOLLOWED], SWITCH_EVIDENCE), MOST_EVIDENCE)


def steer(
    values: list[float], counts: list[int], now: float, step: float, activation: np.float32
) -> None:
    """Let the clock follow what the model believes.

    Parameters
    ----------
    values, counts
    now : float, seconds
        Stream time of the hop's last sample.
    step : float, seconds
        From hop to hop.
    activation : float32
        Of the beat at this hop.
    """
    own, period = values[BEAT_SUM.PERIOD], values[BEAT_SUM.SEEN_PERIOD]
    beat = now - DELAY_SECONDS + values[BEAT_SUM.SEEN_AHEAD]
    share = -math.expm1(-step / CONFIDENCE_SECONDS)
    confidence = values[BEAT_SUM.CONFIDENCE]
    confidence += share * (values[BEAT_SUM.SEEN_CONFIDENCE] - confidence)
    values[BEAT_SUM.CONFIDENCE] = confidence
    off = (beat - values[BEAT_SUM.NEXT]) / own
    off -= math.floor(off + 0.5)
    agreed = values[BEAT_SUM.AGREED]
    if abs(off) < SAME_PHASE and abs(period / own - 1.0) < SAME_TEMPO:
        values[BEAT_SUM.AGREED] = agreed = max(agreed, 0.0) + step
        # What is near enough is left to `judge_beat`, which hears finer than the model's cells.
        beyond = off - limited(off, FINE_PHASE)
        pull = -math.expm1(-step / PHASE_SECONDS) * beyond * own
        values[BEAT_SUM.NEXT] += limited(pull, STEEPEST * step)
        apart = period - own
        apart -= limited(apart, FINE_TEMPO * own)
        values[BEAT_SUM.PERIOD] += -math.expm1(-step / PERIOD_SECONDS) * apart
        sure = agreed > SURE_SECONDS and confidence > LOCK_CONFIDENCE
        if sure and values[BEAT_SUM.PRESENCE] > PRESENT:
            counts[BEAT_COUNT.LOCKED] = 1
    else:
        if agreed >= 0.0:
            values[BEAT_SUM.EVIDENCE] = 0.0
        values[BEAT_SUM.EVIDENCE] += favour(values, activation, now - DELAY_SECONDS, beat)
        values[BEAT_SUM.AGREED] = agreed = min(agreed, 0.0) - step
        sure = confidence > SWITCH_CONFIDENCE and -agreed > SWITCH_SECONDS
        sure = sure and values[BEAT_SUM.EVIDENCE] > needed(values, counts)
        if sure or counts[BEAT_COUNT.LOCKED] == 0:
            take_over(values, counts, now, beat)


def take_over(values: list[float], counts: list[int], now: float, beat: float) -> None:
    """Set the clock to the model's beat and period; its next beat comes after those announced."""
    period = values[BEAT_SUM.SEEN_PERIOD]
    skipped = math.floor((now - beat) / period) + 1
    values[BEAT_SUM.NEXT] = beat + skipped * period
    values[BEAT_SUM.PERIOD] = period
    values[BEAT_SUM.AGREED] = 0.0
    counts[BEAT_COUNT.FOLLOWED] = 1


def centre(ages: NDArray[np.int64], activations: Floats) -> float | None:
    """Age in hops of the centre of a peak; None where there is none.

    Only what stands out counts: the lower half of each peak says little and reaches far.
    """
    above = np.maximum(activations - _HALF * activations.max(), 0).astype(np.float64)
    mass = float(above.sum())
    return float((above * ages).sum()) / mass if mass > 0.0 else None


def judge_beat(
    memory: BeatMemory, values: list[float], counts: list[int], now: float, step: float
) -> None:
    """Look back at the clock's last beat, once: when exactly it was, and whether a bar began.

    The model knows time to a hop; the centre of a peak of activations knows it to a millisecond.
    """
    period = values[BEAT_SUM.PERIOD]
    beat = values[BEAT_SUM.NEXT] - period
    age = (now - DELAY_SECONDS - beat) / step
    if age < JUDGED_HOPS or beat - values[BEAT_SUM.JUDGED] < 0.5 * period:
        return
    values[BEAT_SUM.JUDGED] = beat
    counts[BEAT_COUNT.FOLLOWED] += 1
    middle = math.floor(age + 0.5)
    ages = np.arange(max(0, middle - NEAR_HOPS), middle + NEAR_HOPS + 1)
    around = memory.seen[:, (counts[BEAT_COUNT.HOPS] - ages) % memory.seen.shape[1]]
    strength, first = (float(activation) for activation in around.max(axis=1))
    share = STILL_PRESENT if counts[BEAT_COUNT.LOCKED] == 1 else BECOMING_PRESENT
    values[BEAT_SUM.PRESENCE] += share * (strength - values[BEAT_SUM.PRESENCE])
    if strength > HEARD:
        peak = centre(ages, around[0])
        late = (age - peak) * step if peak is not None else 0.0
        # The least squares' share of the newest of n beats at first, a steady one later.
        n = float(counts[BEAT_COUNT.FOLLOWED])
        least = 6.0 / ((n + 1.0) * (n + 2.0))
        values[BEAT_SUM.NEXT] += max(PHASE_SHARE, least * (2.0 * n + 1.0) / 3.0) * late
        values[BEAT_SUM.PERIOD] += max(PERIOD_SHARE, min(least, STEEPEST_SHARE)) * late
    judge_bar(memory.bar_mass, np.float32(first / max(strength, float(HEARD))), values, counts)


def announce(values: list[float], counts: list[int], now: float) -> None:
    """Announce the clock's next beat if it is near enough, each once, never two too close."""
    if counts[BEAT_COUNT.LOCKED] == 0:
        return
    if values[BEAT_SUM.PRESENCE] < ABSENT:
        counts[BEAT_COUNT.LOCKED] = 0
        return
    beat, period = values[BEAT_SUM.NEXT], values[BEAT_SUM.PERIOD]
    if beat - now > LEAD_SECONDS or beat - values[BEAT_SUM.ANNOUNCED] < LEAST_GAP * period:
        return
    values[BEAT_SUM.ANNOUNCED] = beat
    counts[BEAT_COUNT.ANNOUNCED] += 1
    first = (counts[BEAT_COUNT.BEAT] + 1) % counts[BEAT_COUNT.METRE] == 0
    counts[BEAT_COUNT.FIRST] = int(first and values[BEAT_SUM.BAR_CONFIDENCE] > BAR_KNOWN)
