"""The one owner of OpenGL objects: a context, labelled scopes, and a ledger of what is alive.

Nothing else in the package creates a GL object. A scope gives its objects back newest first
when it closes; `Gpu.close` closes what is still open in reverse order, so that an engine can
never leave anything behind in a context it shares with a host. The garbage collector has no
part in it: moderngl's own collecting either leaks or runs in the wrong thread.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.stats import GraphicsUse
from v1z3r_core.renderer import aside, context, glraw, hoststate
from v1z3r_core.renderer.glraw import RawGl
from v1z3r_core.renderer.scope import Holding, Kind, Scope


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
        self.created_names = opened.created
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
        """A context of its own, without a window or a display; current if none was.

        Raises
        ------
        GraphicsError
            If no driver gives OpenGL 3.3 core.
        """
        back = aside.put_aside()
        try:
            gpu = cls(context.standalone(), borrowed=False)
            hoststate.neutralise(gpu.gl)
        finally:
            if back is not None:
                back()
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

    def scope(self, label: str) -> Scope:
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
        restore = back = None
        if outermost:
            back = self._make_current()
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
            if back is not None:
                back()

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
            back = self._make_current()
            self.api.release()
            if back is not None:
                back()

    def __enter__(self) -> "Gpu":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _make_current(self) -> aside.Restore | None:
        """Our context current; what brings back the one that was, if it was another."""
        # Two engines in one thread take turns; asking first spares the driver's implicit flush.
        current = self._opened.current
        if current is not None and current() == self._handle:
            return None
        if self._opened.owned:
            back = aside.put_aside()
            self.api.__enter__()  # type: ignore[no-untyped-call]
            return back
        if current is not None:
            # Going on would change, and at the end delete, another context's objects of the
            # same names.
            raise GraphicsError(
                "the OpenGL context that the renderer was made in is not current; make its "
                "window's context current first"
            )
        return None

    def forget(self, scope: Scope) -> None:
        """A scope was closed."""
        self._scopes.remove(scope)


def _describe(gl: RawGl) -> GpuInfo:
    renderer = gl.string(glraw.RENDERER)
    return GpuInfo(
        vendor=gl.string(glraw.VENDOR),
        renderer=renderer,
        version=gl.string(glraw.VERSION),
        software=any(name in renderer.lower() for name in ("llvmpipe", "softpipe", "swrast")),
        max_size=gl.integer(glraw.MAX_TEXTURE_SIZE),
    )
