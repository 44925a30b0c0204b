"""Sound on its way from an inlet to the analysis."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MIN_RATE_HZ = 1_000
MAX_RATE_HZ = 768_000


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """A run of consecutive samples with its place in the stream.

    Parameters
    ----------
    start : int, ≥ 0
        Index of the first sample, counted from the beginning of the stream. A gap between
        one block's end and the next one's start means that samples were lost.
    rate : int, Hz
        1,000 to 768,000.
    samples : NDArray[float32], shape (n, channels)
        Nominal range [-1, 1]; C-contiguous. The receiver reads, never writes.

    Raises
    ------
    ValueError
        If the shape, type, rate or start is not as stated.
    """

    start: int
    rate: int
    samples: NDArray[np.float32]

    def __post_init__(self) -> None:
        shape = self.samples.shape
        if self.samples.ndim != 2 or shape[1] < 1:
            raise ValueError(f"samples have shape {shape}, expected (n, channels)")
        if self.samples.dtype != np.float32:
            raise ValueError(f"samples are {self.samples.dtype}, expected float32")
        if not self.samples.flags.c_contiguous:
            raise ValueError("samples are not C-contiguous; pass np.ascontiguousarray(samples)")
        if not MIN_RATE_HZ <= self.rate <= MAX_RATE_HZ:
            raise ValueError(f"rate is {self.rate} Hz, allowed {MIN_RATE_HZ} to {MAX_RATE_HZ}")
        if self.start < 0:
            raise ValueError(f"start is {self.start}, expected 0 or more")

    @property
    def end(self) -> int:
        """Index of the first sample after this block."""
        return self.start + len(self.samples)

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[1])


@dataclass(frozen=True, slots=True)
class AudioStats:
    """What a source can say about its own health.

    Parameters
    ----------
    xruns : int
        Times that samples were lost on the way in or missing on the way out.
    lost_samples : int
        Samples lost in those, counted from stream positions, not from driver flags.
    latency_ms : float or None
        The driver's own figure, sound at the connector to sample in hand (input) or sample
        handed over to sound at the connector (output); None where no device is involved.
    """

    xruns: int = 0
    lost_samples: int = 0
    latency_ms: float | None = None
