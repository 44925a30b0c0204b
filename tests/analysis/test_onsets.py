"""Onsets: all clicks found in time, nothing in what is steady, drums and notes of real music."""

import numpy as np
import pytest
from listening import RATES, blocks, hear, noise, pink, series, tone

from v1z3r_core.analysis.analyzer import Analyzer
from v1z3r_core.analysis.onsetplan import REFRACTORY_SECONDS
from v1z3r_core.analysis.plan import hop_size, window_size
from v1z3r_core.audio.compose import compose
from v1z3r_core.model.analysis import Scalar


def announced(frames):
    return np.array([frame.time for frame in frames if frame.onset > 0])


def clicks(rate, count, period, background=0.0, seed=2):
    """Single samples about `period` apart, at no particular place in a hop; where they are."""
    rng = np.random.default_rng(seed)
    places = np.cumsum(rng.integers(round(0.9 * period * rate), round(1.1 * period * rate), count))
    samples = noise(rate, (places[-1] + rate) / rate, background or 1e-9, seed)
    samples[places] += 0.8
    return samples, places / rate


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("background", [0.0, 0.003])
def test_every_click_is_announced_once_within_a_hop_and_the_window_s_delay(rate, background):
    samples, times = clicks(rate, 30, 0.25, background)
    frames = hear(samples, rate)
    found = announced(frames)
    if background:
        found = found[found > 0.1]  # the noise itself began once
    assert len(found) == len(times)
    delays = found - times
    # A Hann window weighs its newest sixth with less than a quarter; then one hop to go.
    assert delays.min() > 0
    assert delays.max() <= hop_size(rate) / rate + window_size(rate) / 6 / rate


def test_clicks_down_to_the_refractory_time_are_told_apart():
    samples, times = clicks(48_000, 40, 0.09)
    assert len(announced(hear(samples, 48_000))) == len(times)
    assert REFRACTORY_SECONDS < 0.9 * 0.09


@pytest.mark.parametrize("gain_db", [0, -20, -40])
def test_a_quiet_master_has_the_same_onsets(gain_db):
    samples, times = clicks(48_000, 20, 0.3, 0.003)
    found = announced(hear(samples * 10 ** (gain_db / 20), 48_000))
    assert len(found[found > 0.1]) == len(times)


@pytest.mark.parametrize("colour", [noise, pink])
@pytest.mark.parametrize("rms_db", [-12, -40, -70])
def test_steady_noise_has_no_onset_in_thirty_seconds(colour, rms_db):
    found = announced(hear(colour(48_000, 30, 10 ** (rms_db / 20), 3), 48_000))
    assert not len(found[found > 0.2]), "only its beginning counts"


@pytest.mark.parametrize("hz", [31.0, 50.0, 100.0, 440.0, 5_000.0])
def test_a_steady_tone_has_no_onset_but_its_beginning(hz):
    assert announced(hear(tone(hz, 48_000, 4.0), 48_000)).tolist() == [512 / 48_000]


def test_chords_sawtooth_and_vibrato_are_steady_too():
    rate, seconds = 48_000, 4.0
    chord = sum(tone(hz, rate, seconds, 0.2) for hz in (261.63, 329.63, 392.0))
    sawtooth = sum(tone(41.2 * k, rate, seconds, 0.3 / k) for k in range(1, 400))
    time = np.arange(round(rate * seconds)) / rate
    wobble = 8 * np.sin(2 * np.pi * 6 * time)
    vibrato = sum(0.3 / k * np.sin(k * (2 * np.pi * 440 * time + wobble)) for k in range(1, 20))
    for steady in (chord, sawtooth, vibrato):
        found = announced(hear(steady, rate))
        assert not len(found[found > 1.0]), "after a second the threshold knows it"


def test_the_demo_track_s_notes_are_found_and_nothing_else_is():
    truth = compose(48_000)
    frames = hear(truth.samples, 48_000)
    found = announced(frames)

    def announced_as(note):
        return np.any((found >= note - 0.005) & (found <= note + 0.045))

    def belongs_to_a_note(time):
        return np.any((truth.onsets <= time + 0.005) & (truth.onsets >= time - 0.045))

    apart = truth.onsets[np.diff(truth.onsets, prepend=-1) > 0.03]
    kicks = np.mean([announced_as(kick) for kick in truth.kicks])
    recall = np.mean([announced_as(note) for note in apart])
    precision = np.mean([belongs_to_a_note(time) for time in found])
    assert kicks > 0.97
    assert recall > 0.72
    assert precision > 0.97


def test_strength_afterglow_and_count_tell_one_story():
    samples, times = clicks(48_000, 10, 0.3)
    frames = hear(samples, 48_000)
    onset, glow = series(frames, Scalar.ONSET), series(frames, Scalar.ONSET_DECAY)
    assert 0 <= onset.min() <= onset.max() <= 1
    np.testing.assert_array_equal(series(frames, Scalar.ONSET_COUNT), np.cumsum(onset > 0))
    assert (glow >= onset).all()
    for time in times:
        shortly_after = [frame for frame in frames if time < frame.time < time + 0.03]
        assert max(frame.scalar(Scalar.ONSET_DECAY) for frame in shortly_after) > 0.8
    # Within the last stretch nothing happens: a pure exponential of 0.2 s.
    tail = glow[-40:]
    np.testing.assert_allclose(tail[1:] / tail[:-1], np.exp(-512 / 48_000 / 0.2), rtol=1e-4)


