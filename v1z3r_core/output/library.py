"""The process's one GLFW, shared with whoever else uses it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from v1z3r_core.model.errors import GraphicsError


class _Users:
    """Who keeps GLFW initialised.

    The only module-level state of the package: GLFW is itself one per process, and the first
    user must know whether a host program initialised it before.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0
        self.hosted = False


_users = _Users()


class Library:
    """One use of GLFW: initialised on entry, terminated after the last use.

    A GLFW that a host program had initialised before is never terminated. A host that comes
    later, while a window of ours is open, has to keep its own use until ours ends.

    Main thread only, as GLFW demands.

    Raises
    ------
    GraphicsError
        If the library is missing or there is no display.
    """

    def __init__(self) -> None:
        self.glfw = _imported()
        self._closed = False
        with _users.lock:
            if _users.count == 0:
                _users.hosted = self._is_initialised()
                if not _users.hosted:
                    self._initialise()
            _users.count += 1

    def close(self) -> None:
        """End this use; may be called twice."""
        if self._closed:
            return
        self._closed = True
        with _users.lock:
            _users.count -= 1
            if _users.count == 0 and not _users.hosted:
                self.glfw.terminate()

    @contextmanager
    def errors(self) -> Iterator[list[str]]:
        """Collect what GLFW complains about meanwhile; a host's own callback is put back.

        Without it the binding turns each complaint into a Python warning on stderr.
        """
        collected: list[str] = []

        def collect(code: int, text: bytes | str) -> None:
            said = text.decode(errors="replace") if isinstance(text, bytes) else text
            collected.append(f"{said} ({code:#x})")

        before = self.glfw.set_error_callback(collect)
        try:
            yield collected
        finally:
            self.glfw.set_error_callback(before)

    def _is_initialised(self) -> bool:
        with self.errors() as complaints:
            self.glfw.get_timer_frequency()  # fails without GLFW initialised, does nothing else
        return not complaints

    def _initialise(self) -> None:
        with self.errors() as complaints:
            if self.glfw.init():
                return
        reason = "; ".join(complaints) or "GLFW gave no reason"
        raise GraphicsError(
            f"no display: {reason}; run with --headless, or set DISPLAY to a running X server"
        )


def _imported() -> ModuleType:
    try:
        return import_module("glfw")  # here and not at the top: it loads X11 libraries
    except ImportError as error:
        raise GraphicsError(
            f"the GLFW library cannot be loaded: {error}; "
            "reinstall it with: pip install --force-reinstall glfw, or run with --headless"
        ) from error
