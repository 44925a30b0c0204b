"""A host's GL state before and after us, read by a list of its own, not by the code under test."""

import ctypes
from collections.abc import Callable, Iterator
from ctypes import c_float, c_int

import moderngl
import numpy as np
import pytest
from pictures import SIZE, context, framebuffer_pixels, pixels, scene

from v1z3r_core.model.font import FontAtlas
from v1z3r_core.model.overlay import Overlay, Panel
from v1z3r_core.model.scene import Parameter, Target
from v1z3r_core.renderer import glraw
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.readback import Readback
from v1z3r_core.renderer.renderer import Renderer
from v1z3r_core.renderer.scope import Scope

# Registry values, on purpose not taken from the code under test.
SWITCHES = {
    "BLEND": 0x0BE2,
    "CLIP_DISTANCE0": 0x3000,
    "CLIP_DISTANCE7": 0x3007,
    "COLOR_LOGIC_OP": 0x0BF2,
    "CULL_FACE": 0x0B44,
    "DEPTH_CLAMP": 0x864F,
    "DEPTH_TEST": 0x0B71,
    "DITHER": 0x0BD0,
    "FRAMEBUFFER_SRGB": 0x8DB9,
    "LINE_SMOOTH": 0x0B20,
    "MULTISAMPLE": 0x809D,
    "POLYGON_OFFSET_FILL": 0x8037,
    "POLYGON_SMOOTH": 0x0B41,
    "PRIMITIVE_RESTART": 0x8F9D,
    "PROGRAM_POINT_SIZE": 0x8642,
    "RASTERIZER_DISCARD": 0x8C89,
    "SAMPLE_ALPHA_TO_COVERAGE": 0x809E,
    "SAMPLE_ALPHA_TO_ONE": 0x809F,
    "SAMPLE_COVERAGE": 0x80A0,
    "SAMPLE_MASK": 0x8E51,
    "SCISSOR_TEST": 0x0C11,
    "STENCIL_TEST": 0x0B90,
    "TEXTURE_CUBE_MAP_SEAMLESS": 0x884F,
}
INTEGERS = {
    "ACTIVE_TEXTURE": (0x84E0, 1),
    "ARRAY_BUFFER_BINDING": (0x8894, 1),
    "BLEND_DST_ALPHA": (0x80CA, 1),
    "BLEND_DST_RGB": (0x80C8, 1),
    "BLEND_EQUATION_ALPHA": (0x883D, 1),
    "BLEND_EQUATION_RGB": (0x8009, 1),
    "BLEND_SRC_ALPHA": (0x80CB, 1),
    "BLEND_SRC_RGB": (0x80C9, 1),
    "CLIP_DEPTH_MODE": (0x935D, 1),
    "CLIP_ORIGIN": (0x935C, 1),
    "COLOR_WRITEMASK": (0x0C23, 4),
    "CULL_FACE_MODE": (0x0B45, 1),
    "CURRENT_PROGRAM": (0x8B8D, 1),
    "DEPTH_FUNC": (0x0B74, 1),
    "DEPTH_WRITEMASK": (0x0B72, 1),
    "DRAW_FRAMEBUFFER_BINDING": (0x8CA6, 1),
    "FRONT_FACE": (0x0B46, 1),
    "LOGIC_OP_MODE": (0x0BF0, 1),
    "PACK_ALIGNMENT": (0x0D05, 1),
    "PACK_ROW_LENGTH": (0x0D02, 1),
    "PACK_SKIP_PIXELS": (0x0D04, 1),
    "PACK_SKIP_ROWS": (0x0D03, 1),
    "PACK_SWAP_BYTES": (0x0D00, 1),
    "PIXEL_PACK_BUFFER_BINDING": (0x88ED, 1),
    "PIXEL_UNPACK_BUFFER_BINDING": (0x88EF, 1),
    "POLYGON_MODE": (0x0B40, 2),
    "PRIMITIVE_RESTART_INDEX": (0x8F9E, 1),
    "PROVOKING_VERTEX": (0x8E4F, 1),
    "READ_FRAMEBUFFER_BINDING": (0x8CAA, 1),
    "RENDERBUFFER_BINDING": (0x8CA7, 1),
    "SCISSOR_BOX": (0x0C10, 4),
    "STENCIL_FUNC": (0x0B92, 1),
    "STENCIL_WRITEMASK": (0x0B98, 1),
    "TRANSFORM_FEEDBACK_BUFFER_BINDING": (0x8C8F, 1),
    "UNIFORM_BUFFER_BINDING": (0x8A28, 1),
    "UNPACK_ALIGNMENT": (0x0CF5, 1),
    "UNPACK_ROW_LENGTH": (0x0CF2, 1),
    "UNPACK_SKIP_PIXELS": (0x0CF4, 1),
    "UNPACK_SKIP_ROWS": (0x0CF3, 1),
    "UNPACK_SWAP_BYTES": (0x0CF0, 1),
    "VERTEX_ARRAY_BINDING": (0x85B5, 1),
    "VIEWPORT": (0x0BA2, 4),
}
FLOATS = {
    "BLEND_COLOR": (0x8005, 4),
    "COLOR_CLEAR_VALUE": (0x0C22, 4),
    "DEPTH_RANGE": (0x0B70, 2),
    "LINE_WIDTH": (0x0B21, 1),
    "POINT_SIZE": (0x0B11, 1),
}
TEXTURES = {"TEXTURE_BINDING_2D": 0x8069, "TEXTURE_BINDING_3D": 0x806A, "SAMPLER_BINDING": 0x8919}


