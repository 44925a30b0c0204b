"""When the next picture is due, and whether the last one came in time."""

from fractions import Fraction
from typing import Protocol

from v1z3r_core.model.ports import Clock


class Pacing(Protocol):
    """Decides when a step happens and at what engine time."""

    def wait(self) -> float:
        """Return when the next picture is due, with its time in seconds since the start."""

    def missed_slots(self, presented: float, previous: float | None) -> int:
        """Slots that passed without the picture just presented.

        Parameters
        ----------
        presented, previous : float, seconds
            When this picture and the one before it were presented, on the clock; `previous` is
            None for the first, which cannot be late.
        """


class LivePacing:
    """Holds an absolute grid of slots: a late picture never moves those after it.

    Parameters
    ----------
    clock : Clock
    fps : Fraction, > 0
    display_waits : bool
        The surface's `present` itself waits for the display: the display is then the grid,
        and a picture is missed when a refresh passed without it.
    """

    def __init__(self, clock: Clock, fps: Fraction, *, display_waits: bool) -> None:
        self._clock = clock
        self._period = float(1 / fps)
        self._display_waits = display_waits
        self._start: float | None = None
        self._slot = 0.0

    def wait(self) -> float:
        """Wait for the next slot; slots already past are skipped. Seconds since the first one."""
        now = self._clock.now()
        if self._start is None:
            self._start = self._slot = now
        elif self._display_waits:
            self._slot = now
        else:
            self._slot += self._period
            if now > self._slot:
                # The last picture overran. Go on from the newest slot that has begun: the grid
                # stays where it is and nothing is caught up in a burst.
                self._slot += int((now - self._slot) / self._period) * self._period
            self._clock.wait_until(self._slot)
            now = self._clock.now()
        return now - self._start

    def missed_slots(self, presented: float, previous: float | None) -> int:
        """See `Pacing.missed_slots`."""
        if previous is None:
            return 0
        if self._display_waits:
            return max(0, round((presented - previous) / self._period) - 1)
        return max(0, int((presented - self._slot) / self._period))


class OfflinePacing:
    """Exact times n / fps, as fast as they are asked for; nothing can be late.

    Parameters
    ----------
    fps : Fraction, > 0
    """

    def __init__(self, fps: Fraction) -> None:
        self._fps = fps
        self._count = 0

    def wait(self) -> float:
        """Time of the next picture."""
        time = float(self._count / self._fps)
        self._count += 1
        return time

    def missed_slots(self, presented: float, previous: float | None) -> int:  # noqa: ARG002
        """Zero: there is no display that could be missed."""
        return 0
