"""The GL state of a context that somebody else lent us: read, made harmless, put back.

A draw reads about seventy values and writes them back; measured on llvmpipe that is some 70 µs
of a draw's 110, which is why contexts of our own do without. Where OpenGL keeps one value per draw
buffer or viewport, only number 0 is ever touched, so the others need no keeping.
"""

from collections.abc import Callable
from ctypes import c_float, c_int64, c_ubyte

from v1z3r_core.renderer import glraw
from v1z3r_core.renderer.glraw import RawGl

UNITS = 16  # texture units that a 3.3 fragment shader is sure to have, all of ours among them
SCRATCH_UNIT = UNITS - 1  # where uploads bind; the passes' inputs end below it
BLOCK_BINDINGS = 2  # uniform block bindings the renderer uses

Restore = Callable[[], None]

# What would spoil a full-screen draw if a host left it on; PRIMITIVE_RESTART and the seamless
# cube maps are switched on by moderngl when it first sees a context.
_SWITCHES = (
    glraw.CULL_FACE,
    glraw.COLOR_LOGIC_OP,
    glraw.DEPTH_TEST,
    glraw.DITHER,
    glraw.FRAMEBUFFER_SRGB,
    glraw.RASTERIZER_DISCARD,
    glraw.SAMPLE_ALPHA_TO_COVERAGE,
    glraw.SAMPLE_ALPHA_TO_ONE,
    glraw.SAMPLE_COVERAGE,
    glraw.SAMPLE_MASK,
    glraw.STENCIL_TEST,
    *range(glraw.CLIP_DISTANCE0, glraw.CLIP_DISTANCE0 + 8),
)
_KEPT_SWITCHES = (*_SWITCHES, glraw.PRIMITIVE_RESTART, glraw.TEXTURE_CUBE_MAP_SEAMLESS)
_PIXEL_STORE = {
    glraw.PACK_ALIGNMENT: 1,
    glraw.PACK_ROW_LENGTH: 0,
    glraw.PACK_SKIP_PIXELS: 0,
    glraw.PACK_SKIP_ROWS: 0,
    glraw.PACK_SWAP_BYTES: 0,
    glraw.UNPACK_ALIGNMENT: 1,
    glraw.UNPACK_ROW_LENGTH: 0,
    glraw.UNPACK_SKIP_PIXELS: 0,
    glraw.UNPACK_SKIP_ROWS: 0,
    glraw.UNPACK_SWAP_BYTES: 0,
}
_BLEND_FACTORS = (
    glraw.BLEND_SRC_RGB,
    glraw.BLEND_DST_RGB,
    glraw.BLEND_SRC_ALPHA,
    glraw.BLEND_DST_ALPHA,
)
_BLEND_EQUATIONS = (glraw.BLEND_EQUATION_RGB, glraw.BLEND_EQUATION_ALPHA)
_PIXEL_BUFFERS = (
    (glraw.PIXEL_PACK_BUFFER, glraw.PIXEL_PACK_BUFFER_BINDING),
    (glraw.PIXEL_UNPACK_BUFFER, glraw.PIXEL_UNPACK_BUFFER_BINDING),
)


def neutralise(gl: RawGl) -> None:
    """Set everything our draws rely on, whatever was there before."""
    for switch in _SWITCHES:
        gl.glDisable(switch)
    gl.glDisablei(glraw.BLEND, 0)
    _switch_scissor(gl, on=False)
    gl.glColorMaski(0, 1, 1, 1, 1)
    gl.glPolygonMode(glraw.FRONT_AND_BACK, glraw.FILL)
    for name, value in _PIXEL_STORE.items():
        gl.glPixelStorei(name, value)
    for target, _ in _PIXEL_BUFFERS:
        gl.glBindBuffer(target, 0)
    if gl.has("glClipControl"):
        gl.glClipControl(glraw.LOWER_LEFT, glraw.NEGATIVE_ONE_TO_ONE)