def state_of(load: Callable[[str], int]) -> dict[str, object]:
    """Everything above, plus units, indexed viewports, blend functions and block bindings."""

    def entry(name: str, *arguments: object, result: object = None) -> Callable[..., int]:
        return ctypes.CFUNCTYPE(result, *arguments)(load(name))  # type: ignore[arg-type]

    is_enabled = entry("glIsEnabled", ctypes.c_uint, result=ctypes.c_ubyte)
    is_enabled_at = entry("glIsEnabledi", *[ctypes.c_uint] * 2, result=ctypes.c_ubyte)
    get = entry("glGetIntegerv", ctypes.c_uint, ctypes.c_void_p)
    get_at = entry("glGetIntegeri_v", *[ctypes.c_uint] * 2, ctypes.c_void_p)
    get64_at = entry("glGetInteger64i_v", *[ctypes.c_uint] * 2, ctypes.c_void_p)
    get_float = entry("glGetFloatv", ctypes.c_uint, ctypes.c_void_p)
    get_float_at = entry("glGetFloati_v", *[ctypes.c_uint] * 2, ctypes.c_void_p)
    active = entry("glActiveTexture", ctypes.c_uint)
    ints, longs, floats = (c_int * 4)(), (ctypes.c_int64 * 4)(), (c_float * 4)()
    state: dict[str, object] = {name: is_enabled(value) for name, value in SWITCHES.items()}
    for name, (value, count) in INTEGERS.items():
        get(value, ints)
        state[name] = tuple(ints[:count])
    for name, (value, count) in FLOATS.items():
        get_float(value, floats)
        state[name] = tuple(floats[:count])
    for unit in range(24):
        active(0x84C0 + unit)
        for name, value in TEXTURES.items():
            get(value, ints)
            state[f"{name} {unit}"] = ints[0]
    active(state["ACTIVE_TEXTURE"][0])  # type: ignore[index]
    for index in range(4):
        state[f"BLEND {index}"] = is_enabled_at(0x0BE2, index)
        state[f"SCISSOR_TEST {index}"] = is_enabled_at(0x0C11, index)
        get_float_at(0x0BA2, index, floats)
        state[f"VIEWPORT {index}"] = tuple(floats)
        get_at(0x0C10, index, ints)
        state[f"SCISSOR_BOX {index}"] = tuple(ints)
        get_at(0x0C23, index, ints)
        state[f"COLOR_WRITEMASK {index}"] = tuple(ints)
        for name in ("BLEND_SRC_RGB", "BLEND_DST_ALPHA", "BLEND_EQUATION_RGB"):
            get_at(INTEGERS[name][0], index, ints)
            state[f"{name} {index}"] = ints[0]
        get_at(0x8A28, index, ints)
        get64_at(0x8A29, index, longs)
        state[f"UNIFORM_BUFFER {index}"] = (ints[0], longs[0])
    return state


