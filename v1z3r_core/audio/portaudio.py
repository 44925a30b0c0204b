"""PortAudio through sounddevice's own bindings: devices, and streams with native callbacks."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, Literal

from numpy.typing import NDArray

from v1z3r_core.audio.stderr import hushed
from v1z3r_core.model.errors import AudioDeviceError

Direction = Literal["recording", "playing"]

_ANSWER_SECONDS = 5.0  # a sound server that hangs holds the library's lock for ever

# PortAudio is one per process and not thread-safe, so is what guards it: the one place in the
# package with module state. Streams are counted because a rescan would close them all.
_lock = threading.Lock()
_streams: set[int] = set()


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A sound device, or a source of a sound server behind one.

    Parameters
    ----------
    index : int or None
        PortAudio's number; None for a sound server's source, which PortAudio does not list.
    name, host_api : str
    inputs, outputs : int
        Most channels it records and plays.
    default_rate : int, Hz
    latency_ms : float
        The driver's low-latency suggestion, of the input where it has one.
    is_default_input, is_default_output : bool
    is_loopback : bool
        It records what another device plays.
    alsa : str or None
        ALSA's own name to open it by, instead of `index`.
    """

    index: int | None
    name: str
    host_api: str
    inputs: int
    outputs: int
    default_rate: int
    latency_ms: float
    is_default_input: bool = False
    is_default_output: bool = False
    is_loopback: bool = False
    alsa: str | None = None


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """How a stream is opened.

    Parameters
    ----------
    rate : int, Hz
    channels : int
    block_frames : int
        Per callback; 0 leaves it to the driver, which then needs no buffer of PortAudio's.
    latency_seconds : float
        What the driver is asked for.
    """

    rate: int
    channels: int
    block_frames: int
    latency_seconds: float


class _AlsaStreamInfo(ctypes.Structure):
    """`PaAlsaStreamInfo` of pa_linux_alsa.h, which sounddevice does not declare."""

    _fields_ = (
        ("size", ctypes.c_ulong),
        ("hostApiType", ctypes.c_int),
        ("version", ctypes.c_ulong),
        ("deviceString", ctypes.c_char_p),
    )


_START_SERVER = "start it: pulseaudio --start, or systemctl --user start pipewire-pulse"
_ALSA_TYPE = 8  # PaHostApiTypeId of portaudio.h
_DEVICE_BY_NAME = -2  # paUseHostApiSpecificDeviceSpecification, likewise


class NativeStream:
    """Owns an open PortAudio stream whose callback is compiled code.

    Parameters
    ----------
    device : DeviceInfo
    direction : Direction
    stream_format : StreamFormat
    callback : int
        Address of a `PaStreamCallback`.
    memory : NDArray
        What the callback gets as its user data; kept alive until `close`.

    Raises
    ------
    AudioDeviceError
        If the device is gone, busy, or refuses the format.
    """

    def __init__(
        self,
        device: DeviceInfo,
        direction: Direction,
        stream_format: StreamFormat,
        callback: int,
        memory: NDArray[Any],
    ) -> None:
        sounddevice = _library()
        self._lib: Any = sounddevice._lib
        self._memory = memory
        ffi = sounddevice._ffi
        by_name = device.alsa and _AlsaStreamInfo(
            ctypes.sizeof(_AlsaStreamInfo), _ALSA_TYPE, 1, device.alsa.encode()
        )
        parameters = ffi.new("PaStreamParameters*")
        parameters.device = _DEVICE_BY_NAME if by_name else device.index
        parameters.channelCount = stream_format.channels
        parameters.sampleFormat = self._lib.paFloat32
        parameters.suggestedLatency = stream_format.latency_seconds
        if by_name:
            parameters.hostApiSpecificStreamInfo = ffi.cast("void*", ctypes.addressof(by_name))
        recording = direction == "recording"
        handle = ffi.new("PaStream**")
        with _exclusive(), hushed() as chatter:
            error = self._lib.Pa_OpenStream(
                handle,
                parameters if recording else ffi.NULL,
                ffi.NULL if recording else parameters,
                float(stream_format.rate),
                stream_format.block_frames,
                self._lib.paNoFlag,
                ffi.cast("PaStreamCallback*", callback),
                ffi.cast("void*", memory.ctypes.data),
            )
            if error == self._lib.paNoError:
                _streams.add(id(self))
        if error != self._lib.paNoError:
            reason = ffi.string(self._lib.Pa_GetErrorText(error)).decode()
            raise AudioDeviceError(_refusal(device, direction, stream_format, reason, chatter))
        self._stream: Any = handle[0]
        info = self._lib.Pa_GetStreamInfo(self._stream)
        self.latency_seconds = float(info.inputLatency if recording else info.outputLatency)
        self._name = device.name

    @property
    def active(self) -> bool:
        """Whether the device's thread is running; False once the device was lost."""
        return bool(self._stream is not None and self._lib.Pa_IsStreamActive(self._stream) == 1)

    def start(self) -> None:
        """Begin calling the callback.

        Raises
        ------
        AudioDeviceError
            If the device was lost since it was opened.
        """
        with _exclusive(), hushed():
            error = self._lib.Pa_StartStream(self._stream)
        if error != self._lib.paNoError:
            self.close()
            raise AudioDeviceError(f"{self._name}: does not start; check that it is connected")

    def close(self) -> None:
        """Stop the callback and let go of the device; may be called twice.

        Waits for a sound server that hangs; call it from a thread that may.
        """
        stream, self._stream = self._stream, None
        if stream is None:
            return
        with _lock, hushed():
            self._lib.Pa_CloseStream(stream)
            _streams.discard(id(self))


