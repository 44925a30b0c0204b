"""What the renderer's tests draw with: contexts, scenes and pixels read the slow, sure way."""

import ctypes

import numpy as np

from v1z3r_core.model.analysis import ROW_FLOATS, AnalysisFrame, Scalar, silent_frame
from v1z3r_core.model.beat import Beat
from v1z3r_core.model.scene import Parameter, Pass, Scene, ShaderSource, Target
from v1z3r_core.model.show import FrameContext, ShowState
from v1z3r_core.renderer import glraw
from v1z3r_core.renderer.gpu import Gpu, Picture
from v1z3r_core.renderer.renderer import Renderer

NAME_KINDS = (
    "Texture",
    "Framebuffer",
    "Buffer",
    "Program",
    "Shader",
    "VertexArray",
    "Sampler",
    "Query",
)
SIZE = (48, 32)


def names_alive(gl: glraw.RawGl, up_to: int = 600) -> dict[str, list[int]]:
    """GL names the driver says exist, by kind; independent of our own bookkeeping."""
    return {
        kind: [name for name in range(1, up_to) if getattr(gl, f"glIs{kind}")(name)]
        for kind in NAME_KINDS
    }


def hearing(**scalars: float) -> AnalysisFrame:
    row = silent_frame().row.copy()
    for name, value in scalars.items():
        row[3 * 1024 + Scalar[name.upper()]] = value
    return heard(row)


def heard(row: np.ndarray) -> AnalysisFrame:
    assert row.shape == (ROW_FLOATS,)
    return AnalysisFrame(0, 0.0, 48_000, row, np.array([0], dtype=np.int64))


def context(
    index: int = 0,
    size: tuple[int, int] = SIZE,
    analysis: AnalysisFrame | None = None,
    beat: Beat | None = None,
    **parameters: object,
) -> FrameContext:
    show = ShowState(("test",), "test", parameters)
    return FrameContext(
        index, index / 60, 1 / 60, size, analysis or silent_frame(), show, 7, beat or Beat()
    )


def scene(
    code: str,
    passes: tuple[tuple[str, str, tuple[str, ...]], ...] = (),
    targets: tuple[Target, ...] = (),
    parameters: tuple[Parameter, ...] = (),
    inputs: tuple[str, ...] | None = None,
) -> Scene:
    """`passes` are (entry, target, inputs); the picture is drawn by `scene` at the end."""
    source = ShaderSource(code, "test.glsl")
    names = tuple(target.name for target in targets) if inputs is None else inputs
    made = tuple(Pass(entry, source, entry, target, reads) for entry, target, reads in passes)
    picture = Pass("scene", source, "scene", None, names)
    return Scene("test", "Test", (*made, picture), targets, parameters)


def pixels(gpu: Gpu, picture: Picture) -> np.ndarray:
    """RGBA bytes, top row first."""
    return framebuffer_pixels(gpu, picture.framebuffer, picture.size)


def framebuffer_pixels(gpu: Gpu, framebuffer: int, size: tuple[int, int]) -> np.ndarray:
    width, height = size
    data = (ctypes.c_ubyte * (width * height * 4))()
    with gpu.using():
        gpu.gl.glBindFramebuffer(glraw.READ_FRAMEBUFFER, framebuffer)
        gpu.gl.glReadPixels(0, 0, width, height, glraw.RGBA, glraw.UNSIGNED_BYTE, data)
    return np.frombuffer(data, np.uint8).reshape(height, width, 4)[::-1].copy()


def draw(gpu: Gpu, code: str, *args: object, frames: int = 1, **kwargs: object) -> np.ndarray:
    """The picture of a scene that is only this code, after that many frames."""
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene(code, *args, **kwargs))  # type: ignore[arg-type]
    for index in range(frames):
        renderer.draw(context(index))
    shown = pixels(gpu, renderer.picture)
    renderer.close()
    return shown


def encoded(linear: float) -> int:
    """8-bit sRGB of a linear value, from the standard's formula in float64."""
    shown = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(255 * shown)
