"""A scene on a screen: sound goes in, pictures in linear light come out."""

import dataclasses
from collections.abc import Iterable, Sequence
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.analyzer import Analyzer
from v1z3r_core.model.analysis import ROW_FLOATS, AnalysisFrame, silent_frame
from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.scene import ParameterValue, Scene
from v1z3r_core.model.show import FrameContext, ShowState
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.readback import Readback
from v1z3r_core.renderer.renderer import Renderer

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709

Picture = NDArray[np.uint8]


def heard(samples: NDArray[np.float32], rate: int) -> list[AnalysisFrame]:
    """The analysis of a whole sound, one frame per hop."""
    analyzer = Analyzer()
    frames = []
    for start in range(0, len(samples), 4_096):
        block = np.ascontiguousarray(samples[start : start + 4_096], dtype=np.float32)
        frames += [frame.copy() for frame in analyzer.advance(AudioBlock(start, rate, block))]
    return frames


def hearing_row(row: NDArray[np.float32]) -> AnalysisFrame:
    """A frame that holds exactly this row."""
    assert row.shape == (ROW_FLOATS,)
    return AnalysisFrame(0, 0.0, 48_000, row, np.array([0], dtype=np.int64))


def at(frames: Sequence[AnalysisFrame], time: float) -> AnalysisFrame:
    """The newest hop at or before a time."""
    earlier = [frame for frame in frames if frame.time <= time]
    return earlier[-1] if earlier else silent_frame()


def linear(picture: Picture) -> NDArray[np.float64]:
    """Linear light of an sRGB picture (IEC 61966-2-1)."""
    encoded = picture.astype(np.float64) / 255.0
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def luminance(picture: Picture) -> NDArray[np.float64]:
    """Relative luminance of each pixel, 0…1."""
    return np.asarray(linear(picture) @ LUMINANCE)


def difference(a: Picture, b: Picture) -> float:
    """Mean absolute difference of two pictures in steps of 8 bits."""
    return float(np.mean(np.abs(a.astype(np.int16) - b.astype(np.int16))))


class Projection:
    """One scene at one size; its pictures come back at once.

    Parameters
    ----------
    scene : Scene
    size : tuple of int
    parameters : ParameterValue, keyword-only
        Of the scene, where they differ from its defaults.
    """

    def __init__(
        self, scene: Scene, size: tuple[int, int] = (320, 180), **parameters: ParameterValue
    ) -> None:
        self._size = size
        self._show = ShowState((scene.name,), scene.name, parameters)
        self._gpu = Gpu.standalone()
        self._renderer = Renderer(self._gpu, size)
        self._renderer.prepare(scene)
        self._readback = Readback(self._gpu, size)
        self._index = 0

    def __enter__(self) -> "Projection":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._readback.close()
        self._renderer.close()
        self._gpu.close()

    def draw(self, analysis: AnalysisFrame, time: float, fps: float = 60.0) -> None:
        """Draw the next picture."""
        beat = analysis.beat.after(time - analysis.time)
        context = FrameContext(
            self._index, time, 1.0 / fps, self._size, analysis, self._show, seed=5, beat=beat
        )
        self._renderer.draw(context)
        self._index += 1

    def picture(self) -> Picture:
        """What was drawn last: RGB, shape (height, width, 3)."""
        assert self._readback.push(self._index, 0.0)
        return next(frame.rgb.copy() for frame in self._readback.drain())

    def play(
        self, frames: Sequence[AnalysisFrame], start: float, seconds: float, fps: float = 60.0
    ) -> Iterable[Picture]:
        """Pictures of a stretch of sound, one after the other."""
        for i in range(round(seconds * fps)):
            time = start + (i + 1) / fps
            self.draw(at(frames, time), time, fps)
            yield self.picture()

    def after(
        self, frames: Sequence[AnalysisFrame], start: float, seconds: float, fps: float = 60.0
    ) -> Picture:
        """The last picture of a stretch of sound."""
        for i in range(round(seconds * fps)):
            time = start + (i + 1) / fps
            self.draw(at(frames, time), time, fps)
        return self.picture()


def marking_bad_numbers(scene: Scene, entry: str) -> Scene:
    """A scene whose picture is white where `entry` yields NaN or infinity, black elsewhere."""
    bits = f"floatBitsToUint({entry}(uv)) & 0x7f800000u"
    return showing(scene, f"vec4(any(equal({bits}, uvec4(0x7f800000u))))", "bad_numbers_of_a_test")


def showing(scene: Scene, expression: str, name: str = "probe_of_a_test") -> Scene:
    """The scene with another picture: a GLSL expression of type vec4 over `uv`."""
    picture = scene.passes[-1]
    probe = f"\nvec4 {name}(vec2 uv) {{ return {expression}; }}\n"
    source = dataclasses.replace(picture.source, text=picture.source.text + probe)
    inputs = tuple(target.name for target in scene.targets)
    shown = dataclasses.replace(picture, source=source, entry=name, inputs=inputs)
    return dataclasses.replace(scene, passes=(*scene.passes[:-1], shown))
