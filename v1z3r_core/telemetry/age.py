"""How long ago the operating system started this process."""

import os
import time
from pathlib import Path

_STAT = Path("/proc/self/stat")
_START_FIELD = 22  # proc(5): starttime, in clock ticks after boot


def process_age_seconds() -> float | None:
    """Seconds since the process began, to 10 ms; None where the system does not tell.

    The interpreter's own start and every import count, as they do for whoever waits for the
    first picture.
    """
    if not _STAT.exists():
        return None
    after_name = _STAT.read_text().rpartition(")")[2].split()  # the name may hold anything
    ticks = int(after_name[_START_FIELD - 3])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
