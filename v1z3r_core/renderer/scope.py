"""A group of GL objects that live and die together, and how many of each kind it holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import moderngl
import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.scene import Filter, PixelFormat, Wrap
from v1z3r_core.renderer import glraw
from v1z3r_core.renderer.glraw import RawGl
from v1z3r_core.renderer.pixelbuffer import PixelBuffer

if TYPE_CHECKING:
    from v1z3r_core.renderer.gpu import Gpu

Kind = Literal[
    "texture", "framebuffer", "buffer", "program", "vertex_array", "sampler", "query", "fence"
]

_FORMATS: Mapping[PixelFormat | Literal["r8", "r32f"], tuple[int, str, int]] = {
    "r8": (1, "f1", 1),
    "r32f": (1, "f4", 4),
    "rgba8": (4, "f1", 4),
    "rgba16f": (4, "f2", 8),
    "rgba32f": (4, "f4", 16),
}
_FILTERS: Mapping[Filter, int] = {"linear": glraw.LINEAR, "nearest": glraw.NEAREST}
_WRAPS: Mapping[Wrap, int] = {
    "clamp": glraw.CLAMP_TO_EDGE,
    "repeat": glraw.REPEAT,
    "mirror": glraw.MIRRORED_REPEAT,
}


@dataclass(slots=True)
class Holding:
    """How many objects of one kind a scope holds, and the bytes behind them."""

    count: int = 0
    bytes: int = 0


class Scope:
    """GL objects that live and die together. Made by `Gpu.scope`."""

    def __init__(self, gpu: "Gpu", label: str) -> None:
        self.label = label
        self._gpu = gpu
        self._objects: dict[int, tuple[Kind, int, Callable[[], object]]] = {}
        self._next = 0
        self._closed = False

    def texture(
        self,
        size: tuple[int, int],
        pixel_format: PixelFormat | Literal["r8", "r32f"],
        data: NDArray[np.generic] | None = None,
    ) -> moderngl.Texture:
        """A 2D texture without mipmaps; sampled through a sampler."""
        components, dtype, texel = _FORMATS[pixel_format]
        texture = self._gpu.api.texture(size, components, data, alignment=1, dtype=dtype)
        self._enter("texture", size[0] * size[1] * texel, texture.release)
        return texture

    def framebuffer(self, texture: moderngl.Texture) -> moderngl.Framebuffer:
        """A framebuffer that draws into that texture."""
        framebuffer = self._gpu.api.framebuffer([texture])
        self._enter("framebuffer", 0, framebuffer.release)
        return framebuffer

    def buffer(self, size: int) -> moderngl.Buffer:
        """A buffer of that many bytes, written often."""
        buffer = self._gpu.api.buffer(reserve=size, dynamic=True)
        self._enter("buffer", size, buffer.release)
        return buffer

    def pixel_buffer(self, size: int) -> PixelBuffer:
        """A buffer of that many bytes for pixels on their way to the processor."""
        buffer = PixelBuffer(self._gpu.gl, size)
        self._enter("buffer", size, buffer.release)
        return buffer

    def program(self, vertex: str, fragment: str) -> moderngl.Program:
        """A linked program; raises moderngl.Error with the driver's log."""
        created = self._gpu.created_names
        created.begin()
        try:
            program = self._gpu.api.program(vertex_shader=vertex, fragment_shader=fragment)
        except moderngl.Error:
            created.undo(self._gpu.gl)
            raise
        self._enter("program", 0, program.release)
        return program

    def vertex_array(
        self,
        program: moderngl.Program,
        content: Sequence[tuple[moderngl.Buffer, str, *tuple[str, ...]]] = (),
    ) -> moderngl.VertexArray:
        """A vertex array for that program; without content the shader makes its corners."""
        vertex_array = self._gpu.api.vertex_array(program, list(content))
        self._enter("vertex_array", 0, vertex_array.release)
        return vertex_array

    def sampler(self, texture_filter: Filter, wrap: Wrap) -> int:
        """The GL name of a sampler: how a texture is read between and beyond its texels."""
        gl = self._gpu.gl
        name = gl.generate("Samplers")
        for axis in (glraw.TEXTURE_WRAP_S, glraw.TEXTURE_WRAP_T):
            gl.glSamplerParameteri(name, axis, _WRAPS[wrap])
        for zoom in (glraw.TEXTURE_MIN_FILTER, glraw.TEXTURE_MAG_FILTER):
            gl.glSamplerParameteri(name, zoom, _FILTERS[texture_filter])
        self._enter("sampler", 0, lambda: gl.delete("Samplers", name))
        return name

    def query(self) -> int:
        """The GL name of a query."""
        gl = self._gpu.gl
        name = gl.generate("Queries")
        self._enter("query", 0, lambda: gl.delete("Queries", name))
        return name

    def fence(self) -> "Fence":
        """A mark in the command stream, which tells when everything before it is done."""
        gl = self._gpu.gl
        sync: int = gl.glFenceSync(glraw.SYNC_GPU_COMMANDS_COMPLETE, 0)
        key = self._enter("fence", 0, lambda: gl.glDeleteSync(sync))
        return Fence(gl, sync, lambda: self._leave(key))

    def held(self) -> dict[Kind, Holding]:
        """Objects alive in this scope, by kind."""
        holdings: dict[Kind, Holding] = {}
        for kind, size, _ in self._objects.values():
            entry = holdings.setdefault(kind, Holding())
            entry.count += 1
            entry.bytes += size
        return holdings

    def close(self) -> None:
        """Give everything back, newest first; may be called twice."""
        if self._closed:
            return
        self._gpu.check()
        if self._gpu.gone:
            self._objects.clear()
        else:
            self._release_all()
        self._closed = True
        self._gpu.forget(self)

    def _release_all(self) -> None:
        with self._gpu.using():
            self._gpu.gl.glUseProgram(0)  # a program in use would outlive its deletion
            while self._objects:
                self._leave(next(reversed(self._objects)))

    def _enter(self, kind: Kind, size: int, release: Callable[[], object]) -> int:
        if self._closed:
            release()
            raise GraphicsError(f"a {kind} was made in scope {self.label!r} after it was closed")
        self._next += 1
        self._objects[self._next] = (kind, size, release)
        if kind != "fence":
            self._gpu.created += 1
        return self._next

    def _leave(self, key: int) -> None:
        _, _, release = self._objects.pop(key)
        release()


class Fence:
    """A point in the command stream. Made by `Scope.fence`."""

    def __init__(self, gl: RawGl, sync: int, drop: Callable[[], None]) -> None:
        self._gl = gl
        self._sync = sync
        self.drop = drop

    def passed(self, wait_seconds: float = 0.0) -> bool:
        """Whether the GPU got there, waiting at most that long with the GIL released.

        Raises
        ------
        GraphicsError
            If the driver lost the context.
        """
        answer = self._gl.glClientWaitSync(
            self._sync, glraw.SYNC_FLUSH_COMMANDS_BIT, int(wait_seconds * 1e9)
        )
        if answer == glraw.WAIT_FAILED:
            raise GraphicsError("the graphics driver lost its context; start again")
        return answer in (glraw.ALREADY_SIGNALED, glraw.CONDITION_SATISFIED)
