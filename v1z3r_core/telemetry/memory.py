"""Resident memory of this process, read cheaply enough for every second of a show."""

import os
from pathlib import Path

_STATM = Path("/proc/self/statm")


class ResidentMemory:
    """Reads the resident set size; remembers the first and the largest reading.

    One open descriptor of /proc/self/statm is re-read (3 µs a time). Where the system has
    no such file every reading is None: the metric is absent, not guessed.
    """

    def __init__(self) -> None:
        self._descriptor = os.open(_STATM, os.O_RDONLY) if _STATM.exists() else None
        self._page_bytes = os.sysconf("SC_PAGE_SIZE") if self._descriptor is not None else 0
        self.max_mb: float | None = None
        self.start_mb = self.sample()

    def sample(self) -> float | None:
        """Resident megabytes now (10⁶ bytes)."""
        if self._descriptor is None:
            return None
        pages = int(os.pread(self._descriptor, 64, 0).split()[1])
        megabytes = pages * self._page_bytes / 1e6
        self.max_mb = max(self.max_mb or 0.0, megabytes)
        return megabytes

    def close(self) -> None:
        """Close the descriptor; may be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
