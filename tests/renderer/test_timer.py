import pytest
from pictures import SIZE, context, scene

from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.renderer import Renderer
from v1z3r_core.renderer.timer import GpuTimer

HEAVY = """vec4 scene(vec2 uv) {
    float sum = 0.0;
    for (int i = 0; i < rounds; i++) sum += sin(sum + uv.x * float(i));
    return vec4(sum);
}"""


def _seconds(gpu: Gpu, rounds: int) -> list[float]:
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene(HEAVY.replace("rounds", str(rounds))))
    renderer.draw(context())  # the first draw compiles
    gpu.gl.glFinish()
    renderer.gpu_seconds()
    for index in range(5):
        renderer.draw(context(index))
    gpu.gl.glFinish()
    seconds = list(renderer.gpu_seconds())
    renderer.close()
    return seconds


def test_every_picture_is_timed_and_work_takes_time(gpu: Gpu) -> None:
    light, heavy = _seconds(gpu, 1), _seconds(gpu, 4000)
    assert len(light) == len(heavy) == 5
    assert min(light) >= 0
    assert min(heavy) > 3 * sorted(light)[2]


def test_results_are_given_once(gpu: Gpu) -> None:
    timer = GpuTimer(gpu)
    timer.begin()
    timer.end()
    gpu.gl.glFinish()
    assert len(timer.results()) == 1
    assert list(timer.results()) == []
    timer.close()


def test_nobody_waits_when_results_are_never_fetched(gpu: Gpu) -> None:
    timer = GpuTimer(gpu)
    for _ in range(50):
        timer.begin()
        timer.end()
    gpu.gl.glFinish()
    assert 1 <= len(timer.results()) <= 8
    timer.begin()
    timer.end()
    gpu.gl.glFinish()
    assert len(timer.results()) == 1
    timer.close()


def test_a_driver_that_counts_no_time_gives_none(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu.gl, "glGetQueryiv", lambda *_: None)  # leaves 0 bits
    timer = GpuTimer(gpu)
    timer.begin()
    timer.end()
    assert not timer.supported
    assert list(timer.results()) == []
    assert gpu.ledger == {}
    timer.close()
