"""Moments of a render, side by side on one picture."""

from pathlib import Path

import numpy as np
from PIL import Image

from v1z3r_core import AudioBlock, Frame, OutputError
from v1z3r_core.model.ports import PictureFormat

COLUMNS, ROWS = 4, 4
GAP = 4  # pixels between the moments, and around them
LONGEST_SIDE = 320  # of one moment, pixels


class ContactSheet:
    """Sixteen evenly spaced pictures of however many come, in the memory of thirty-two.

    Raises
    ------
    OutputError
        If the file's folder does not exist or Pillow does not know its extension.
    """

    def __init__(self, path: Path, picture: PictureFormat) -> None:
        if not path.parent.is_dir():
            raise OutputError(f"{path}: folder {path.parent} does not exist; make it first")
        if path.suffix.lower() not in Image.registered_extensions():
            raise OutputError(f"{path}: a contact sheet needs a name like sheet.png or sheet.jpg")
        self._path = path
        scale = min(1.0, LONGEST_SIDE / max(picture.size))
        width, height = (max(1, round(side * scale)) for side in picture.size)
        self._size = (width, height)
        self._moments: list[Image.Image] = []
        self._stride = 1
        self._count = 0

    def write(self, frame: Frame) -> None:
        """Keep it if its turn has come."""
        if self._count % self._stride == 0:
            moment = Image.fromarray(frame.rgb)
            self._moments.append(moment.resize(self._size, Image.Resampling.BOX))
            if len(self._moments) == 2 * COLUMNS * ROWS:
                # How many will come is unknown: keep every other one, and be twice as choosy.
                del self._moments[1::2]
                self._stride *= 2
        self._count += 1

    def write_audio(self, block: AudioBlock) -> None:
        """Ignore it: a sheet is silent."""

    def finish(self) -> None:
        """Lay out the sheet and put it under its name."""
        if not self._moments:
            raise OutputError(f"{self._path}: no picture was written; nothing was saved")
        partial = self._partial()
        self._save(partial)
        partial.replace(self._path)

    def abort(self) -> None:
        """Leave the moments so far under the partial name."""
        if self._moments:
            self._save(self._partial())

    def _partial(self) -> Path:
        return self._path.with_name(f"{self._path.stem}.partial{self._path.suffix}")

    def _save(self, path: Path) -> None:
        try:
            self._sheet().save(path)
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written: {error.strerror}") from error

    def _sheet(self) -> Image.Image:
        shown = min(COLUMNS * ROWS, len(self._moments))
        chosen = np.linspace(0, len(self._moments) - 1, shown).round().astype(int)
        width, height = self._size[0] + GAP, self._size[1] + GAP
        rows = -(-shown // COLUMNS)
        sheet = Image.new("RGB", (COLUMNS * width + GAP, rows * height + GAP))
        for place, index in enumerate(chosen):
            row, column = divmod(place, COLUMNS)
            sheet.paste(self._moments[index], (GAP + column * width, GAP + row * height))
        return sheet
