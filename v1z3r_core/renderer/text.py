"""Panels of text over a picture."""

import moderngl

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.font import FontAtlas, FontSource
from v1z3r_core.model.overlay import Overlay
from v1z3r_core.renderer import glraw, hoststate
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.scope import Scope
from v1z3r_core.renderer.textlayout import QUAD_FLOATS, quads, text_px

_UNIT = 1
_VERTEX = """#version 330 core
uniform vec2 size;
in vec4 rect;
in vec4 style;
out vec2 inside;
flat out vec2 extent;
flat out vec4 look;
void main() {
    extent = rect.zw - rect.xy;
    inside = extent * vec2(gl_VertexID & 1, gl_VertexID >> 1);
    look = style;
    vec2 place = (rect.xy + inside) / size * 2.0 - 1.0;
    gl_Position = vec4(place.x, -place.y, 0.0, 1.0);
}
"""
# Over a white picture the text still stands out 9:1 from its panel; WCAG's AAA asks for 7:1.
_FRAGMENT = """#version 330 core
uniform sampler2D atlas;
in vec2 inside;
flat in vec2 extent;
flat in vec4 look;
out vec4 color;
void main() {
    if (look.w < 0.0) {
        float cover = texelFetch(atlas, ivec2(look.xy) + ivec2(inside), 0).r * look.z;
        color = vec4(vec3(0.96), 1.0) * cover;
    } else {
        vec2 corner = abs(inside - 0.5 * extent) - 0.5 * extent + look.w;
        float outside = length(max(corner, 0.0)) - look.w;
        float cover = clamp(0.5 - outside, 0.0, 1.0) * look.z * 0.78;
        color = vec4(vec3(0.03, 0.035, 0.05), 1.0) * cover;
    }
}
"""


class TextPass:
    """Draws overlays; makes nothing before the first one, so that no start waits for a font.

    Parameters
    ----------
    gpu : Gpu
    font : FontSource or None
        Asked once per size.
    """

    def __init__(self, gpu: Gpu, font: FontSource | None) -> None:
        gpu.claim_units(_UNIT + 1)
        self._gpu = gpu
        self._font = font
        self._program: tuple[Scope, moderngl.Program] | None = None
        self._sheet: tuple[Scope, FontAtlas, moderngl.Texture] | None = None
        self._quads: tuple[Scope, moderngl.Buffer, moderngl.VertexArray] | None = None
        self._shown: tuple[Overlay, tuple[int, int]] | None = None
        self._count = 0

    def draw(self, overlay: Overlay, size: tuple[int, int]) -> None:
        """Draw into the bound framebuffer, whose viewport is its whole size.

        Raises
        ------
        GraphicsError
            If the renderer was made without a font.
        """
        program = self._ready_program()
        texture = self._load(program, overlay, size)
        if not self._count or self._quads is None:
            return
        program["size"] = size
        texture.use(_UNIT)
        self._gpu.gl.glBindSampler(_UNIT, 0)
        hoststate.blend_over(self._gpu.gl)
        self._quads[2].render(moderngl.TRIANGLE_STRIP, vertices=4, instances=self._count)
        self._gpu.gl.glDisablei(glraw.BLEND, 0)

    def close(self) -> None:
        """Give everything back."""
        for held in (self._quads, self._sheet, self._program):
            if held is not None:
                held[0].close()
        self._quads = self._sheet = self._program = None

    def _ready_program(self) -> moderngl.Program:
        if self._program is None:
            scope = self._gpu.scope("text program")
            program = scope.program(_VERTEX, _FRAGMENT)
            program["atlas"] = _UNIT
            self._program = scope, program
        return self._program[1]

    def _load(
        self, program: moderngl.Program, overlay: Overlay, size: tuple[int, int]
    ) -> moderngl.Texture:
        """The atlas; the quads are uploaded when they are others than last time."""
        px = text_px(overlay, size) if (overlay, size) != self._shown else None
        atlas, texture = self._atlas(px)
        if px is None:
            return texture
        rows = quads(overlay, size, atlas)
        self._count = len(rows)
        if self._count:
            self._buffer(program, self._count).write(rows)
        self._shown = overlay, size
        return texture

    def _atlas(self, px: int | None) -> tuple[FontAtlas, moderngl.Texture]:
        if self._sheet is not None and px in (None, self._sheet[1].px):
            return self._sheet[1], self._sheet[2]
        if self._font is None or px is None:
            raise GraphicsError("an overlay needs a font: make the Renderer with font=…")
        atlas = self._font(px)
        if self._sheet is not None:
            self._sheet[0].close()
        scope = self._gpu.scope(f"text atlas {px} px")
        height, width = atlas.pixels.shape
        self._sheet = scope, atlas, scope.texture((width, height), "r8", atlas.pixels)
        return atlas, self._sheet[2]

    def _buffer(self, program: moderngl.Program, count: int) -> moderngl.Buffer:
        needed = count * QUAD_FLOATS * 4
        if self._quads is None or self._quads[1].size < needed:
            if self._quads is not None:
                self._quads[0].close()
            scope = self._gpu.scope("text quads")
            buffer = scope.buffer(max(needed, 1024 * QUAD_FLOATS * 4))
            layout = (buffer, "4f 4f /i", "rect", "style")
            self._quads = scope, buffer, scope.vertex_array(program, [layout])
        return self._quads[1]
