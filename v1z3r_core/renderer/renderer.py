"""A scene and frame contexts become pictures."""

from collections.abc import Sequence
from pathlib import Path

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.font import FontSource
from v1z3r_core.model.overlay import Overlay
from v1z3r_core.model.scene import Scene
from v1z3r_core.model.show import FrameContext
from v1z3r_core.renderer import glraw, hoststate
from v1z3r_core.renderer.canvas import Canvas
from v1z3r_core.renderer.compiled import CompiledScene
from v1z3r_core.renderer.gpu import Gpu, Picture
from v1z3r_core.renderer.inputs import Inputs
from v1z3r_core.renderer.plan import RenderPlan, plan
from v1z3r_core.renderer.program import AUDIO_UNIT
from v1z3r_core.renderer.text import TextPass
from v1z3r_core.renderer.timer import GpuTimer


class Renderer:
    """Draws one scene at a time into a picture, and the picture into a framebuffer.

    Between the passes colours are linear light in half floats. The pass that draws the picture
    ends with the only tone shoulder, dither and sRGB encoding there is; what a framebuffer shows
    and what a readback brings home is that same picture, bit for bit. An overlay stands in the
    framebuffer only, so screenshots, recordings and streams stay clean.

    Parameters
    ----------
    gpu : Gpu
        Several renderers may share one.
    size : tuple of int
        Width and height of the picture in pixels; (0, 0) while a window is minimised.
    font : FontSource or None
        What overlays are written in; asked when the first one is drawn.

    Raises
    ------
    GraphicsError
        Here and in every method: in a foreign thread, after `close`, at a size the GPU refuses.
    """

    def __init__(self, gpu: Gpu, size: tuple[int, int], *, font: FontSource | None = None) -> None:
        self._gpu = gpu
        self._size = _drawable(size, gpu.info.max_size)
        self._scene: Scene | None = None
        self._plan: RenderPlan | None = None
        self._canvas: Canvas | None = None
        self._compiled: CompiledScene | None = None
        self._closed = False
        with gpu.using():
            self._inputs = Inputs(gpu)
            self._timer = GpuTimer(gpu)
            self._text = TextPass(gpu, font)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        return self._size

    @property
    def files(self) -> frozenset[Path]:
        """Files that the current scene is made of, its includes among them."""
        return self._compiled.files if self._compiled is not None else frozenset()

    @property
    def picture(self) -> Picture:
        """The picture by its GL names, sRGB-encoded RGBA8, bottom row first.

        Raises
        ------
        GraphicsError
            Before a scene was prepared.
        """
        return self._prepared()[1].picture

    def prepare(self, scene: Scene) -> None:
        """Compile the scene and change to it; its feedback begins black.

        Raises
        ------
        SceneError
            If it cannot be drawn. The scene before stays on.
        """
        with self._gpu.using():
            fresh_plan = plan(scene, self._size, self._gpu.info.max_size)
            ready = CompiledScene(self._gpu, scene)
            self._replace_canvas(Canvas(self._gpu, fresh_plan))
            if self._compiled is not None:
                self._compiled.close()
            self._scene, self._plan, self._compiled = scene, fresh_plan, ready

    def resize(self, size: tuple[int, int]) -> None:
        """Draw at that size from now on; (0, 0) changes nothing."""
        if size in ((0, 0), self._size):
            return
        self._size = _drawable(size, self._gpu.info.max_size)
        if self._scene is None or self._canvas is None:
            return
        with self._gpu.using():
            self._plan = plan(self._scene, self._size, self._gpu.info.max_size)
            fresh = Canvas(self._gpu, self._plan)
            fresh.inherit(self._canvas)
            self._replace_canvas(fresh)

    def draw(
        self,
        context: FrameContext,
        framebuffer: int | None = None,
        overlay: Overlay | None = None,
    ) -> None:
        """Draw one picture.

        Parameters
        ----------
        context : FrameContext
            Its size is taken over; at (0, 0) nothing is drawn and the last picture stays.
        framebuffer : int or None
            GL name of the framebuffer to show the picture in, 0 for the window's own; as large
            as the context says. None draws the picture only.
        overlay : Overlay or None
            Drawn over the picture in `framebuffer`.

        Raises
        ------
        GraphicsError
            Before a scene was prepared, or if there is no such framebuffer.
        """
        if 0 in context.size:
            return
        self.resize(context.size)
        plan_, canvas, ready = self._prepared()
        with self._gpu.using():
            self._timer.begin()
            self._inputs.load(context)
            ready.load(context.show.parameters)
            self._draw_passes(plan_, canvas, ready)
            self._gpu.finished = canvas.picture
            if framebuffer is not None:
                self._present(canvas.picture, framebuffer, overlay)
            self._timer.end()

    def gpu_seconds(self) -> Sequence[float]:
        """GPU time of pictures drawn some frames ago, since the last call; empty if unsupported."""
        with self._gpu.using():
            return self._timer.results()

    def close(self) -> None:
        """Give everything back; may be called twice."""
        if self._closed:
            return
        for part in (self._text, self._compiled, self._canvas, self._timer, self._inputs):
            if part is not None:
                part.close()
        self._gpu.finished = None
        self._closed = True

    def _prepared(self) -> tuple[RenderPlan, Canvas, CompiledScene]:
        if self._plan is None or self._canvas is None or self._compiled is None:
            raise GraphicsError("nothing to draw: prepare a scene first")
        return self._plan, self._canvas, self._compiled

    def _replace_canvas(self, fresh: Canvas) -> None:
        if self._canvas is not None:
            self._canvas.close()
        self._canvas = fresh
        self._gpu.finished = None

    def _draw_passes(self, plan_: RenderPlan, canvas: Canvas, ready: CompiledScene) -> None:
        gl = self._gpu.gl
        self._inputs.bind(AUDIO_UNIT)
        for planned, compiled in zip(plan_.passes, ready.passes, strict=True):
            for unit, name in compiled.units:
                canvas.front(name).texture.use(unit)
                gl.glBindSampler(unit, ready.sampler(name))
            layer = canvas.back(planned.source.target)
            gl.glBindFramebuffer(glraw.DRAW_FRAMEBUFFER, layer.framebuffer.glo)
            hoststate.set_viewport(gl, *layer.size)
            compiled.vertex_array.render(vertices=3)
            canvas.flip(planned.source.target)

    def _present(self, picture: Picture, framebuffer: int, overlay: Overlay | None) -> None:
        gl = self._gpu.gl
        if framebuffer != 0 and not gl.glIsFramebuffer(framebuffer):
            raise GraphicsError(
                f"there is no framebuffer {framebuffer} in this context; use 0 for the window's own"
            )
        width, height = picture.size
        gl.glBindFramebuffer(glraw.READ_FRAMEBUFFER, picture.framebuffer)
        gl.glBindFramebuffer(glraw.DRAW_FRAMEBUFFER, framebuffer)
        gl.glBlitFramebuffer(
            *(0, 0, width, height), *(0, 0, width, height), glraw.COLOR_BUFFER_BIT, glraw.NEAREST
        )
        if overlay is not None:
            hoststate.set_viewport(gl, width, height)
            self._text.draw(overlay, picture.size)


def _drawable(size: tuple[int, int], max_size: int) -> tuple[int, int]:
    if max(size) > max_size:
        raise GraphicsError(
            f"a picture of {size[0]}×{size[1]} is larger than the {max_size} this GPU allows"
        )
    return max(size[0], 1), max(size[1], 1)  # a minimised window has no size, a texture must
