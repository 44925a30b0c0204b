import ctypes
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import glfw
import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray
from xvfb import SIZE, private_display, wait_until

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.input import CloseRequest, KeyPress, Resize, SurfaceEvent
from v1z3r_core.output import window as window_module
from v1z3r_core.output.monitors import monitors
from v1z3r_core.output.window import Window

WINDOW = (320, 180)


@contextmanager
def opened(**options: object) -> Iterator[Window]:
    window = Window(WINDOW, "v1z3r test", **options)  # type: ignore[arg-type]
    try:
        yield window
    finally:
        window.close()


def xdotool(*words: object) -> str:
    return subprocess.check_output(["xdotool", *map(str, words)], text=True).strip()


def number_of(title: str = "v1z3r test") -> str:
    return xdotool("search", "--name", title)


def events_until(
    window: Window, enough: Callable[[list[SurfaceEvent]], object]
) -> list[SurfaceEvent]:
    """Poll until the events so far are enough; the X server is another process."""
    events: list[SurfaceEvent] = []

    def look() -> object:
        events.extend(window.poll())
        return enough(events)

    wait_until(look, "the expected event", 10.0)
    return events


def keys(events: list[SurfaceEvent]) -> list[str]:
    return [event.key for event in events if isinstance(event, KeyPress)]


