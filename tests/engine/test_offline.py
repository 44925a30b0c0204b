"""`render()` and `analyze()`: whole tracks in Python."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import RATE, beats, tone, write_wav

from v1z3r_core import AudioFileError, EngineOptions, analyze, load_scene, render
from v1z3r_core.audio.feed import FeedSource
from v1z3r_core.engine.offline import exact_fps, picture_count


@given(st.integers(1, 10_000), st.sampled_from([24, 25, 30, 50, 60, 144]))
def test_whole_numbers_of_pictures_are_counted_exactly(pictures, fps):
    assert picture_count(pictures / fps, Fraction(fps)) == pictures


@given(st.floats(0.001, 5_000), st.fractions(1, 240))
def test_pictures_cover_the_sound_and_no_more(duration, fps):
    count = picture_count(duration, fps)
    assert count / fps >= duration - 1e-5
    assert count == 1 or (count - 1) / fps < duration


def test_frame_rates_are_fractions_and_must_be_positive():
    assert exact_fps(29.97) == Fraction(2997, 100)
    assert exact_fps(60) == 60
    for bad in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="expected more than 0"):
            exact_fps(bad)


@pytest.mark.parametrize(
    ("field", "value"), [("size", (0, 5)), ("fps", Fraction(-1)), ("seed", -1), ("seed", 2**32)]
)
def test_options_outside_their_range_are_refused(field, value):
    with pytest.raises(ValueError, match=field):
        EngineOptions(**{field: value})


def test_every_picture_of_a_track_comes_once_and_in_order(tmp_path):
    song = write_wav(tmp_path / "song.wav", beats(1.0))
    frames = list(render(song, load_scene("spectrum"), fps=20, size=(64, 36)))
    assert [frame.index for frame in frames] == list(range(20))
    assert [frame.time for frame in frames] == [n / 20 for n in range(20)]
    assert all(frame.pixels.shape == (36, 64, 4) for frame in frames)
    assert frames[0].pixels.base is not frames[1].pixels.base or frames[0].pixels.base is None


def test_pictures_depend_on_sound_up_to_their_time_and_no_further(tmp_path):
    """Two tracks that differ only after 0.5 s give the same pictures until then."""
    one, two = beats(1.0), beats(1.0)
    two[RATE // 2 :] = 0.0
    scene = load_scene("spectrum")
    first = list(render(write_wav(tmp_path / "a.wav", one), scene, fps=20, size=(64, 36)))
    second = list(render(write_wav(tmp_path / "b.wav", two), scene, fps=20, size=(64, 36)))
    same = [np.array_equal(a.pixels, b.pixels) for a, b in zip(first, second, strict=True)]
    assert all(same[:11])
    assert not all(same[11:])


def test_the_seed_and_nothing_else_is_random(tmp_path):
    song = write_wav(tmp_path / "song.wav", beats(0.3))
    (tmp_path / "seeded.glsl").write_text(
        '/*---\ntitle = "Seeded"\n---*/\n'
        "vec4 scene(vec2 uv) { return vec4(float(seed) / 10.0, 0.0, 0.0, 1.0); }\n"
    )
    scene = load_scene(tmp_path / "seeded.glsl")

    def red(seed):
        return next(render(song, scene, fps=10, size=(8, 8), seed=seed)).rgb[..., 0].mean()

    assert red(1) == red(1)
    assert red(1) < red(5)


def test_a_source_without_an_end_needs_a_duration():
    with pytest.raises(AudioFileError, match="say how long"):
        next(render(FeedSource(RATE), load_scene("spectrum"), size=(8, 8)))
    frames = list(
        render(FeedSource(RATE), load_scene("spectrum"), size=(8, 8), fps=10, duration=0.5)
    )
    assert len(frames) == 5


def test_a_file_and_its_samples_are_analysed_alike(tmp_path):
    samples = beats(2.0)
    song = write_wav(tmp_path / "song.wav", samples)
    exact = np.round(np.clip(samples, -1, 1) * 32767 - 0.5).astype(np.float32) / 32768
    from_file, from_array = analyze(song), analyze(exact, sample_rate=RATE)
    assert from_file.duration == from_array.duration == 2.0
    assert from_file.path == song
    assert from_array.path is None
    assert len(from_file.times) == len(from_array.times)
    np.testing.assert_allclose(from_file.bands, from_array.bands, atol=0.02)


def test_a_track_s_numbers_are_right_for_sounds_whose_numbers_are_known():
    thumps = analyze(beats(4.0), sample_rate=RATE)
    expected = np.arange(0.5, 4.0, 0.5)
    for moment in expected:
        assert np.abs(thumps.onsets - moment).min() < 0.05
    assert len(thumps.onsets) <= len(expected) + 1
    reference = analyze(tone(5.0, hz=997, level=10 ** (-23 / 20)), sample_rate=RATE)
    assert reference.loudness_lufs == pytest.approx(-23.0, abs=0.1)


def test_silence_has_no_onsets_and_no_loudness():
    track = analyze(np.zeros((RATE, 2), dtype=np.float32), sample_rate=RATE)
    assert len(track.onsets) == 0
    assert track.loudness_lufs == -np.inf


def test_progress_reaches_the_end(tmp_path):
    reached = []
    analyze(write_wav(tmp_path / "s.wav", beats(1.7)), progress=reached.append)
    assert reached == sorted(reached)
    assert reached[-1] == pytest.approx(1.7)


@pytest.mark.parametrize(
    ("samples", "rate", "message"),
    [
        (np.zeros(10), None, "sample_rate"),
        (np.zeros((2, 3, 4)), RATE, "shape"),
        (np.zeros(10), 10, "10 Hz"),
    ],
)
def test_arrays_that_are_no_sound_are_refused(samples, rate, message):
    with pytest.raises(ValueError, match=message):
        analyze(samples, sample_rate=rate)
