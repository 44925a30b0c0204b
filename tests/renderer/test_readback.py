import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pictures import SIZE, context, pixels, scene

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.renderer import glraw
from v1z3r_core.renderer import readback as readbacks
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.readback import Readback
from v1z3r_core.renderer.renderer import Renderer

# The frame's number in red, the row from the top in blue.
NUMBERED = """vec4 scene(vec2 uv) {
    vec3 c = vec3(float(frame & 255), 0.0, floor((1.0 - uv.y) * resolution.y)) / 255.0;
    return vec4(mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), greaterThan(c, vec3(0.04045))),
                1.0);
}"""


def _renderer(gpu: Gpu, size: tuple[int, int] = SIZE) -> Renderer:
    renderer = Renderer(gpu, size)
    renderer.prepare(scene(NUMBERED))
    return renderer


def test_offline_every_picture_arrives_once_and_in_order(gpu: Gpu) -> None:
    renderer, ring = _renderer(gpu), Readback(gpu, SIZE)
    seen = []

    def take(frames: object) -> None:
        for frame in frames:  # type: ignore[attr-defined]
            assert frame.pixels[0, 0, 0] == frame.index
            assert frame.time == frame.index / 10
            assert frame.size == SIZE
            assert not frame.pixels.flags.writeable
            seen.append(frame.index)

    for index in range(20):
        take(ring.ready(wait=True))
        renderer.draw(context(index))
        assert ring.push(index, index / 10)
    take(ring.drain())
    assert seen == list(range(20))
    ring.close()
    renderer.close()


def test_the_top_row_comes_first(gpu: Gpu) -> None:
    renderer, ring = _renderer(gpu), Readback(gpu, SIZE)
    renderer.draw(context())
    ring.push(0, 0.0)
    (frame,) = [frame.pixels.copy() for frame in ring.drain()]
    assert frame[:, 0, 2].tolist() == list(range(SIZE[1]))
    assert (frame == pixels(gpu, renderer.picture)).all()
    ring.close()
    renderer.close()


@given(size=st.tuples(st.integers(1, 67), st.integers(1, 33)))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_width_arrives_unshorn(gpu: Gpu, size: tuple[int, int]) -> None:
    renderer, ring = _renderer(gpu, size), Readback(gpu, size, depth=1)
    renderer.draw(context(9, size))
    ring.push(9, 0.0)
    for frame in ring.drain():
        assert (frame.pixels[..., 0] == 9).all()
        assert (frame.pixels[..., 2] == np.arange(size[1])[:, None]).all()
    ring.close()
    renderer.close()


def test_live_a_full_ring_refuses_at_once_and_keeps_what_it_has(gpu: Gpu) -> None:
    renderer, ring = _renderer(gpu), Readback(gpu, SIZE, depth=2)
    taken = []
    for index in range(4):
        renderer.draw(context(index))
        taken.append(ring.push(index, 0.0))
    assert taken == [True, True, False, False]
    assert ring.full
    assert [frame.index for frame in ring.drain()] == [0, 1]
    assert not ring.full
    ring.close()
    renderer.close()


def test_without_waiting_only_what_has_arrived_is_given(
    gpu: Gpu, monkeypatch: pytest.MonkeyPatch
) -> None:
    renderer, ring = _renderer(gpu), Readback(gpu, SIZE)
    renderer.draw(context())
    ring.push(0, 0.0)
    busy = lambda *_: 0x911B  # noqa: E731  (TIMEOUT_EXPIRED)
    with monkeypatch.context() as slow:
        slow.setattr(gpu.gl, "glClientWaitSync", busy)
        assert list(ring.ready(wait=False)) == []
        assert list(ring.ready(wait=True)) == []  # the ring has room: nothing to wait for
    assert [frame.index for frame in ring.drain()] == [0]
    ring.close()
    renderer.close()


def test_a_gpu_that_hangs_is_told_instead_of_waited_for_ever(
    gpu: Gpu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readbacks, "WAIT_SECONDS", 0.01)
    renderer, ring = _renderer(gpu), Readback(gpu, SIZE)
    renderer.draw(context())
    ring.push(5, 0.0)
    monkeypatch.setattr(gpu.gl, "glClientWaitSync", lambda *_: 0x911B)
    with pytest.raises(GraphicsError, match=r"picture 5 did not leave the GPU within 0.01 s"):
        list(ring.drain())
    monkeypatch.setattr(gpu.gl, "glClientWaitSync", lambda *_: glraw.WAIT_FAILED)
    with pytest.raises(GraphicsError, match="lost its context"):
        list(ring.drain())
    ring.close()
    renderer.close()


def test_drivers_without_buffer_storage_give_the_same_pixels(
    gpu: Gpu, monkeypatch: pytest.MonkeyPatch
) -> None:
    renderer = _renderer(gpu)
    real = gpu.gl.has
    monkeypatch.setattr(gpu.gl, "has", lambda name: name != "glBufferStorage" and real(name))
    ring = Readback(gpu, SIZE)
    for index in (3, 4):
        renderer.draw(context(index))
        ring.push(index, 0.0)
    seen = [(frame.index, frame.pixels.copy()) for frame in ring.drain()]
    assert [index for index, _ in seen] == [3, 4]
    assert all((picture[..., 0] == index).all() for index, picture in seen)
    assert (seen[1][1] == pixels(gpu, renderer.picture)).all()
    ring.close()
    renderer.close()


def test_a_picture_of_another_size_is_refused(gpu: Gpu) -> None:
    renderer, ring = _renderer(gpu), Readback(gpu, SIZE)
    with pytest.raises(GraphicsError, match="before the first picture"):
        ring.push(0, 0.0)
    renderer.draw(context(size=(10, 10)))
    with pytest.raises(GraphicsError, match="the picture is 10×10, the readback was opened for"):
        ring.push(0, 0.0)
    ring.close()
    renderer.close()


def test_steady_state_creates_nothing_but_fences(gpu: Gpu) -> None:
    renderer, ring = _renderer(gpu), Readback(gpu, SIZE)
    renderer.draw(context())
    created = gpu.created
    for index in range(100):
        for _ in ring.ready(wait=True):
            pass
        ring.push(index, 0.0)
    assert gpu.created == created
    assert gpu.ledger[f"readback {SIZE[0]}x{SIZE[1]}", "fence"].count <= 3
    ring.close()
    renderer.close()
