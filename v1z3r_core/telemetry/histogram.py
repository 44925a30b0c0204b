"""A fixed-memory histogram of durations with one-percent buckets."""

import math

import numpy as np
from numpy.typing import NDArray

LOWEST_SECONDS = 1e-7
GROWTH = 1.01  # a bucket is 1 % wide: finer than any timing here repeats
BUCKETS = 2_100  # 1e-7 s × 1.01^2100 ≈ 119 s; slower than that counts in the last bucket
_LOG_GROWTH = math.log(GROWTH)


class DurationHistogram:
    """Counts durations in logarithmic buckets; adding one allocates nothing that stays.

    References
    ----------
    G. Tene, "HdrHistogram", 2012: buckets of constant relative width.
    """

    def __init__(self) -> None:
        self._counts: NDArray[np.int64] = np.zeros(BUCKETS, dtype=np.int64)
        self.count = 0
        self.total_seconds = 0.0
        self.max_seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration; negative ones count as zero."""
        seconds = max(seconds, 0.0)
        place = 0
        if seconds > LOWEST_SECONDS:
            place = min(int(math.log(seconds / LOWEST_SECONDS) / _LOG_GROWTH), BUCKETS - 1)
        self._counts[place] += 1
        self.count += 1
        self.total_seconds += seconds
        self.max_seconds = max(self.max_seconds, seconds)

    def quantile(self, fraction: float) -> float | None:
        """Seconds that `fraction` of the durations do not exceed, within 1 %; None when empty.

        Raises
        ------
        ValueError
            If `fraction` is outside 0…1.
        """
        if not 0.0 <= fraction <= 1.0:
            raise ValueError(f"fraction is {fraction}, expected 0 to 1")
        if not self.count:
            return None
        rank = max(1, math.ceil(fraction * self.count))
        place = int(np.searchsorted(np.cumsum(self._counts), rank))
        return min(LOWEST_SECONDS * math.pow(GROWTH, place + 0.5), self.max_seconds)

    def quantiles_ms(self, *fractions: float) -> dict[str, float]:
        """Keyed p50, p95, p999 … in milliseconds; empty when nothing was counted."""
        if not self.count:
            return {}
        return {
            f"p{f * 100:g}".replace(".", ""): round(1_000 * (self.quantile(f) or 0.0), 4)
            for f in fractions
        }
