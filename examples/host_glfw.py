"""Our picture inside a GLFW program: its window, context, drawing, sound and clock.

python examples/host_glfw.py --seconds 10
"""

import argparse
from pathlib import Path

import glfw
import moderngl
from host_sound import HostSound

from v1z3r_core import Engine, load_scene

PANEL_WIDTH = 0.15  # of the window, at its right edge

METER = """#version 330
uniform float place;
const vec2 corners[4] = vec2[](vec2(-1, -1), vec2(1, -1), vec2(-1, 1), vec2(1, 1));
void main() { gl_Position = vec4(corners[gl_VertexID] * vec2(1.0, 0.04) + vec2(0, place), 0, 1); }
"""
ORANGE = """#version 330
out vec4 color;
void main() { color = vec4(1.0, 0.5, 0.0, 0.5); }
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", default="spectrum")
    parser.add_argument("--sound", type=Path, help="a sound file instead of the beat")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="then end")
    options = parser.parse_args()

    window = open_window(640, 360)
    width, height = glfw.get_framebuffer_size(window)
    context = moderngl.get_context()  # the host's own drawing; any GL library will do
    context.enable(moderngl.BLEND)  # set once: `draw` leaves the host's state as it was
    meter = context.vertex_array(context.program(METER, fragment_shader=ORANGE), [])

    sound = HostSound(options.sound)
    scene = load_scene(options.scene)
    with Engine.attach(scene, size=(width, height), sample_rate=sound.rate) as visuals:
        glfw.set_time(0.0)
        while not glfw.window_should_close(window) and glfw.get_time() < options.seconds:
            glfw.poll_events()
            now = glfw.get_time()
            width, height = glfw.get_framebuffer_size(window)
            panel = round(PANEL_WIDTH * width)
            visuals.resize((width - panel, height))

            context.clear(0.1, 0.1, 0.3)
            visuals.feed(sound.until(now))
            visuals.draw(0, now)  # 0: the window itself; the picture begins at its bottom left

            context.viewport = (width - panel, 0, panel, height)
            meter.program["place"] = 1.9 * (now % 1.0) - 0.95
            meter.render(moderngl.TRIANGLE_STRIP, vertices=4)
            glfw.swap_buffers(window)
    glfw.terminate()


def open_window(width: int, height: int) -> object:
    """A window whose OpenGL 3.3 core context is current."""
    if not glfw.init():
        raise SystemExit("GLFW found no display")
    glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 3)
    glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
    glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
    window = glfw.create_window(width, height, "A GLFW host", None, None)
    glfw.make_context_current(window)
    glfw.swap_interval(1)
    return window


if __name__ == "__main__":
    main()
