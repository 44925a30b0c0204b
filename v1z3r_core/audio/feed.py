"""Samples that a host program pushes in."""

import threading

import numpy as np
from numpy.typing import ArrayLike, NDArray

from v1z3r_core.model.audio import MAX_RATE_HZ, MIN_RATE_HZ, AudioBlock, AudioStats

RING_SECONDS = 4.0  # a host that loads for longer does not miss what was played meanwhile


class FeedSource:
    """A bounded ring between the host's audio thread and the engine.

    Parameters
    ----------
    rate : int, Hz
        1,000 to 768,000.
    channels : int, ≥ 1

    Raises
    ------
    ValueError
        If a value is outside its range.
    """

    def __init__(self, rate: int, channels: int = 2) -> None:
        if not MIN_RATE_HZ <= rate <= MAX_RATE_HZ:
            raise ValueError(f"rate is {rate} Hz, allowed {MIN_RATE_HZ} to {MAX_RATE_HZ}")
        if channels < 1:
            raise ValueError(f"channels is {channels}, expected 1 or more")
        self._rate = rate
        capacity = int(RING_SECONDS * rate)
        self._ring = np.zeros((capacity, channels), dtype=np.float32)
        self._out = np.zeros((capacity, channels), dtype=np.float32)
        self._written = 0
        self._read = 0
        self._xruns = 0
        self._lost = 0
        self._lock = threading.Lock()  # held for two copies at most; hosts push from any thread

    @property
    def name(self) -> str:
        """What people call it."""
        return "host"

    @property
    def rate(self) -> int:
        """Hz."""
        return self._rate

    @property
    def channels(self) -> int:
        """Of every block that is pushed."""
        return int(self._ring.shape[1])

    @property
    def ended(self) -> bool:
        """False: the host may always push more."""
        return False

    @property
    def duration(self) -> None:
        """None: nobody knows how long the host plays."""

    def time(self) -> None:
        """None: it keeps no clock."""

    def push(self, samples: ArrayLike) -> None:
        """Append the host's newest samples; any thread, never waits for the engine.

        Parameters
        ----------
        samples : array_like of float, shape (n,) or (n, channels)
            Nominal range [-1, 1]; one channel is copied to all.

        Raises
        ------
        ValueError
            If they are integers or the shape does not fit.
        """
        block = as_samples(samples)
        if block.shape[1] not in (1, self.channels):
            raise ValueError(
                f"samples have shape {np.shape(samples)}, expected (n,) or (n, {self.channels})"
            )
        capacity = len(self._ring)
        skipped = max(0, len(block) - capacity)
        with self._lock:
            place = (self._written + skipped) % capacity
            block = block[skipped:]
            first = min(len(block), capacity - place)
            self._ring[place : place + first] = block[:first]
            self._ring[: len(block) - first] = block[first:]
            self._written += skipped + len(block)

    def read(self, until: float) -> AudioBlock | None:  # noqa: ARG002  a live input
        """Everything pushed since the last call; what the ring could not keep is a gap."""
        capacity = len(self._ring)
        with self._lock:
            lost = max(0, self._written - capacity - self._read)
            start = self._read + lost
            count = self._written - start
            place = start % capacity
            first = min(count, capacity - place)
            self._out[:first] = self._ring[place : place + first]
            self._out[first:count] = self._ring[: count - first]
            self._read = self._written
        if lost:
            self._xruns += 1
            self._lost += lost
        return AudioBlock(start, self._rate, self._out[:count]) if count else None

    def stats(self) -> AudioStats:
        """Losses, where the engine was away for longer than the ring holds."""
        return AudioStats(xruns=self._xruns, lost_samples=self._lost)

    def close(self) -> None:
        """Nothing to let go of."""


def as_samples(samples: ArrayLike) -> NDArray[np.float32]:
    """A host's samples as float32 of shape (n, channels), C-contiguous; copied only if they must.

    Raises
    ------
    ValueError
        If they are not floats or have neither one nor two dimensions.
    """
    array = np.asarray(samples)
    if array.dtype.kind != "f":
        raise ValueError(
            f"samples are {array.dtype}, expected float32 in [-1, 1]; "
            "divide 16-bit integers by 32768"
        )
    if array.ndim not in (1, 2) or 0 in array.shape[1:]:
        raise ValueError(f"samples have shape {array.shape}, expected (n,) or (n, channels)")
    if array.ndim == 1:
        array = array[:, np.newaxis]
    return np.ascontiguousarray(array, dtype=np.float32)
