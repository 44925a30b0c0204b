import threading

import moderngl
import numpy as np
import pytest
from pictures import NAME_KINDS, context, draw, names_alive, scene

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.scene import Parameter, Target
from v1z3r_core.renderer import context as contexts
from v1z3r_core.renderer import program
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.readback import Readback
from v1z3r_core.renderer.renderer import Renderer
from v1z3r_core.renderer.scope import Scope

FRAGMENT = "#version 330 core\nout vec4 c;\nvoid main() { c = vec4(1.0); }"
ALL_KINDS = {
    "texture",
    "framebuffer",
    "buffer",
    "program",
    "vertex_array",
    "sampler",
    "query",
    "fence",
}


def _make_one_of_each(scope: Scope) -> None:
    texture = scope.texture((8, 4), "rgba16f")
    scope.framebuffer(texture)
    scope.buffer(64)
    scope.pixel_buffer(64)
    scope.vertex_array(scope.program(program.FULL_SCREEN, FRAGMENT))
    scope.sampler("linear", "mirror")
    scope.query()
    scope.fence()


def test_every_kind_is_in_the_ledger_and_given_back(gpu: Gpu) -> None:
    before = names_alive(gpu.gl)
    scope = gpu.scope("all")
    _make_one_of_each(scope)
    held = {kind: holding.count for (label, kind), holding in gpu.ledger.items() if label == "all"}
    assert held == {kind: 2 if kind == "buffer" else 1 for kind in ALL_KINDS}
    assert gpu.ledger["all", "texture"].bytes == 8 * 4 * 8
    assert gpu.use.bytes == 8 * 4 * 8 + 64 + 64
    scope.close()
    assert gpu.ledger == {}
    assert names_alive(gpu.gl) == before


@pytest.mark.parametrize("kind", ["Texture", "Framebuffer", "Buffer", "Program", "VertexArray"])
def test_a_planted_leak_is_found_by_the_drivers_names(gpu: Gpu, kind: str) -> None:
    before = names_alive(gpu.gl)
    texture = gpu.api.texture((2, 2), 4)
    leaks = {"Texture": texture}
    if kind != "Texture":
        leaks[kind] = {
            "Framebuffer": lambda: gpu.api.framebuffer([texture]),
            "Buffer": lambda: gpu.api.buffer(reserve=4),
            "Program": lambda: gpu.api.program(
                vertex_shader=program.FULL_SCREEN, fragment_shader=FRAGMENT
            ),
            "VertexArray": lambda: gpu.api.vertex_array(
                gpu.api.program(vertex_shader=program.FULL_SCREEN, fragment_shader=FRAGMENT), []
            ),
        }[kind]()
    after = names_alive(gpu.gl)
    assert len(after[kind]) == len(before[kind]) + 1
    for leak in leaks.values():
        leak.release()


def test_an_open_scope_is_found_by_the_ledger(gpu: Gpu) -> None:
    gpu.scope("forgotten").buffer(16)
    assert gpu.ledger["forgotten", "buffer"].count == 1


def test_a_renderer_and_a_readback_leave_nothing_behind(gpu: Gpu) -> None:
    before = names_alive(gpu.gl)
    targets = (Target("a", 0.5, persistent=True, wrap="mirror"), Target("b", pixel_format="rgba8"))
    knob = Parameter("knob", "float", 0.5, 0.0, 1.0, "Knob")
    code = """
        vec4 first(vec2 uv) { return texture(a, uv) + knob; }
        vec4 second(vec2 uv) { return texture(a, uv); }
        vec4 scene(vec2 uv) { return texture(b, uv); }
    """
    made = scene(code, (("first", "a", ("a",)), ("second", "b", ("a",))), targets, (knob,))
    renderer, readback = Renderer(gpu, (48, 32)), Readback(gpu, (48, 32))
    for _ in range(3):
        renderer.prepare(made)
        renderer.draw(context())
        readback.push(0, 0.0)
        renderer.resize((20, 20))
        renderer.resize((48, 32))
    readback.close()
    renderer.close()
    assert gpu.ledger == {}
    after = names_alive(gpu.gl)
    assert after == before, [kind for kind in NAME_KINDS if after[kind] != before[kind]]


def test_scopes_close_newest_first(gpu: Gpu) -> None:
    released: list[str] = []
    outer, inner = gpu.scope("outer"), gpu.scope("inner")
    for scope, name in ((outer, "outer 1"), (outer, "outer 2"), (inner, "inner")):
        scope._enter("buffer", 0, lambda name=name: released.append(name))
    gpu.close()
    assert released == ["inner", "outer 2", "outer 1"]


