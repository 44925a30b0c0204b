"""A live input, while the thread that draws is stuck in the driver with Python's lock held."""

import time
from dataclasses import dataclass, field

import moderngl
import numpy as np
import pytest
from counting import COUNTER, RATE, CountingSource, numbers, wait_for

from v1z3r_core import Engine, EngineOptions
from v1z3r_core.audio.device import DeviceSource
from v1z3r_core.audio.playback import PlaybackSource
from v1z3r_core.formats.load import load_scene

pytestmark = pytest.mark.usefixtures("sound_server")

STALL_SECONDS = 0.3
_PICTURE = """
#version 330
uniform int turns;
out vec4 colour;
void main() {
    float x = gl_FragCoord.x;
    for (int i = 0; i < turns; i++) x = fract(x * 1.618 + 0.31);
    colour = vec4(x);
}
"""
_CORNERS = """
#version 330
void main() { gl_Position = vec4(ivec2(gl_VertexID & 1, gl_VertexID >> 1) * 4 - 1, 0.0, 1.0); }
"""


class Driver:
    """GL work in the engine's context that takes `STALL_SECONDS` and never lets Python run."""

    def __init__(self):
        context = moderngl.get_context()
        self._program = context.program(vertex_shader=_CORNERS, fragment_shader=_PICTURE)
        self._triangle = context.vertex_array(self._program, [])
        self._target = context.simple_framebuffer((256, 256))
        self._turns = 1_000
        while self.stall() < STALL_SECONDS:
            self._turns = int(self._turns * 1.5)

    def stall(self):
        """Draw, and wait for the picture inside moderngl; how long that took, seconds."""
        before = time.perf_counter()
        self._program["turns"] = self._turns
        self._target.use()
        self._triangle.render(moderngl.TRIANGLES, vertices=3)
        self._target.read()
        return time.perf_counter() - before

    def release(self):
        for made in (self._triangle, self._program, self._target):
            made.release()


@dataclass
class Overheard:
    """A device source whose samples are kept count of."""

    inner: DeviceSource
    blocks: list = field(default_factory=list)

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def read(self, until):
        block = self.inner.read(until)
        if block is not None:
            self.blocks.append((block.start, numbers(block.samples)))
        return block


def show_with_stalls(seconds):
    """A live show of that length that is stuck for 300 ms once a second."""
    heard = Overheard(DeviceSource(notify=print))
    options = EngineOptions(size=(160, 90))
    stalls = []
    playing = PlaybackSource(CountingSource(), notify=print)
    try:
        with Engine.open(load_scene("spectrum"), heard, options, headless=True) as engine:
            wait_for(lambda: engine.step() and len(heard.blocks) > 10, "the first sound")
            driver, until = Driver(), time.monotonic() + seconds
            playing.read(playing.time())
            del heard.blocks[:]
            while time.monotonic() < until:
                stalls.append(driver.stall())
                for _ in range(42):  # 0.7 s
                    engine.step()
                    playing.read(playing.time())
            report = engine.report()
            driver.release()
        assert playing.stats().xruns == 0
    finally:
        playing.close()
    return heard.blocks, stalls, report


def assert_nothing_is_missing(blocks, stalls, report, seconds):
    assert report["audio"]["xruns"] == 0
    assert np.median(stalls) >= STALL_SECONDS * 0.8
    ends = np.array([start + len(n) for start, n in blocks])
    np.testing.assert_array_equal(ends[:-1], [start for start, _ in blocks[1:]])
    heard = np.concatenate([n for _, n in blocks])
    assert np.all(np.diff(heard) % COUNTER == 1)  # sample by sample what was played
    assert len(heard) > 0.9 * seconds * RATE


def test_not_a_sample_is_lost_while_the_driver_holds_the_lock():
    blocks, stalls, report = show_with_stalls(6.0)
    assert len(stalls) >= 4
    assert_nothing_is_missing(blocks, stalls, report, 6.0)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_not_a_sample_is_lost_in_ten_minutes_of_stalls():
    blocks, stalls, report = show_with_stalls(600.0)
    assert len(stalls) >= 400
    assert_nothing_is_missing(blocks, stalls, report, 600.0)
