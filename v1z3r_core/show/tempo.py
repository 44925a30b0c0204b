"""The tempo of the show: what was heard, unless somebody says otherwise.

Pure functions: the same sound, taps and times give the same beats.
"""

from dataclasses import replace

from v1z3r_core.model.beat import Beat
from v1z3r_core.model.tempo import TempoHold

LONGEST_TAP_SECONDS = 2.0  # 30 BPM; a longer pause begins a new series
LEAST_TAP_SECONDS = 0.15  # 400 BPM; a key that bounces is no tap
TAPS_KEPT = 8  # two bars: a hand's jitter of 20 ms then weighs 1 % at 120 BPM
STRAY = 0.35  # a tap further from the series' interval than this part of it begins a new one


def tapped(hold: TempoHold, time: float) -> TempoHold:
    """After a tap at that show time; from the second of a series on its tempo holds.

    The tempo is the slope of a straight line through the taps, and the line also says where the
    beats lie: no single late tap moves the grid by its whole error. The first tap is a downbeat.
    """
    if hold.taps and time - hold.taps[-1] < LEAST_TAP_SECONDS:
        return hold
    taps = (*hold.taps, time) if _goes_on(hold.taps, time) else (time,)
    if len(taps) < 2:
        return replace(hold, taps=taps)
    start, period = _line(taps[-TAPS_KEPT:])
    left = max(0, len(taps) - TAPS_KEPT)  # taps the line no longer rests on; the first is one
    return replace(
        hold,
        bpm=60.0 / period,
        anchor=start - left * period,
        beats_per_bar=4,
        shift=0.0,
        taps=taps,
    )


def shown(hold: TempoHold, heard: Beat, time: float) -> Beat:
    """The beat at that show time.

    Parameters
    ----------
    hold : TempoHold
    heard : Beat
        What the sound says about the same moment.
    time : float, show seconds
    """
    if hold.bpm is None:
        return heard.after(-hold.shift) if hold.shift else heard
    first = Beat(
        period=60.0 / hold.bpm,
        confidence=1.0,
        beats_per_bar=hold.beats_per_bar,
        bar_confidence=1.0,
    )
    return first.after(time - hold.anchor - hold.shift)


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
