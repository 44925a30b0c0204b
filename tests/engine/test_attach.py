"""An engine inside a host's context: what it promises to the host.

The host here is a bare OpenGL context with a framebuffer; `tests/examples` has real windows.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray
from sounds import RATE, beats, write_wav

from v1z3r_core import Engine, EngineOptions, Frame, GraphicsError, SceneError, load_scene, render
from v1z3r_core.model.command import SetParameter
from v1z3r_core.renderer.gpu import Gpu

SIZE = (64, 36)


@dataclass
class Host:
    """Somebody else's context, seen through somebody else's moderngl."""

    gpu: Gpu
    context: moderngl.Context

    def framebuffer(self, size: tuple[int, int] = SIZE) -> moderngl.Framebuffer:
        return self.context.framebuffer([self.context.texture(size, 4)])

    def errors(self) -> int:
        return self.gpu.gl.glGetError()


@pytest.fixture
def host() -> Iterator[Host]:
    with Gpu.standalone() as gpu:
        yield Host(gpu, gpu.api)


@pytest.fixture
def scene():
    return load_scene("spectrum")


def attach(scene, **keywords):
    keywords.setdefault("size", SIZE)
    return Engine.attach(scene, sample_rate=RATE, **keywords)


def pixels(framebuffer: moderngl.Framebuffer) -> NDArray[np.uint8]:
    """Top row first, RGB."""
    width, height = framebuffer.size
    raw = np.frombuffer(framebuffer.read(components=3, alignment=1), np.uint8)
    return raw.reshape(height, width, 3)[::-1]


def test_an_attached_engine_draws_what_render_draws(host, scene, tmp_path):
    sixteen_bits = (beats(1.0) * 32_767).astype(np.int16)
    sound, fps = sixteen_bits / np.float32(32_768), 20
    track = write_wav(tmp_path / "song.wav", sixteen_bits / 32_767)
    expected = [frame.rgb for frame in render(track, scene, fps=fps, size=SIZE)]
    target, per_picture = host.framebuffer(), RATE // fps
    with attach(scene, channels=sound.shape[1]) as visuals:
        for index, picture in enumerate(expected):
            heard = slice(max(0, index - 1) * per_picture, index * per_picture)
            visuals.feed(sound[heard])
            visuals.draw(target, index / fps)
            assert np.array_equal(pixels(target), picture), index
    assert np.std(expected[-1]) > 10
    assert host.errors() == 0


def test_a_framebuffer_is_named_by_number_or_by_any_object_with_glo(host, scene):
    class Foreign:
        def __init__(self, glo):
            self.glo = glo

    shown = []
    for wrap in (lambda fbo: fbo, lambda fbo: fbo.glo, lambda fbo: Foreign(fbo.glo)):
        target = host.framebuffer()
        with attach(scene) as visuals:
            visuals.draw(wrap(target), 1.0)
        shown.append(pixels(target))
    assert shown[0].max() > 0
    assert np.array_equal(shown[0], shown[1])
    assert np.array_equal(shown[0], shown[2])


@pytest.mark.parametrize("name", [-1, 4_711])
def test_a_framebuffer_that_does_not_exist_is_refused(host, scene, name):
    with attach(scene) as visuals:
        with pytest.raises(GraphicsError, match=f"no framebuffer {name}"):
            visuals.draw(name, 0.0)
        assert host.errors() == 0
        visuals.draw(host.framebuffer(), 0.0)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(100, np.float32),
        np.zeros((100, 1), np.float32),
        np.zeros((100, 2), np.float64),
        np.zeros((2, 100), np.float16).T,
        [0.0, 0.5, -0.5],
        [[0.0, 0.5], [0.1, 0.2]],
        np.zeros((0, 2), np.float32),
    ],
    ids=["mono", "one column", "float64", "transposed", "list", "list of pairs", "nothing"],
)
def test_sound_may_come_in_any_float_shape(host, scene, samples):
    with attach(scene) as visuals:
        visuals.feed(samples)
        visuals.draw(host.framebuffer(), 0.0)


@pytest.mark.parametrize(
    ("samples", "complaint"),
    [
        (np.zeros((100, 3), np.float32), r"\(100, 3\), expected \(n,\) or \(n, 2\)"),
        (np.zeros((4, 4, 2), np.float32), r"\(4, 4, 2\)"),
        (np.float32(0.5), r"shape \(\)"),
        (np.zeros((100, 0), np.float32), r"\(100, 0\)"),
        (np.zeros((100, 2), np.int16), "int16.*divide 16-bit integers by 32768"),
    ],
)
def test_sound_of_a_wrong_shape_or_type_is_refused_in_one_line(host, scene, samples, complaint):
    with attach(scene) as visuals:
        with pytest.raises(ValueError, match=complaint) as refusal:
            visuals.feed(samples)
        assert "\n" not in str(refusal.value)
        visuals.draw(host.framebuffer(), 0.0)


def test_sound_may_come_from_another_thread_and_moves_the_picture(host, scene):
    target = host.framebuffer()
    with attach(scene) as visuals:
        visuals.draw(target, 0.0)
        silent = pixels(target).astype(int)
        pushing = threading.Thread(target=visuals.feed, args=(beats(1.0),))
        pushing.start()
        pushing.join()
        visuals.draw(target, 1.0)
    assert np.abs(pixels(target) - silent).max() > 60


def test_pictures_are_drawn_before_any_sound(host, scene):
    target = host.framebuffer()
    with attach(scene) as visuals:
        for index in range(3):
            visuals.draw(target, index / 60)
        assert visuals.report()["frames"] == 3
    assert pixels(target).max() > 0


def test_nan_and_inf_in_the_hosts_sound_leave_a_finite_picture(host, scene):
    target = host.framebuffer()
    with attach(scene) as visuals:
        visuals.feed(np.array([np.nan, np.inf, -np.inf, 0.5] * 2_000, np.float32))
        visuals.draw(target, 0.1)
        visuals.feed(beats(1.0))
        visuals.draw(target, 1.1)
    assert pixels(target).max() > 100


def test_the_hosts_time_may_stand_still_and_jump_both_ways(host, scene):
    target = host.framebuffer()
    with attach(scene) as visuals:
        for time in (5.0, 5.0, 1e6, 2.0, -3.0, 0.0):
            visuals.feed(beats(0.1))
            visuals.draw(target, time)
            assert visuals.time == time
            assert pixels(target).max() > 0
    assert host.errors() == 0


@pytest.mark.parametrize("time", [float("nan"), float("inf")])
def test_a_time_that_is_no_number_is_refused(host, scene, time):
    with attach(scene) as visuals:
        with pytest.raises(ValueError, match=f"time is {time}"):
            visuals.draw(host.framebuffer(), time)
        visuals.draw(host.framebuffer(), 0.0)


def test_a_resize_fills_the_new_size(host, scene):
    large = host.framebuffer((96, 54))
    with attach(scene) as visuals:
        visuals.draw(large, 0.0)
        assert not pixels(large)[:18].any()  # 64×36 from the bottom left, as asked
        for size in ((96, 54), (0, 0), (96, 0)):  # a minimised host has no size: nothing changes
            visuals.resize(size)
        visuals.draw(large, 0.0)
    with attach(scene, size=(96, 54)) as fresh:
        expected = host.framebuffer((96, 54))
        fresh.draw(expected, 0.0)
    assert np.abs(pixels(large).astype(int) - pixels(expected)).max() <= 1  # another dither


def test_a_size_the_gpu_refuses_leaves_the_last_one(host, scene):
    with attach(scene) as visuals:
        with pytest.raises(GraphicsError, match="100000×10 is larger than"):
            visuals.resize((100_000, 10))
        target = host.framebuffer()
        visuals.draw(target, 0.0)
        assert pixels(target).any()


@pytest.mark.parametrize(
    ("keywords", "complaint"),
    [
        ({"size": (0, 36)}, "size is 0x36"),
        ({"channels": 0}, "channels is 0"),
    ],
)
def test_values_outside_their_range_are_refused(host, scene, keywords, complaint):
    with pytest.raises(ValueError, match=complaint):
        attach(scene, **keywords)


def test_a_scene_that_does_not_compile_leaves_nothing_in_the_hosts_context(host, tmp_path):
    broken = tmp_path / "broken.glsl"
    broken.write_text("vec4 scene(vec2 uv) { return undeclared; }\n")
    before = alive(host)
    with pytest.raises(SceneError, match=r"broken\.glsl:1: "):
        attach(load_scene(broken))
    assert alive(host) == before
    assert host.errors() == 0


def alive(host: Host) -> dict[str, list[int]]:
    """Names of GL objects that the driver knows."""
    gl = host.gpu.gl
    kinds = ("Texture", "Framebuffer", "Buffer", "Program", "Shader", "VertexArray", "Sampler")
    return {
        kind: [name for name in range(1, 400) if getattr(gl, f"glIs{kind}")(name)] for kind in kinds
    }


@pytest.mark.parametrize("name", ["spectrum", "scope", "nebula"])
def test_after_close_nothing_is_left_in_the_hosts_context(host, name):
    target = host.framebuffer()
    before = alive(host)
    visuals = attach(load_scene(name))
    visuals.feed(beats(0.2))
    visuals.draw(target, 0.0)
    visuals.resize((32, 18))
    visuals.draw(target, 0.1)
    assert alive(host) != before
    visuals.close()
    visuals.close()
    assert visuals._gpu.ledger == {}
    assert alive(host) == before
    with pytest.raises(GraphicsError, match="after it was closed"):
        visuals.draw(target, 0.2)
    assert host.errors() == 0


def test_the_steady_state_makes_no_gl_object(host, scene):
    target = host.framebuffer()
    with attach(scene) as visuals:
        visuals.draw(target, 0.0)
        made, names = visuals._gpu.created, alive(host)
        for index in range(300):
            visuals.feed(np.zeros((800, 2), np.float32))
            visuals.draw(target, index / 60)
        assert visuals._gpu.created == made
        assert alive(host) == names


def test_a_foreign_thread_is_refused_and_harms_nothing(host, scene):
    target = host.framebuffer()
    visuals = attach(scene)
    visuals.draw(target, 0.0)
    refusals = []

    def intrude():
        for trespass in (lambda: visuals.draw(target, 0.1), visuals.close):
            with pytest.raises(GraphicsError, match="belongs to the thread") as refusal:
                trespass()
            refusals.append(refusal)

    thread = threading.Thread(target=intrude)
    thread.start()
    thread.join()
    assert len(refusals) == 2
    visuals.draw(target, 0.1)
    visuals.close()
    assert visuals._gpu.ledger == {}


def test_without_a_current_context_attaching_is_refused_with_the_fix(scene):
    refusals = []

    def intrude():  # a new thread has no context
        with pytest.raises(GraphicsError, match="make the window's context current") as refusal:
            attach(scene)
        refusals.append(refusal)

    thread = threading.Thread(target=intrude)
    thread.start()
    thread.join()
    assert refusals


def test_another_context_is_neither_drawn_in_nor_robbed(host, scene):
    target = host.framebuffer()
    visuals = attach(scene)
    visuals.draw(target, 0.0)
    with Gpu.standalone() as other, other.using():
        theirs = other.api.framebuffer([other.api.texture(SIZE, 4)])
        before = alive(Host(other, other.api))
        for trespass in (lambda: visuals.draw(theirs.glo, 0.1), visuals.close):
            with pytest.raises(GraphicsError, match="is not current"):
                trespass()
        assert alive(Host(other, other.api)) == before
        assert not pixels(theirs).any()
    visuals.draw(target, 0.1)
    visuals.close()
    assert visuals._gpu.ledger == {}


def test_two_engines_in_one_context_do_not_meet(host):
    one, two = load_scene("spectrum"), load_scene("scope")

    def alone(scene, sound):
        target = host.framebuffer()
        with attach(scene) as visuals:
            return [drawn(visuals, target, sound, index) for index in range(4)]

    def drawn(visuals, target, sound, index):
        visuals.feed(sound[index * 4_800 : (index + 1) * 4_800])
        visuals.draw(target, index / 10)
        return pixels(target)

    loud, quiet = beats(0.5), beats(0.5) * 0.1
    expected = list(zip(alone(one, loud), alone(two, quiet), strict=True))
    left, right = host.framebuffer(), host.framebuffer()
    with attach(one) as first, attach(two) as second:
        for index, (first_alone, second_alone) in enumerate(expected):
            assert np.array_equal(drawn(first, left, loud, index), first_alone)
            assert np.array_equal(drawn(second, right, quiet, index), second_alone)
        second.post(SetParameter("gain", 0.5))
        second.draw(right, 0.4)
        assert second.show.parameters == {"gain": 0.5}
        assert first.show.parameters == {}
    assert not np.array_equal(expected[-1][0], expected[-1][1])


def test_what_the_host_sees_can_be_recorded_as_well(host, scene):
    class Kept:
        def __init__(self):
            self.frames, self.finished, self.samples = [], 0, 0

        def write(self, frame):
            self.frames.append(Frame(frame.index, frame.time, frame.pixels.copy()))

        def write_audio(self, block):
            self.samples += len(block.samples)

        def finish(self):
            self.finished += 1

        def abort(self):
            raise AssertionError("a finished recording was aborted")

    kept, target, shown = Kept(), host.framebuffer(), []
    with attach(scene, options=EngineOptions(sink=kept)) as visuals:
        for index in range(6):
            visuals.feed(beats(1 / 60))
            visuals.draw(target, index / 60)
            shown.append(pixels(target))
        visuals.finish()
        assert visuals.dropped == 0
    assert kept.finished == 1
    assert kept.samples == 5 * len(beats(1 / 60))  # since the first picture
    for frame, picture in zip(kept.frames, shown, strict=True):
        assert np.array_equal(frame.rgb, picture)


def test_an_engine_that_hears_by_itself_cannot_be_fed(scene):
    with (
        Engine.open(scene, "synth", EngineOptions(size=SIZE), headless=True) as stage,
        pytest.raises(GraphicsError, match=r"use Engine\.attach"),
    ):
        stage.feed(np.zeros(10, np.float32))
