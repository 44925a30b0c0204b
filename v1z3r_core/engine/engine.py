"""The street: sound and commands in, a picture out, once per step."""

import math
from collections.abc import Sequence
from contextlib import nullcontext
from types import TracebackType
from typing import Protocol, Self

from numpy.typing import ArrayLike

from v1z3r_core.engine import street
from v1z3r_core.engine.beatclock import BeatClock
from v1z3r_core.engine.options import EngineOptions
from v1z3r_core.engine.parts import SourceChoice
from v1z3r_core.engine.street import Street
from v1z3r_core.model.analysis import AnalysisFrame
from v1z3r_core.model.beat import Beat
from v1z3r_core.model.command import Command
from v1z3r_core.model.errors import GraphicsError, OutputError
from v1z3r_core.model.ports import Surface
from v1z3r_core.model.scene import Scene
from v1z3r_core.model.show import FrameContext, ShowState
from v1z3r_core.model.stats import StepStats

MAX_DELTA_SECONDS = 0.25
# After a stall (suspend, a dragged window) `delta` stops here, so that nothing a scene
# integrates over time makes a leap.


class GlFramebuffer(Protocol):
    """A framebuffer object of a host's library, such as moderngl's."""

    @property
    def glo(self) -> int:
        """Its OpenGL name."""


