"""Counts recorded samples that the driver lost, by the clock."""

WINDOW_SECONDS = 1.0
_LEAST_OBSERVATIONS = 8  # in a window; fewer may all be late ones
_LEAST_TOLERANCE_SECONDS = 0.03  # other clients of a sound server move its latency by about that


class LossMeter:
    """Compares the number of samples that arrived with the time that passed.

    A buffer may be seen late, never early, so the earliest arrival in each second tells the
    true count. Where that falls behind the two seconds before (two, because a hole may lie across
    the border of one) by more than a change of latency explains, samples are gone. The drift
    between the device's clock and ours stays far below the tolerance and is forgotten.

    Parameters
    ----------
    rate : int, Hz
    latency_seconds : float
        The driver's; thrice that is tolerated.
    """

    def __init__(self, rate: int, latency_seconds: float) -> None:
        self._rate = rate
        self._tolerance = rate * max(_LEAST_TOLERANCE_SECONDS, 3 * latency_seconds)
        self.restart()

    def restart(self) -> None:
        """Forget everything: the stream was interrupted."""
        self._origin_ns: int | None = None
        self._began_ns = 0
        self._count = 0
        self._lost = 0
        self._earliest = float("-inf")
        self._before: tuple[float, ...] = ()
        self._in_hole = False

    def observe(self, frames: int, stamp_ns: int) -> int:
        """Frames found lost, 0 nearly always.

        Parameters
        ----------
        frames : int
            Arrived so far, in all.
        stamp_ns : int
            CLOCK_MONOTONIC when the last of them arrived.
        """
        if self._origin_ns is None:
            self._origin_ns = self._began_ns = stamp_ns
        ahead = frames + self._lost - (stamp_ns - self._origin_ns) * 1e-9 * self._rate
        self._earliest = max(self._earliest, ahead)
        self._count += 1
        if stamp_ns - self._began_ns < WINDOW_SECONDS * 1e9 or self._count < _LEAST_OBSERVATIONS:
            return 0
        behind = max(self._before, default=self._earliest) - self._earliest
        # The rest of a hole that was counted while it lasted is taken for what it is.
        tolerance = self._tolerance / 10 if self._in_hole else self._tolerance
        lost = round(behind) if behind > tolerance else 0
        self._lost += lost
        self._in_hole = lost > 0
        if lost:
            self._before = (self._earliest + lost,)
        else:
            self._before = (*self._before[-1:], self._earliest)
        self._earliest = float("-inf")
        self._began_ns = stamp_ns
        self._count = 0
        return lost
