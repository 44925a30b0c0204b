"""The one owner of OpenGL objects: a context, labelled scopes, and a ledger of what is alive.

Nothing else in the package creates a GL object. A scope gives its objects back newest first
when it closes; `Gpu.close` closes what is still open in reverse order, so that an engine can
never leave anything behind in a context it shares with a host. The garbage collector has no
part in it: moderngl's own collecting either leaks or runs in the wrong thread.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import moderngl
import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.scene import Filter, PixelFormat, Wrap
from v1z3r_core.model.stats import GraphicsUse
from v1z3r_core.renderer import context, glraw, hoststate
from v1z3r_core.renderer.glraw import RawGl
from v1z3r_core.renderer.pixelbuffer import PixelBuffer

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


@dataclass(frozen=True, slots=True)
class GpuInfo:
    """What the driver says about itself.

    Parameters
    ----------
    vendor, renderer, version : str
    software : bool
        The pictures are computed by the processor.
    max_size : int
        Largest width or height of a texture, pixels.
    """

    vendor: str
    renderer: str
    version: str
    software: bool
    max_size: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture on the GPU: RGBA8, sRGB-encoded, bottom row first.

    Parameters
    ----------
    texture, framebuffer : int
        GL names; the framebuffer draws into the texture.
    size : tuple of int
        Width and height in pixels.
    """

    texture: int
    framebuffer: int
    size: tuple[int, int]


@dataclass(slots=True)
class Holding:
    """How many objects of one kind a scope holds, and the bytes behind them."""

    count: int = 0
    bytes: int = 0


class Gpu:
    """A GL context and every object the engine made in it.

    All of it belongs to the thread that made it; any other thread gets GraphicsError.
    """

    def __init__(self, opened: context.OpenContext, *, borrowed: bool) -> None:
        self.api = opened.api
        self.gl = RawGl(opened.load)
        self.borrowed = borrowed
        self.created = 0  # GL objects ever made, fences apart: they cannot be used twice
        self.finished: Picture | None = None  # what a renderer drew last, for readbacks
        self._opened = opened
        self._thread = threading.get_ident()
        self._handle = opened.current() if opened.current else 0
        self._scopes: list[Scope] = []
        self._units = 0
        self._depth = 0
        self._closed = False
        self.api.default_texture_unit = hoststate.SCRATCH_UNIT
        self.info = _describe(self.gl)

    @classmethod
    def standalone(cls) -> "Gpu":
        """A context of its own, without a window or a display.

        Raises
        ------
        GraphicsError
            If no driver gives OpenGL 3.3 core.
        """
        gpu = cls(context.standalone(), borrowed=False)
        hoststate.neutralise(gpu.gl)
        return gpu

    @classmethod
    def adopt(cls, *, borrowed: bool = False) -> "Gpu":
        """The context that is current in this thread, which its owner goes on owning.

        Parameters
        ----------
        borrowed : bool
            The owner draws in it too: every entry point saves and restores the state that it
            changes. False for a window that shows nothing but our pictures.

        Raises
        ------
        GraphicsError
            If none is current or it is older than 3.3 core.
        """
        load = context.current_loader()
        restore = hoststate.save_everything(RawGl(load)) if borrowed else None
        try:
            gpu = cls(context.adopted(load), borrowed=borrowed)
            if not borrowed:
                hoststate.neutralise(gpu.gl)
        finally:
            if restore is not None:
                restore()
        return gpu

    def scope(self, label: str) -> "Scope":
        """A new, empty scope; closing it gives back what was made through it."""
        self.check()
        scope = Scope(self, label)
        self._scopes.append(scope)
        return scope

    @contextmanager
    def using(self) -> Iterator[None]:
        """Our context current and its state ours; a borrowed one is put back at the end.

        Every public operation of the renderer runs inside; nesting costs nothing.

        Raises
        ------
        GraphicsError
            In another thread than the one that made this, after `close`, or while another
            context than an adopted one is current.
        """
        self.check()
        outermost = self._depth == 0
        restore = None
        if outermost:
            self._make_current()
            if self.borrowed:
                restore = hoststate.save(self.gl, self._units)
        self._depth += 1
        try:
            if restore is not None:
                hoststate.neutralise(self.gl)
            yield
        finally:
            self._depth -= 1
            if restore is not None:
                restore()

    def claim_units(self, count: int) -> None:
        """The first `count` texture units are going to be used; a host's are kept from then on."""
        self._units = max(self._units, count)

    @property
    def gone(self) -> bool:
        """Whether an adopted context was destroyed by its owner, with all that was in it.

        Told from no context being current: an owner that lives on makes its context current
        before it calls us.
        """
        current = self._opened.current
        return not self._opened.owned and current is not None and not current()

    def check(self) -> None:
        """Raise GraphicsError in a foreign thread or after `close`."""
        if threading.get_ident() != self._thread:
            raise GraphicsError(
                f"OpenGL was used in thread {threading.current_thread().name!r}, but its context "
                "belongs to the thread that opened it; draw there"
            )
        if self._closed:
            raise GraphicsError("the renderer was used after it was closed")

    @property
    def ledger(self) -> dict[tuple[str, Kind], Holding]:
        """What is alive: (scope label, kind) → count and bytes. A copy."""
        total: dict[tuple[str, Kind], Holding] = {}
        for scope in self._scopes:
            for kind, held in scope.held().items():
                entry = total.setdefault((scope.label, kind), Holding())
                entry.count += held.count
                entry.bytes += held.bytes
        return total

    @property
    def use(self) -> GraphicsUse:
        """Objects alive and the bytes behind them."""
        holdings = self.ledger.values()
        return GraphicsUse(sum(h.count for h in holdings), sum(h.bytes for h in holdings))

    def close(self) -> None:
        """Give back everything, newest scope first, and the context if it is ours.

        Raises
        ------
        GraphicsError
            In another thread, or while another context than an adopted one is current.
        """
        if self._closed:
            return
        while self._scopes:
            self._scopes[-1].close()
        self.check()
        self._closed = True
        if self._opened.owned:
            self._make_current()
            self.api.release()

    def __enter__(self) -> "Gpu":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _make_current(self) -> None:
        # Two engines in one thread take turns; asking first spares the driver's implicit flush.
        current = self._opened.current
        if current is not None and current() == self._handle:
            return
        if self._opened.owned:
            self.api.__enter__()  # type: ignore[no-untyped-call]
        elif current is not None:
            # Going on would change, and at the end delete, another context's objects of the
            # same names.
            raise GraphicsError(
                "the OpenGL context that the renderer was made in is not current; make its "
                "window's context current first"
            )

    def _forget(self, scope: "Scope") -> None:
        self._scopes.remove(scope)


class Scope:
    """GL objects that live and die together. Made by `Gpu.scope`."""

    def __init__(self, gpu: Gpu, label: str) -> None:
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
        created = self._gpu._opened.created
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
        self._gpu._forget(self)

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


def _describe(gl: RawGl) -> GpuInfo:
    renderer = gl.string(glraw.RENDERER)
    return GpuInfo(
        vendor=gl.string(glraw.VENDOR),
        renderer=renderer,
        version=gl.string(glraw.VERSION),
        software=any(name in renderer.lower() for name in ("llvmpipe", "softpipe", "swrast")),
        max_size=gl.integer(glraw.MAX_TEXTURE_SIZE),
    )
