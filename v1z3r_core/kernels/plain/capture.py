"""The callback by which PortAudio hands over recorded samples, without a compiler."""

import time

import numpy as np

from v1z3r_core.kernels.plain.foreign import address_of, array_at, stream_callback
from v1z3r_core.kernels.plain.ring import publish, reserve
from v1z3r_core.kernels.ringlayout import (
    CAPACITY,
    CHANNELS,
    HEADER,
    HEADER_FLOATS,
    RESERVED,
    STAMP_NS,
    WRITTEN,
)


def capture(
    source: int, _target: int | None, frames: int, _times: int | None, _flags: int, user: int
) -> int:
    """Append one buffer to the ring; runs on the device's thread and takes Python's lock.

    While another thread holds the lock for longer than the driver's own buffer lasts, samples
    are lost; the counters and the clock tell, as they do for the compiled callback.
    """
    header = array_at(user, (HEADER,), np.int64)
    capacity, channels = int(header[CAPACITY]), int(header[CHANNELS])
    ring = array_at(user + 4 * HEADER_FLOATS, (capacity, channels), np.float32)
    block = array_at(source, (frames, channels), np.float32)
    written = int(header[WRITTEN])
    reserve(header, RESERVED, written + frames)
    ring[np.arange(written, written + frames) % capacity] = block
    header[STAMP_NS] = time.monotonic_ns()
    publish(header, WRITTEN, written + frames)
    return 0


_capture = stream_callback(capture)  # C may call it as long as this module lives
CAPTURE = address_of(_capture)  # what Pa_OpenStream takes
