"""Getting hold of an OpenGL context: a new one without a window, or the one current here."""

import ctypes
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import glcontext
import moderngl

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.renderer.glraw import Loader

MINIMUM_VERSION = 330


@dataclass(frozen=True, slots=True)
class OpenContext:
    """A context that is current in this thread.

    Parameters
    ----------
    api : moderngl.Context
        Our own wrapper; a host that uses moderngl has another one around the same context.
    load : Loader
    owned : bool
        We made the context: it is ours to make current and to destroy.
    current : callable or None
        Handle of whatever context is current now; None where the platform cannot tell.
    """

    api: moderngl.Context
    load: Loader
    owned: bool
    current: Callable[[], int] | None


def standalone() -> OpenContext:
    """A new context without a window, current in this thread.

    Raises
    ------
    GraphicsError
        If no driver gives an OpenGL 3.3 core context.
    """
    reasons = []
    for name, create in _standalone_backends():
        try:
            backend = create()
            return OpenContext(_wrap(backend), backend.load_opengl_function, True, _current())
        # glcontext raises bare Exception, moderngl its own Error and ValueError for a version
        # below what we require; all of them mean "not this way".
        except Exception as reason:  # noqa: BLE001
            reasons.append(f"{name}: {reason}")
    raise GraphicsError(f"no OpenGL 3.3 without a window ({'; '.join(reasons)}); {_fix()}")


def current_loader() -> Loader:
    """Entry points of the context that is current in this thread.

    Raises
    ------
    GraphicsError
        If none is current.
    """
    current = _current()
    if current is not None and not current():
        raise GraphicsError(
            "no OpenGL context is current in this thread; make the window's context current first"
        )
    return _loader()


def adopted(load: Loader) -> OpenContext:
    """The context that is current in this thread; its owner keeps it.

    Raises
    ------
    GraphicsError
        If it is older than 3.3 core.
    """
    try:
        return OpenContext(_wrap(_Borrowed(load)), load, False, _current())
    except (moderngl.Error, ValueError) as reason:
        raise GraphicsError(
            f"the current OpenGL context cannot be used ({reason}); ask the window for 3.3 core"
        ) from None


def _wrap(backend: Any) -> moderngl.Context:
    # moderngl hands the last context it wrapped to whoever asks get_context(): a host must go
    # on getting its own, so what it had is put back.
    store = moderngl._store  # type: ignore[attr-defined]  # not in moderngl's stubs
    before = store.default_context
    try:
        # standalone: do not look at framebuffer 0, which a surfaceless context does not have
        return moderngl.create_context(MINIMUM_VERSION, standalone=True, context=backend)
    finally:
        store.default_context = before


def _standalone_backends() -> list[tuple[str, Callable[[], Any]]]:
    def native() -> Any:
        return glcontext.default_backend()(mode="standalone", glversion=MINIMUM_VERSION)

    def egl() -> Any:
        return glcontext.get_backend_by_name("egl")(
            mode="standalone",
            glversion=MINIMUM_VERSION,
            libgl="libGL.so.1",  # the name without .1 belongs to the -dev package
            libegl="libEGL.so.1",
        )

    if sys.platform != "linux":
        return [(sys.platform, native)]
    return [("EGL", egl), ("X11", native)] if os.environ.get("DISPLAY") else [("EGL", egl)]


def _fix() -> str:
    fixes = {"linux": "install a driver: apt install libegl1 libgl1 libgl1-mesa-dri"}
    return fixes.get(sys.platform, "install the graphics driver of this machine's GPU")


class _Borrowed:
    """A context of somebody else, in the shape that moderngl asks for."""

    def __init__(self, load: Loader) -> None:
        self.load_opengl_function = load

    def __enter__(self) -> None:
        """moderngl asks for it; the owner has made the context current."""

    def __exit__(self, *_: object) -> None:
        """moderngl asks for it; the owner decides what is current next."""

    def release(self) -> None:
        """moderngl asks for it; the owner destroys the context."""


def _loader() -> Loader:
    if sys.platform == "win32":
        library = ctypes.WinDLL("opengl32.dll")
        return _two_step(library, "wglGetProcAddress", ctypes.WINFUNCTYPE)
    if sys.platform == "darwin":
        library = ctypes.CDLL("/System/Library/Frameworks/OpenGL.framework/OpenGL")
        return lambda name: _export(library, name)
    # The dispatch library's stubs of either API serve a context made by either of them.
    for file, entry in (
        ("libEGL.so.1", "eglGetProcAddress"),
        ("libGL.so.1", "glXGetProcAddressARB"),
    ):
        try:
            return _two_step(ctypes.CDLL(file), entry, ctypes.CFUNCTYPE)
        except OSError:
            continue
    raise GraphicsError(f"neither libEGL.so.1 nor libGL.so.1 is installed; {_fix()}")


def _two_step(library: Any, entry: str, convention: Any) -> Loader:
    lookup = ctypes.cast(getattr(library, entry), convention(ctypes.c_size_t, ctypes.c_char_p))
    return lambda name: lookup(name.encode()) or _export(library, name)


def _export(library: Any, name: str) -> int:
    return ctypes.cast(getattr(library, name, 0), ctypes.c_void_p).value or 0


def _current() -> Callable[[], int] | None:
    names = {
        "linux": (("libEGL.so.1", "eglGetCurrentContext"), ("libGL.so.1", "glXGetCurrentContext")),
        "win32": (("opengl32.dll", "wglGetCurrentContext"),),
    }.get(sys.platform, ())
    asked = []
    for file, entry in names:
        try:
            function = getattr(ctypes.CDLL(file), entry)
        except OSError:  # a machine with only one of the two libraries
            continue
        function.restype = ctypes.c_void_p
        asked.append(function)
    if not asked:
        return None
    return lambda: next((handle for function in asked if (handle := function())), 0)
