"""Where in beat and bar the music is at one moment."""

import math
from dataclasses import dataclass, replace
from typing import Self

LEAST_PERIOD_SECONDS = 0.05  # 1,200 BPM: beyond it nothing is a beat


@dataclass(frozen=True, slots=True)
class Beat:
    """A moment on the grid of beats, which goes on beyond what was heard.

    Parameters
    ----------
    phase : float, 0 … 1
        0 on the beat, nearly 1 just before the next.
    period : float, seconds
        From beat to beat.
    confidence : float, 0 … 1
        0 where no beat was found; the grid then runs freely and means nothing.
    place : int, 0 … beats_per_bar − 1
        Beats since the last downbeat.
    beats_per_bar : int, ≥ 1
    bar_confidence : float, 0 … 1
    count : int
        Beats since the beginning.
    """

    phase: float = 0.0
    period: float = 0.5
    confidence: float = 0.0
    place: int = 0
    beats_per_bar: int = 4
    bar_confidence: float = 0.0
    count: int = 0

    @property
    def bpm(self) -> float:
        """Beats per minute."""
        return 60.0 / max(self.period, LEAST_PERIOD_SECONDS)

    @property
    def bar_phase(self) -> float:
        """0 on the downbeat, nearly 1 just before the next."""
        return (self.place + self.phase) / self.beats_per_bar

    def after(self, seconds: float) -> Self:
        """The moment so much later, or earlier if negative, at the same tempo."""
        beats = self.phase + seconds / max(self.period, LEAST_PERIOD_SECONDS)
        whole = math.floor(beats)
        return replace(
            self,
            phase=min(beats - whole, math.nextafter(1.0, 0.0)),
            place=(self.place + whole) % self.beats_per_bar,
            count=self.count + whole,
        )