def save(gl: RawGl, units: int = UNITS - 1, draw_buffers: int = 1) -> Restore:
    """Read all state that a draw or a compile may change; calling the result puts it back.

    Parameters
    ----------
    gl : RawGl
    units : int
        Texture units in use, counted from 0; `SCRATCH_UNIT` is always kept.
    draw_buffers : int
        Of how many the blending is kept. Our draws change it for number 0 only, but moderngl
        sets the function of all of them when it first sees a context.
    """
    steps = [
        _save_switches(gl),
        *(_save_blending(gl, buffer) for buffer in range(draw_buffers)),
        _save_viewport(gl),
        _save_raster(gl),
        _save_pixel_store(gl),
        _save_textures(gl, (*range(units), SCRATCH_UNIT)),
        _save_blocks(gl),
        _save_bindings(gl),
    ]

    def restore() -> None:
        for step in steps:
            step()

    return restore


def save_everything(gl: RawGl) -> Restore:
    """As `save`, for the moment when nothing is known: every unit and draw buffer."""
    return save(gl, draw_buffers=gl.integer(glraw.MAX_DRAW_BUFFERS))


def _save_switches(gl: RawGl) -> Restore:
    states = [(switch, gl.glIsEnabled(switch)) for switch in _KEPT_SWITCHES]
    restart_index = gl.integer(glraw.PRIMITIVE_RESTART_INDEX)
    scissor = _scissor_enabled(gl)

    def restore() -> None:
        for switch, on in states:
            (gl.glEnable if on else gl.glDisable)(switch)
        gl.glPrimitiveRestartIndex(restart_index & 0xFFFFFFFF)
        _switch_scissor(gl, on=scissor)

    return restore


def _scissor_enabled(gl: RawGl) -> bool:
    if gl.has("glViewportIndexedf"):
        return bool(gl.glIsEnabledi(glraw.SCISSOR_TEST, 0))
    return bool(gl.glIsEnabled(glraw.SCISSOR_TEST))


def _switch_scissor(gl: RawGl, *, on: bool) -> None:
    if gl.has("glViewportIndexedf"):
        (gl.glEnablei if on else gl.glDisablei)(glraw.SCISSOR_TEST, 0)
    else:
        (gl.glEnable if on else gl.glDisable)(glraw.SCISSOR_TEST)


def _save_blending(gl: RawGl, buffer: int) -> Restore:
    on = gl.glIsEnabledi(glraw.BLEND, buffer)
    indexed = gl.has("glBlendFuncSeparatei")
    if indexed:
        factors = [gl.integer_at(name, buffer) for name in _BLEND_FACTORS]
        modes = [gl.integer_at(name, buffer) for name in _BLEND_EQUATIONS]
    else:
        factors = [gl.integer(name) for name in _BLEND_FACTORS]
        modes = [gl.integer(name) for name in _BLEND_EQUATIONS]

    def restore() -> None:
        (gl.glEnablei if on else gl.glDisablei)(glraw.BLEND, buffer)
        if indexed:
            gl.glBlendFuncSeparatei(buffer, *factors)
            gl.glBlendEquationSeparatei(buffer, *modes)
        else:
            gl.glBlendFuncSeparate(*factors)
            gl.glBlendEquationSeparate(*modes)

    return restore


def blend_over(gl: RawGl) -> None:
    """Premultiplied source over destination, in draw buffer 0."""
    gl.glEnablei(glraw.BLEND, 0)
    factors = (glraw.ONE, glraw.ONE_MINUS_SRC_ALPHA) * 2
    if gl.has("glBlendFuncSeparatei"):
        gl.glBlendFuncSeparatei(0, *factors)
        gl.glBlendEquationSeparatei(0, glraw.FUNC_ADD, glraw.FUNC_ADD)
    else:
        gl.glBlendFuncSeparate(*factors)
        gl.glBlendEquationSeparate(glraw.FUNC_ADD, glraw.FUNC_ADD)


def set_viewport(gl: RawGl, width: int, height: int) -> None:
    """Draw to all of a framebuffer of that size; leaves the viewports above 0 alone."""
    if gl.has("glViewportIndexedf"):
        gl.glViewportIndexedf(0, 0.0, 0.0, float(width), float(height))
    else:
        gl.glViewport(0, 0, width, height)


