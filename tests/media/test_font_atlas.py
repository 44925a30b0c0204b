import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from v1z3r_core.media.font import CHARACTERS, FONT_FILE, MAX_PX, MIN_PX, atlas
from v1z3r_core.model.font import FontAtlas


def _glyph(font: FontAtlas, character: str) -> np.ndarray:
    x, y = font.origin(character)
    return font.pixels[y : y + font.cell[1], x : x + font.cell[0]]


@pytest.mark.parametrize("px", [MIN_PX, 20, 33])
def test_every_character_has_a_cell_of_its_own_inside_the_sheet(px: int) -> None:
    font = atlas(px)
    assert len(set(font.cells.values())) == len(CHARACTERS) == len(font.cells)
    shapes = {_glyph(font, character).shape for character in CHARACTERS}
    assert shapes == {(font.cell[1], font.cell[0])}
    assert not font.pixels.flags.writeable


def test_the_font_has_every_character_we_promise() -> None:
    font = atlas(40)
    missing = _glyph(font, "\uffff")
    assert missing.any()
    assert [c for c in CHARACTERS if (_glyph(font, c) == missing).all()] == []


def test_unknown_characters_show_a_box() -> None:
    font = atlas(20)
    assert (_glyph(font, "\N{SNOWMAN}") == _glyph(font, "\uffff")).all()


def test_letters_are_inked_and_spaces_are_not() -> None:
    font = atlas(20)
    assert _glyph(font, "M").max() == 255
    assert _glyph(font, " ").max() == _glyph(font, "\u00a0").max() == 0


def test_no_letter_is_cut_off_by_its_cell() -> None:
    font = atlas(40)
    free = ImageFont.truetype(FONT_FILE, 40, layout_engine=ImageFont.Layout.BASIC)
    for character in set(CHARACTERS) - set("─│┌┐└┘█▏"):  # box lines reach into their neighbours
        image = Image.new("L", (160, 160))
        ImageDraw.Draw(image).text((40, 40), character, fill=255, font=free)
        whole = np.asarray(image).astype(int).sum()
        assert _glyph(font, character).astype(int).sum() >= 0.99 * whole, character


def test_sizes_scale_the_cell() -> None:
    small, large = atlas(20), atlas(40)
    assert large.cell[0] == pytest.approx(2 * small.cell[0], abs=1)
    assert large.cell[1] == pytest.approx(2 * small.cell[1], abs=2)


@pytest.mark.parametrize("px", [0, MIN_PX - 1, MAX_PX + 1])
def test_sizes_nobody_can_read_are_refused(px: int) -> None:
    with pytest.raises(ValueError, match=f"px is {px}"):
        atlas(px)


def test_the_fonts_licence_lies_beside_it() -> None:
    licence = (FONT_FILE.parent / "OFL.txt").read_text()
    assert licence.startswith("Copyright 2020 The JetBrains Mono Project Authors")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
