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
from v1z3r_core.renderer.created import CreatedNames
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
    created : CreatedNames
    owned : bool
        We made the context: it is ours to make current and to destroy.
    current : callable or None
        Handle of whatever context is current now; None where the platform cannot tell.
    """

    api: moderngl.Context
    load: Loader
    created: CreatedNames
    owned: bool
    current: Callable[[], int] | None


def standalone() -> OpenContext:
    """A new context without a window, current in this thread, where none may be before.

    Raises
    ------
    GraphicsError
        If no driver gives an OpenGL 3.3 core context.
    """
    reasons = []
    for name, create in _standalone_backends():
        try:
            backend = create()
            return _wrap(backend, backend.load_opengl_function, owned=True)
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
        return _wrap(None, load, owned=False)
    except (moderngl.Error, ValueError) as reason:
        raise GraphicsError(
            f"the current OpenGL context cannot be used ({reason}); ask the window for 3.3 core"
        ) from None


def _wrap(backend: Any, load: Loader, *, owned: bool) -> OpenContext:
    created = CreatedNames(load)
    # moderngl hands the last context it wrapped to whoever asks get_context(): a host must go
    # on getting its own, so what it had is put back.
    store = moderngl._store  # type: ignore[attr-defined]  # not in moderngl's stubs
    before = store.default_context
    seen: Any = _Seen(backend, created)  # the stubs ask for a dict, moderngl for an object
    try:
        # standalone: do not look at framebuffer 0, which a surfaceless context does not have
        api = moderngl.create_context(MINIMUM_VERSION, standalone=True, context=seen)
    finally:
        store.default_context = before
    return OpenContext(api, load, created, owned, _current())


class _Seen:
    """A context as moderngl wants to see it: what is borrowed stays as it is.

    Parameters
    ----------
    backend : glcontext's context or None
        None for a context that its owner makes current and destroys.
    created : CreatedNames
    """

    def __init__(self, backend: Any, created: CreatedNames) -> None:
        self._backend = backend
        self.load_opengl_function = created.load

    def __enter__(self) -> None:
        if self._backend is not None:
            self._backend.__enter__()

    def __exit__(self, *_: object) -> None:
        if self._backend is not None:
            self._backend.__exit__()

    def release(self) -> None:
        if self._backend is not None:
            _let_go_of_egl()
            self._backend.release()


def _let_go_of_egl() -> None:
    """Make no context current: a destroyed one lives on in the driver for as long as it is."""
    try:
        egl = ctypes.CDLL("libEGL.so.1")
    except OSError:  # another platform, or an X11 context
        return
    egl.eglGetCurrentDisplay.restype = ctypes.c_void_p
    egl.eglMakeCurrent.argtypes = [ctypes.c_void_p] * 4
    display = egl.eglGetCurrentDisplay()
    if display:
        egl.eglMakeCurrent(display, None, None, None)


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
