"""An engine in real windows of both of Linux's OpenGL interfaces, each in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from xvfb import private_display

ROOT = Path(__file__).parents[2]

WINDOW = """
import ctypes, sys
import glfw, moderngl
import numpy as np
from v1z3r_core import Engine, load_scene, render
from v1z3r_core.renderer import context

glfw.init()
glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 3)
glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
glfw.window_hint(glfw.CONTEXT_CREATION_API, getattr(glfw, sys.argv[1] + "_CONTEXT_API"))
glfw.window_hint(glfw.SAMPLES, int(sys.argv[2]))
glfw.window_hint(glfw.SRGB_CAPABLE, True)
SIZE = (64, 36)
window = glfw.create_window(*SIZE, "host", None, None)
glfw.make_context_current(window)
host = moderngl.get_context()
current = context._current()
scene = load_scene("spectrum")
library = ctypes.CDLL("libGL.so.1")

def shown(framebuffer):
    pixels = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
    library.glBindFramebuffer(0x8CA8, framebuffer)
    library.glReadPixels(0, 0, *SIZE, 0x1908, 0x1401, ctypes.c_void_p(pixels.ctypes.data))
    assert library.glGetError() == 0
    return pixels[::-1, :, :3]
"""

PICTURE = """
samples = ctypes.c_int()
library.glGetIntegerv(0x80A9, ctypes.byref(samples))
assert samples.value == int(sys.argv[2]), samples.value
texture = host.framebuffer([host.texture(SIZE, 4)])
with Engine.attach(scene, size=SIZE, sample_rate=48_000) as one, \\
     Engine.attach(scene, size=SIZE, sample_rate=48_000) as two:
    host.enable_direct(0x8DB9)  # FRAMEBUFFER_SRGB: the host's own drawing is linear
    one.draw(0, 1.0)
    two.draw(texture, 1.0)
    library.glIsEnabled.restype = ctypes.c_ubyte
    assert library.glIsEnabled(0x8DB9)
assert shown(texture.glo).std() > 1
assert (shown(0) == shown(texture.glo)).all()
"""

RENDER = """
kept = host.framebuffer([host.texture(SIZE, 4)])
kept.clear(0.0, 1.0, 0.0)
handle = current()
def pictures():
    return render("synth", scene, fps=10, size=SIZE, duration=0.5)
with Engine.attach(scene, size=SIZE, sample_rate=48_000) as visuals:
    frames = []
    for frame in pictures():
        assert current() == handle
        glfw.make_context_current(window)
        visuals.draw(0, frame.time)
        frames.append(frame)
    half = pictures()
    next(half)
    half.close()
    assert current() == handle
assert (shown(kept.glo) == (0, 255, 0)).all()
glfw.make_context_current(None)
for frame, again in zip(frames, pictures(), strict=True):
    assert (frame.pixels == again.pixels).all()
assert frames[-1].rgb.std() > 10
"""


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with private_display((320, 240)) as name:
        yield name


def run(script: str, display: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WINDOW + script, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "DISPLAY": display, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("api", ["NATIVE", "EGL"])
@pytest.mark.parametrize("samples", ["0", "4"])
def test_a_multisampled_linear_window_shows_the_picture_to_the_bit(screen, api, samples):
    run(PICTURE, screen, api, samples)


@pytest.mark.parametrize("api", ["NATIVE", "EGL"])
def test_render_in_the_hosts_thread_gives_the_context_back_between_pictures(screen, api):
    run(RENDER, screen, api, "0")
