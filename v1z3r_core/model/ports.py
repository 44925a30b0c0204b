"""Every Protocol that an extension implements, on one page.

A port's methods are called by the engine in one thread at a time, the one that opened it,
unless a method says otherwise.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from v1z3r_core.model.audio import AudioBlock, AudioStats
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.input import SurfaceEvent
from v1z3r_core.model.scene import Scene

Notify = Callable[[str], None]
"""Takes one line for the person at the desk; may be called from any thread."""


class AudioSource(Protocol):
    """Sound coming in: a device, a file, a synthesiser, a host program."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def rate(self) -> int:
        """Hz; constant while open."""

    @property
    def channels(self) -> int:
        """Constant while open."""

    @property
    def duration(self) -> float | None:
        """Seconds in all, exact to the sample; None for a source without an end."""

    @property
    def ended(self) -> bool:
        """Whether everything was read and no more will come."""

    def time(self) -> float | None:
        """Stream time in seconds that is being heard at this moment.

        A source that plays to a device answers from the device's clock and the engine follows
        it. None: the source keeps no clock and follows the engine's.
        """

    def read(self, until: float) -> AudioBlock | None:
        """Everything new up to stream time `until` (seconds), or None when there is nothing.

        Never blocks in a live source. A live input ignores `until` and hands over whatever
        arrived. The block's samples are valid until the next call.
        """

    def stats(self) -> AudioStats:
        """Health so far; cheap enough to be asked every frame."""

    def close(self) -> None:
        """Let go of device, file and thread; may be called twice."""


class OpenSource(Protocol):
    """Entry point of group `v1z3r.sources`: opens `v1z3r run NAME:ARGUMENT`."""

    def __call__(self, argument: str, *, notify: Notify) -> AudioSource:
        """Open the source or raise `AudioDeviceError` / `AudioFileError`."""


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """What a sink is about to receive.

    Parameters
    ----------
    size : tuple of int
        Width and height in pixels.
    fps : Fraction
    sample_rate, channels : int
        Of the sound; both 0 when there is none.
    """

    size: tuple[int, int]
    fps: Fraction
    sample_rate: int = 0
    channels: int = 0


class FrameSink(Protocol):
    """Where finished pictures go: a video file, a folder, a stream.

    Called from the engine's writer thread. After `finish` or `abort` nothing more is written.
    """

    def write(self, frame: Frame) -> None:
        """Take the next picture; may block. Raises `OutputError`."""

    def write_audio(self, block: AudioBlock) -> None:
        """Take the sound that belongs to the pictures, in order from sample 0.

        A gap before `block.start` is sound that was lost: it stays silent, so that what follows
        keeps its place.
        """

    def finish(self) -> None:
        """Everything was written: put the result under its final name."""

    def abort(self) -> None:
        """The work broke off: leave what is playable under the partial name."""


class OpenSink(Protocol):
    """Entry point of group `v1z3r.sinks`: opens `v1z3r render … -o NAME:PATH`."""

    def __call__(self, path: Path, picture: PictureFormat) -> FrameSink:
        """Open the sink or raise `OutputError`."""


class OpenScenes(Protocol):
    """Entry point of group `v1z3r.scenes`: scenes that a package brings along."""

    def __call__(self) -> Sequence[Scene]:
        """Read them or raise `SceneError`."""


class Surface(Protocol):
    """Where live pictures are seen; owns a GL context that the renderer adopts."""

    @property
    def size(self) -> tuple[int, int]:
        """Framebuffer width and height in pixels; (0, 0) while minimised."""

    @property
    def refresh_hz(self) -> float | None:
        """Of the display it is on; None where there is no display."""

    @property
    def waits_for_refresh(self) -> bool:
        """Whether `present` was measured to wait for the display."""

    def poll(self) -> Sequence[SurfaceEvent]:
        """What happened since the last call, oldest first."""

    def set_fullscreen(self, on: bool) -> None:
        """Fill the monitor the window is mostly on, or return to the place before."""

    def present(self) -> None:
        """Put the drawn picture in front of the viewer."""

    def close(self) -> None:
        """Destroy window and context; may be called twice."""


class Clock(Protocol):
    """Monotonic time that can be waited for."""

    def now(self) -> float:
        """Seconds since the clock's own zero."""

    def wait_until(self, seconds: float) -> None:
        """Return at that time, or at once if it has passed."""
