"""The callback by which PortAudio fetches samples to play."""

from typing import Any, cast

import numpy as np
from numba import types
from numba.extending import register_jitable

from v1z3r_core.kernels import portaudio
from v1z3r_core.kernels.policy import native_callback
from v1z3r_core.kernels.ring import beyond, carray, fence, load_acquire, monotonic_ns, store_release
from v1z3r_core.kernels.ringlayout import (
    CAPACITY,
    CHANNELS,
    CLOCK_FRAME,
    CLOCK_NS,
    CLOCK_TURN,
    DEVICE_CHANNELS,
    HEADER,
    LATENCY_NS,
    MISSING,
    PLAYED,
    TOTAL,
    UNDERRUNS,
    WRITTEN,
)

_INT64_BYTES, _FLOAT_BYTES = 8, 4


@register_jitable
def mix(ring: Any, start: int, frames: int, gains: Any, out: Any) -> None:
    """Fill `out` from the ring, each device channel a weighted sum of the stream's.

    Parameters
    ----------
    ring : NDArray[float32], shape (capacity, channels)
    start, frames : int
        First frame of the stream and how many; wraps round the ring.
    gains : NDArray[float32], shape (device_channels, channels)
    out : NDArray[float32], shape (≥ frames, device_channels), written
        Frames beyond `frames` become silence. NaN and infinity become silence and the rest
        is clipped to [-1, 1]: what reaches a loudspeaker must not depend on a damaged file.
    """
    capacity, channels = ring.shape
    place = start % capacity
    for i in range(out.shape[0]):
        for device_channel in range(out.shape[1]):
            total = ring[0, 0] * 0
            if i < frames:
                total = gains[device_channel, 0] * ring[place, 0]
                for channel in range(1, channels):
                    total += gains[device_channel, channel] * ring[place, channel]
            if total - total != 0:
                out[i, device_channel] = 0
            else:
                out[i, device_channel] = min(max(total, -1), 1)
        if i < frames:
            place += 1
            if place == capacity:
                place = 0


@native_callback(
    types.voidptr,
    types.voidptr,
    types.uint64,
    types.voidptr,
    types.uint64,
    types.voidptr,
    returns=types.int32,
)
def play(_source: Any, target: Any, frames: int, times: Any, flags: int, user: Any) -> int:
    """Take one buffer from the ring; a `PaStreamCallback`, runs on the device's thread.

    Where the ring runs dry before the stream's end, silence is played, counted, and the
    stream's time stands still. After the end it goes on. An underrun that the driver owns up
    to counts as one, of unknown length.
    """
    now = monotonic_ns()
    header = carray(user, HEADER, np.int64)
    capacity = header[CAPACITY]
    channels = header[CHANNELS]
    device_channels = header[DEVICE_CHANNELS]
    samples = beyond(user, _INT64_BYTES * HEADER)
    ring = carray(samples, (capacity, channels), np.float32)
    past = beyond(samples, _FLOAT_BYTES * capacity * channels)
    gains = carray(past, (device_channels, channels), np.float32)
    count = np.int64(frames)
    out = carray(target, (count, device_channels), np.float32)

    played = header[PLAYED]
    total = load_acquire(header, TOTAL)
    ready = max(min(count, load_acquire(header, WRITTEN) - played), 0)
    mix(ring, played, ready, gains, out)

    moments = carray(times, 3, np.float64)
    delay = moments[portaudio.BUFFER_DAC_TIME] - moments[portaudio.CURRENT_TIME]
    heard = now + header[LATENCY_NS]
    if 0.0 < delay < portaudio.LONGEST_DELAY_SECONDS:
        heard = now + np.int64(delay * 1e9)
    turn = header[CLOCK_TURN]
    store_release(header, CLOCK_TURN, turn + 1)
    fence()
    header[CLOCK_FRAME] = played
    header[CLOCK_NS] = heard
    store_release(header, CLOCK_TURN, turn + 2)

    underruns = np.int64(1) if flags & portaudio.OUTPUT_UNDERFLOW else np.int64(0)
    if ready == count or 0 <= total <= played + ready:
        store_release(header, PLAYED, played + count)
    else:
        underruns += 1
        header[MISSING] += count - ready
        store_release(header, PLAYED, played + ready)
    header[UNDERRUNS] += underruns
    return 0


PLAY: int = cast(Any, play).address  # what Pa_OpenStream takes