class Host:
    """A program that draws with GL in a way nobody would, and keeps its own framebuffer."""

    def __init__(self, gpu: Gpu) -> None:
        self.gpu = gpu
        self.load = gpu._opened.load
        self.scope: Scope = gpu.scope("host")
        self.texture = self.scope.texture(SIZE, "rgba8")
        self.framebuffer = self.scope.framebuffer(self.texture)
        self.buffer = self.scope.buffer(4096)
        self.sampler = self.scope.sampler("nearest", "repeat")
        self.program = self.scope.program(
            "#version 330\nin vec2 at;\nvoid main() { gl_Position = vec4(at, 0.0, 1.0); }",
            "#version 330\nout vec4 c;\nvoid main() { c = vec4(1.0); }",
        )
        self.vertex_array = self.scope.vertex_array(self.program, [(self.buffer, "2f", "at")])

    def call(self, name: str, *arguments: int | float) -> None:
        types = [c_float if isinstance(value, float) else c_int for value in arguments]
        ctypes.CFUNCTYPE(None, *types)(self.load(name))(*arguments)

    def misbehave(self) -> None:
        """Set everything to something that would spoil or clip a picture."""
        call = self.call
        for switch in SWITCHES.values():
            call("glEnable", switch)
        call("glViewportIndexedf", 0, 3.0, 5.0, 7.0, 2.0)
        call("glViewportIndexedf", 2, 1.0, 2.0, 3.0, 4.0)
        call("glScissorIndexed", 0, 1, 1, 2, 2)
        call("glDisablei", SWITCHES["SCISSOR_TEST"], 3)
        call("glBlendFuncSeparate", 0, 1, 0x0306, 0x0307)
        call("glBlendFuncSeparatei", 1, 1, 1, 1, 1)
        call("glBlendEquationSeparate", 0x800B, 0x8007)
        call("glColorMaski", 0, 0, 1, 0, 0)
        call("glPolygonMode", 0x0408, 0x1B01)
        call("glLogicOp", 0x150A)
        call("glClipControl", 0x8CA2, 0x935F)
        call("glDepthFunc", 0x0200)
        call("glPrimitiveRestartIndex", 2)
        call("glClearColor", 0.1, 0.2, 0.3, 0.4)
        for store, value in ((0x0D05, 8), (0x0D02, 13), (0x0D04, 3), (0x0D03, 2), (0x0D00, 1)):
            call("glPixelStorei", store, value)
        for store, value in ((0x0CF5, 8), (0x0CF2, 11), (0x0CF4, 5), (0x0CF3, 4), (0x0CF0, 1)):
            call("glPixelStorei", store, value)
        for unit in range(18):
            call("glActiveTexture", 0x84C0 + unit)
            call("glBindTexture", 0x0DE1, self.texture.glo)
            call("glBindSampler", unit, self.sampler)
        call("glActiveTexture", 0x84C0 + 5)
        call("glBindBuffer", 0x8892, self.buffer.glo)
        call("glBindBuffer", 0x88EC, self.buffer.glo)
        call("glBindBuffer", 0x88EB, self.buffer.glo)
        call("glBindBufferBase", 0x8A11, 0, self.buffer.glo)
        bind = ctypes.CFUNCTYPE(None, *[ctypes.c_uint] * 3, *[ctypes.c_ssize_t] * 2)
        bind(self.load("glBindBufferRange"))(0x8A11, 1, self.buffer.glo, 256, 512)
        call("glUseProgram", self.program.glo)
        call("glBindVertexArray", self.vertex_array.glo)
        call("glBindFramebuffer", 0x8D40, self.framebuffer.glo)

    def state(self) -> dict[str, object]:
        return state_of(self.load)


@pytest.fixture
def host() -> Iterator[Host]:
    with Gpu.standalone() as gpu:
        host = Host(gpu)
        host.misbehave()
        assert gpu.gl.glGetError() == 0
        yield host
        assert gpu.gl.glGetError() == 0


def font(px: int) -> FontAtlas:
    sheet = np.full((px * 2, px), 255, np.uint8)
    return FontAtlas(px, (px, px * 2), 1, sheet, {"A": 0}, 0)


FEEDBACK = """
vec4 remember(vec2 uv) { return 0.5 * texture(trail, uv) + vec4(uv, knob, 1.0) * 0.5; }
vec4 scene(vec2 uv) { return texture(trail, uv); }
"""
SCENE = scene(
    FEEDBACK,
    (("remember", "trail", ("trail",)),),
    (Target("trail", persistent=True),),
    (Parameter("knob", "float", 0.5, 0.0, 1.0, "Knob"),),
)


def _differences(before: dict[str, object], after: dict[str, object]) -> list[str]:
    return [
        f"{name}: {before[name]} -> {after[name]}" for name in before if before[name] != after[name]
    ]


