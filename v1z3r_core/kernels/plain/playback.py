"""The callback by which PortAudio fetches samples to play, without a compiler."""

import ctypes
import time

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels import portaudio
from v1z3r_core.kernels.plain.foreign import address_of, array_at, stream_callback
from v1z3r_core.kernels.plain.ring import peek, publish
from v1z3r_core.kernels.ringlayout import (
    CAPACITY,
    CHANNELS,
    CLOCK_FRAME,
    CLOCK_NS,
    CLOCK_TURN,
    DEVICE_CHANNELS,
    HEADER,
    HEADER_FLOATS,
    LATENCY_NS,
    MISSING,
    PLAYED,
    TOTAL,
    UNDERRUNS,
    WRITTEN,
)

Floats = NDArray[np.float32]
Counters = NDArray[np.int64]


def mix(ring: Floats, start: int, frames: int, gains: Floats, out: Floats) -> None:
    """Fill `out` from the ring, each device channel a weighted sum of the stream's.

    Parameters
    ----------
    ring : float32, shape (capacity, channels)
    start, frames : int
        First frame of the stream and how many; wraps round the ring.
    gains : float32, shape (device_channels, channels)
    out : float32, shape (≥ frames, device_channels), written
        Frames beyond `frames` become silence. NaN and infinity become silence and the rest
        is clipped to [-1, 1].
    """
    heard = ring[np.arange(start, start + frames) % len(ring)]
    with np.errstate(invalid="ignore", over="ignore"):
        total = heard[:, :1] * gains[:, 0]
        for channel in range(1, ring.shape[1]):
            total += heard[:, channel, np.newaxis] * gains[:, channel]
    out[:frames] = np.where(np.isfinite(total), np.clip(total, -1, 1), 0)
    out[frames:] = 0


def play(_source: int | None, target: int, frames: int, times: int, flags: int, user: int) -> int:
    """Take one buffer from the ring; runs on the device's thread and takes Python's lock.

    Where the ring runs dry before the stream's end, silence is played, counted, and the
    stream's time stands still. After the end it goes on.
    """
    now = time.monotonic_ns()
    header = array_at(user, (HEADER,), np.int64)
    capacity, channels, speakers = (
        int(header[place]) for place in (CAPACITY, CHANNELS, DEVICE_CHANNELS)
    )
    # Whatever goes wrong from here on, what the loudspeaker gets is silence.
    ctypes.memset(target, 0, 4 * frames * speakers)
    samples = user + 4 * HEADER_FLOATS
    ring = array_at(samples, (capacity, channels), np.float32)
    gains = array_at(samples + 4 * capacity * channels, (speakers, channels), np.float32)
    played, total = int(header[PLAYED]), peek(header, TOTAL)
    ready = max(min(frames, peek(header, WRITTEN) - played), 0)
    mix(ring, played, ready, gains, array_at(target, (frames, speakers), np.float32))
    _tell_time(header, played, now + _delay_ns(times, int(header[LATENCY_NS])))
    underruns = 1 if flags & portaudio.OUTPUT_UNDERFLOW else 0
    if ready == frames or 0 <= total <= played + ready:
        publish(header, PLAYED, played + frames)
    else:
        underruns += 1
        header[MISSING] += frames - ready
        publish(header, PLAYED, played + ready)
    header[UNDERRUNS] += underruns
    return 0


def _delay_ns(times: int, otherwise: int) -> int:
    """How long until the buffer is heard, by the driver's clock where it has one."""
    moments = array_at(times, (3,), np.float64)
    delay = float(moments[portaudio.BUFFER_DAC_TIME] - moments[portaudio.CURRENT_TIME])
    return int(delay * 1e9) if 0.0 < delay < portaudio.LONGEST_DELAY_SECONDS else otherwise


def _tell_time(header: Counters, frame: int, heard_ns: int) -> None:
    turn = int(header[CLOCK_TURN])
    publish(header, CLOCK_TURN, turn + 1)
    header[CLOCK_FRAME] = frame
    header[CLOCK_NS] = heard_ns
    publish(header, CLOCK_TURN, turn + 2)


_play = stream_callback(play)  # C may call it as long as this module lives
PLAY = address_of(_play)  # what Pa_OpenStream takes
