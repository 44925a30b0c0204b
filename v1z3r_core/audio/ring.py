"""The ring between a native audio callback and Python."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels import ringlayout as shared
from v1z3r_core.kernels.backend import kernels

Samples = NDArray[np.float32]


class SharedRing:
    """Owns the memory that `v1z3r_core.kernels.ringlayout` describes.

    Parameters
    ----------
    capacity : int, frames
    channels : int
    extra : int
        float32 values after the samples, for the callback's own use.

    Attributes
    ----------
    memory : NDArray[int64]
        All of it; its address is the callback's user data.
    header : NDArray[int64]
        The counters, a view.
    extra : NDArray[float32]
        A view.
    """

    def __init__(self, capacity: int, channels: int, extra: int = 0) -> None:
        floats = shared.HEADER_FLOATS + capacity * channels + extra
        self.memory: NDArray[np.int64] = np.zeros((floats + 1) // 2, dtype=np.int64)
        self.header = self.memory[: shared.HEADER]
        self.header[shared.CAPACITY] = capacity
        self.header[shared.CHANNELS] = channels
        self.header[shared.TOTAL] = shared.UNKNOWN
        values = self.memory.view(np.float32)[shared.HEADER_FLOATS :]
        self._samples = values[: capacity * channels].reshape(capacity, channels)
        self.extra = values[capacity * channels :]
        self._copy = np.zeros((0, channels), dtype=np.float32)  # grows to the longest stall
        self.capacity = capacity
        self.channels = channels

    @property
    def written(self) -> int:
        """Frames complete."""
        return kernels().peek(self.header, shared.WRITTEN)

    def append(self, samples: Samples) -> None:
        """Write samples behind those there; for a ring whose producer is Python."""
        end = self.written + len(samples)
        kernels().reserve(self.header, shared.RESERVED, end)
        place = (end - len(samples)) % self.capacity
        first = min(len(samples), self.capacity - place)
        self._samples[place : place + first] = samples[:first]
        self._samples[: len(samples) - first] = samples[first:]
        kernels().publish(self.header, shared.WRITTEN, end)

    def take(self, start: int, end: int) -> tuple[int, Samples]:
        """Frames `start` to `end`, or as many of the last of them as the producer left.

        Returns
        -------
        first : int
            Index of the first frame given, `start` unless the producer overtook.
        samples : NDArray[float32], shape (end - first, channels)
            A copy, valid until the next call.
        """
        oldest = max(start, end - self.capacity)
        count = end - oldest
        if count > len(self._copy):
            self._copy = np.zeros((count, self.channels), dtype=np.float32)
        place = oldest % self.capacity
        head = min(count, self.capacity - place)
        self._copy[:head] = self._samples[place : place + head]
        self._copy[head:count] = self._samples[: count - head]
        intact = kernels().peek_after(self.header, shared.RESERVED) - self.capacity
        first = min(max(oldest, intact), end)
        return first, self._copy[first - oldest : count]
