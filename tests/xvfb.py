"""Private X displays for tests: one bare, one with a window manager.

Needs Debian's xvfb; the desktop also openbox and x11-utils.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

SIZE = (800, 600)
START_SECONDS = 20.0


def wait_until(condition: Callable[[], object], what: str, seconds: float = START_SECONDS) -> None:
    """Return when the condition holds: another process works on it, so there is no clock to set."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.01)


@contextmanager
def private_display(size: tuple[int, int] = SIZE, options: Sequence[str] = ()) -> Iterator[str]:
    """Start an X server nobody else uses; yield its name."""
    reading, writing = os.pipe()
    screen = f"{size[0]}x{size[1]}x24"
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp"]
    server = subprocess.Popen(
        [*command, "-noreset", *options], pass_fds=[writing], stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()  # empty when the server died
        if not number:
            raise RuntimeError(f"Xvfb ended with {server.wait()} before it had a display")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(START_SECONDS)


@contextmanager
def window_manager(display: str) -> Iterator[None]:
    """Run openbox on the display: minimising and real fullscreen need a manager."""
    environment = {**os.environ, "DISPLAY": display}
    manager = subprocess.Popen(
        ["openbox", "--sm-disable"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        question = ["xprop", "-display", display, "-root", "_NET_SUPPORTING_WM_CHECK"]
        wait_until(lambda: b"window id" in subprocess.check_output(question), "openbox taking over")
        yield
    finally:
        manager.terminate()
        manager.wait(START_SECONDS)


def _require(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="session")
def bare_server() -> Iterator[str]:
    """A display without a window manager."""
    _require("Xvfb")
    with private_display() as name:
        yield name


@pytest.fixture(scope="session")
def managed_server() -> Iterator[str]:
    """A display with one."""
    _require("Xvfb", "openbox", "xprop")
    with private_display() as name, window_manager(name):
        yield name


@pytest.fixture
def bare_display(bare_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name of a display without a window manager, which the test finds in DISPLAY."""
    return _chosen(bare_server, monkeypatch)


@pytest.fixture
def desktop(managed_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name of a display with a window manager, which the test finds in DISPLAY."""
    return _chosen(managed_server, monkeypatch)


def _chosen(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPLAY", server)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    return server
