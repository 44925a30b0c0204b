import pytest
from hypothesis import given
from hypothesis import strategies as st

from v1z3r_core.model.colour import hex_from_light, light_from_hex


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_survives_the_way_there_and_back(number):
    text = f"#{number:06x}"
    assert hex_from_light(light_from_hex(text)) == text


def test_known_values_of_the_srgb_curve():
    assert light_from_hex("#ffffff") == (1.0, 1.0, 1.0)
    assert light_from_hex("#000000") == (0.0, 0.0, 0.0)
    assert light_from_hex("#bcbcbc")[0] == pytest.approx(0.5, abs=0.005)


def test_light_beyond_the_display_is_cut():
    assert hex_from_light((7.0, -1.0, 0.5)) == "#ff00bc"


@pytest.mark.parametrize("text", ["", "ff7a1a", "#ff7a1", "#ff7a1ag", "#gg0000", "red"])
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(ValueError, match="is not a colour"):
        light_from_hex(text)
