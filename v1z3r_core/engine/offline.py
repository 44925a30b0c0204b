"""All pictures of a track, one after another."""

import math
from collections import deque
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from v1z3r_core.audio.open import open_source
from v1z3r_core.engine.engine import Engine
from v1z3r_core.engine.options import EngineOptions
from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.errors import AudioFileError
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import AudioSource
from v1z3r_core.model.scene import ParameterValue, Scene

ROUNDING_SECONDS = 1e-6  # far below a sample; keeps 0.1 s × 30 fps from counting a fourth picture


def exact_fps(fps: Fraction | float) -> Fraction:
    """The rate as a fraction; 59.94 is 2997/50, while 60000/1001 has to be said.

    Raises
    ------
    ValueError
        If it is not a positive number.
    """
    if not (math.isfinite(fps) and fps > 0):
        raise ValueError(f"fps is {fps}, expected more than 0")
    return fps if isinstance(fps, Fraction) else Fraction(fps).limit_denominator(1001)


def length_of(source: AudioSource, wanted: float | None) -> float:
    """Seconds to render: those wanted, as far as the source reaches.

    Raises
    ------
    AudioFileError
        If the source has no end and nothing says where to stop.
    """
    if source.duration is None and wanted is None:
        raise AudioFileError(f"{source.name}: has no end; say how long with duration")
    return min(length for length in (source.duration, wanted) if length is not None)


def picture_count(duration: float, fps: Fraction) -> int:
    """Pictures that cover `duration` seconds: the sound never outlasts the picture."""
    return max(1, math.ceil((duration - ROUNDING_SECONDS) * fps))


def render(
    audio: str | Path | AudioSource,
    scene: Scene,
    *,
    fps: Fraction | float = 60,
    size: tuple[int, int] = (1280, 720),
    start: float = 0.0,
    duration: float | None = None,
    seed: int = 0,
    parameters: Mapping[str, ParameterValue] | None = None,
) -> Iterator[Frame]:
    """Every picture of a track, in order, as arrays that are the caller's to keep.

    Equal arguments give equal pictures on the same OpenGL driver.

    Parameters
    ----------
    audio : path, "synth", or an open AudioSource
        An open source is closed at the end; one without a known length needs `duration`.
    scene : Scene
        From `load_scene`.
    fps : Fraction or float, > 0
        Picture n is drawn for time n / fps, having heard the sound up to then and no further.
    size : tuple of int
        Width and height in pixels.
    start, duration : float, seconds
        Part of the sound; to its end when `duration` is None.
    seed : int, 0 … 2³²−1
    parameters : mapping of str to value
        Of the scene, where they differ from its defaults.

    Raises
    ------
    AudioFileError, SceneError, GraphicsError
        At the first picture.
    ValueError
        If a number is outside its range.
    """
    collected = _Collected()
    options = EngineOptions(
        size=size,
        fps=exact_fps(fps),
        seed=seed,
        parameters=parameters or {},
        sink=collected,
    )
    source = open_offline(audio, start=start, duration=duration)
    count = picture_count(length_of(source, duration), exact_fps(fps))
    with Engine.offline(scene, source, options) as engine:
        for _ in range(count):
            engine.step()
            yield from collected.take()
        engine.finish()
        yield from collected.take()


def open_offline(
    audio: str | Path | AudioSource, *, start: float = 0.0, duration: float | None = None
) -> AudioSource:
    """The source to step through: opened here unless it is open already."""
    if not isinstance(audio, str | Path):
        return audio
    return open_source(
        str(audio),
        play=False,
        notify=EngineOptions().notify,
        start=start,
        duration=duration,
    )


class _Collected:
    """A sink that keeps pictures until they are taken."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()

    def write(self, frame: Frame) -> None:
        """Keep a copy: the pixels belong to the readback ring."""
        self._frames.append(Frame(frame.index, frame.time, frame.pixels.copy()))

    def write_audio(self, block: AudioBlock) -> None:
        """The caller has the sound already."""

    def finish(self) -> None:
        """Nothing is buffered elsewhere."""

    def abort(self) -> None:
        """Nothing is left behind."""

    def take(self) -> Iterator[Frame]:
        """Everything kept so far, oldest first."""
        while self._frames:
            yield self._frames.popleft()
