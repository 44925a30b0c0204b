"""The font that ships with the package, rasterised into an atlas."""

from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from v1z3r_core.model.font import FontAtlas

FONT_FILE = Path(__file__).resolve().parent / "fonts" / "JetBrainsMono-Regular.ttf"
COLUMNS = 32
MIN_PX, MAX_PX = 6, 256  # below nothing can be read, above the atlas outgrows a texture

_ARROWS_AND_SIGNS = "←↑→↓↕⇧•…–—‘’“”„†‡‰′″−×÷≤≥≈∞√●■□▶◀▲▼✓✗│─┌┐└┘█▏"
CHARACTERS = "".join(
    [
        *map(chr, range(0x20, 0x7F)),
        *map(chr, range(0xA0, 0x100)),
        *(sign for sign in _ARROWS_AND_SIGNS if ord(sign) > 0xFF),
    ]
)
_MISSING = "\uffff"  # no font has it, so it draws the font's own "not defined" box


def atlas(px: int) -> FontAtlas:
    """Every character of `CHARACTERS` at that size, one cell each.

    Parameters
    ----------
    px : int, MIN_PX … MAX_PX

    Raises
    ------
    ValueError
        If the size is outside that range.
    """
    if not MIN_PX <= px <= MAX_PX:
        raise ValueError(f"px is {px}, expected {MIN_PX} … {MAX_PX}")
    font = ImageFont.truetype(FONT_FILE, px, layout_engine=ImageFont.Layout.BASIC)
    ascent, descent = font.getmetrics()
    cell = max(1, round(font.getlength("M"))), ascent + descent
    glyphs = [*CHARACTERS, _MISSING]
    rows = -(-len(glyphs) // COLUMNS)
    sheet = Image.new("L", (COLUMNS * cell[0], rows * cell[1]))
    for number, character in enumerate(glyphs):
        row, column = divmod(number, COLUMNS)
        # Drawn apart, so that what hangs over its cell is cut off instead of seen next door.
        glyph = Image.new("L", cell)
        ImageDraw.Draw(glyph).text((0, 0), character, fill=255, font=font)
        sheet.paste(glyph, (column * cell[0], row * cell[1]))
    pixels = np.array(sheet, dtype=np.uint8)
    pixels.flags.writeable = False
    cells = MappingProxyType({character: number for number, character in enumerate(CHARACTERS)})
    return FontAtlas(px, cell, COLUMNS, pixels, cells, unknown=len(CHARACTERS))
