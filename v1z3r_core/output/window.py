"""A window with its OpenGL context."""

import ctypes
import time
from collections.abc import Sequence
from typing import Any

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.input import CloseRequest, KeyPress, Resize, SurfaceEvent
from v1z3r_core.output.keys import key_name, key_names
from v1z3r_core.output.library import Library
from v1z3r_core.output.monitors import Monitor, Rect, choose, connected, most_covered, moved_into
from v1z3r_core.output.refresh import waits_for_refresh

CURSOR_IDLE_SECONDS = 2.0  # in fullscreen, before the cursor hides
GL_COLOR_BUFFER_BIT = 0x4000


class Window:
    """A `Surface` on the desktop; main thread only.

    Its context is OpenGL 3.3 core or the highest version that is compatible with it, made
    current by the constructor and by `make_current`. Colours are written as they are: the
    default framebuffer does no sRGB conversion.

    Parameters
    ----------
    size : tuple of int
        Of the client area, in screen coordinates; on a scaled display the framebuffer (`size`
        of the open window) has more pixels.
    title : str
    fullscreen : bool, keyword-only
    monitor : int, str or None, keyword-only
        Number or name of the monitor to open on, and to fill in fullscreen; None leaves the
        place to the desktop and fills the monitor that shows most of the window.
    visible : bool, keyword-only
        False opens it unseen, for a context alone.

    Raises
    ------
    GraphicsError
        If there is no display, no such monitor, or no OpenGL 3.3.
    """

    def __init__(
        self,
        size: tuple[int, int],
        title: str,
        *,
        fullscreen: bool = False,
        monitor: int | str | None = None,
        visible: bool = True,
    ) -> None:
        self._library = Library()
        self._glfw = self._library.glfw
        self._handle: Any = None
        self._chosen: str | None = None
        self._visible = visible
        self._place: Rect | None = None
        self._waits: bool | None = None
        self._presented = False
        self._events: list[SurfaceEvent] = []
        self._names = key_names(self._glfw)
        self._cursor_moved = time.monotonic()
        self._cursor_hidden = False
        try:
            target = self._chosen_monitor(monitor)
            self._create(size, title)
            if target is not None:
                self._chosen = target.name
                self._centre_on(target)
            self._listen()
            self.make_current()
            self._glfw.swap_interval(1)
            if visible:
                self._glfw.show_window(self._handle)
            if fullscreen:
                self.set_fullscreen(True)
            self._glfw.poll_events()
            self._size = self._framebuffer_size()
        except BaseException:
            self.close()
            raise

    @property
    def size(self) -> tuple[int, int]:
        """Framebuffer width and height in pixels as of the last `poll`; (0, 0) minimised."""
        return self._size

    @property
    def refresh_hz(self) -> float | None:
        """Nominal refresh rate of the monitor it is mostly on; None where that says nothing.

        Asks the desktop each time: not for every frame.
        """
        found = self._current_monitor()
        return found[0].refresh_hz if found else None

    @property
    def waits_for_refresh(self) -> bool:
        """Whether `present` waits for the display: measured once per window and fullscreen.

        Measuring takes seven refreshes and shows the same picture meanwhile.
        """
        if self._waits is None:
            if not self._presented:
                self._clear()
            self._waits = self._visible and waits_for_refresh(
                self._swap, time.monotonic, self.refresh_hz
            )
        return self._waits

    @property
    def fullscreen(self) -> bool:
        """Whether it fills a monitor now."""
        return bool(self._glfw.get_window_monitor(self._handle))

    def make_current(self) -> None:
        """Make its context the calling thread's current one."""
        self._glfw.make_context_current(self._handle)

    def poll(self) -> Sequence[SurfaceEvent]:
        """What happened since the last call, oldest first; a new size comes last."""
        with self._library.errors():  # such as a clipboard's; nothing that concerns a picture
            self._glfw.poll_events()
        if self._place is not None and not self.fullscreen:
            self._leave_lost_monitor(self._place)
        self._hide_idle_cursor()
        size = self._framebuffer_size()
        if size != self._size:
            self._size = size
            self._events.append(Resize(*size))
        events, self._events = self._events, []
        return events

    def set_fullscreen(self, on: bool) -> None:
        """Fill the chosen monitor, else the one that shows most of it; or return to its place.

        Raises
        ------
        GraphicsError
            If the desktop refuses.
        """
        if on == self.fullscreen:
            return
        with self._library.errors() as complaints:
            if on:
                self._fill_monitor()
            else:
                self._return_to(self._place or (0, 0, *self._size))
        self._waits = None
        if on != self.fullscreen:
            reason = "; ".join(complaints) or "no monitor is connected"
            raise GraphicsError(f"cannot change to or from fullscreen: {reason}")

    def present(self) -> None:
        """Swap buffers."""
        self._presented = True
        self._swap()

    def close(self) -> None:
        """Destroy window and context; may be called twice."""
        if self._handle is not None:
            self._glfw.destroy_window(self._handle)
            self._handle = None
        self._library.close()

    def _swap(self) -> None:
        self._glfw.swap_buffers(self._handle)

    def _create(self, size: tuple[int, int], title: str) -> None:
        glfw = self._glfw
        glfw.default_window_hints()
        for hint, value in (
            (glfw.CONTEXT_VERSION_MAJOR, 3),  # the least; drivers give their highest compatible
            (glfw.CONTEXT_VERSION_MINOR, 3),
            (glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE),
            (glfw.OPENGL_FORWARD_COMPAT, True),
            (glfw.SRGB_CAPABLE, False),
            (glfw.DEPTH_BITS, 0),
            (glfw.STENCIL_BITS, 0),
            (glfw.VISIBLE, False),
            (glfw.AUTO_ICONIFY, False),  # a click on the operator's screen must not end the show
        ):
            glfw.window_hint(hint, value)
        with self._library.errors() as complaints:
            self._handle = glfw.create_window(*size, title, None, None) or None
        if self._handle is None:
            reason = "; ".join(complaints) or "GLFW gave no reason"
            raise GraphicsError(
                f"cannot open a window of {size[0]}×{size[1]} with OpenGL 3.3: {reason}; "
                "update the graphics driver, or run with --headless"
            )

    def _listen(self) -> None:
        glfw = self._glfw
        glfw.set_key_callback(self._handle, self._on_key)
        glfw.set_window_close_callback(self._handle, self._on_close)
        glfw.set_cursor_pos_callback(self._handle, self._on_cursor)

    def _on_key(self, _window: object, code: int, scancode: int, action: int, _mods: int) -> None:
        if action == self._glfw.PRESS:
            with self._library.errors():  # a key that no layout knows has no printed name
                printed = self._glfw.get_key_name(code, scancode)
            name = key_name(printed, code, self._names)
            self._events.append(KeyPress(name, time.monotonic()))

    def _on_close(self, window: object) -> None:
        self._glfw.set_window_should_close(window, False)  # the show decides
        self._events.append(CloseRequest())

    def _on_cursor(self, _window: object, _x: float, _y: float) -> None:
        self._cursor_moved = time.monotonic()

    def _hide_idle_cursor(self) -> None:
        idle = time.monotonic() - self._cursor_moved >= CURSOR_IDLE_SECONDS
        hidden = self.fullscreen and idle
        if hidden != self._cursor_hidden:
            glfw = self._glfw
            mode = glfw.CURSOR_HIDDEN if hidden else glfw.CURSOR_NORMAL
            glfw.set_input_mode(self._handle, glfw.CURSOR, mode)
            self._cursor_hidden = hidden

    def _framebuffer_size(self) -> tuple[int, int]:
        if self._glfw.get_window_attrib(self._handle, self._glfw.ICONIFIED):
            return (0, 0)
        width, height = self._glfw.get_framebuffer_size(self._handle)
        return (width, height)

    def _rect(self) -> Rect:
        with self._library.errors():  # Wayland tells no window where it is
            left, top = self._glfw.get_window_pos(self._handle)
        return (left, top, *self._glfw.get_window_size(self._handle))

    def _chosen_monitor(self, which: int | str | None) -> Monitor | None:
        if which is None:
            return None
        return choose(which, [monitor for monitor, _ in connected(self._library)])

    def _current_monitor(self) -> tuple[Monitor, object] | None:
        """The chosen monitor while it is connected, else the one that shows most of the window."""
        found = connected(self._library)
        if not found:
            return None
        for monitor, handle in found:
            if monitor.name == self._chosen:
                return monitor, handle
        return found[most_covered(self._rect(), [monitor.rect for monitor, _ in found])]

    def _centre_on(self, monitor: Monitor) -> None:
        width, height = self._glfw.get_window_size(self._handle)
        left, top, wide, high = monitor.rect
        with self._library.errors():  # Wayland places windows itself
            self._glfw.set_window_pos(
                self._handle, left + (wide - width) // 2, top + (high - height) // 2
            )

    def _fill_monitor(self) -> None:
        found = self._current_monitor()
        if found is None:
            return
        monitor, handle = found
        self._place = self._rect()
        width, height = monitor.rect[2:]
        refresh = round(monitor.refresh_hz) if monitor.refresh_hz else self._glfw.DONT_CARE
        self._glfw.set_window_monitor(self._handle, handle, 0, 0, width, height, refresh)

    def _return_to(self, place: Rect) -> None:
        self._place = None
        self._glfw.set_window_monitor(self._handle, None, *place, self._glfw.DONT_CARE)

    def _leave_lost_monitor(self, place: Rect) -> None:
        """GLFW made it a window again when its monitor went; bring that where it can be seen."""
        screens = [monitor.rect for monitor, _ in connected(self._library)]
        self._waits = None
        with self._library.errors():
            self._return_to(moved_into(place, screens) if screens else place)

    def _clear(self) -> None:
        """Black instead of whatever the new framebuffer's memory held."""
        address = self._glfw.get_proc_address("glClear")
        if address:
            ctypes.CFUNCTYPE(None, ctypes.c_uint)(address)(GL_COLOR_BUFFER_BIT)