def screen_pixels(display: str) -> NDArray[np.uint8]:
    """What a person in front of the display sees, (height, width, 3)."""
    size = f"{SIZE[0]}x{SIZE[1]}"
    command = ["ffmpeg", "-v", "error", "-f", "x11grab", "-draw_mouse", "0", "-video_size", size]
    tail = ["-i", display, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    data = subprocess.check_output([*command, *tail])
    return np.frombuffer(data, np.uint8).reshape(SIZE[1], SIZE[0], 3)


def test_a_window_opens_with_a_core_context_that_draws(bare_display: str) -> None:
    with opened() as window, moderngl.create_context(require=330) as gl:
        assert window.size == WINDOW
        assert gl.version_code >= 330
        assert gl.screen.size == WINDOW
        gl.screen.clear(0.2, 0.6, 1.0)
        window.present()
        gl.finish()
        place = xdotool("getwindowgeometry", "--shell", number_of()).splitlines()
        left, top = (int(line[2:]) for line in place if line[:2] in ("X=", "Y="))
        shown = screen_pixels(bare_display)[top : top + WINDOW[1], left : left + WINDOW[0]]
        # no sRGB conversion by the framebuffer: 0.2 stays 51
        assert np.abs(shown.reshape(-1, 3).astype(int) - (51, 153, 255)).max() <= 1


def test_keys_arrive_once_with_their_names(bare_display: str) -> None:
    with opened() as window:
        before = time.monotonic()
        xdotool("key", "a", "Escape", "space", "F11", "7", "Left", "KP_Enter", "question")
        events = events_until(window, lambda seen: len(seen) >= 9)
        names = keys(events)
        assert names[:7] == ["a", "escape", "space", "f11", "7", "left", "enter"]
        assert names[7:] == ["left_shift", "slash"]
        times = [event.time for event in events if isinstance(event, KeyPress)]
        assert times == sorted(times)
        assert before <= times[0] <= times[-1] <= time.monotonic()


def test_a_key_that_is_held_is_one_press(bare_display: str) -> None:
    with opened() as window:
        xdotool("keydown", "f")
        xdotool("sleep", "0.7", "keyup", "f", "key", "g")  # X repeats after 0.5 s
        events = events_until(window, lambda seen: "g" in keys(seen))
        assert keys(events) == ["f", "g"]


def test_a_resize_is_told_once_and_size_follows(bare_display: str) -> None:
    with opened() as window:
        xdotool("windowsize", "--sync", number_of(), 400, 300)
        assert events_until(window, lambda seen: seen) == [Resize(400, 300)]
        assert window.size == (400, 300)
        assert window.poll() == []


@pytest.mark.parametrize("display", ["bare_display", "desktop"])
def test_fullscreen_fills_the_monitor_and_returns_to_the_same_place(
    display: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(display)
    with opened() as window:
        number = number_of()
        xdotool("windowmove", "--sync", number, 60, 70)
        window.poll()
        before = glfw.get_window_pos(window._handle)
        for _ in range(2):
            window.set_fullscreen(True)
            window.set_fullscreen(True)
            assert window.fullscreen
            assert events_until(window, lambda seen: seen) == [Resize(*SIZE)]
            window.set_fullscreen(False)
            assert not window.fullscreen
            assert events_until(window, lambda seen: seen) == [Resize(*WINDOW)]
            wait_until(lambda: window.poll() == [], "quiet")
            assert glfw.get_window_pos(window._handle) == before


def test_it_can_open_in_fullscreen(bare_display: str) -> None:
    with opened(fullscreen=True, monitor=0) as window:
        wait_until(lambda: window.poll() or window.size == SIZE, "fullscreen")
        assert window.fullscreen
        window.set_fullscreen(False)
        wait_until(lambda: window.poll() or window.size == WINDOW, "the window")


def test_the_cursor_hides_in_fullscreen_when_idle_and_returns(
    bare_display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mode(window: Window) -> int:
        window.poll()
        return int(glfw.get_input_mode(window._handle, glfw.CURSOR))

    with opened(fullscreen=True) as window:
        xdotool("mousemove", 100, 100)
        wait_until(lambda: mode(window) == glfw.CURSOR_NORMAL, "a visible cursor")
        monkeypatch.setattr(window_module, "CURSOR_IDLE_SECONDS", 0.05)
        wait_until(lambda: mode(window) == glfw.CURSOR_HIDDEN, "a hidden cursor")
        monkeypatch.setattr(window_module, "CURSOR_IDLE_SECONDS", 60.0)
        xdotool("mousemove", 200, 150)
        wait_until(lambda: mode(window) == glfw.CURSOR_NORMAL, "the cursor's return")


def test_a_lost_monitor_brings_the_window_back_into_view(bare_display: str) -> None:
    with opened() as window:
        window.set_fullscreen(True)
        events_until(window, lambda seen: seen)
        # what GLFW does when the monitor goes: a window as large as the monitor was, elsewhere
        glfw.set_window_monitor(window._handle, None, 5000, 5000, *SIZE, 0)
        assert events_until(window, lambda seen: Resize(*WINDOW) in seen)
        left, top = glfw.get_window_pos(window._handle)
        assert 0 <= left <= SIZE[0] - WINDOW[0]
        assert 0 <= top <= SIZE[1] - WINDOW[1]


def test_minimising_makes_the_size_zero_and_restoring_brings_it_back(desktop: str) -> None:
    with opened() as window:
        number = number_of()
        xdotool("windowminimize", number)
        assert events_until(window, lambda seen: seen) == [Resize(0, 0)]
        assert window.size == (0, 0)
        window.present()  # drawing into nothing is no error
        xdotool("windowactivate", number)
        assert events_until(window, lambda seen: seen) == [Resize(*WINDOW)]


class _ClientMessage(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 20),  # XEvent is 24 longs
    ]


def press_close_button(display: str, number: int) -> None:
    """Send what a window manager sends (ICCCM 4.2.8.1); xdotool has no word for it."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    connection = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    protocols = x11.XInternAtom(connection, b"WM_PROTOCOLS", 0)
    delete = x11.XInternAtom(connection, b"WM_DELETE_WINDOW", 0)
    client_message = 33
    event = _ClientMessage(client_message, 0, 1, None, number, protocols, 32)
    event.data[0] = delete
    x11.XSendEvent(connection, ctypes.c_ulong(number), 0, ctypes.c_long(0), ctypes.byref(event))
    x11.XCloseDisplay(connection)


def test_closing_is_a_request_and_the_window_stays(bare_display: str) -> None:
    with opened() as window:
        for _ in range(2):
            press_close_button(bare_display, int(number_of()))
            assert events_until(window, lambda seen: seen) == [CloseRequest()]
        assert window.size == WINDOW
        window.present()


def test_xvfb_is_found_out_not_to_wait(bare_display: str) -> None:
    with opened() as window:
        assert not window.waits_for_refresh
        assert window.refresh_hz is None  # it does not say


def test_measuring_again_after_a_change_of_monitor(bare_display: str) -> None:
    with opened() as window:
        assert window.waits_for_refresh is False
        window._waits = True  # as if the other monitor had waited
        window.set_fullscreen(True)
        assert window.waits_for_refresh is False


def test_an_unseen_window_gives_a_context_and_is_not_measured(bare_display: str) -> None:
    with opened(visible=False) as window, moderngl.create_context() as gl:
        assert gl.screen is not None
        assert not window.waits_for_refresh


def test_monitors_are_listed_with_place_and_name(bare_display: str) -> None:
    (monitor,) = monitors()
    assert monitor.index == 0
    assert monitor.name
    assert monitor.rect == (0, 0, *SIZE)


def test_an_unknown_monitor_is_told_and_leaves_nothing_open(bare_display: str) -> None:
    with pytest.raises(GraphicsError, match="no monitor 3; there is: 0"):
        Window(WINDOW, "v1z3r test", monitor=3)
    assert not is_initialised()


def is_initialised() -> bool:
    complaints: list[int] = []
    before = glfw.set_error_callback(lambda code, _: complaints.append(code))
    glfw.get_timer_frequency()
    glfw.set_error_callback(before)
    return not complaints


def test_two_windows_live_and_die_apart(bare_display: str) -> None:
    first = Window(WINDOW, "first")
    second = Window((200, 100), "second")
    first.close()
    first.close()
    second.make_current()
    second.present()
    assert second.poll() == []
    assert second.size == (200, 100)
    assert is_initialised()
    second.close()
    assert not is_initialised()


def test_a_hosts_glfw_is_left_running(bare_display: str) -> None:
    assert glfw.init()
    try:
        told: list[int] = []
        glfw.set_error_callback(lambda code, _: told.append(code))
        with opened() as window:
            window.poll()
        assert is_initialised()
        assert told == []  # our own complaints are not the host's business
        glfw.window_hint(-1, 0)
        assert told == [glfw.INVALID_ENUM]  # and its callback is in place again
    finally:
        glfw.set_error_callback(None)
        glfw.terminate()


def test_no_display_is_one_line_without_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(GraphicsError) as failure:
            Window(WINDOW, "v1z3r test")
    text = str(failure.value)
    assert text.startswith("no display: X11: Failed to open display :987")
    assert "run with --headless" in text
    assert "\n" not in text
    with pytest.raises(GraphicsError, match="no display"):
        monitors()


def test_a_missing_glfw_library_is_one_line(tmp_path: Path) -> None:
    program = (
        "from v1z3r_core.model.errors import GraphicsError\n"
        "from v1z3r_core.output.window import Window\n"
        "try:\n    Window((64, 48), 'x')\n"
        "except GraphicsError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "PYGLFW_LIBRARY": str(tmp_path / "absent.so")}
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, check=True, env=environment, cwd=root, capture_output=True, text=True
    )
    assert done.stdout.startswith("the GLFW library cannot be loaded:")
    assert "pip install --force-reinstall glfw" in done.stdout
    assert done.stderr == ""


def test_a_display_without_opengl_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with private_display(options=["-extension", "GLX"]) as display:
        monkeypatch.setenv("DISPLAY", display)
        with pytest.raises(
            GraphicsError, match=r"cannot open a window of 320×180 with OpenGL 3\.3"
        ):
            Window(WINDOW, "v1z3r test")
        assert not is_initialised()
