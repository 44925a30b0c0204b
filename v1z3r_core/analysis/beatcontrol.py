"""What a hand or another clock does to the beat, between two hops.

All times are stream times in seconds, as `AnalysisFrame.time` counts them. The functions belong to
the thread that runs the analysis.
"""

import numpy as np

from v1z3r_core.kernels.beat_layout import TAPS, BeatCount, BeatMemory, BeatSource, BeatSum

FORGET_SECONDS = 2.0  # a longer pause begins a new row of taps: nobody taps below 30 BPM
LEAST_SECONDS = 0.1  # taps closer together are one tap that bounced


def tap(memory: BeatMemory, time: float) -> None:
    """Take in one tap on the beat; from the second one of a row the clock follows the taps.

    The ear may still trim the phase where it hears beats near the tapped ones; tempo and choice of
    beat stay with the hand until `release`.

    Parameters
    ----------
    memory
    time : float, seconds
        When it was tapped, not when it was noticed.

    Raises
    ------
    ValueError
        If the time is not a number.
    """
    if not np.isfinite(time):
        raise ValueError(f"time is {time}, expected seconds of stream time")
    taps, count = memory.taps, int(memory.counts[BeatCount.TAPS])
    if count and 0 <= time - taps[count - 1] < LEAST_SECONDS:
        return
    if count and not 0 <= time - taps[count - 1] <= FORGET_SECONDS:
        count = 0
    if count == TAPS:
        taps[:-1] = taps[1:].copy()
        count -= 1
    taps[count] = time
    count += 1
    memory.counts[BeatCount.TAPS] = count
    if count > 1:
        # A line through all taps: its slope is the period, its end the beat that was meant.
        slope, start = np.polyfit(np.arange(count), taps[:count] - time, 1)
        _set(memory, BeatSource.TAP, time + start + slope * (count - 1), float(slope))


def nudge(memory: BeatMemory, seconds: float) -> None:
    """Move the beat later (or earlier, < 0) against what is heard or tapped, until `release`.

    Raises
    ------
    ValueError
        If it is not a number or more than half a second.
    """
    if not abs(seconds) <= 0.5:
        raise ValueError(f"seconds is {seconds}, expected -0.5 to 0.5")
    memory.values[BeatSum.OFFSET] += seconds
    memory.values[BeatSum.NEXT] += seconds


def follow(memory: BeatMemory, bpm: float, phase: float, time: float) -> None:
    """Follow another clock; call it again whenever that clock changes.

    Parameters
    ----------
    memory
    bpm : float, 20…400
    phase : float, 0…1
        Of the beat at `time`.
    time : float, seconds

    Raises
    ------
    ValueError
        If a value is outside its range.
    """
    if not 20 <= bpm <= 400:
        raise ValueError(f"bpm is {bpm}, expected 20 to 400")
    if not 0 <= phase <= 1:
        raise ValueError(f"phase is {phase}, expected 0 to 1")
    if not np.isfinite(time):
        raise ValueError(f"time is {time}, expected seconds of stream time")
    _set(memory, BeatSource.HOST, time - phase * 60 / bpm, 60 / bpm)


def release(memory: BeatMemory) -> None:
    """Give the clock back to the ear, which takes it over as soon as it is sure."""
    memory.counts[BeatCount.SOURCE] = BeatSource.EAR
    memory.counts[BeatCount.TAPS] = 0
    memory.values[BeatSum.OFFSET] = 0.0
    memory.values[BeatSum.AGREED] = 0.0


def _set(memory: BeatMemory, source: BeatSource, beat: float, period: float) -> None:
    """Let the clock go through a beat. A beat in the past is carried on by the next hop."""
    memory.counts[BeatCount.SOURCE] = source
    memory.counts[BeatCount.LOCKED] = 1
    memory.counts[BeatCount.FOLLOWED] = 1
    memory.values[BeatSum.PERIOD] = period
    memory.values[BeatSum.NEXT] = beat + memory.values[BeatSum.OFFSET]
