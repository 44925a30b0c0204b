"""Values on the command line, and the options that several commands share."""

import argparse
import math
import re
from fractions import Fraction
from pathlib import Path

MAX_SIDE = 16_384  # what OpenGL 4 hardware allows; the driver's own limit is checked later
MAX_FPS = 1_000
MAX_JOBS = 1_024  # more processes than any machine has cores
MAX_SECONDS = 1e7  # four months: longer than any file, short enough to be counted in samples


class HelpFormatter(argparse.HelpFormatter):
    """Keeps option names and their help on one line where they fit."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=100)


def size(text: str) -> tuple[int, int]:
    """Width and height from "1280x720"."""
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text.strip().lower())
    if match is None:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size like 1280x720")
    width, height = int(match[1]), int(match[2])
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise argparse.ArgumentTypeError(f"'{text}': sides may be 1 to {MAX_SIDE}")
    return width, height


def fps(text: str) -> Fraction:
    """A frame rate from "60", "29.97" or "30000/1001", exactly as written."""
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a frame rate like 60, 29.97 or 30000/1001"
        ) from None
    if not 0 < rate <= MAX_FPS:
        raise argparse.ArgumentTypeError(f"'{text}': frame rates may be above 0 up to {MAX_FPS}")
    return rate


def seconds(text: str) -> float:
    """A time from "90", "1:30" or "1:02:03.5"."""
    parts = text.split(":")
    try:
        value = 0.0
        for part in parts:
            value = value * 60 + float(part)
    except ValueError:
        value = math.nan
    if len(parts) > 3 or not 0 <= value <= MAX_SECONDS:
        raise argparse.ArgumentTypeError(f"'{text}' is not a time like 12.5 or 1:30")
    return value


def positive_seconds(text: str) -> float:
    """A time above zero."""
    value = seconds(text)
    if value == 0:
        raise argparse.ArgumentTypeError(f"'{text}': must be longer than 0 seconds")
    return value


def sound_name(text: str) -> str:
    """What names a sound: anything but nothing, which a path would take for this folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError(f"'{text}' names no sound; give a file, or synth")
    return text


def jobs(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or not 1 <= int(text) <= MAX_JOBS:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 to {MAX_JOBS}")
    return int(text)


def seed(text: str) -> int:
    """A whole number from 0 to 2³²−1."""
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 to {2**32 - 1}")
    return int(text)


def assignment(text: str) -> tuple[str, str]:
    """Name and value from "glow=0.4"."""
    name, equals, value = text.partition("=")
    if not (equals and name.strip() and value.strip()):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE, like glow=0.4")
    return name.strip(), value.strip()


def add_picture_options(parser: argparse.ArgumentParser, default_fps: str) -> None:
    """Options of every command that draws."""
    parser.add_argument(
        "--scene",
        action="append",
        metavar="NAME|FILE",
        help="what to show, by name or file; given several times, the playlist (see: v1z3r scenes)",
    )
    parser.add_argument(
        "--set",
        action="append",
        type=assignment,
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the first scene, like glow=0.4",
    )
    parser.add_argument(
        "--size",
        type=size,
        default=(1280, 720),
        metavar="WxH",
        help="in pixels (default 1280x720)",
    )
    parser.add_argument(
        "--fps", type=fps, default=None, help=f"frames a second (default {default_fps})"
    )
    parser.add_argument(
        "--seed", type=seed, default=0, metavar="N", help="for everything random (default 0)"
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE.json",
        help="write what was measured; - prints it",
    )
