"""Every example program, run as it is on a screen nobody looks at, with its window looked at.

`watched.py` stands between the program and the engine and writes down what happened.
"""

import json
import os
import subprocess
import sys
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from xvfb import private_display

EXAMPLES = Path(__file__).parents[2] / "examples"
WATCHED = Path(__file__).parent / "watched.py"
SCREEN = (1024, 640)
HOST_BLUE = (26, 26, 77)  # the hosts' background of 0.1, 0.1, 0.3

pytest.importorskip("moderngl_window")
pytest.importorskip("pyglet")
pytest.importorskip("PySide6")


@dataclass(frozen=True)
class Run:
    """What a watched program left behind."""

    report: dict[str, Any]
    screen: NDArray[np.uint8]
    pictures: list[NDArray[np.uint8]]
    hosted: list[NDArray[np.uint8]]


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with private_display(SCREEN) as name:
        yield name


def run(example: str, folder: Path, display: str, *arguments: str, **environment: str) -> Run:
    """Run it to its own end; every warning is an error, but for one of a library's own."""
    report = folder / "report.json"
    command = [
        *(sys.executable, "-W", "error"),
        *("-W", "ignore::PendingDeprecationWarning:moderngl_window.scene.camera"),
        *(str(WATCHED), str(report), str(EXAMPLES / example), "--seconds", "2.5", *arguments),
    ]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", **environment},
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(report.read_text())
    assert told["captured"], f"only {told['draws']} pictures in 2.5 s"
    pictures, hosted = (
        [np.load(file) for file in sorted(folder.glob(f"{kind}*.npy"))]
        for kind in ("picture", "hosted")
    )
    return Run(told, np.load(folder / "screen.npy"), pictures, hosted)


def check_calls(report: dict[str, Any], engines: int = 1) -> None:
    """The engine kept to itself, and left nothing behind."""
    assert report["errors"] == []
    assert report["changes"] == []
    assert len(report["made"]) == report["closed"] == engines
    for by_driver, by_ledger in (*report["made"], *report["freed"]):
        assert by_driver == by_ledger > 0
    assert report["held_at_the_end"] == 0


