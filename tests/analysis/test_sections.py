"""Form: turns where the piece turns, names where the evidence is clear, nothing elsewhere."""

import numpy as np
import pytest
from listening import noise, pink
from pieces import RATE, cadence, collected, dance_track, hats, kicks, pad, riser

from v1z3r_core.analysis.novelty import novelty_curve
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


def groove(seconds, period=0.5):
    return kicks(seconds, period=period) + hats(seconds) + pad(seconds)


@pytest.mark.parametrize("seconds", [2.0, 2.5, 3.0, 4.0, 6.0])
def test_short_breaks_are_found_at_both_ends(seconds):
    track = collected(np.concatenate([groove(16), pad(seconds), groove(16)]))
    assert [section.label for section in track.sections] == ["section", "break", "drop"]
    starts = [section.start for section in track.sections[1:]]
    assert starts == pytest.approx([16.0, 16.0 + seconds], abs=0.25)
    assert [section.letter for section in track.sections] == ["A", "B", "A"]


@pytest.mark.parametrize("seconds", [2.0, 3.0])
def test_a_short_build_up_is_found_and_named(seconds):
    build = pad(seconds) + riser(seconds)
    track = collected(np.concatenate([groove(16), build, 1.2 * groove(16)]))
    assert [section.label for section in track.sections] == ["section", "build-up", "drop"]
    assert track.sections[1].start == pytest.approx(16.0, abs=0.25)
    assert track.sections[2].start == pytest.approx(16.0 + seconds, abs=0.25)


def test_a_short_beginning_and_a_short_end_are_found():
    quiet = pad(2.5, level=0.02)
    track = collected(np.concatenate([quiet, groove(16), quiet]))
    assert [section.label for section in track.sections][::2] == ["intro", "outro"]
    assert [one.start for one in track.sections[1:]] == pytest.approx([2.5, 18.5], abs=0.25)


def test_several_short_sections_in_a_row_are_all_found():
    parts = [groove(12), pad(3), groove(3), pad(3), groove(12)]
    starts = [section.start for section in collected(np.concatenate(parts)).sections]
    assert starts == pytest.approx([0, 12, 15, 18, 21], abs=0.3)


def with_fills(seconds, every=8.0):
    """A groove that gives way to a roll of half a second before every fifth bar."""
    samples = groove(seconds)
    for end in np.arange(every, seconds + 1, every):
        fill = slice(round((end - 0.5) * RATE), round(end * RATE))
        samples[fill] = 4 * hats(0.5, level=0.2)
    return samples


@pytest.mark.parametrize(
    "samples",
    [
        noise(RATE, 40.0, 0.1),
        pink(RATE, 40.0, 0.1),
        kicks(40) + hats(40) + pad(40),
        groove(40, period=0.35),
        groove(40, period=1.2),
        with_fills(48),
        np.tile(cadence(0, "major"), 10),
        np.tile(cadence(0, "major", chord_seconds=2.0), 8) + kicks(64),
        np.concatenate([groove(20), np.zeros(RATE), groove(20)]),
        np.zeros(RATE * 40),
        dance_track()[: RATE * 5],
    ],
    ids=[
        "white",
        "pink",
        "groove",
        "fast",
        "slow",
        "fills",
        "four chords",
        "slow chords",
        "a pause of a second",
        "silence",
        "short",
    ],
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


REACH = 12


def test_novelty_is_the_distance_of_two_different_halves_and_zero_in_equal_ones():
    points = np.zeros((80, 3), np.float32)
    points[40:, 0] = 5.0
    curve = novelty_curve(points, REACH)
    assert curve.argmax() == 40
    assert curve[40] == pytest.approx(10, abs=0.1)  # 2 E|X − Y|, and nothing within
    assert curve[: 39 - REACH].max() == curve[41 + REACH :].max() == 0


def test_a_regular_alternation_is_no_novelty():
    points = np.zeros((80, 2), np.float32)
    points[::2, 0] = 8.0
    assert novelty_curve(points, REACH)[7:-7].max() < 1.0
