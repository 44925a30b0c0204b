"""A thread's current context, put aside while another one has its turn.

A host may call `render` in the thread of its own window. While a context of GLX is current the
dispatch library refuses one of EGL without glcontext noticing, so that our pictures would be drawn
into the host's window; the other way round it ends the whole program with an X error. So whatever
is current has to go before ours comes, and ours before it comes back.
"""

import ctypes
import sys
from collections.abc import Callable
from ctypes import c_int, c_void_p
from typing import Any

Restore = Callable[[], None]

_EGL_DRAW, _EGL_READ = 0x3059, 0x305A


def put_aside() -> Restore | None:
    """Leave this thread without a current context.

    Returns
    -------
    function () -> None, or None
        Makes the context current again that was, instead of whatever is by then; None where there
        was none, or the platform is not Linux and has one API only.
    """
    if sys.platform != "linux":
        return None
    released = [back for let_go in (_let_go_of_egl, _let_go_of_glx) if (back := let_go())]
    if not released:
        return None

    def restore() -> None:
        put_aside()
        for back in released:
            back()

    return restore


def _let_go_of_egl() -> Restore | None:
    library = _library("libEGL.so.1")
    if library is None:
        return None
    context = _handle(library.eglGetCurrentContext)
    if not context:
        return None
    display = _handle(library.eglGetCurrentDisplay)
    draw = _handle(library.eglGetCurrentSurface, c_int(_EGL_DRAW))
    read = _handle(library.eglGetCurrentSurface, c_int(_EGL_READ))
    return _swap(library.eglMakeCurrent, display, draw, read, context)


def _let_go_of_glx() -> Restore | None:
    library = _library("libGL.so.1")
    if library is None:
        return None
    context = _handle(library.glXGetCurrentContext)
    if not context:
        return None
    display = _handle(library.glXGetCurrentDisplay)
    draw = _handle(library.glXGetCurrentDrawable)
    read = _handle(library.glXGetCurrentReadDrawable)
    return _swap(library.glXMakeContextCurrent, display, draw, read, context)


def _swap(make_current: Any, display: int, draw: int, read: int, context: int) -> Restore:
    make_current.argtypes = [c_void_p] * 4
    make_current(display, None, None, None)

    def back() -> None:
        make_current(display, draw, read, context)

    return back


def _handle(function: Any, *arguments: object) -> int:
    function.restype = c_void_p
    return function(*arguments) or 0


def _library(file: str) -> Any:
    try:
        return ctypes.CDLL(file)
    except OSError:  # a machine with only one of the two libraries
        return None