def test_every_entry_point_leaves_the_hosts_state_as_it_was(host: Host) -> None:
    before = host.state()

    def unchanged(what: str) -> None:
        assert _differences(before, host.state()) == [], what

    gpu = Gpu.adopt(borrowed=True)
    unchanged("adopt")
    renderer = Renderer(gpu, SIZE, font=font)
    unchanged("renderer")
    renderer.prepare(SCENE)
    unchanged("prepare")
    overlay = Overlay((Panel(("AA", "A"), "center", 0.9),))
    for index in range(3):
        renderer.draw(context(index), host.framebuffer.glo, overlay)
        unchanged(f"draw {index}")
    with pytest.raises(Exception, match="undeclared"):
        renderer.prepare(scene("vec4 scene(vec2 uv) { return foo; }"))
    unchanged("a broken prepare")
    ring = Readback(gpu, SIZE)
    unchanged("readback")
    ring.push(0, 0.0)
    unchanged("push")
    for _ in ring.ready(wait=True):
        unchanged("a frame")
    for _ in ring.drain():
        unchanged("drain")
    renderer.resize((30, 20))
    unchanged("resize")
    renderer.gpu_seconds()
    unchanged("timer")
    ring.close()
    unchanged("readback close")
    renderer.close()
    unchanged("renderer close")
    gpu.close()
    unchanged("close")


def test_the_comparison_finds_a_draw_that_does_not_restore(host: Host) -> None:
    before = host.state()
    with Gpu.adopt(borrowed=False) as gpu:
        renderer = Renderer(gpu, SIZE)
        renderer.prepare(SCENE)
        renderer.draw(context(), host.framebuffer.glo)
        renderer.close()
    changed = _differences(before, host.state())
    for name in ("CULL_FACE", "VIEWPORT", "CURRENT_PROGRAM", "UNPACK_ROW_LENGTH", "CLIP_ORIGIN"):
        assert any(line.startswith(name) for line in changed), name


def test_a_hosts_state_does_not_show_in_the_picture(host: Host) -> None:
    with Gpu.standalone() as clean:
        renderer = Renderer(clean, SIZE)
        renderer.prepare(SCENE)
        for index in range(3):
            renderer.draw(context(index))
        expected = pixels(clean, renderer.picture)
        renderer.close()
    host.gpu._make_current()
    with Gpu.adopt(borrowed=True) as gpu:
        renderer, ring = Renderer(gpu, SIZE), Readback(gpu, SIZE)
        renderer.prepare(SCENE)
        for index in range(3):
            renderer.draw(context(index), host.framebuffer.glo)
        assert expected.std() > 20
        assert (pixels(gpu, renderer.picture) == expected).all()
        assert (framebuffer_pixels(gpu, host.framebuffer.glo, SIZE) == expected).all()
        ring.push(2, 0.0)
        for frame in ring.drain():
            assert (frame.pixels == expected).all()
        ring.close()
        renderer.close()


def test_state_is_restored_when_a_draw_raises(host: Host) -> None:
    before = host.state()
    with Gpu.adopt(borrowed=True) as gpu:
        renderer = Renderer(gpu, SIZE)  # no font
        renderer.prepare(SCENE)
        with pytest.raises(Exception, match="needs a font"):
            renderer.draw(context(), host.framebuffer.glo, Overlay((Panel(("A",)),)))
        assert _differences(before, host.state()) == []
        renderer.close()


def test_a_multisampled_host_framebuffer_gets_the_picture(host: Host) -> None:
    api: moderngl.Context = host.gpu.api
    samples = api.renderbuffer(SIZE, 4, samples=4)
    multisampled, plain = api.framebuffer([samples]), host.framebuffer
    with Gpu.adopt(borrowed=True) as gpu:
        renderer = Renderer(gpu, SIZE)
        renderer.prepare(SCENE)
        renderer.draw(context(), multisampled.glo)
        with gpu.using():
            gpu.gl.glBindFramebuffer(glraw.READ_FRAMEBUFFER, multisampled.glo)
            gpu.gl.glBindFramebuffer(glraw.DRAW_FRAMEBUFFER, plain.glo)
            box = (0, 0, *SIZE)
            gpu.gl.glBlitFramebuffer(*box, *box, glraw.COLOR_BUFFER_BIT, glraw.NEAREST)
        shown = framebuffer_pixels(gpu, plain.glo, SIZE)
        assert (shown == pixels(gpu, renderer.picture)).all()
        renderer.close()
    multisampled.release()
    samples.release()
