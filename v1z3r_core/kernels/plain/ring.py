"""Counters that an audio callback shares with Python, see `kernels.ringlayout`.

A counter is one aligned 64-bit element, which NumPy loads and stores in one piece. Nothing here
fences: with the callbacks of this package both sides hold Python's lock, which orders them, and
an x86-64 processor keeps loads among loads and stores among stores in order, so that a compiled
callback sees them right too. On processors that reorder more, compiled callbacks want the compiled
counters.
"""

import numpy as np
from numpy.typing import NDArray

Counters = NDArray[np.int64]


def publish(header: Counters, index: int, value: int) -> None:
    """Set a counter after the samples it announces."""
    header[index] = value


def reserve(header: Counters, index: int, value: int) -> None:
    """Set a counter before the samples it warns of are touched."""
    header[index] = value


def peek(header: Counters, index: int) -> int:
    """Read a counter before the samples it announces."""
    return int(header[index])


def peek_after(header: Counters, index: int) -> int:
    """Read a counter after the samples that it may have overtaken."""
    return int(header[index])
