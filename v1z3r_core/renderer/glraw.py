"""OpenGL's entry points as the driver exports them, called through ctypes.

moderngl holds the GIL in every call and hides what it binds. Waits, timestamps, copies and
the state of a host's context therefore go through here: ctypes releases the GIL.
"""

import ctypes
import sys
from collections.abc import Callable
from ctypes import POINTER, c_char_p, c_float, c_int, c_int64, c_ubyte, c_uint, c_uint64, c_void_p
from typing import Any

from v1z3r_core.model.errors import GraphicsError

Loader = Callable[[str], int]
"""Address of the entry point of that name, 0 where the driver has none."""

_ENUM = c_uint
_SIZE = ctypes.c_ssize_t
_NAMES = POINTER(c_uint)

_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "glActiveTexture": (None, [_ENUM]),
    "glBindBuffer": (None, [_ENUM, c_uint]),
    "glBindBufferBase": (None, [_ENUM, c_uint, c_uint]),
    "glBindBufferRange": (None, [_ENUM, c_uint, c_uint, _SIZE, _SIZE]),
    "glBindFramebuffer": (None, [_ENUM, c_uint]),
    "glBindSampler": (None, [c_uint, c_uint]),
    "glBindTexture": (None, [_ENUM, c_uint]),
    "glBindVertexArray": (None, [c_uint]),
    "glBlendEquationSeparate": (None, [_ENUM, _ENUM]),
    "glBlendEquationSeparatei": (None, [c_uint, _ENUM, _ENUM]),
    "glBlendFuncSeparate": (None, [_ENUM, _ENUM, _ENUM, _ENUM]),
    "glBlendFuncSeparatei": (None, [c_uint, _ENUM, _ENUM, _ENUM, _ENUM]),
    "glBlitFramebuffer": (None, [c_int] * 8 + [_ENUM, _ENUM]),
    "glBufferData": (None, [_ENUM, _SIZE, c_void_p, _ENUM]),
    "glBufferStorage": (None, [_ENUM, _SIZE, c_void_p, _ENUM]),
    "glClearBufferfv": (None, [_ENUM, c_int, POINTER(c_float)]),
    "glClientWaitSync": (_ENUM, [c_void_p, _ENUM, c_uint64]),
    "glClipControl": (None, [_ENUM, _ENUM]),
    "glColorMaski": (None, [c_uint] + [c_ubyte] * 4),
    "glDeleteBuffers": (None, [c_int, _NAMES]),
    "glDeleteQueries": (None, [c_int, _NAMES]),
    "glDeleteSamplers": (None, [c_int, _NAMES]),
    "glDeleteProgram": (None, [c_uint]),
    "glDeleteShader": (None, [c_uint]),
    "glDeleteSync": (None, [c_void_p]),
    "glDisable": (None, [_ENUM]),
    "glDisablei": (None, [_ENUM, c_uint]),
    "glEnable": (None, [_ENUM]),
    "glEnablei": (None, [_ENUM, c_uint]),
    "glFenceSync": (c_void_p, [_ENUM, _ENUM]),
    "glFinish": (None, []),
    "glGenBuffers": (None, [c_int, _NAMES]),
    "glGenQueries": (None, [c_int, _NAMES]),
    "glGenSamplers": (None, [c_int, _NAMES]),
    "glGetActiveUniformsiv": (None, [c_uint, c_int, _NAMES, _ENUM, POINTER(c_int)]),
    "glGetBooleani_v": (None, [_ENUM, c_uint, POINTER(c_ubyte)]),
    "glGetError": (_ENUM, []),
    "glGetFloati_v": (None, [_ENUM, c_uint, POINTER(c_float)]),
    "glGetInteger64i_v": (None, [_ENUM, c_uint, POINTER(c_int64)]),
    "glGetIntegeri_v": (None, [_ENUM, c_uint, POINTER(c_int)]),
    "glGetIntegerv": (None, [_ENUM, POINTER(c_int)]),
    "glGetQueryObjectiv": (None, [c_uint, _ENUM, POINTER(c_int)]),
    "glGetQueryObjectui64v": (None, [c_uint, _ENUM, POINTER(c_uint64)]),
    "glGetQueryiv": (None, [_ENUM, _ENUM, POINTER(c_int)]),
    "glGetString": (c_char_p, [_ENUM]),
    "glGetUniformIndices": (None, [c_uint, c_int, POINTER(c_char_p), _NAMES]),
    "glIsBuffer": (c_ubyte, [c_uint]),
    "glIsEnabled": (c_ubyte, [_ENUM]),
    "glIsEnabledi": (c_ubyte, [_ENUM, c_uint]),
    "glIsFramebuffer": (c_ubyte, [c_uint]),
    "glIsProgram": (c_ubyte, [c_uint]),
    "glIsQuery": (c_ubyte, [c_uint]),
    "glIsSampler": (c_ubyte, [c_uint]),
    "glIsShader": (c_ubyte, [c_uint]),
    "glIsTexture": (c_ubyte, [c_uint]),
    "glIsVertexArray": (c_ubyte, [c_uint]),
    "glMapBufferRange": (c_void_p, [_ENUM, _SIZE, _SIZE, _ENUM]),
    "glPixelStorei": (None, [_ENUM, c_int]),
    "glPolygonMode": (None, [_ENUM, _ENUM]),
    "glPrimitiveRestartIndex": (None, [c_uint]),
    "glQueryCounter": (None, [c_uint, _ENUM]),
    "glReadPixels": (None, [c_int, c_int, c_int, c_int, _ENUM, _ENUM, c_void_p]),
    "glSamplerParameteri": (None, [c_uint, _ENUM, c_int]),
    "glUnmapBuffer": (c_ubyte, [_ENUM]),
    "glUseProgram": (None, [c_uint]),
    "glViewport": (None, [c_int] * 4),
    "glViewportIndexedf": (None, [c_uint] + [c_float] * 4),
}

