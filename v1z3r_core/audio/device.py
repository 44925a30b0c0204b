"""An input device as a live source."""

from collections import deque

from v1z3r_core.audio.connection import Connection
from v1z3r_core.audio.devices import FindDevice, find_input, found_again
from v1z3r_core.audio.losses import LossMeter
from v1z3r_core.audio.portaudio import DeviceInfo, NativeStream, StreamFormat
from v1z3r_core.audio.ring import SharedRing
from v1z3r_core.kernels import ringlayout as shared
from v1z3r_core.kernels.backend import kernels
from v1z3r_core.model.audio import AudioBlock, AudioStats
from v1z3r_core.model.errors import AudioDeviceError
from v1z3r_core.model.ports import Notify

RING_SECONDS = 8.0  # the longest stall seen is a first draw on a software rasteriser, 5.4 s
BLOCK_FRAMES = 256  # 5.3 ms at 48 kHz; benchmarks/audio_gil.py prints what other sizes cost
LATENCY_SECONDS = 0.02  # likewise
PREFERRED_RATE_HZ = 48_000  # what PortAudio calls ALSA's default, 44.1 kHz, is a guess


class DeviceSource:
    """Records a device natively, so that nothing Python does can lose a sample.

    Parameters
    ----------
    name : str or None
        As `find_input` takes it; None records the default input.
    notify : function (str) -> None, keyword-only
        Told once when the device is lost and once when it is back, from another thread.
    channels, rate : int or None, keyword-only
        None takes two channels and 48 kHz where the device has them, else what it has.
    find : function (str or None) -> DeviceInfo, keyword-only
        Looks the device up, again after each loss.

    Raises
    ------
    AudioDeviceError
        If the device is absent, ambiguous, or refuses the format.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        notify: Notify,
        channels: int | None = None,
        rate: int | None = None,
        find: FindDevice = find_input,
    ) -> None:
        self._wanted = name
        self._notify = notify
        self._find = find
        self._device = find(name)
        self._format, self._ring, stream = _opened(self._device, channels, rate)
        self._taken = 0
        self._shift = 0  # samples lost so far: index in the stream minus index in the ring
        self._lapped = 0  # lost because `read` was not called for longer than the ring holds
        self._xruns = 0
        self._limit: int | None = None  # ring index up to which the shift is known
        self._seam = (0, 0)  # ring index and time, ns, of the last sample before a loss
        self._seams: deque[tuple[int, int]] = deque()  # ring index, samples lost before it
        self._meter = LossMeter(self.rate, stream.latency_seconds)
        stream.start()
        self._connection = Connection(self, stream)

    @property
    def name(self) -> str:
        """The device's name."""
        return self._device.name

    @property
    def rate(self) -> int:
        """Hz."""
        return self._format.rate

    @property
    def channels(self) -> int:
        """Recorded ones."""
        return self._format.channels

    @property
    def ended(self) -> bool:
        """False: a device that was lost may come back."""
        return False

    @property
    def duration(self) -> None:
        """None: a live input has no length."""

    def time(self) -> None:
        """None: what arrives is heard as it arrives."""

    def read(self, until: float) -> AudioBlock | None:  # noqa: ARG002  a live input
        """Everything that arrived since the last call; never waits, None while there is nothing."""
        self._count_losses()
        end = self._ring.written if self._limit is None else self._limit
        if self._seams and self._seams[0][0] <= self._taken:
            self._skip(self._seams.popleft()[1])
            self._meter.restart()
        if self._seams:
            end = min(end, self._seams[0][0])
        if end <= self._taken:
            return None
        first, samples = self._ring.take(self._taken, end)
        if first > self._taken:
            self._xruns += 1
            self._lapped += first - self._taken
        self._taken = end
        return AudioBlock(self._shift + first, self.rate, samples) if len(samples) else None

    def stats(self) -> AudioStats:
        """Losses: in the driver and while the device was away, by the clock; in the ring, exact."""
        return AudioStats(self._xruns, self._shift + self._lapped, self._connection.latency_ms)

    def close(self) -> None:
        """Let go of the device; may be called twice."""
        self._connection.close()

    # -- on the connection's thread -------------------------------------------------------------

    def open_stream(self) -> NativeStream:
        """See `Connected`."""
        device = found_again(self._find, self._wanted, self._device)
        stream = NativeStream(
            device, "recording", self._format, kernels().capture, self._ring.memory
        )
        stream.start()
        return stream

    def progress(self) -> int:
        """See `Connected`."""
        return self._ring.written

    def lost(self) -> None:
        """See `Connected`."""
        written = self._ring.written
        self._seam = (written, int(self._ring.header[shared.STAMP_NS]))
        self._limit = written
        self._notify(f"{self._device.name}: lost; silent until it is back")

    def closed(self) -> None:
        """See `Connected`; the ring needs no one to move it."""

    def back(self) -> None:
        """See `Connected`."""
        frames, stamp_ns = self._ring.written, int(self._ring.header[shared.STAMP_NS])
        away = round((stamp_ns - self._seam[1]) * 1e-9 * self.rate)
        self._seams.append((self._seam[0], max(0, away - (frames - self._seam[0]))))
        self._limit = None
        self._notify(f"{self._device.name}: back")

    # -- on the reader's thread -----------------------------------------------------------------

    def _count_losses(self) -> None:
        if self._limit is not None or self._seams:
            return
        frames, stamp_ns = self._ring.written, int(self._ring.header[shared.STAMP_NS])
        if kernels().peek_after(self._ring.header, shared.RESERVED) == frames > 0:
            lost = self._meter.observe(frames, stamp_ns)
            if lost:
                self._skip(lost)

    def _skip(self, samples: int) -> None:
        self._shift += samples
        self._xruns += 1


def _opened(
    device: DeviceInfo, channels: int | None, rate: int | None
) -> tuple[StreamFormat, SharedRing, NativeStream]:
    """A stream, not yet started, in the first format that the device takes."""
    refusals = []
    for wanted in _formats(device, channels, rate):
        ring = SharedRing(int(RING_SECONDS * wanted.rate), wanted.channels)
        try:
            stream = NativeStream(device, "recording", wanted, kernels().capture, ring.memory)
        except AudioDeviceError as refusal:
            refusals.append(refusal)
        else:
            return wanted, ring, stream
    raise refusals[0]


def _formats(device: DeviceInfo, channels: int | None, rate: int | None) -> list[StreamFormat]:
    """What to ask for, the best first."""
    rates = [rate] if rate else [PREFERRED_RATE_HZ, device.default_rate]
    counts = [channels] if channels else [min(2, device.inputs), 1, device.inputs]
    wanted = [StreamFormat(r, c, BLOCK_FRAMES, LATENCY_SECONDS) for c in counts for r in rates]
    return list(dict.fromkeys(wanted))
