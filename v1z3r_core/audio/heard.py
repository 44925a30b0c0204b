"""The time in the stream that is being heard, from the device's own counter."""

import math

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels import ringlayout as shared
from v1z3r_core.kernels.backend import kernels

# The driver's reports scatter by up to 0.6 ms and arrive in bursts; followed with this time
# constant the pictures' steps stay even, and an error is gone within a second.
FOLLOW_SECONDS = 0.25
LEAD_SECONDS = 0.04  # most that it runs ahead while the sound stands still


class HeardClock:
    """Follows what the playback callback reports: this frame is heard at that moment.

    Between two reports it goes on with the wall clock, and it does so for as long as none
    come: a device that is gone leaves a clock that runs on. It never steps back or jumps.

    Parameters
    ----------
    header : NDArray[int64]
        Counters of the ring that is played.
    rate : int, Hz
    """

    def __init__(self, header: NDArray[np.int64], rate: int) -> None:
        self._header = header
        self._rate = rate
        self._seconds = 0.0
        self._at_ns: int | None = None

    def target(self, now_ns: int) -> float | None:
        """What the newest report says is heard now, seconds; None before the first report.

        Negative while the very first sample is still on its way to the loudspeaker.
        """
        while True:
            turn = kernels().peek(self._header, shared.CLOCK_TURN)
            frame = int(self._header[shared.CLOCK_FRAME])
            heard_ns = int(self._header[shared.CLOCK_NS])
            if turn % 2 == 0 and kernels().peek_after(self._header, shared.CLOCK_TURN) == turn:
                break
        if heard_ns == 0:
            return None
        return frame / self._rate + (now_ns - heard_ns) * 1e-9

    def report(self, frame: int, heard_ns: int) -> None:
        """Stand in for the callback, while none runs."""
        self._header[shared.CLOCK_FRAME] = frame
        self._header[shared.CLOCK_NS] = heard_ns

    def time(self, now_ns: int) -> float:
        """Stream time heard at CLOCK_MONOTONIC time `now_ns`, seconds; never less than before."""
        target = self.target(now_ns)
        if target is None or (self._at_ns is None and target <= 0):
            return self._seconds
        if self._at_ns is None:
            self._seconds = max(self._seconds, target)
        else:
            elapsed = max(0, now_ns - self._at_ns) * 1e-9
            expected = self._seconds + elapsed
            followed = (target - expected) * (1 - math.exp(-elapsed / FOLLOW_SECONDS))
            self._seconds = max(self._seconds, min(expected + followed, target + LEAD_SECONDS))
        self._at_ns = now_ns
        return self._seconds
