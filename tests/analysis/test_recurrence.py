"""Letters of the form: the same music has the same one, other music another."""

from itertools import pairwise

import numpy as np
import pytest
from pieces import RATE, cadence, collected, dance_track, hats, kicks, pad

from v1z3r_core.analysis.novelty import Cloud
from v1z3r_core.analysis.recurrence import letter_of, lettered, without_accents
from v1z3r_core.analysis.sections import Boundary
from v1z3r_core.audio.compose import compose
from v1z3r_core.model.track import Section


def verse(seconds=16):
    return np.tile(cadence(0, "major"), seconds // 4) + kicks(seconds) + hats(seconds)


def chorus(seconds=16):
    return 1.3 * (kicks(seconds) + hats(seconds, level=0.2)) + 3 * pad(seconds)


def bridge(seconds=8):
    return np.tile(cadence(9, "minor"), seconds // 4)


def form_of(*parts):
    return [section.letter for section in collected(np.concatenate(parts)).sections]


def test_songs_have_their_letters():
    assert form_of(verse(), chorus(), verse(), chorus(), bridge(), chorus()) == list("ABABCB")


def test_another_key_a_fade_of_gain_and_another_length_are_the_same_section():
    again = np.tile(cadence(2, "major"), 3) + kicks(12) + hats(12, seed=5)
    assert form_of(verse(), chorus(), 0.9 * again) == list("ABA")


def test_the_dance_track_s_groove_and_break_are_known_again():
    sections = collected(np.concatenate([dance_track()[: RATE * 44], pad(8)])).sections
    names = [section.name for section in sections]
    assert names[0] == "A"
    assert names[1].startswith("B")
    assert names[-1].startswith("B")  # the same pad as in the break


def test_the_built_in_track_s_sections_all_have_names():
    sections = collected(compose(RATE).samples).sections
    assert len(sections) >= 4
    assert all(section.name for section in sections)
    assert all(one.letter != following.letter for one, following in pairwise(sections))
    assert sections[0].letter == "A"


def test_neighbours_never_share_a_letter_however_alike():
    points = np.zeros((80, 3), np.float32)
    sections = tuple(Section(start, start + 10, "section") for start in (0, 10, 20, 30))
    assert [one.letter for one in lettered(sections, points)] == ["A", "B", "A", "B"]


@pytest.mark.parametrize(
    ("number", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_letters_go_on_after_z(number, letter):
    assert letter_of(number) == letter


def test_a_turn_between_two_stretches_of_the_same_music_is_left_out():
    points = np.zeros((80, 3), np.float32)
    points[40:] = 6.0
    points[20] = 30.0  # a stab at 10 s
    turns = [Boundary(10.0, 20.0), Boundary(20.0, 12.0)]
    assert without_accents(turns, points, 40.0) == turns[1:]


def test_the_cheap_bound_never_exceeds_the_distance_and_equal_kinds_are_at_none():
    rng = np.random.default_rng(2)
    clouds = [
        Cloud.of((rng.normal(0, scale, (40, 5)) + shift).astype(np.float32))
        for scale, shift in ((1, 0), (1, 0), (4, 0), (1, 3), (0, 0))
    ]
    for one in clouds:
        for other in clouds:
            assert one.least_distance(other) <= one.distance(other) + 1e-5
            assert one.distance(other) == pytest.approx(other.distance(one))
    assert abs(clouds[0].distance(clouds[1])) < 0.2
    assert clouds[0].distance(clouds[2]) > 0.5  # equal means, another spread
    assert clouds[0].distance(clouds[3]) > 5


def test_nothing_has_no_turns():
    assert without_accents([], np.zeros((0, 3), np.float32), 0.0) == []


def test_a_section_shorter_than_a_bin_has_a_letter():
    points = np.zeros((4, 2), np.float32)
    sections = (Section(0, 1.9, "section"), Section(1.9, 2.0, "outro"))
    assert [one.letter for one in lettered(sections, points)] == ["A", "B"]
