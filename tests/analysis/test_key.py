"""The key of a piece: right in all of them, moved with the piece, none where there is none."""

import numpy as np
import pytest
from listening import noise, pink
from pieces import RATE, cadence, note

from v1z3r_core.analysis.key import chromagram, find_key, key_fits, tuning_semitones
from v1z3r_core.analysis.tones import PEAKS, ToneCollector
from v1z3r_core.model.track import Key


def tones(samples, rate=RATE, size=5_000):
    collector = ToneCollector(rate)
    samples = np.asarray(samples, np.float32).reshape(len(samples), -1)
    for start in range(0, len(samples), size):
        collector.add(np.ascontiguousarray(samples[start : start + size]))
    return collector.finish()


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_a_cadence_is_in_its_key(tonic, mode):
    key = find_key(tones(cadence(tonic, mode)))
    assert (key.tonic, key.mode) == (tonic, mode)
    assert abs(key.tuning_cents) < 3


@pytest.mark.parametrize("cents", [-40, -15, 25, 45])
def test_a_piece_tuned_otherwise_has_the_same_key_and_tells_its_tuning(cents):
    key = find_key(tones(cadence(2, "minor", cents=cents)))
    assert key.name == "D minor"
    assert key.tuning_cents == pytest.approx(cents, abs=3)


def test_the_fits_of_a_transposed_profile_are_the_fits_transposed():
    profile = np.random.default_rng(3).uniform(0, 1, 12)
    fits = key_fits(profile)
    for steps in range(12):
        moved = key_fits(np.roll(profile, steps))
        np.testing.assert_allclose(moved[:12], np.roll(fits[:12], steps))
        np.testing.assert_allclose(moved[12:], np.roll(fits[12:], steps))


def test_the_chroma_of_a_transposed_cadence_is_the_chroma_transposed():
    low, high = (chromagram(tones(cadence(tonic, "major"))).mean(axis=0) for tonic in (0, 5))
    assert np.corrcoef(np.roll(low, 5), high)[0, 1] > 0.98


def test_more_of_a_piece_makes_the_key_surer():
    short, long = (
        find_key(tones(cadence(7, "major", chord_seconds=s))).confidence for s in (0.5, 4.0)
    )
    assert 0.3 < short < long < 1


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(RATE * 3),
        noise(RATE, 8.0, 0.1),
        pink(RATE, 8.0, 0.1),
        noise(RATE, 2.0, 0.1),
        cadence(0, "major", chord_seconds=0.2),
        np.zeros(7),
    ],
    ids=["silence", "white", "pink", "short noise", "too short", "seven samples"],
)
def test_what_has_no_pitch_or_no_length_has_no_key(samples):
    assert find_key(tones(samples)) is None


@pytest.mark.parametrize("hz", [55.0, 110.3, 441.7, 1_234.5, 3_900.0])
@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000])
def test_a_tone_is_found_where_it_is_and_as_loud_as_it_is(hz, rate):
    found = tones(0.25 * np.sin(2 * np.pi * hz * np.arange(rate * 2) / rate), rate)
    middle = len(found.times) // 2
    strongest = found.amplitude[middle].argmax()
    assert found.hz[middle, strongest] == pytest.approx(hz, abs=0.2)
    assert found.amplitude[middle, strongest] == pytest.approx(0.25, rel=0.03)


def test_a_semitone_is_two_tones_from_g2_up():
    found = tones(note(43, 2.0, overtones=1) + note(44, 2.0, overtones=1))
    middle = len(found.times) // 2
    two = np.sort(found.hz[middle, np.argsort(found.amplitude[middle])[-2:]])
    np.testing.assert_allclose(two, [98.0, 103.83], atol=0.7)


def test_tones_do_not_depend_on_blocks_and_bad_samples_count_as_silence():
    samples = cadence(0, "major")
    samples[5_000] = np.nan
    one, other = tones(samples, size=700), tones(samples, size=50_000)
    np.testing.assert_allclose(chromagram(one), chromagram(other), atol=1e-5)
    assert one.hz.shape == (len(one.times), PEAKS)
    assert np.isfinite(one.amplitude).all()
    assert find_key(one).name == "C major"


def test_silence_has_no_tuning():
    assert tuning_semitones(tones(np.zeros(RATE))) == 0


def test_names_relatives_and_camelot_codes_are_the_wheel_s():
    wheel = {
        (0, "major"): ("C major", "A minor", "8B"),
        (9, "minor"): ("A minor", "C major", "8A"),
        (7, "major"): ("G major", "E minor", "9B"),
        (7, "minor"): ("G minor", "Bb major", "6A"),
        (5, "minor"): ("F minor", "Ab major", "4A"),
        (6, "major"): ("F# major", "Eb minor", "2B"),
        (1, "minor"): ("C# minor", "E major", "12A"),
        (11, "major"): ("B major", "G# minor", "1B"),
        (8, "minor"): ("G# minor", "B major", "1A"),
    }
    for (tonic, mode), expected in wheel.items():
        key = Key(tonic, mode, 1.0, 0.0)
        assert (key.name, key.relative, key.camelot) == expected
    codes = {Key(t, m, 1.0, 0.0).camelot for t in range(12) for m in ("major", "minor")}
    assert len(codes) == 24