# Registry values (Khronos gl.xml) of what this package asks for.
ACTIVE_TEXTURE = 0x84E0
ARRAY_BUFFER = 0x8892
ARRAY_BUFFER_BINDING = 0x8894
BACK = 0x0405
BLEND = 0x0BE2
BLEND_DST_ALPHA = 0x80CA
BLEND_DST_RGB = 0x80C8
BLEND_EQUATION_ALPHA = 0x883D
BLEND_EQUATION_RGB = 0x8009
BLEND_SRC_ALPHA = 0x80CB
BLEND_SRC_RGB = 0x80C9
CLIENT_STORAGE_BIT = 0x0200
CLIP_DEPTH_MODE = 0x935D
CLIP_DISTANCE0 = 0x3000
CLIP_ORIGIN = 0x935C
CLAMP_TO_EDGE = 0x812F
COLOR = 0x1800
COLOR_BUFFER_BIT = 0x4000
COLOR_LOGIC_OP = 0x0BF2
COLOR_WRITEMASK = 0x0C23
CONDITION_SATISFIED = 0x911C
ALREADY_SIGNALED = 0x911A
WAIT_FAILED = 0x911D
CULL_FACE = 0x0B44
CURRENT_PROGRAM = 0x8B8D
DEPTH_TEST = 0x0B71
DITHER = 0x0BD0
DRAW_FRAMEBUFFER = 0x8CA9
DRAW_FRAMEBUFFER_BINDING = 0x8CA6
FILL = 0x1B02
FRAMEBUFFER_SRGB = 0x8DB9
FRONT_AND_BACK = 0x0408
FUNC_ADD = 0x8006
LINEAR = 0x2601
LOWER_LEFT = 0x8CA1
MAP_COHERENT_BIT = 0x0080
MAP_PERSISTENT_BIT = 0x0040
MAP_READ_BIT = 0x0001
MAX_DRAW_BUFFERS = 0x8824
MAX_TEXTURE_SIZE = 0x0D33
MIRRORED_REPEAT = 0x8370
NEAREST = 0x2600
NEGATIVE_ONE_TO_ONE = 0x935E
ONE = 1
ONE_MINUS_SRC_ALPHA = 0x0303
PACK_ALIGNMENT = 0x0D05
PACK_ROW_LENGTH = 0x0D02
PACK_SKIP_PIXELS = 0x0D04
PACK_SKIP_ROWS = 0x0D03
PACK_SWAP_BYTES = 0x0D00
PIXEL_PACK_BUFFER = 0x88EB
PIXEL_PACK_BUFFER_BINDING = 0x88ED
PIXEL_UNPACK_BUFFER = 0x88EC
PIXEL_UNPACK_BUFFER_BINDING = 0x88EF
POLYGON_MODE = 0x0B40
PRIMITIVE_RESTART = 0x8F9D
PRIMITIVE_RESTART_INDEX = 0x8F9E
QUERY_COUNTER_BITS = 0x8864
QUERY_RESULT = 0x8866
QUERY_RESULT_AVAILABLE = 0x8867
RASTERIZER_DISCARD = 0x8C89
READ_FRAMEBUFFER = 0x8CA8
READ_FRAMEBUFFER_BINDING = 0x8CAA
RENDERER = 0x1F01
REPEAT = 0x2901
RGBA = 0x1908
SAMPLER_BINDING = 0x8919
SAMPLE_ALPHA_TO_COVERAGE = 0x809E
SAMPLE_ALPHA_TO_ONE = 0x809F
SAMPLE_COVERAGE = 0x80A0
SAMPLE_MASK = 0x8E51
SCISSOR_BOX = 0x0C10
SCISSOR_TEST = 0x0C11
STENCIL_TEST = 0x0B90
STREAM_READ = 0x88E1
SYNC_FLUSH_COMMANDS_BIT = 0x0001
SYNC_GPU_COMMANDS_COMPLETE = 0x9117
TEXTURE0 = 0x84C0
TEXTURE_2D = 0x0DE1
TEXTURE_BINDING_2D = 0x8069
TEXTURE_CUBE_MAP_SEAMLESS = 0x884F
TEXTURE_MAG_FILTER = 0x2800
TEXTURE_MIN_FILTER = 0x2801
TEXTURE_WRAP_S = 0x2802
TEXTURE_WRAP_T = 0x2803
TIMESTAMP = 0x8E28
UNIFORM_BUFFER = 0x8A11
UNIFORM_BUFFER_BINDING = 0x8A28
UNIFORM_BUFFER_SIZE = 0x8A2A
UNIFORM_BUFFER_START = 0x8A29
UNIFORM_OFFSET = 0x8A3B
UNPACK_ALIGNMENT = 0x0CF5
UNPACK_ROW_LENGTH = 0x0CF2
UNPACK_SKIP_PIXELS = 0x0CF4
UNPACK_SKIP_ROWS = 0x0CF3
UNPACK_SWAP_BYTES = 0x0CF0
UNSIGNED_BYTE = 0x1401
VENDOR = 0x1F00
VERSION = 0x1F02
VERTEX_ARRAY_BINDING = 0x85B5
VIEWPORT = 0x0BA2