BANDS = (Scalar.ONSET_LOW, Scalar.ONSET_MID, Scalar.ONSET_HIGH)
COUNTS = (
    Scalar.ONSET_COUNT,
    Scalar.ONSET_LOW_COUNT,
    Scalar.ONSET_MID_COUNT,
    Scalar.ONSET_HIGH_COUNT,
)
DRUM_COUNTS = (Scalar.KICK_COUNT, Scalar.SNARE_COUNT, Scalar.HAT_COUNT)


def counted(samples, rate, since, counts):
    """How many of each were announced after a while."""
    analyzer, early = Analyzer(), None
    for block in blocks(samples, rate, 65_536):
        for frame in analyzer.advance(block):
            if early is None and frame.time > since:
                early = frame.copy()
    return [analyzer.latest.scalar(which) - early.scalar(which) for which in counts]


@pytest.mark.parametrize("colour", [noise, pink])
def test_eight_minutes_of_noise_have_no_onset_in_any_band_and_no_drum(colour):
    samples = colour(44_100, 480, 0.1, 5).astype(np.float32)
    assert counted(samples, 44_100, 0.5, COUNTS + DRUM_COUNTS) == [0] * 7


@pytest.mark.parametrize("hz", [30.0, 33.3, 36.0, 41.2, 55.0, 82.4])
def test_a_sawtooth_s_periods_are_no_onsets_in_any_band(hz):
    rate = 48_000
    sawtooth = sum(tone(hz * k, rate, 4.0, 0.3 / k) for k in range(1, int(20_000 / hz)))
    assert counted(sawtooth, rate, 0.5, COUNTS + DRUM_COUNTS) == [0] * 7


def test_neither_silence_nor_dc_nor_a_slow_fade_has_an_onset():
    rate = 48_000
    fade = np.geomspace(1e-3, 1, 6 * rate)
    for steady in (np.zeros(3 * rate), np.full(3 * rate, 0.3), fade * noise(rate, 6, 0.2, 4)):
        assert counted(steady, rate, 0.5, COUNTS + DRUM_COUNTS) == [0] * 7


def struck(rate, hz, at, seconds):
    """A tone struck every half second from `at` on."""
    time = np.arange(round(rate * seconds)) / rate
    since = (time - at) % 0.5
    return np.where(time >= at, 0.5 * np.sin(2 * np.pi * hz * since) * np.exp(-since / 0.08), 0)


@pytest.mark.parametrize(("hz", "band"), [(60.0, 0), (700.0, 1), (7_000.0, 2)])
def test_a_band_s_strokes_are_announced_in_that_band_within_two_hops(hz, band):
    rate = 48_000
    frames = hear(struck(rate, hz, 0.26, 4.0), rate)
    times = np.array([frame.time for frame in frames])
    found = times[series(frames, BANDS[band]) > 0]
    delays = found - 0.26 - 0.5 * np.arange(8)
    assert 0 < delays.min() <= delays.max() <= 2 * 512 / rate


@pytest.mark.parametrize("gain_db", [-40, 40])
def test_a_piece_has_the_same_onsets_and_drums_at_any_gain(gain_db):
    piece = compose(44_100).samples[: 20 * 44_100]
    piece = piece if piece.ndim == 1 else piece.mean(axis=1)
    gain = 10 ** (gain_db / 20)
    for counts in (COUNTS, DRUM_COUNTS):
        assert counted(piece * gain, 44_100, 0.1, counts) == counted(piece, 44_100, 0.1, counts)


def test_an_onset_s_age_tells_when_a_click_came_to_three_milliseconds():
    samples, times = clicks(48_000, 40, 0.25, 0.003)
    frames = [frame for frame in hear(samples, 48_000) if frame.onset > 0 and frame.time > 0.1]
    told = np.array([frame.time - frame.scalar(Scalar.ONSET_AGE) for frame in frames])
    np.testing.assert_allclose(told, times, atol=0.003)


def drum_machine(rate, drum):
    """One drum every half second, from sines and noise."""
    rng = np.random.default_rng(0)
    time = np.arange(8 * rate) / rate
    since, hiss = time % 0.5, rng.normal(0, 1, 8 * rate)
    if drum == "kick":
        sweep = 50 * since + 0.24 * (1 - np.exp(-since / 0.03))
        return 0.8 * np.sin(2 * np.pi * sweep) * np.exp(-since / 0.15)
    if drum == "snare":
        rattle = 0.25 * hiss * np.exp(-since / 0.09)
        return rattle + 0.3 * np.sin(2 * np.pi * 190 * since) * np.exp(-since / 0.08)
    return 0.2 * np.diff(hiss, prepend=0) * np.exp(-since / 0.03)


@pytest.mark.parametrize(
    ("drum", "kicks"), [("kick", (14, 16)), ("snare", (0, 1)), ("hat", (0, 1))]
)
def test_drums_alone_are_heard_and_only_the_kick_is_taken_for_one(drum, kicks):
    counts = counted(drum_machine(48_000, drum), 48_000, 0.0, DRUM_COUNTS)
    assert kicks[0] <= counts[0] <= kicks[1]
    assert 12 <= counts[("kick", "snare", "hat").index(drum)] <= 16


def test_the_demo_track_s_kicks_are_likelier_than_not():
    truth = compose(48_000)
    frames = hear(truth.samples, 48_000)
    times = np.array([frame.time for frame in frames])
    found = times[np.diff(series(frames, Scalar.KICK_COUNT), prepend=0) > 0]
    heard = [np.any((found > kick) & (found < kick + 0.05)) for kick in truth.kicks]
    right = [np.any((time > truth.kicks) & (time < truth.kicks + 0.05)) for time in found]
    assert np.mean(heard) > 0.7
    assert np.mean(right) > 0.7
