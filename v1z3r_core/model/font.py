"""A font at one size, ready for the GPU."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FontAtlas:
    """Every glyph of a monospaced font in a grid of equal cells.

    Parameters
    ----------
    px : int
        Size of the font, pixels.
    cell : tuple of int
        Width and height of a cell, pixels: the advance and the line height.
    columns : int
        Cells in a row of the grid.
    pixels : NDArray[uint8], shape (height, width)
        Coverage, top row first, read-only.
    cells : mapping of str to int
        Number of each character's cell, row by row.
    unknown : int
        Cell of the glyph that stands for every other character.
    """

    px: int
    cell: tuple[int, int]
    columns: int
    pixels: NDArray[np.uint8]
    cells: Mapping[str, int]
    unknown: int

    def origin(self, character: str) -> tuple[int, int]:
        """Left and top of the character's cell in `pixels`."""
        row, column = divmod(self.cells.get(character, self.unknown), self.columns)
        return column * self.cell[0], row * self.cell[1]


FontSource = Callable[[int], FontAtlas]
"""Makes the atlas of a font at a size in pixels; takes milliseconds, so call it once per size."""
