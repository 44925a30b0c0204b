"""When the next picture is due, and whether the last one came in time."""

from fractions import Fraction
from typing import Protocol

from v1z3r_core.model.ports import Clock, Surface

DEFAULT_FPS = Fraction(60)
LOOK_SECONDS = 1.0
LATE_REFRESHES = 1.5  # between two pictures: further apart, a refresh passed without a new one


class Pacing(Protocol):
    """Decides when a step happens and at what engine time."""

    @property
    def clock(self) -> Clock:
        """What steps are timed with."""

    def wait(self) -> float:
        """Return when the next picture is due, with its time in seconds since the start."""

    def missed(self, presented: float, previous: float | None) -> bool | None:
        """Whether the picture just presented came after its slot; None where nobody can tell.

        Parameters
        ----------
        presented, previous : float, seconds
            When this picture and the one before it were presented, on the clock; `previous` is
            None for the first, which cannot be late.
        """


class LivePacing:
    """Holds an absolute grid of slots: a late picture never moves those after it.

    Where `present` waits for the display, and nobody asked for fewer pictures than it shows, the
    display is the grid: a picture is missed when a refresh passed without it. The display is
    looked at after the first picture, so that this one waits for nothing, and again every second,
    because windows are dragged to other monitors.

    Parameters
    ----------
    clock : Clock
    surface : Surface
    fps : Fraction or None, > 0
        None: the display's refresh rate, or 60 where there is none.
    """

    def __init__(self, clock: Clock, surface: Surface, fps: Fraction | None) -> None:
        self.clock = clock
        self._surface = surface
        self._wanted = fps
        self._period = float(1 / self.fps)
        self._display_waits = False
        self._look_at: float | None = None
        self._start: float | None = None
        self._slot = 0.0

    @property
    def fps(self) -> Fraction:
        """Pictures a second that are aimed at now."""
        refresh = self._surface.refresh_hz
        if self._wanted is not None or not refresh:
            return self._wanted or DEFAULT_FPS
        return Fraction(refresh).limit_denominator(1001)  # 59.94 is 60000/1001

    def wait(self) -> float:
        """Wait for the next slot; slots already past are skipped. Seconds since the first one."""
        now = self.clock.now()
        if self._start is None:
            self._start = self._slot = self._look_at = now
            return 0.0
        if self._look_at is None or now >= self._look_at:
            self._look_at_display()
            now = self.clock.now()
        if self._display_waits:
            self._slot = now
        else:
            self._slot += self._period
            if now > self._slot:
                # The last picture overran. Go on from the newest slot that has begun: the grid
                # stays where it is and nothing is caught up in a burst.
                self._slot += int((now - self._slot) / self._period) * self._period
            self.clock.wait_until(self._slot)
        return self.clock.now() - self._start

    def missed(self, presented: float, previous: float | None) -> bool:
        """See `Pacing.missed`."""
        if previous is None:
            return False
        if self._display_waits:
            return presented - previous > LATE_REFRESHES * self._period
        return presented > self._slot + self._period

    def _look_at_display(self) -> None:
        self._look_at = self.clock.now() + LOOK_SECONDS
        self._period = float(1 / self.fps)
        refresh = self._surface.refresh_hz
        free = self._wanted is None or (refresh is not None and self._wanted >= refresh)
        self._display_waits = free and self._surface.waits_for_refresh


class HostPacing:
    """A host decides when pictures are due; what it misses only the host can know.

    Parameters
    ----------
    clock : Clock
        Only measures.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def wait(self) -> float:
        """The time now: nothing is waited for."""
        return self.clock.now()

    def missed(self, presented: float, previous: float | None) -> None:
        """None."""


class OfflinePacing:
    """Exact times n / fps, as fast as they are asked for; nothing can be late.

    Parameters
    ----------
    clock : Clock
        Only measures.
    fps : Fraction, > 0
    """

    def __init__(self, clock: Clock, fps: Fraction) -> None:
        self.clock = clock
        self._fps = fps
        self._count = 0

    def wait(self) -> float:
        """Time of the next picture."""
        time = float(self._count / self._fps)
        self._count += 1
        return time

    def missed(self, presented: float, previous: float | None) -> bool:  # noqa: ARG002
        """Never: there is no display that could be missed."""
        return False