class Engine:
    """Sound in, pictures out.

    `Engine.open(…).run()` is a stand-alone show, `Engine.offline(…)` steps through exact times as
    fast as it can, `Engine.attach(…)` draws inside a host's own window and context. All three are
    the same street with another clock, source and sink.

    `post` and `feed` may be called from any thread, everything else from the one that
    made the engine: it owns the GL context. A context manager; `close` releases everything the
    engine made and nothing that it borrowed.
    """

    def __init__(self, made: Street) -> None:
        self._gpu = made.gpu
        self._stage = made.stage
        self._hearing = made.hearing
        self._pacing = made.pacing
        self._outlet = made.outlet
        self._tally = made.tally
        self._seed = made.seed
        self._size = made.size
        self._feed = made.feed
        self._owned = made.owned
        self._beats = BeatClock()
        self._beat = Beat()
        self._closed = False
        self._index = 0
        self._time = 0.0

    @classmethod
    def open(
        cls,
        scenes: Scene | Sequence[Scene],
        source: SourceChoice = "device",
        options: EngineOptions | None = None,
        *,
        surface: Surface | None = None,
        headless: bool = False,
    ) -> Self:
        """A live show of its own: a window, the sound, the wall clock.

        Parameters
        ----------
        scenes : Scene or sequence of Scene
            The playlist; the first is shown first.
        source : str, AudioSource, or function (Notify) -> AudioSource
            "device", "device:NAME", "loopback", "synth", the path of a sound file; a source that
            is open already, owned from here on; or what opens one. It is opened in the
            background, and what that raises comes out of `step`.
        options : EngineOptions
        surface : Surface or None
            Where to show it; None opens a window. Owned from here on.
        headless : bool
            Off screen, and a file's sound is heard without being played.

        Raises
        ------
        GraphicsError
            If there is no display or no OpenGL.
        SceneError
            If the first scene does not compile.
        """
        options = options or EngineOptions()
        return cls(street.live(scenes, source, options, surface, headless=headless))

    @classmethod
    def offline(
        cls,
        scenes: Scene | Sequence[Scene],
        source: SourceChoice,
        options: EngineOptions | None = None,
    ) -> Self:
        """The same street at exact times n / fps, as fast as it goes, off screen.

        Raises
        ------
        AudioFileError, GraphicsError, SceneError
            As `open`, but all of them at once.
        """
        return cls(street.offline(scenes, source, options or EngineOptions()))

    @classmethod
    def attach(
        cls,
        scene: Scene,
        *,
        size: tuple[int, int],
        sample_rate: int,
        channels: int = 2,
        options: EngineOptions | None = None,
    ) -> Self:
        """An engine inside a host's window, context, sound and clock.

        The context that is current in this thread is borrowed: every `draw` leaves the host's GL
        state as it found it. Feed it with `feed`, draw with `draw`.

        Parameters
        ----------
        scene : Scene
        size : tuple of int
            Width and height of the host's framebuffer in pixels; see `resize`.
        sample_rate : int, Hz
        channels : int
            Of the sound that the host will feed.
        options : EngineOptions

        Raises
        ------
        GraphicsError
            If no context of OpenGL 3.3 or later is current.
        SceneError
            If the scene does not compile.
        """
        options = options or EngineOptions()
        return cls(
            street.attached(scene, options, size=size, sample_rate=sample_rate, channels=channels)
        )

    # -- the street ---------------------------------------------------------------------------

    def step(self, *, record: bool = True) -> StepStats:
        """One picture: wait for its slot, hear, decide, draw, record, present.

        Parameters
        ----------
        record : bool
            Whether the options' sink gets this picture.

        Raises
        ------
        V1z3rError
            What the source raised while it was opening, or the sink while it was writing.
        """
        engine_time = self._pacing.wait()
        self._tally.start()
        show_time = self._hearing.time(engine_time)
        analysis = self._hear(show_time)
        self._tally.lap()
        self._decide(show_time, analysis)
        self._tally.lap()
        visible = self._fit(self._outlet.surface.size)
        if visible:
            self._draw(show_time, analysis, self._outlet.framebuffer)
        self._tally.lap()
        if visible and record:
            self._outlet.picture(self._index, show_time)
        self._outlet.present()
        self._advance(show_time)
        return self._tally.finish(self._stage.gpu_seconds())

    def draw(self, framebuffer: int | GlFramebuffer, time: float) -> StepStats:
        """One picture into a host's framebuffer, for an engine made by `attach`.

        Parameters
        ----------
        framebuffer : int or object with `glo`
            The framebuffer's OpenGL name; 0 is the window's own.
        time : float, seconds
            The host's show time; may stand still or jump, either way.

        Raises
        ------
        GraphicsError
            In another thread, with another context current, after `close`, or if there is no such
            framebuffer.
        ValueError
            If the time is not finite.
        """
        if not math.isfinite(time):
            raise ValueError(f"time is {time}, expected the host's show time in seconds")
        name = framebuffer if isinstance(framebuffer, int) else framebuffer.glo
        with self._gpu.using():  # around it all, so that the host's state is read and put back once
            self._tally.start()
            analysis = self._hear(time)
            self._tally.lap()
            self._decide(time, analysis)
            self._tally.lap()
            self._draw(time, analysis, name)
            self._tally.lap()
            self._outlet.picture(self._index, time)
            self._advance(time)
            return self._tally.finish(self._stage.gpu_seconds())

    def skip(self) -> None:
        """Let one picture's time pass unseen: sound and show go on, nothing is drawn."""
        show_time = self._hearing.time(self._pacing.wait())
        self._tally.start()
        self._decide(show_time, self._hear(show_time))
        self._advance(show_time)

    def run(self, duration: float | None = None) -> dict[str, object]:
        """Step until someone quits, the sound ends or `duration` seconds are over; the report.

        Raises
        ------
        V1z3rError
            As `step`; also what a source raised that was still opening at the end.
        """
        while not self.done and (duration is None or self._time < duration):
            self.step()
        self._hearing.settle()
        return self.report()

    # -- from outside -------------------------------------------------------------------------

    def post(self, command: Command) -> None:
        """Ask for a change, from any thread; done at the beginning of the next step."""
        self._stage.post(command)

    def feed(self, samples: ArrayLike) -> None:
        """Give an attached engine the host's newest samples, from any thread.

        Parameters
        ----------
        samples : array_like of float, shape (n,) or (n, channels)
            Nominal range [-1, 1].

        Raises
        ------
        ValueError
            If the shape does not fit.
        GraphicsError
            If the engine was not made by `attach`.
        """
        if self._feed is None:
            raise GraphicsError("this engine has a sound source of its own; use Engine.attach")
        self._feed.push(samples)

    def resize(self, size: tuple[int, int]) -> None:
        """Draw at another size from now on: for hosts; a window of ours tells on its own."""
        self._fit(size)

    @property
    def show(self) -> ShowState:
        """The state of the show."""
        return self._stage.state

    @property
    def time(self) -> float:
        """Show time of the last picture, seconds."""
        return self._time

    @property
    def done(self) -> bool:
        """Whether someone asked to quit or the sound has ended."""
        return self._stage.state.quitting or self._hearing.ended

    @property
    def dropped(self) -> int:
        """Pictures of a live recording that did not leave the GPU in time."""
        return self._outlet.dropped

    @property
    def recording_failure(self) -> OutputError | None:
        """What ended a live recording before its time; None while all is well."""
        return self._outlet.failure

    @property
    def seconds_since_first_picture(self) -> float | None:
        """How long ago the first picture was presented; None before it."""
        return self._tally.since_first()

    def report(self) -> dict[str, object]:
        """What was measured so far, under the keys of `--report`."""
        return self._tally.report(self._hearing.stats(), self._gpu.use)

    def finish(self, sound_until: float | None = None) -> None:
        """Write what is still on its way and complete the sink's result.

        Parameters
        ----------
        sound_until : float, seconds
            The sink gets the sound up to there, however long ago the last picture was.
        """
        if sound_until is not None:
            self._hear(sound_until)
        self._outlet.finish()
        self._stage.speak(self._time)

    def close(self) -> None:
        """Release everything the engine made, newest first; may be called twice.

        A recording that was not finished is left as what is playable of it. A host's context
        should be current; if none is, it counts as destroyed, and its objects with it.

        Raises
        ------
        GraphicsError
            In another thread, or with another context current; nothing was closed then.
        """
        if self._closed:
            return
        self._gpu.check()  # a wrong thread or context is refused before anything is half undone
        with nullcontext() if self._gpu.gone else self._gpu.using():
            self._closed = True
            self._owned.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- the parts of a step ------------------------------------------------------------------

    def _hear(self, show_time: float) -> AnalysisFrame:
        analysis = self._hearing.advance(show_time)
        self._outlet.sound(self._hearing.block)
        return analysis

    def _decide(self, show_time: float, analysis: AnalysisFrame) -> None:
        heard = self._beats.heard(show_time, analysis, self._hearing.block)
        changed = self._stage.listen(show_time, heard)
        self._beat = self._beats.shown(show_time, heard, self._stage.state.tempo)
        if changed is not None:
            self._tally.switched(changed)

    def _fit(self, size: tuple[int, int]) -> bool:
        """Follow the surface's size; False while there is nothing to draw on (minimised)."""
        if min(size) < 1:
            return False
        if size != self._size:
            self._stage.resize(size)
            self._size = size
            if self._outlet.recording:
                # A video has one size for all its pictures.
                self._stage.tell("recording finished: the window changed its size")
                self.finish()
        return True

    def _draw(self, show_time: float, analysis: AnalysisFrame, framebuffer: int | None) -> None:
        delta = min(max(show_time - self._time, 0.0), MAX_DELTA_SECONDS)
        context = FrameContext(
            index=self._index,
            time=show_time,
            delta=delta,
            size=self._size,
            analysis=analysis,
            show=self._stage.state,
            seed=self._seed,
            beat=self._beat,
        )
        self._stage.draw(context, framebuffer)

    def _advance(self, show_time: float) -> None:
        self._index += 1
        self._time = show_time