def test_a_foreign_thread_gets_a_clear_error(gpu: Gpu) -> None:
    renderer = Renderer(gpu, (8, 8))
    renderer.prepare(scene("vec4 scene(vec2 uv) { return vec4(1.0); }"))
    seen: list[str] = []

    def use() -> None:
        for call in (lambda: renderer.draw(context()), gpu.close, lambda: gpu.scope("x")):
            with pytest.raises(GraphicsError) as error:
                call()
            seen.append(str(error.value))

    thread = threading.Thread(target=use, name="intruder")
    thread.start()
    thread.join()
    assert len(seen) == 3
    assert all("'intruder'" in line and "\n" not in line for line in seen)
    renderer.draw(context())  # and the owner goes on


def test_use_after_close_is_refused() -> None:
    gpu = Gpu.standalone()
    renderer = Renderer(gpu, (8, 8))
    gpu.close()
    gpu.close()
    with pytest.raises(GraphicsError, match="closed"):
        renderer.prepare(scene("vec4 scene(vec2 uv) { return vec4(1.0); }"))
    with pytest.raises(GraphicsError, match="closed"):
        gpu.scope("late")


def test_two_contexts_take_turns_in_one_thread() -> None:
    red = "vec4 scene(vec2 uv) { return vec4(1.0, 0.0, 0.0, 1.0); }"
    green = "vec4 scene(vec2 uv) { return vec4(0.0, 1.0, 0.0, 1.0); }"
    with Gpu.standalone() as one, Gpu.standalone() as two:
        for _ in range(3):
            assert draw(one, red)[0, 0].tolist() == [255, 0, 0, 255]
            assert draw(two, green)[0, 0].tolist() == [0, 255, 0, 255]


def test_without_a_driver_the_error_is_one_line_with_the_fix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise RuntimeError("eglInitialize failed")

    monkeypatch.setattr(contexts, "_standalone_backends", lambda: [("EGL", broken)])
    with pytest.raises(GraphicsError, match=r"eglInitialize failed.*apt install libegl1") as error:
        Gpu.standalone()
    assert "\n" not in str(error.value)


def test_adopting_without_a_current_context_is_refused() -> None:
    seen: list[GraphicsError] = []

    def adopt() -> None:  # a new thread has no context
        with pytest.raises(GraphicsError, match="no OpenGL context is current") as error:
            Gpu.adopt()
        seen.append(error.value)

    thread = threading.Thread(target=adopt)
    thread.start()
    thread.join()
    assert seen


def test_a_host_goes_on_getting_its_own_moderngl_context(gpu: Gpu) -> None:
    host = moderngl.get_context()
    with Gpu.adopt(borrowed=True) as ours:
        assert moderngl.get_context() is host
        assert ours.api is not host
    assert host.gc_mode is None
    assert np.frombuffer(host.buffer(b"alive").read(), "S5")[0] == b"alive"


def test_several_engines_share_one_borrowed_context(gpu: Gpu) -> None:
    red = "vec4 scene(vec2 uv) { return vec4(1.0, 0.0, 0.0, 1.0); }"
    one, two = Gpu.adopt(borrowed=True), Gpu.adopt(borrowed=True)
    before = names_alive(gpu.gl)
    assert draw(one, red)[0, 0].tolist() == [255, 0, 0, 255]
    one.close()
    assert draw(two, red)[0, 0].tolist() == [255, 0, 0, 255]
    two.close()
    assert names_alive(gpu.gl) == before
    assert draw(gpu, red)[0, 0].tolist() == [255, 0, 0, 255]


def test_software_rasterisers_are_known_for_what_they_are(gpu: Gpu) -> None:
    assert gpu.info.max_size >= 4096
    assert gpu.info.software == ("llvmpipe" in gpu.info.renderer or "soft" in gpu.info.renderer)


RED = "vec4 scene(vec2 uv) { return vec4(1.0, 0.0, 0.0, 1.0); }"


def test_drawing_while_another_context_is_current_is_refused(gpu: Gpu) -> None:
    ours = Gpu.adopt(borrowed=True)
    renderer = Renderer(ours, (48, 32))
    renderer.prepare(scene(RED))
    with Gpu.standalone() as stranger, stranger.using():
        before = names_alive(stranger.gl)
        for call in (lambda: renderer.draw(context()), renderer.close, ours.close):
            with pytest.raises(GraphicsError, match="is not current"):
                call()
        assert names_alive(stranger.gl) == before
    gpu.api.__enter__()
    renderer.draw(context())
    renderer.close()
    ours.close()


def test_a_host_may_destroy_its_context_before_we_close() -> None:
    host = Gpu.standalone()
    ours = Gpu.adopt(borrowed=True)
    renderer = Renderer(ours, (48, 32))
    renderer.prepare(scene(RED))
    host.close()
    with pytest.raises(GraphicsError, match="is not current"):
        renderer.draw(context())
    renderer.close()
    ours.close()
    assert ours.ledger == {}


def test_a_closed_scope_makes_nothing(gpu: Gpu) -> None:
    before = names_alive(gpu.gl)
    scope = gpu.scope("short")
    scope.close()
    with pytest.raises(GraphicsError, match="scope 'short' after it was closed"):
        scope.texture((4, 4), "rgba8")
    assert names_alive(gpu.gl) == before
