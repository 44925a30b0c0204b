"""A file on the loudspeakers, heard by the engine as it sounds."""

import threading
import time
from typing import NamedTuple

from v1z3r_core.audio.connection import Connection
from v1z3r_core.audio.devices import find_output, found_again
from v1z3r_core.audio.heard import HeardClock
from v1z3r_core.audio.mixdown import mix_gains
from v1z3r_core.audio.portaudio import DeviceInfo, NativeStream, StreamFormat
from v1z3r_core.audio.position import samples_until
from v1z3r_core.audio.resample import ResampledSource
from v1z3r_core.audio.ring import SharedRing
from v1z3r_core.kernels import ringlayout as shared
from v1z3r_core.kernels.backend import kernels
from v1z3r_core.model.audio import AudioBlock, AudioStats
from v1z3r_core.model.errors import AudioDeviceError
from v1z3r_core.model.ports import AudioSource, Notify

# Decoded ahead, also before the device starts: the longest stall of the interpreter seen, a first
# draw on a software rasteriser, took 5.4 s. Decoding it takes about 10 ms.
RING_SECONDS = 10.0
STEP_SECONDS = 0.1  # decoded at a time
LATENCY_SECONDS = 0.2  # the picture follows what is heard; 80 ms ran dry on a machine with load 7
FALLBACK_RATE_HZ = 48_000


