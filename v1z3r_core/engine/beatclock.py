"""From the beat that was heard at the last hop to the beat at the moment of a picture."""

from collections import deque
from dataclasses import replace

from v1z3r_core.model.analysis import AnalysisFrame
from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.beat import Beat
from v1z3r_core.model.tempo import TempoHold
from v1z3r_core.show.tempo import shown

WINDOW_SECONDS = 4.0  # of delays looked back on: forgets a clock's drift, remembers a whole bar
JUMP_SECONDS = 0.5  # a host that seeks, a machine that slept: measured anew
HELD_BEATS = 0.5  # a grid corrected by less than this waits instead of beating twice


class StreamClock:
    """Tells which stream time is being heard at a show time.

    Sound arrives in blocks, late by an amount that jitters, and never early. So the smallest
    delay of the recent past is the one between the two clocks; it is also right, and zero, where
    a source hands over exactly what was asked for. The device's own latency is not in it.
    """

    def __init__(self) -> None:
        self._delays: deque[tuple[float, float]] = deque()  # ascending; see `observe`
        self._last = float("-inf")

    def observe(self, show_time: float, end: float) -> None:
        """Note that the stream had come to `end` seconds at that show time."""
        delay = show_time - end
        if not 0.0 <= show_time - self._last <= JUMP_SECONDS:
            self._delays.clear()
        self._last = show_time
        # A queue of candidates: those that are larger than a younger one never count again.
        while self._delays and self._delays[-1][1] >= delay:
            self._delays.pop()
        self._delays.append((show_time, delay))
        while self._delays[0][0] < show_time - WINDOW_SECONDS:
            self._delays.popleft()

    def stream_time(self, show_time: float) -> float | None:
        """Stream time heard at that show time; None before anything was."""
        return show_time - self._delays[0][1] if self._delays else None


class BeatClock:
    """Carries the heard beat on to the moment of each picture.

    Times may jump either way; small corrections of the grid never let a beat pass twice.
    """

    def __init__(self) -> None:
        self._stream = StreamClock()
        self._last = Beat()

    def heard(self, show_time: float, frame: AnalysisFrame, block: AudioBlock | None) -> Beat:
        """What the ear says about a show time.

        Parameters
        ----------
        show_time : float, seconds
        frame : AnalysisFrame
            The newest hop.
        block : AudioBlock or None
            What arrived for this picture.
        """
        if block is not None and len(block.samples):
            self._stream.observe(show_time, block.end / block.rate)
        now = self._stream.stream_time(show_time)
        if now is None:
            return frame.beat
        return frame.beat.after(min(max(now - frame.time, 0.0), JUMP_SECONDS))

    def shown(self, show_time: float, heard: Beat, hold: TempoHold) -> Beat:
        """The beat for the picture of that show time, with what overrides the sound."""
        self._last = _not_twice(shown(hold, heard, show_time), self._last)
        return self._last


def _not_twice(beat: Beat, last: Beat) -> Beat:
    """The beat, unless it lies less than `HELD_BEATS` before the last one: then that moment."""
    back = (last.count + last.phase) - (beat.count + beat.phase)
    if not 0.0 < back < HELD_BEATS:
        return beat
    return replace(beat, phase=last.phase, place=last.place % beat.beats_per_bar, count=last.count)