def _save_viewport(gl: RawGl) -> Restore:
    if gl.has("glViewportIndexedf"):
        corners = (c_float * 4)()
        gl.glGetFloati_v(glraw.VIEWPORT, 0, corners)
        return lambda: gl.glViewportIndexedf(0, *corners)
    viewport = gl.integers(glraw.VIEWPORT, 4)
    return lambda: gl.glViewport(*viewport)


def _save_raster(gl: RawGl) -> Restore:
    mask = (c_ubyte * 4)()
    gl.glGetBooleani_v(glraw.COLOR_WRITEMASK, 0, mask)
    front, back = gl.integers(glraw.POLYGON_MODE, 2)
    clip = gl.has("glClipControl")
    if clip:
        origin, depth = gl.integer(glraw.CLIP_ORIGIN), gl.integer(glraw.CLIP_DEPTH_MODE)

    def restore() -> None:
        gl.glColorMaski(0, *mask)
        gl.glPolygonMode(glraw.FRONT_AND_BACK, front)
        if back != front:  # only a compatibility profile keeps one per face
            gl.glPolygonMode(glraw.BACK, back)
        if clip:
            gl.glClipControl(origin, depth)

    return restore


def _save_pixel_store(gl: RawGl) -> Restore:
    values = [(name, gl.integer(name)) for name in _PIXEL_STORE]
    buffers = [(target, gl.integer(binding)) for target, binding in _PIXEL_BUFFERS]

    def restore() -> None:
        for name, value in values:
            gl.glPixelStorei(name, value)
        for target, buffer in buffers:
            gl.glBindBuffer(target, buffer)

    return restore


def _save_textures(gl: RawGl, units: tuple[int, ...]) -> Restore:
    active = gl.integer(glraw.ACTIVE_TEXTURE)
    bound = []
    for unit in units:
        gl.glActiveTexture(glraw.TEXTURE0 + unit)
        texture = gl.integer(glraw.TEXTURE_BINDING_2D)
        bound.append((unit, texture, gl.integer(glraw.SAMPLER_BINDING)))

    def restore() -> None:
        for unit, texture, sampler in bound:
            gl.glActiveTexture(glraw.TEXTURE0 + unit)
            gl.glBindTexture(glraw.TEXTURE_2D, texture)
            gl.glBindSampler(unit, sampler)
        gl.glActiveTexture(active)

    return restore


def _save_blocks(gl: RawGl) -> Restore:
    generic = gl.integer(glraw.UNIFORM_BUFFER_BINDING)
    start, size = c_int64(), c_int64()
    blocks = []
    for index in range(BLOCK_BINDINGS):
        gl.glGetInteger64i_v(glraw.UNIFORM_BUFFER_START, index, start)
        gl.glGetInteger64i_v(glraw.UNIFORM_BUFFER_SIZE, index, size)
        name = gl.integer_at(glraw.UNIFORM_BUFFER_BINDING, index)
        blocks.append((index, name, start.value, size.value))

    def restore() -> None:
        for index, name, offset, length in blocks:
            if length:
                gl.glBindBufferRange(glraw.UNIFORM_BUFFER, index, name, offset, length)
            else:  # bound whole, or nothing bound
                gl.glBindBufferBase(glraw.UNIFORM_BUFFER, index, name)
        gl.glBindBuffer(glraw.UNIFORM_BUFFER, generic)

    return restore


def _save_bindings(gl: RawGl) -> Restore:
    program = gl.integer(glraw.CURRENT_PROGRAM)
    vertex_array = gl.integer(glraw.VERTEX_ARRAY_BINDING)
    vertices = gl.integer(glraw.ARRAY_BUFFER_BINDING)
    draw = gl.integer(glraw.DRAW_FRAMEBUFFER_BINDING)
    read = gl.integer(glraw.READ_FRAMEBUFFER_BINDING)

    def restore() -> None:
        gl.glUseProgram(program)
        gl.glBindVertexArray(vertex_array)
        gl.glBindBuffer(glraw.ARRAY_BUFFER, vertices)
        gl.glBindFramebuffer(glraw.DRAW_FRAMEBUFFER, draw)
        gl.glBindFramebuffer(glraw.READ_FRAMEBUFFER, read)

    return restore
