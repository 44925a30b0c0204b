"""The textures that a plan draws into."""

from ctypes import c_float
from dataclasses import dataclass

import moderngl

from v1z3r_core.renderer import glraw, hoststate
from v1z3r_core.renderer.gpu import Gpu, Picture
from v1z3r_core.renderer.plan import PlannedTarget, RenderPlan
from v1z3r_core.renderer.scope import Scope

_BLACK = (c_float * 4)(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Layer:
    """One texture and the framebuffer that draws into it."""

    texture: moderngl.Texture
    framebuffer: moderngl.Framebuffer
    size: tuple[int, int]


class Canvas:
    """The picture and the targets of one plan, all black at first.

    A persistent target has two layers: readers see `front`, its writer fills the other one, and
    `flip` after the write makes that the front. So whoever draws before the writer sees the
    previous frame, and whoever draws after it sees this one, without anything being copied.
    """

    def __init__(self, gpu: Gpu, plan: RenderPlan) -> None:
        self._gpu = gpu
        self._scope = gpu.scope(f"canvas {plan.size[0]}x{plan.size[1]}")
        self._picture = self._picture_layer(plan.size)
        self._planned = {planned.target.name: planned for planned in plan.targets}
        self._layers = {name: self._target_layers(p) for name, p in self._planned.items()}
        self._front = dict.fromkeys(self._layers, 0)

    @property
    def picture(self) -> Picture:
        """The finished picture by its GL names."""
        layer = self._picture
        return Picture(layer.texture.glo, layer.framebuffer.glo, layer.size)

    def front(self, name: str) -> Layer:
        """What readers of that target see now."""
        return self._layers[name][self._front[name]]

    def back(self, name: str | None) -> Layer:
        """What the writer of that target, None for the picture, draws into."""
        if name is None:
            return self._picture
        layers = self._layers[name]
        return layers[(self._front[name] + 1) % len(layers)]

    def flip(self, name: str | None) -> None:
        """The target was written: its readers see that from now on."""
        if name is not None:
            self._front[name] = (self._front[name] + 1) % len(self._layers[name])

    def inherit(self, old: "Canvas") -> None:
        """Take over what persistent targets show, stretched: feedback outlives a resize."""
        for name, planned in self._planned.items():
            before = old._planned.get(name)
            if planned.target.persistent and before is not None and before.target.persistent:
                _stretch(self._gpu, old.front(name), self.front(name))

    def close(self) -> None:
        """Give the textures back."""
        self._scope.close()

    def _picture_layer(self, size: tuple[int, int]) -> Layer:
        return _layer(self._gpu, self._scope, size, self._scope.texture(size, "rgba8"))

    def _target_layers(self, planned: PlannedTarget) -> list[Layer]:
        scope, target = self._scope, planned.target
        return [
            _layer(self._gpu, scope, planned.size, scope.texture(planned.size, target.pixel_format))
            for _ in range(planned.buffers)
        ]


def _layer(gpu: Gpu, scope: Scope, size: tuple[int, int], texture: moderngl.Texture) -> Layer:
    layer = Layer(texture, scope.framebuffer(texture), size)
    gl = gpu.gl
    gl.glBindFramebuffer(glraw.DRAW_FRAMEBUFFER, layer.framebuffer.glo)
    hoststate.set_viewport(gl, *size)
    gl.glClearBufferfv(glraw.COLOR, 0, _BLACK)  # new texture memory holds anything
    return layer


def _stretch(gpu: Gpu, source: Layer, destination: Layer) -> None:
    gl = gpu.gl
    gl.glBindFramebuffer(glraw.READ_FRAMEBUFFER, source.framebuffer.glo)
    gl.glBindFramebuffer(glraw.DRAW_FRAMEBUFFER, destination.framebuffer.glo)
    gl.glBlitFramebuffer(
        0, 0, *source.size, 0, 0, *destination.size, glraw.COLOR_BUFFER_BIT, glraw.LINEAR
    )
