"""A dark page to draw panels of a common time axis on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from v1z3r_core.output.palette import Rgb, colour

PAGE = colour(0.150, 0.012, 270)
PANEL = colour(0.180, 0.012, 270)
RULE = colour(0.30, 0.015, 270)
TEXT = colour(0.93, 0.008, 270)
DIM = colour(0.66, 0.015, 270)
FAINT = colour(0.48, 0.015, 270)
ACCENT = colour(0.82, 0.13, 85)

LABEL_PX = 14

# Seconds.
TICK_STEPS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60),
    *(120, 300, 600, 1_800, 3_600),
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; its horizontal axis is the time of the whole piece."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """One beyond the last column."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """One beyond the last row."""
        return self.top + self.height


class Page:
    """Owns the picture while it is drawn.

    Parameters
    ----------
    size : tuple of int
        Pixels.
    font : Path
        A TrueType file.
    """

    def __init__(self, size: tuple[int, int], font: Path) -> None:
        self._image = Image.new("RGB", size, PAGE)
        self._draw = ImageDraw.Draw(self._image)
        self._font_file = font
        self._fonts: dict[int, ImageFont.FreeTypeFont] = {}

    def text(
        self, at: tuple[float, float], line: str, px: int, ink: Rgb = TEXT, *, anchor: str = "ls"
    ) -> None:
        """One line of text; the anchor is Pillow's: horizontal l, m, r, vertical a, m, s."""
        self._draw.text(at, line, fill=ink, font=self._font(px), anchor=anchor)

    def width_of(self, line: str, px: int) -> float:
        """Pixels that a line of text takes."""
        return self._font(px).getlength(line)

    def fitted(self, line: str, px: int, width: float) -> str:
        """The line, its middle left out where it would be wider."""
        if self.width_of(line, px) <= width:
            return line
        room = max(2, int(width / self.width_of("0", px)) - 1)
        return f"{line[: room - room // 2]}…{line[len(line) - room // 2 :]}"

    def caption(self, box: Box, name: str) -> None:
        """The name of a box, left of its middle."""
        self.text((box.left - 10, box.top + box.height / 2), name, 13, FAINT, anchor="rm")

    def nothing(self, box: Box, what: str) -> None:
        """Says in an empty box that it is meant to be empty."""
        self.text((box.left + 8, box.top + box.height / 2), what, LABEL_PX, FAINT, anchor="lm")

    def fill(self, box: Box, ink: Rgb, *, radius: int = 0) -> None:
        """A filled rectangle."""
        if box.width > 0 and box.height > 0:
            corners = (box.left, box.top, box.right - 1, box.bottom - 1)
            self._draw.rounded_rectangle(corners, radius, fill=ink)

    def paste(self, box: Box, pixels: NDArray[np.uint8]) -> None:
        """Pixels over a box, shape (height, width, 3); smoothly scaled to its size."""
        picture = Image.fromarray(np.ascontiguousarray(pixels))
        if picture.size != (box.width, box.height):
            picture = picture.resize((box.width, box.height), Image.Resampling.BICUBIC)
        self._image.paste(picture, (box.left, box.top))

    def blend(self, box: Box, cover: NDArray[np.float32], ink: Rgb) -> None:
        """A colour over what is there, as much as `cover` says: 0…1, shape (height, width)."""
        area = (box.left, box.top, box.right, box.bottom)
        mask = Image.fromarray(np.rint(255 * np.clip(cover, 0, 1)).astype(np.uint8))
        self._image.paste(Image.new("RGB", (box.width, box.height), ink), area, mask)

    def save(self, path: Path) -> None:
        """Write a PNG.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        self._image.save(path, format="PNG", compress_level=6)

    def _font(self, px: int) -> ImageFont.FreeTypeFont:
        if px not in self._fonts:
            self._fonts[px] = ImageFont.truetype(self._font_file, px)
        return self._fonts[px]


def place(box: Box, time: float, duration: float) -> float:
    """Column of a moment, as far as it lies in the piece."""
    return box.left + min(max(time / duration, 0.0), 1.0) * (box.width - 1)


def columns(
    times: NDArray[np.float64], values: NDArray[np.floating], duration: float, width: int
) -> NDArray[np.float32]:
    """Values at equally spaced columns of a piece: means where they are dense, lines between
    them where they are not.

    Parameters
    ----------
    times : NDArray[float64], shape (n,), seconds, ascending, n ≥ 1
    values : NDArray, shape (n, …)
    duration : float, seconds
    width : int

    Returns
    -------
    NDArray[float32], shape (width, …)
    """
    values = values.astype(np.float32)
    if len(times) >= 2 * width:
        edges = np.searchsorted(times, np.arange(width) * duration / width)
        first = np.minimum(edges, len(times) - 1)
        counts = np.maximum(np.diff(first, append=len(times)), 1)
        sums = np.add.reduceat(values, first, axis=0)
        return np.asarray(sums / counts.reshape(-1, *[1] * (values.ndim - 1)), np.float32)
    middle = (np.arange(width) + 0.5) * duration / width
    after = np.clip(np.searchsorted(times, middle), 1, max(1, len(times) - 1))
    after = np.minimum(after, len(times) - 1)
    before = np.maximum(after - 1, 0)
    gap = np.maximum(times[after] - times[before], 1e-9)
    share = np.clip((middle - times[before]) / gap, 0, 1).astype(np.float32)
    share = share.reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[before] * (1 - share) + values[after] * share, np.float32)


def tick_step(duration: float, width: int, apart_px: int) -> float:
    """Seconds between ticks of a time axis: a round number that leaves them room."""
    for step in TICK_STEPS:
        if step / duration * width >= apart_px:
            return step
    hours = TICK_STEPS[-1]
    return hours * float(np.ceil(duration / hours * apart_px / width))
