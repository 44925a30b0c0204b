"""No window at all: every picture as a NumPy array, here for a strip of lights.

python examples/no_window.py --seconds 10          the built-in track, shown as a line of colours
python examples/no_window.py song.flac --npy F.npy the lights of a whole song, for another program
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v1z3r_core import Frame, load_scene, render

LIGHTS = 48


def lights(frame: Frame) -> NDArray[np.uint8]:
    """The picture's mean colour in each of `LIGHTS` columns, shape (LIGHTS, 3)."""
    # Means of light, not of its sRGB encoding; a plain power is close enough for lamps.
    linear = (frame.rgb / 255.0) ** 2.2
    columns = np.array_split(linear.mean(axis=0), LIGHTS)
    strip = np.array([column.mean(axis=0) for column in columns])
    return np.round(255.0 * strip ** (1 / 2.2)).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("audio", nargs="?", default="synth", help="a sound file")
    parser.add_argument("--scene", default="spectrum")
    parser.add_argument("--seconds", type=float, help="of the sound; all of it by default")
    parser.add_argument("--npy", type=Path, help="save all lights, shape (frames, LIGHTS, 3)")
    options = parser.parse_args()

    scene = load_scene(options.scene)
    pictures = render(options.audio, scene, fps=30, size=(320, 180), duration=options.seconds)
    strips = []
    for frame in pictures:
        strip = lights(frame)
        if options.npy is not None:
            strips.append(strip)
            continue
        colors = (f"\x1b[48;2;{red};{green};{blue}m " for red, green, blue in strip)
        print(f"{frame.time:7.2f} s {''.join(colors)}\x1b[0m")
    if options.npy is not None:
        np.save(options.npy, np.stack(strips))


if __name__ == "__main__":
    main()
