"""Our picture behind the labels and shapes of a pyglet program.

python examples/host_pyglet.py --seconds 10
"""

import argparse
from pathlib import Path

import pyglet
from host_sound import HostSound

from v1z3r_core import Engine, load_scene


class Host(pyglet.window.Window):
    """A window whose every frame is our picture, then what the host has to say."""

    def __init__(self, scene: str, sound: HostSound) -> None:
        super().__init__(640, 360, "A pyglet host", resizable=True)
        self.sound = sound
        self.seconds = 0.0
        self.batch = pyglet.graphics.Batch()
        self.plate = pyglet.shapes.Rectangle(16, 16, 250, 44, (255, 128, 0, 128), batch=self.batch)
        self.label = pyglet.text.Label("", x=28, y=30, font_size=18, batch=self.batch)
        self.visuals = Engine.attach(
            load_scene(scene), size=self.get_framebuffer_size(), sample_rate=sound.rate
        )
        pyglet.clock.schedule(self.advance)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
        self.visuals.feed(self.sound.until(self.seconds))
        self.label.text = f"pyglet, {self.seconds:.1f} s"

    def on_draw(self) -> None:
        self.clear()
        self.visuals.resize(self.get_framebuffer_size())  # pixels, which HiDPI has more of
        self.visuals.draw(0, self.seconds)
        self.batch.draw()

    def on_close(self) -> None:
        self.switch_to()  # a program with several windows: ours has to be the current one
        self.visuals.close()
        super().on_close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", default="spectrum")
    parser.add_argument("--sound", type=Path, help="a sound file instead of the beat")
    parser.add_argument("--seconds", type=float, help="then end")
    options = parser.parse_args()
    host = Host(options.scene, HostSound(options.sound))
    if options.seconds is not None:
        pyglet.clock.schedule_once(lambda _: host.dispatch_event("on_close"), options.seconds)
    pyglet.app.run()


if __name__ == "__main__":
    main()