def difference(shown: NDArray[np.uint8], picture: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.abs(shown.astype(int) - picture.astype(int)).max(axis=-1)


def check_alive(picture: NDArray[np.uint8]) -> None:
    """A beat is on: bright bars on a dark ground, low notes at the left, the floor below."""
    assert picture.max() > 150
    assert np.median(picture.max(axis=2)) < 90
    assert picture.std() > 15


def test_glfw_window_shows_our_picture_beside_the_hosts_panel(tmp_path: Path, screen: str) -> None:
    host = run("host_glfw.py", tmp_path, screen)
    check_calls(host.report)
    (picture,) = host.pictures
    check_alive(picture)
    height, width = picture.shape[:2]
    assert (width, height) == (544, 360)
    assert difference(host.screen[:360, :width], picture).max() == 0
    panel = host.screen[:360, width:640]
    orange = (panel[:, :, 0] > 120).any(axis=1)
    # 0.5 orange over the host's blue: its blending is still on.
    assert np.abs(panel[orange][:, 5].astype(int) - (140, 77, 38)).max() <= 2
    assert 5 <= orange.sum() <= 16
    assert difference(panel[~orange], np.array(HOST_BLUE)).max() <= 1


def test_a_silent_sound_file_darkens_the_picture(tmp_path: Path, screen: str) -> None:
    sound = tmp_path / "silence.wav"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(bytes(2 * 44_100))
    (tmp_path / "beat").mkdir()
    silent = run("host_glfw.py", tmp_path, screen, "--sound", str(sound)).pictures[0]
    beat = run("host_glfw.py", tmp_path / "beat", screen).pictures[0]
    assert beat.mean() > 1.5 * silent.mean()


def test_moderngl_window_shows_two_scenes_on_turned_screens(tmp_path: Path, screen: str) -> None:
    host = run("host_moderngl_window.py", tmp_path, screen)
    check_calls(host.report, engines=2)
    for picture, hosted in zip(host.pictures, host.hosted, strict=True):
        assert difference(hosted, picture).max() == 0
        assert picture.std() > 8
    assert difference(*host.pictures).mean() > 5  # two scenes, not one twice
    window = host.screen[:360, :640]
    for picture, side in zip(host.pictures, (-1, 1), strict=True):
        expected, covered = on_turned_screen(picture, 0.5 * side, -0.6 * side, (640, 360))
        assert difference(window, expected)[covered].mean() < 2
        upside_down, _ = on_turned_screen(picture[::-1], 0.5 * side, -0.6 * side, (640, 360))
        assert difference(window, upside_down)[covered].mean() > 5
    for edge in (window[:40], window[-40:]):
        assert difference(edge, np.array(HOST_BLUE)).max() <= 1


def on_turned_screen(
    picture: NDArray[np.uint8], place: float, turn: float, size: tuple[int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The example's vertex shader backwards: the window it gives, and where it covers it."""
    width, height = size
    x = (np.arange(width) + 0.5) / width * 2 - 1 - place
    y = 1 - (np.arange(height) + 0.5) / height * 2
    side = x / (np.cos(turn) - 0.8 * np.sin(turn) * x)
    depth = 1 + 0.8 * side * np.sin(turn)
    u = np.broadcast_to((side / 0.46 + 1) / 2, (height, width))
    v = (y[:, np.newaxis] * depth / 0.56 + 1) / 2
    covered = (u > 0.01) & (u < 0.99) & (v > 0.01) & (v < 0.99)
    rows, columns = picture.shape[:2]
    below, left = (1 - v) * rows - 0.5, u * columns - 0.5
    row, column = np.floor(below).astype(int), np.floor(left).astype(int)
    down, right = (below - row)[..., np.newaxis], (left - column)[..., np.newaxis]

    def texel(dy: int, dx: int) -> NDArray[np.float64]:
        clipped = picture[np.clip(row + dy, 0, rows - 1), np.clip(column + dx, 0, columns - 1)]
        return clipped.astype(float)

    upper = texel(0, 0) * (1 - right) + texel(0, 1) * right
    lower = texel(1, 0) * (1 - right) + texel(1, 1) * right
    return np.round(upper * (1 - down) + lower * down).astype(np.uint8), covered


def test_pyglet_draws_its_label_over_our_picture(tmp_path: Path, screen: str) -> None:
    host = run("host_pyglet.py", tmp_path, screen)
    check_calls(host.report)
    (picture,) = host.pictures
    check_alive(picture)
    window = host.screen[:360, :640]
    plate = np.zeros((360, 640), bool)
    plate[360 - 16 - 44 : 360 - 16, 16 : 16 + 250] = True
    assert difference(window, picture)[~plate].max() == 0
    inside = window[plate].reshape(44, 250, 3).astype(int)
    under = picture[plate].reshape(44, 250, 3).astype(int)
    corner = (0.5 * under + 0.5 * np.array([255, 128, 0]))[-3:, -40:]  # no letter there
    assert np.abs(inside[-3:, -40:] - corner).max() <= 2
    assert (inside.min(axis=2) > 230).sum() > 100  # the label, white


@pytest.mark.parametrize("factor", ["1", "1.5"])
def test_qt_paints_over_our_picture_at_any_pixel_ratio(
    tmp_path: Path, screen: str, factor: str
) -> None:
    host = run("host_pyside6.py", tmp_path, screen, QT_SCALE_FACTOR=factor)
    check_calls(host.report)
    (picture,) = host.pictures
    check_alive(picture)
    assert host.report["samples"] == 4
    ratio = float(factor)
    height, width = picture.shape[:2]
    assert width == round(640 * ratio)
    window = host.screen[:height, :width]
    badge = round(80 * ratio)
    differing = difference(window, picture)
    assert differing[:, badge:].max() == 0  # multisampled, and still to the bit
    assert differing[badge:].max() == 0
    middle = round(46 * ratio)
    ring = window[middle, round(19 * ratio)].astype(int)
    under = picture[middle, round(19 * ratio)].astype(int)
    assert np.abs(ring - (0.5 * under + 0.5 * np.array([255, 128, 0]))).max() <= 3
    status_line = host.screen[height + 3 : round(360 * ratio) - 3, 100 : width - 40]
    assert status_line.mean() > 200


def test_no_window_yields_the_lights_of_every_picture(tmp_path: Path) -> None:
    lights = tmp_path / "lights.npy"
    command = [sys.executable, "-W", "error", str(EXAMPLES / "no_window.py"), "--seconds", "1"]
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent)}
    environment.pop("DISPLAY", None)
    for arguments in ([], ["--npy", str(lights)]):
        done = subprocess.run(
            [*command, *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            env=environment,
        )
        assert done.returncode == 0, done.stderr
        if not arguments:
            assert len(done.stdout.splitlines()) == 30
    strips = np.load(lights)
    assert strips.shape == (30, 48, 3)
    assert strips.max() > 60
    assert np.abs(np.diff(strips.astype(int), axis=0)).max() > 10