class RawGl:
    """The entry points of one driver, by their GL names.

    Those in `_SIGNATURES` that the driver lacks raise GraphicsError when touched; ask `has`
    before using one that came after 3.3.
    """

    def __init__(self, load: Loader) -> None:
        convention: Any = ctypes.CFUNCTYPE
        if sys.platform == "win32":
            convention = ctypes.WINFUNCTYPE
        self._values = (c_int * 4)()
        for name, (result, arguments) in _SIGNATURES.items():
            address = load(name)
            if address:
                setattr(self, name, convention(result, *arguments)(address))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise GraphicsError(f"this OpenGL driver has no {name}")

    def has(self, name: str) -> bool:
        """Whether the driver exports that entry point."""
        return name in self.__dict__

    def integer(self, name: int) -> int:
        """`glGetIntegerv` of one value."""
        self.glGetIntegerv(name, self._values)
        return self._values[0]

    def integers(self, name: int, count: int) -> tuple[int, ...]:
        """`glGetIntegerv` of up to four values."""
        self.glGetIntegerv(name, self._values)
        return tuple(self._values[:count])

    def integer_at(self, name: int, index: int) -> int:
        """`glGetIntegeri_v` of one value."""
        self.glGetIntegeri_v(name, index, self._values)
        return self._values[0]

    def string(self, name: int) -> str:
        """`glGetString`, empty where the driver says nothing."""
        value = self.glGetString(name)
        return value.decode("utf-8", "replace") if value else ""

    def generate(self, kind: str) -> int:
        """One new name from `glGen<kind>`."""
        name = c_uint()
        getattr(self, f"glGen{kind}")(1, ctypes.byref(name))
        return name.value

    def delete(self, kind: str, name: int) -> None:
        """Give one name back to `glDelete<kind>`."""
        getattr(self, f"glDelete{kind}")(1, ctypes.byref(c_uint(name)))
