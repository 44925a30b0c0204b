"""Breaks, drops, the trend of energy, and the key: on made-up powers and chroma."""

import numpy as np
import pytest
from calling import given

from v1z3r_core.analysis.formplan import form_memory, form_tables
from v1z3r_core.kernels.form import in_break, see_form, trend
from v1z3r_core.kernels.form_layout import Form
from v1z3r_core.kernels.tonality import see_key

HOP = 512 / 48_000
# Temperley's pop and rock profiles would do as well; any that tell major from minor.
MAJOR = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
MINOR = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]
TABLES = given(form_tables(HOP, np.array([MAJOR, MINOR])))


def drums(seconds, bass, whole, bpm=120):
    """Powers of a bass drum on every beat over a bed of everything else."""
    times = np.arange(0, seconds, HOP)
    since = times % (60 / bpm)
    kick = bass * np.exp(-since / 0.05)
    return np.stack([kick, kick + whole], axis=1)


def story(*parts):
    powers = np.concatenate(parts)
    memory, drops, breaks, trends = form_memory(), [], [], []
    here = given(memory)
    for hop, (bass, whole) in enumerate(powers):
        strength = see_form(TABLES, here, bass, whole)
        if strength:
            drops.append((hop * HOP, strength))
        breaks.append(in_break(here))
        trends.append(trend(here))
    return drops, np.array(breaks), np.array(trends), memory


@pytest.mark.parametrize("gain", [1e-3, 1.0, 1e3])
def test_a_bass_that_comes_back_is_a_drop_at_once_whatever_the_gain(gain):
    verse, bridge = drums(16, 0.1 * gain, 0.02 * gain), drums(8, 0.0, 0.02 * gain)
    drops, breaks, _, memory = story(verse, bridge, verse)
    ((time, strength),) = drops
    assert 24.0 <= time < 24.06
    assert strength > 0.85
    assert memory.values[Form.DROPS] == 1
    assert breaks[int(15 / HOP)] == 0.0
    assert breaks[int(20 / HOP)] == 1.0
    assert breaks[int(25 / HOP)] == 0.0


def test_a_fill_of_one_bar_is_no_break():
    verse = drums(16, 0.1, 0.02)
    drops, breaks, _, _ = story(verse, drums(1.9, 0.0, 0.02), verse)
    assert drops == []
    assert breaks.max() < 1.0


def test_a_short_break_makes_a_smaller_drop_than_a_long_one():
    verse = drums(16, 0.1, 0.02)
    short, long = (story(verse, drums(s, 0.0, 0.02), verse)[0][0][1] for s in (4, 12))
    assert 0.5 < short < long == 1.0


def test_a_long_break_does_not_make_the_music_forget_its_bass():
    verse = drums(16, 0.1, 0.02)
    drops, _, _, _ = story(verse, drums(60, 0.001, 0.02), verse)
    assert [round(time) for time, _ in drops] == [76]


def test_silence_is_neither_break_nor_drop_and_the_first_note_is_no_drop():
    silence = np.zeros((2_000, 2))
    drops, breaks, trends, _ = story(silence, drums(16, 0.1, 0.02), silence)
    assert drops == []
    assert breaks[-1] == 0.0
    assert abs(trends[1_999]) == 0.0


def test_rising_music_trends_up_and_falling_music_down():
    steady = drums(20, 0.01, 0.01)
    ramp = np.geomspace(1, 30, len(steady))[:, np.newaxis]
    _, _, up, _ = story(steady, steady * ramp)
    _, _, down, _ = story(steady * 30, steady * 30 / ramp)
    assert abs(up[len(steady) - 1]) < 0.15
    assert up[-1] > 0.5
    assert down[-1] < -0.5


def chroma_of(*tones):
    chroma = np.zeros(12, np.float32)
    chroma[list(tones)] = 1.0
    return chroma


def listened(sequence, seconds):
    memory, confidence = form_memory(), 0.0
    here = given(memory)
    for hop in range(round(seconds / HOP)):
        confidence = see_key(TABLES, here, sequence[int(hop * HOP / 0.5) % len(sequence)])
    return int(memory.values[Form.KEY]), confidence


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("minor", [False, True])
def test_a_cadence_is_heard_in_its_key(tonic, minor):
    third = 3 if minor else 4
    one, four, five = (0, third, 7), (5, 5 + third, 0), (7, 11, 2)
    chords = [chroma_of(*((tone + tonic) % 12 for tone in c)) for c in (one, four, five, one)]
    key, confidence = listened(chords, 20)
    assert key == tonic + 12 * minor
    assert 0.2 < confidence <= 1.0


def test_confidence_grows_and_silence_has_no_key():
    chords = [chroma_of(0, 4, 7), chroma_of(7, 11, 2)]
    assert listened([np.zeros(12, np.float32)], 5) == (-1, 0.0)
    assert listened(chords, 1)[1] < listened(chords, 20)[1]


def test_a_modulation_is_followed():
    memory = form_memory()
    here = given(memory)
    for tonic in (0, 6):
        chords = [[0, 4, 7], [5, 9, 0], [7, 11, 2], [0, 4, 7]]
        for hop in range(round(40 / HOP)):
            chord = chords[int(hop * HOP) % 4]
            see_key(TABLES, here, chroma_of(*((tone + tonic) % 12 for tone in chord)))
        assert memory.values[Form.KEY] == tonic
