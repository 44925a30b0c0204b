"""Where finished pictures go: in front of somebody, into a recording, or both."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from v1z3r_core.engine.recording import Recording
from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.ports import FrameSink, Notify, Surface
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.inflight import InFlight


class Outlet:
    """Owns the recording, and off screen the bound on how far the GPU may lag behind.

    Parameters
    ----------
    gpu : Gpu
    surface : Surface
        Presents; closed by whoever made it.
    framebuffer : int or None
        GL name of what the surface shows; None where nobody looks.
    """

    def __init__(self, gpu: Gpu, surface: Surface, framebuffer: int | None) -> None:
        self.surface = surface
        self.framebuffer = framebuffer
        self._gpu = gpu
        self._in_flight = InFlight(gpu) if framebuffer is None else None
        self._recording: Recording | None = None
        self._tell: Notify | None = None
        self._dropped = 0
        self.failure: OutputError | None = None  # what ended a live recording

    def record(
        self, sink: FrameSink, size: tuple[int, int], fps: Fraction, *, tell: Notify | None
    ) -> None:
        """Give every picture from now on, and its sound, to the sink.

        Parameters
        ----------
        sink : FrameSink
        size : tuple of int
        fps : Fraction
        tell : function (str) -> None, or None
            Live: a sink that fails is told about and left, the show goes on. None: offline,
            where the pictures are all there is and its error is raised.
        """
        self._tell = tell
        self._recording = Recording(self._gpu, size, fps, sink, live=tell is not None)

    @property
    def recording(self) -> bool:
        """Whether pictures go to a sink now."""
        return self._recording is not None

    @property
    def dropped(self) -> int:
        """Pictures of a live recording that did not leave the GPU in time."""
        return self._dropped + (self._recording.dropped if self._recording else 0)

    def picture(self, index: int, time: float) -> None:
        """Record the picture that was just drawn."""
        if self._recording is not None:
            with self._outliving_failure():
                self._recording.picture(index, time)

    def sound(self, block: AudioBlock | None) -> None:
        """Record what was just heard."""
        if self._recording is not None and block is not None:
            with self._outliving_failure():
                self._recording.sound(block)

    def present(self) -> None:
        """Put the picture in front of the viewer; off screen, wait for the GPU to come near."""
        if self._in_flight is not None:
            self._in_flight.mark()
        self.surface.present()

    def finish(self) -> None:
        """Write what is still on its way and complete the sink's result; may be called twice."""
        recording = self._let_go()
        if recording is not None:
            with self._outliving_failure():
                recording.finish()

    def close(self) -> None:
        """Leave what is playable of an unfinished recording; may be called twice."""
        recording = self._let_go()
        if recording is not None:
            recording.abort()
        if self._in_flight is not None:
            self._in_flight.close()
            self._in_flight = None

    @contextmanager
    def _outliving_failure(self) -> Iterator[None]:
        try:
            yield
        except OutputError as failure:
            if self._tell is None:
                raise
            self.failure = failure
            self._tell(str(failure))
            recording = self._let_go()
            if recording is not None:
                recording.abort()

    def _let_go(self) -> Recording | None:
        recording, self._recording = self._recording, None
        if recording is not None:
            self._dropped += recording.dropped
        return recording
