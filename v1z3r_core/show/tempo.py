"""The tempo of the show: what was heard, unless somebody says otherwise.

Pure functions: the same sound, taps and times give the same beats.
"""

import math
from dataclasses import replace

from v1z3r_core.model.beat import Beat
from v1z3r_core.model.tempo import EarLink, TempoHold

LONGEST_TAP_SECONDS = 2.0  # 30 BPM; a longer pause begins a new series
LEAST_TAP_SECONDS = 0.15  # 400 BPM; a key that bounces is no tap
TAPS_KEPT = 8  # two bars: a hand's jitter of 20 ms then weighs 1 % at 120 BPM
LEAST_CONFIDENCE = 0.3  # of the ear; below it a grid that runs by itself is steadier
SAME_TEMPO = 0.04  # between ear and hand, as part of the tempo
STRAY = 0.35  # a tap further from the series' interval than this part of it begins a new one

_CERTAIN = Beat(confidence=1.0, bar_confidence=1.0)


def tapped(hold: TempoHold, time: float, heard: Beat) -> TempoHold:
    """After a tap at that show time; from the second of a series on its tempo holds.

    The tempo is the slope of a straight line through the taps, and the line also says where the
    beats lie: no single late tap moves the grid by its whole error. The first tap is a downbeat.

    A hand taps to 1 %, and would be a whole beat off after a minute. So where the ear hears the
    tapped tempo, or half or twice of it, the hand only says which of its beats count.
    """
    if hold.taps and time - hold.taps[-1] < LEAST_TAP_SECONDS:
        return hold
    taps = (*hold.taps, time) if _goes_on(hold.taps, time) else (time,)
    if len(taps) < 2:
        return replace(hold, taps=taps)
    start, period = _line(taps[-TAPS_KEPT:])
    left = max(0, len(taps) - TAPS_KEPT)  # taps the line no longer rests on; the first is one
    anchor = start - left * period
    return TempoHold(60.0 / period, anchor, 4, taps=taps, link=_link(period, anchor, time, heard))


def shown(hold: TempoHold, heard: Beat, time: float) -> Beat:
    """The beat at that show time.

    Parameters
    ----------
    hold : TempoHold
    heard : Beat
        What the sound says about the same moment.
    time : float, show seconds
    """
    beat = heard
    if hold.link is not None and heard.confidence >= LEAST_CONFIDENCE:
        beat = _of_the_ear(hold.link, heard)
    elif hold.bpm is not None:
        beat = replace(_CERTAIN, period=60.0 / hold.bpm, beats_per_bar=hold.beats_per_bar)
        beat = beat.after(time - hold.anchor)
    return beat.after(-hold.shift) if hold.shift else beat


def _link(period: float, anchor: float, time: float, heard: Beat) -> EarLink | None:
    """Which of the ear's beats the hand means; None where they have different tempos."""
    if heard.confidence < LEAST_CONFIDENCE:
        return None
    ratio = heard.period / period
    octave = round(math.log2(ratio))
    if abs(octave) > 1 or abs(ratio / 2.0**octave - 1.0) > SAME_TEMPO:
        return None
    since = (heard.count + heard.phase) - (time - anchor) / heard.period
    # A downbeat lies on a beat of the ear, or half way between two where the hand taps twice.
    grid = 2.0 if octave > 0 else 1.0
    return EarLink(octave, round(since * grid) / grid)


def _of_the_ear(link: EarLink, heard: Beat) -> Beat:
    factor = 2.0**link.octave
    beats = (heard.count + heard.phase - link.downbeat) * factor
    first = replace(_CERTAIN, period=heard.period / factor)
    return first.after(beats * first.period)


def _goes_on(taps: tuple[float, ...], time: float) -> bool:
    if not taps or not 0.0 < time - taps[-1] <= LONGEST_TAP_SECONDS:
        return False
    if len(taps) < 2:
        return True
    interval = (taps[-1] - taps[0]) / (len(taps) - 1)
    return abs(time - taps[-1] - interval) <= STRAY * interval


def _line(taps: tuple[float, ...]) -> tuple[float, float]:
    """Time of the first tap and seconds per tap of the line through them, by least squares."""
    n = len(taps)
    middle = (n - 1) / 2
    mean = sum(taps) / n
    spread = sum((i - middle) ** 2 for i in range(n))
    period = sum((i - middle) * (tap - mean) for i, tap in enumerate(taps)) / spread
    return mean - middle * period, period
