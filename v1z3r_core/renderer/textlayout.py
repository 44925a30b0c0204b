"""Where the panels and letters of an overlay go, in pixels from the top left."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.font import FontAtlas
from v1z3r_core.model.overlay import Overlay, Panel

QUAD_FLOATS = 8  # left, top, right, bottom, atlas x, atlas y, opacity, corner radius or -1

LINES_PER_SCREEN = 36  # legible from the back of a room, small enough for twenty lines of help
SMALLEST_PX, LARGEST_PX = 8, 128
_ADVANCE, _LINE = 0.62, 1.34  # of the font's size, a little more than JetBrains Mono needs
_PADDING = 1.0  # around the text, in font sizes
_MARGIN = 1.0  # between panel and screen edge, likewise


def text_px(overlay: Overlay, size: tuple[int, int]) -> int:
    """Font size that suits that framebuffer and lets every panel fit into it."""
    width, height = size
    px = height / LINES_PER_SCREEN
    around = 2 * (_PADDING + _MARGIN)
    for panel in overlay.panels:
        columns = max((len(line) for line in panel.lines), default=0)
        px = min(px, width / (columns * _ADVANCE + around))
        px = min(px, height / (len(panel.lines) * _LINE + around))
    return round(min(max(px, SMALLEST_PX), LARGEST_PX))


def quads(overlay: Overlay, size: tuple[int, int], atlas: FontAtlas) -> NDArray[np.float32]:
    """Everything to draw, back to front, shape (n, QUAD_FLOATS).

    A panel has its corner radius in the last column, a letter -1.
    """
    rows: list[tuple[float, ...]] = []
    for panel in overlay.panels:
        if panel.opacity > 0 and panel.lines:
            rows += _panel_quads(panel, size, atlas)
    return np.array(rows, dtype=np.float32).reshape(-1, QUAD_FLOATS)


def _panel_quads(panel: Panel, size: tuple[int, int], atlas: FontAtlas) -> list[tuple[float, ...]]:
    advance, line_height = atlas.cell
    padding = round(_PADDING * atlas.px)
    width = max(len(line) for line in panel.lines) * advance + 2 * padding
    height = len(panel.lines) * line_height + 2 * padding
    left, top = _corner(panel, size, (width, height), round(_MARGIN * atlas.px))
    radius = atlas.px * 0.5
    rows: list[tuple[float, ...]] = [
        (left, top, left + width, top + height, 0.0, 0.0, panel.opacity, radius)
    ]
    for row, line in enumerate(panel.lines):
        y = top + padding + row * line_height
        for column, character in enumerate(line):
            if character != " ":
                x = left + padding + column * advance
                source = atlas.origin(character)
                rows.append((x, y, x + advance, y + line_height, *source, panel.opacity, -1.0))
    return rows


def _corner(
    panel: Panel, size: tuple[int, int], extent: tuple[int, int], margin: int
) -> tuple[int, int]:
    """Left and top of the panel, on whole pixels, so that letters stay crisp."""
    words = panel.anchor.split("-")
    free_x, free_y = size[0] - extent[0], size[1] - extent[1]
    left, top = free_x // 2, free_y // 2
    if "left" in words:
        left = margin
    elif "right" in words:
        left = free_x - margin
    if "top" in words:
        top = margin
    elif "bottom" in words:
        top = free_y - margin
    return left, top
