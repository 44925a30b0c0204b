"""Form: turns where the piece turns, names where the evidence is clear, nothing elsewhere."""

import numpy as np
import pytest
from listening import noise, pink
from pieces import RATE, cadence, collected, dance_track, hats, kicks, pad

from v1z3r_core.analysis.sections import REACH_SECONDS, novelty_curve
from v1z3r_core.audio.compose import compose

TRUTH = [(0.0, None), (12.0, "break"), (20.0, "build-up"), (28.0, "drop"), (44.0, "outro")]


@pytest.fixture(scope="module")
def dance():
    return collected(dance_track())


def test_a_dance_track_is_told_apart_and_named(dance):
    assert [section.label for section in dance.sections[1:]] == [name for _, name in TRUTH[1:]]
    for section, (start, _) in zip(dance.sections, TRUTH, strict=True):
        assert section.start == pytest.approx(start, abs=0.5)


def test_sections_follow_each_other_from_beginning_to_end(dance):
    assert dance.sections[0].start == 0
    assert dance.sections[-1].end == dance.duration
    for one, following in zip(dance.sections, dance.sections[1:], strict=False):
        assert one.end == following.start


def test_events_are_the_turns_and_the_drop_is_the_strongest(dance):
    assert [event.time for event in dance.events] == [s.start for s in dance.sections[1:]]
    assert [event.kind for event in dance.events] == [s.label for s in dance.sections[1:]]
    strengths = {event.kind: event.strength for event in dance.events}
    assert max(strengths.values()) == 1
    assert strengths["drop"] > strengths["build-up"]


def test_gain_changes_nothing(dance):
    quiet = collected(dance_track() * 0.03)
    assert [s.label for s in quiet.sections] == [s.label for s in dance.sections]
    np.testing.assert_allclose(
        [s.start for s in quiet.sections], [s.start for s in dance.sections], atol=0.05
    )


def test_the_demo_track_s_break_riser_and_drop_are_found():
    composition = compose(22_050)
    track = collected(composition.samples)
    found = {section.label: section.start for section in track.sections}
    truth = {name: start for start, name in composition.sections}
    assert found["break"] == pytest.approx(truth["break"], abs=0.6)
    assert found["build-up"] == pytest.approx(truth["riser"], abs=0.1)
    assert found["drop"] == pytest.approx(truth["drop"], abs=0.05)


@pytest.mark.parametrize(
    "samples",
    [
        noise(RATE, 40.0, 0.1),
        pink(RATE, 40.0, 0.1),
        kicks(40) + hats(40) + pad(40),
        np.tile(cadence(0, "major"), 10),
        np.zeros(RATE * 40),
        dance_track()[: RATE * 5],
    ],
    ids=["white", "pink", "groove", "four chords", "silence", "short"],
)
def test_what_does_not_turn_has_no_sections(samples):
    track = collected(samples)
    assert track.sections == ()
    assert track.events == ()


def test_a_loud_and_a_quiet_half_are_two_sections_without_a_role():
    """Nothing says which of two kinds of music is the main one; loudness alone makes no drop."""
    one = pad(15, level=0.08)
    other = np.tile(cadence(6, "major"), 4)[: RATE * 15]
    labels = [section.label for section in collected(np.concatenate([one, other])).sections]
    assert len(labels) == 2
    assert "drop" not in labels


def test_novelty_is_the_distance_of_two_different_halves_and_zero_in_equal_ones():
    points = np.zeros((80, 3), np.float32)
    points[40:, 0] = 5.0
    curve = novelty_curve(points)
    assert curve.argmax() == 40
    assert curve[40] == pytest.approx(10, abs=0.1)  # 2 E|X − Y|, and nothing within
    far = round(REACH_SECONDS / 0.5) + 1
    assert curve[: 40 - far].max() == curve[40 + far :].max() == 0


def test_a_regular_alternation_is_no_novelty():
    points = np.zeros((80, 2), np.float32)
    points[::2, 0] = 8.0
    assert novelty_curve(points)[7:-7].max() < 1.0