class PlaybackSource:
    """Plays an offline source; its clock is the device's counter of frames played.

    A thread decodes ahead into a ring, a native callback plays from it. Where there is no
    device, or it is lost, time goes on silently and the device is tried again.

    Parameters
    ----------
    inner : AudioSource
        Offline, one to eight channels; owned from here on.
    notify : function (str) -> None, keyword-only
        Told once when the device is lost and once when it is back, from another thread.
    device : str or None, keyword-only
        As `find_output` takes it; None plays on the default output.

    Raises
    ------
    AudioDeviceError
        If a named device is absent, ambiguous, or refuses every format.
    """

    def __init__(self, inner: AudioSource, *, notify: Notify, device: str | None = None) -> None:
        self._wanted = device
        self._notify = notify
        try:
            opened = _opened(inner, device)
        except AudioDeviceError as error:
            if device is not None:
                inner.close()
                raise
            opened = _Opened(None, inner, _ring(inner.rate, inner.channels, 2), 2, None)
            notify(f"{error}; playing silently")
        self._device, self._inner, self._ring, self._speakers, stream = opened
        self._clock = HeardClock(self._ring.header, self.rate)
        self._seat = threading.Lock()  # who moves PLAYED while no callback does
        self._silent = stream is None
        self._taken = 0
        self._xruns = 0
        self._overtaken = 0
        self._closing = threading.Event()
        try:
            self._fill()
            if stream is None:
                self._clock.report(0, time.monotonic_ns())
            else:
                self._start(stream, 0)
        except BaseException:
            if stream is not None:
                stream.close()
            self._inner.close()
            raise
        self._filler = threading.Thread(target=self._keep_full, name="v1z3r-decoder", daemon=True)
        self._filler.start()
        self._connection = Connection(self, stream)

    @property
    def name(self) -> str:
        """The inner source's."""
        return self._inner.name

    @property
    def rate(self) -> int:
        """The inner source's where the device takes it, Hz."""
        return self._inner.rate

    @property
    def channels(self) -> int:
        """The inner source's, also where fewer loudspeakers play them."""
        return self._inner.channels

    @property
    def ended(self) -> bool:
        """Whether the last sample was heard and read."""
        return 0 <= kernels().peek(self._ring.header, shared.TOTAL) <= self._taken

    @property
    def duration(self) -> float | None:
        """The inner source's length, seconds."""
        return self._inner.duration

    def time(self) -> float:
        """Stream time that is being heard now, seconds, from the device's clock."""
        return self._clock.time(time.monotonic_ns())

    def read(self, until: float) -> AudioBlock | None:
        """The samples up to stream time `until`, seconds, as far as they are decoded."""
        end = min(samples_until(until, self.rate), self._ring.written)
        if end <= self._taken:
            return None
        first, samples = self._ring.take(self._taken, end)
        if first > self._taken:
            self._xruns += 1
            self._overtaken += first - self._taken
        self._taken = end
        return AudioBlock(first, self.rate, samples) if len(samples) else None

    def stats(self) -> AudioStats:
        """What was played as silence for want of samples, and what the engine came too late for."""
        header = self._ring.header
        return AudioStats(
            xruns=self._xruns + int(header[shared.UNDERRUNS]),
            lost_samples=self._overtaken + int(header[shared.MISSING]),
            latency_ms=self._connection.latency_ms,
        )

    def close(self) -> None:
        """Fall silent and let go of device, threads and file; may be called twice."""
        self._closing.set()
        self._connection.close()
        self._filler.join()
        self._inner.close()

    # -- on the decoder's thread ----------------------------------------------------------------

    def _keep_full(self) -> None:
        try:
            while not self._closing.wait(STEP_SECONDS):
                with self._seat:
                    if self._silent:
                        self._ring.header[shared.PLAYED] = self._heard_frame()
                self._fill()
        except Exception as error:  # noqa: BLE001  top of a thread: the file broke, it ends here
            self._notify(f"{self.name}: stopped: {error}")
            kernels().publish(self._ring.header, shared.TOTAL, self._ring.written)

    def _fill(self) -> None:
        """Decode until the ring is full or the stream ends."""
        header, capacity = self._ring.header, self._ring.capacity
        step = round(STEP_SECONDS * self.rate)
        while not self._closing.is_set() and header[shared.TOTAL] == shared.UNKNOWN:
            # What the engine has not read yet is kept, for half a ring at most.
            played = kernels().peek(header, shared.PLAYED)
            kept = max(min(played, self._taken), played - capacity // 2)
            written = self._ring.written
            if capacity - (written - kept) < step:
                return
            block = self._inner.read((written + step) / self.rate)
            if block is not None:
                self._ring.append(block.samples)
            if self._inner.ended:
                kernels().publish(header, shared.TOTAL, self._ring.written)

    # -- on the connection's thread -------------------------------------------------------------

    def open_stream(self) -> NativeStream:
        """See `Connected`."""
        if self._device is None:
            self._device = find_output(self._wanted)
        device = found_again(find_output, self._wanted, self._device)
        stream = _stream(device, self.rate, self._speakers, self._ring)
        with self._seat:
            self._silent = False
            try:
                # A fresh stream's first sample sounds at once; the driver's latency is how far
                # it then reads ahead.
                self._start(stream, self._heard_frame())
            except AudioDeviceError:
                self._silent = True
                raise
        return stream

    def progress(self) -> int:
        """See `Connected`."""
        return kernels().peek(self._ring.header, shared.CLOCK_TURN)

    def lost(self) -> None:
        """See `Connected`."""
        self._notify("sound output: lost; playing silently until it is back")

    def closed(self) -> None:
        """See `Connected`."""
        with self._seat:
            self._silent = True

    def back(self) -> None:
        """See `Connected`."""
        self._notify("sound output: back")

    def _start(self, stream: NativeStream, frame: int) -> None:
        self._ring.header[shared.LATENCY_NS] = round(stream.latency_seconds * 1e9)
        self._ring.header[shared.PLAYED] = frame
        stream.start()

    def _heard_frame(self) -> int:
        """The frame that is heard now, but none that is not decoded yet."""
        heard = self._clock.target(time.monotonic_ns()) or 0.0
        frame = samples_until(heard, self.rate)
        return frame if self._complete else min(frame, self._ring.written)

    @property
    def _complete(self) -> bool:
        return bool(self._ring.header[shared.TOTAL] != shared.UNKNOWN)


class _Opened(NamedTuple):
    """What was settled with the device."""

    device: DeviceInfo | None
    source: AudioSource
    ring: SharedRing
    speakers: int
    stream: NativeStream | None


def _opened(inner: AudioSource, name: str | None) -> _Opened:
    """A stream, not yet started, at the source's own rate or the next best."""
    device = find_output(name)
    speakers = min(2, device.outputs)
    refusals = []
    for rate in dict.fromkeys((inner.rate, FALLBACK_RATE_HZ, device.default_rate)):
        ring = _ring(rate, inner.channels, speakers)
        try:
            stream = _stream(device, rate, speakers, ring)
        except AudioDeviceError as refusal:
            refusals.append(refusal)
        else:
            source: AudioSource = inner
            if rate != inner.rate:
                source = ResampledSource(inner, rate)
            return _Opened(device, source, ring, speakers, stream)
    raise refusals[0]


def _stream(device: DeviceInfo, rate: int, speakers: int, ring: SharedRing) -> NativeStream:
    wanted = StreamFormat(rate, speakers, 0, LATENCY_SECONDS)
    return NativeStream(device, "playing", wanted, kernels().play, ring.memory)


def _ring(rate: int, channels: int, speakers: int) -> SharedRing:
    ring = SharedRing(int(RING_SECONDS * rate), channels, extra=speakers * channels)
    ring.header[shared.DEVICE_CHANNELS] = speakers
    ring.extra[:] = mix_gains(channels, speakers).ravel()
    return ring
