"""The key over time: changes where a piece modulates, and none where it does not."""

import numpy as np
import pytest
from listening import noise, pink
from pieces import RATE, cadence, collected, hats, kicks, note

from v1z3r_core.analysis.key import find_key
from v1z3r_core.analysis.keycourse import key_course
from v1z3r_core.analysis.tones import ToneCollector
from v1z3r_core.audio.compose import compose
from v1z3r_core.model.key import key_name

BAR_SECONDS = 4.0  # of a cadence, four chords of a second


def course(samples, downbeats=()):
    collector = ToneCollector(RATE)
    collector.add(np.asarray(samples, np.float32).reshape(len(samples), -1))
    tones = collector.finish()
    return key_course(tones, find_key(tones), np.array(downbeats, np.float64))


def piece(*keys, bars=5):
    """Cadences, `bars` in each key."""
    return np.concatenate([np.tile(cadence(tonic, mode), bars) for tonic, mode in keys])


def names(spans):
    return [span.name for span in spans]


@pytest.mark.parametrize(
    "keys",
    [
        [(0, "major"), (2, "major")],
        [(0, "major"), (1, "major")],
        [(7, "major"), (10, "major"), (7, "major")],
        [(9, "minor"), (0, "minor")],
        [(2, "minor"), (2, "major")],
        [(0, "major"), (7, "major")],
        [(0, "major"), (5, "major")],
        [(0, "major"), (8, "minor"), (4, "major")],
    ],
    ids=str,
)
def test_modulations_are_found_within_a_bar_or_two(keys):
    spans = course(piece(*keys))
    assert names(spans) == [key_name(*key) for key in keys]
    for number, span in enumerate(spans[1:], 1):
        assert span.start == pytest.approx(5 * BAR_SECONDS * number, abs=1.5 * BAR_SECONDS)
        assert span.start == spans[number - 1].end
    assert spans[0].start == 0
    assert all(0 < span.confidence < 1 for span in spans)


def test_a_modulation_under_drums_is_found():
    music = piece((5, "minor"), (7, "minor"), bars=6)
    seconds = len(music) / RATE
    spans = course(music + 0.5 * kicks(seconds) + hats(seconds))
    assert names(spans) == ["F minor", "G minor"]
    assert spans[1].start == pytest.approx(24.0, abs=2.0)


def test_a_change_by_a_downbeat_is_on_it():
    spans = course(piece((0, "major"), (3, "major")), downbeats=np.arange(0, 40, 4) + 0.02)
    assert spans[1].start == 20.02


def test_downbeats_farther_away_do_not_move_a_change():
    far = course(piece((0, "major"), (3, "major")), downbeats=[18.0, 22.0])
    assert far[1].start == pytest.approx(20.0, abs=0.3)


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", [0, 3, 6, 10])
def test_a_piece_in_one_key_shows_that_key_from_end_to_end(tonic, mode):
    (span,) = course(piece((tonic, mode), bars=8))
    assert span.name == key_name(tonic, mode)
    assert span.start == 0
    assert span.end == pytest.approx(32.0, abs=0.5)


def test_a_borrowed_chord_is_no_modulation():
    borrowed = 0.08 * sum(note(midi, 2.0) for midi in (46, 70, 74, 77))  # Bb in C major
    music = piece((0, "major"), bars=4)
    assert names(course(np.concatenate([music, borrowed, music]))) == ["C major"]


def test_the_built_in_track_stays_in_its_key():
    track = collected(compose(RATE).samples)
    assert names(track.keys) == ["G minor"]
    assert track.keys[0].confidence == track.key.confidence


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(RATE * 20),
        noise(RATE, 30.0, 0.1),
        pink(RATE, 30.0, 0.1),
        np.zeros(7),
        cadence(0, "major", chord_seconds=0.1),
    ],
    ids=["silence", "white", "pink", "seven samples", "too short"],
)
def test_what_has_no_key_has_none_at_any_time(samples):
    assert course(samples) == ()


def test_music_before_a_long_noise_has_a_key_and_the_noise_none():
    spans = course(np.concatenate([piece((9, "minor"), bars=6), noise(RATE, 30.0, 0.05)]))
    assert names(spans) == ["A minor"]
    assert spans[0].end == pytest.approx(24.0, abs=2.0)


def test_a_gain_and_a_minute_of_silence_around_change_nothing():
    music = piece((0, "major"), (3, "major"))
    silence = np.zeros(RATE * 20)
    moved = course(np.concatenate([silence, 0.02 * music, silence]))
    assert names(moved) == ["C major", "Eb major"]
    assert moved[0].start == pytest.approx(20.0, abs=0.5)
    assert moved[1].start == pytest.approx(40.0, abs=1.0)
    assert moved[1].end == pytest.approx(60.0, abs=1.5)
