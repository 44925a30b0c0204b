"""Two scenes on two screens in a moderngl-window program, each drawn by an engine of its own.

python examples/host_moderngl_window.py --seconds 10
"""

import argparse
import sys
from pathlib import Path

import moderngl
import moderngl_window
from host_sound import HostSound

from v1z3r_core import Engine, load_scene

PICTURE_SIZE = (640, 360)

SCREEN = """#version 330
uniform float place, turn;
out vec2 uv;
const vec2 corners[4] = vec2[](vec2(0, 0), vec2(1, 0), vec2(0, 1), vec2(1, 1));
void main() {
    uv = corners[gl_VertexID];
    vec2 side = (uv * 2.0 - 1.0) * vec2(0.46, 0.56);
    float depth = 1.0 + 0.8 * side.x * sin(turn);
    gl_Position = vec4(side.x * cos(turn) + place * depth, side.y, 0.0, depth);
}
"""
SHOWN = """#version 330
uniform sampler2D picture;
in vec2 uv;
out vec4 color;
void main() { color = vec4(texture(picture, uv).rgb, 1.0); }
"""


class Host(moderngl_window.WindowConfig):
    title = "A moderngl-window host"
    window_size = (640, 360)
    aspect_ratio = None
    gl_version = (3, 3)

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--scenes", nargs=2, default=["spectrum", "scope"])
        parser.add_argument("--sound", type=Path, help="a sound file instead of the beat")
        parser.add_argument("--seconds", type=float, default=float("inf"), help="then end")

    def __init__(self, **keywords: object) -> None:
        super().__init__(**keywords)
        self.sound = HostSound(self.argv.sound)
        program = self.ctx.program(vertex_shader=SCREEN, fragment_shader=SHOWN)
        self.screen = self.ctx.vertex_array(program, [])
        textures = [self.ctx.texture(PICTURE_SIZE, 4) for _ in self.argv.scenes]
        self.framebuffers = [self.ctx.framebuffer([texture]) for texture in textures]
        self.engines = [
            Engine.attach(load_scene(name), size=PICTURE_SIZE, sample_rate=self.sound.rate)
            for name in self.argv.scenes
        ]

    def on_render(self, time: float, _frame_time: float) -> None:
        self.ctx.clear(0.1, 0.1, 0.3)
        heard = self.sound.until(time)
        for engine, framebuffer, side in zip(self.engines, self.framebuffers, (-1, 1), strict=True):
            engine.feed(heard)
            engine.draw(framebuffer, time)  # anything with `glo`, or the GL name itself
            framebuffer.color_attachments[0].use()
            self.screen.program["place"], self.screen.program["turn"] = 0.5 * side, -0.6 * side
            self.screen.render(moderngl.TRIANGLE_STRIP, vertices=4)
        if time > self.argv.seconds:
            self.wnd.close()

    def on_close(self) -> None:
        for engine in self.engines:
            engine.close()  # while the window's context still lives


if __name__ == "__main__":
    # The default, pyglet's window, destroys the context before it calls `on_close`.
    moderngl_window.run_window_config(Host, args=["--window", "glfw", *sys.argv[1:]])
