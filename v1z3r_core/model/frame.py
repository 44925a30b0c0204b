"""A finished picture on its way out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture in memory.

    Parameters
    ----------
    index : int
        Frame number since the start.
    time : float, seconds
        Show time of the picture.
    pixels : NDArray[uint8], shape (height, width, 4)
        RGBA, sRGB-encoded, top row first. The receiver reads, never writes. In a sink's `write`
        it is valid until the call returns; a frame that `render()` yields is the caller's.
    """

    index: int
    time: float
    pixels: NDArray[np.uint8]

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """Without alpha, shape (height, width, 3); a view."""
        return self.pixels[:, :, :3]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]