def query_devices() -> list[dict[str, Any]]:
    """Raw device records of PortAudio with "index", "api" (name) and the defaults marked.

    Raises
    ------
    AudioDeviceError
        If the library is not installed or does not answer.
    """
    sounddevice = _library()
    with _exclusive(), hushed():
        apis = sounddevice.query_hostapis()
        records: list[dict[str, Any]] = [dict(record) for record in sounddevice.query_devices()]
        default_input = sounddevice._lib.Pa_GetDefaultInputDevice()
        default_output = sounddevice._lib.Pa_GetDefaultOutputDevice()
    for index, record in enumerate(records):
        record["index"] = index
        record["api"] = apis[record["hostapi"]]["name"]
        record["is_default_input"] = index == default_input
        record["is_default_output"] = index == default_output
    return records


def query_host_apis() -> tuple[str, ...]:
    """Names of the sound systems PortAudio was built for and found here.

    Raises
    ------
    AudioDeviceError
        As `query_devices`.
    """
    sounddevice = _library()
    with _exclusive(), hushed():
        return tuple(str(api["name"]) for api in sounddevice.query_hostapis())


def rescan() -> bool:
    """Look for devices anew; PortAudio's list is otherwise that of the process's start.

    A host program's own sounddevice streams cannot be seen from here, and end. That is why
    this is called only while a device that is wanted is missing.

    Returns
    -------
    bool
        False, and nothing happened, while a stream of ours is open: it would end too.

    Raises
    ------
    AudioDeviceError
        As `query_devices`.
    """
    sounddevice = _library()
    with _exclusive(), hushed():
        if _streams:
            return False
        depth = sounddevice._initialized
        for _ in range(depth):
            sounddevice._terminate()
        for _ in range(depth):
            sounddevice._initialize()
    return True


def _library() -> ModuleType:
    try:
        with _exclusive():
            return import_module("sounddevice")
    except OSError as error:
        raise AudioDeviceError(
            "the PortAudio library is missing; install it: sudo apt-get install libportaudio2"
        ) from error


@contextmanager
def _exclusive() -> Iterator[None]:
    if not _lock.acquire(timeout=_ANSWER_SECONDS):
        raise AudioDeviceError(
            f"the sound system has not answered for {_ANSWER_SECONDS:g} s; "
            "restart it: systemctl --user restart pipewire pulseaudio"
        )
    try:
        yield
    finally:
        _lock.release()


def _refusal(
    device: DeviceInfo,
    direction: Direction,
    stream_format: StreamFormat,
    reason: str,
    chatter: list[str],
) -> str:
    said = " ".join(chatter)
    if "Unable to connect" in said:
        reason, remedy = "no sound server answers", _START_SERVER
    elif "Unknown PCM" in said:
        reason = "ALSA's PulseAudio plugin is missing"
        remedy = "install it: sudo apt-get install libasound2-plugins"
    elif "No such entity" in said:
        reason, remedy = "the sound server has no such device", "see: v1z3r devices"
    else:
        remedy = "check that it is connected and free"
    return (
        f"{device.name}: refused {direction} at {stream_format.rate} Hz, "
        f"{stream_format.channels} channels ({reason}); {remedy}"
    )
