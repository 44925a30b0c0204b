"""The callback by which PortAudio hands over recorded samples."""

from typing import Any, cast

import numpy as np
from numba import types

from v1z3r_core.kernels.policy import native_callback
from v1z3r_core.kernels.ring import carray, fence, monotonic_ns, store_release
from v1z3r_core.kernels.ringlayout import (
    CAPACITY,
    CHANNELS,
    HEADER,
    HEADER_FLOATS,
    RESERVED,
    STAMP_NS,
    WRITTEN,
)


@native_callback(
    types.voidptr,
    types.voidptr,
    types.uint64,
    types.voidptr,
    types.uint64,
    types.voidptr,
    returns=types.int32,
)
def capture(source: Any, _target: Any, frames: int, _times: Any, _flags: int, user: Any) -> int:
    """Append one buffer to the ring; a `PaStreamCallback`, runs on the device's thread.

    It never waits: a reader that is too slow is overtaken and finds out by the counters.
    The driver's overflow flag is ignored on purpose, PortAudio was seen to lose frames
    without setting it (benchmarks/audio_gil.py counts); losses are told from counters and
    the clock instead.
    """
    header = carray(user, HEADER, np.int64)
    capacity = header[CAPACITY]
    channels = header[CHANNELS]
    ring = carray(user, HEADER_FLOATS + capacity * channels, np.float32)
    count = np.int64(frames)
    block = carray(source, count * channels, np.float32)
    written = header[WRITTEN]
    store_release(header, RESERVED, written + count)
    fence()
    place = (written % capacity) * channels
    room = capacity * channels
    for i in range(count * channels):
        ring[HEADER_FLOATS + place] = block[i]
        place += 1
        if place == room:
            place = 0
    header[STAMP_NS] = monotonic_ns()
    store_release(header, WRITTEN, written + count)
    return 0


CAPTURE: int = cast(Any, capture).address  # what Pa_OpenStream takes
