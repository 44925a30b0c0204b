"""Loudness against BS.1770 and EBU 3341, and the track that is collected from frames."""

import dataclasses
from pathlib import Path

import naive
import numpy as np
import pytest
from listening import RATES, blocks, columns, hear, noise, pink, series, tone

from v1z3r_core.analysis.analyzer import Analyzer
from v1z3r_core.analysis.kweighting import channel_weights, k_weighting
from v1z3r_core.analysis.track import BY_HOP, TrackBuilder
from v1z3r_core.model.analysis import BANDS, AnalyzerSettings, Scalar
from v1z3r_core.model.errors import AnalysisExpired
from v1z3r_core.model.track import SPECTROGRAM_LINES, Track, spectrogram_hz

# ITU-R BS.1770-5, annex 1, tables 1 and 2: coefficients at 48 kHz.
TABLES_48K = [
    [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585],
    [1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621],
]


def collect(samples, rate, size=4096):
    samples = columns(samples)
    analyzer, builder = Analyzer(), TrackBuilder(Path("x.wav"))
    for block in blocks(samples, rate, size):
        builder.add(block, analyzer.advance(block))
    return builder.finish()


def stereo(steps, rate=48_000, hz=1_000):
    """A 1 kHz sine in both channels, levels in dBFS for so many seconds."""
    gains = np.concatenate([np.full(round(s * rate), 10 ** (db / 20)) for db, s in steps])
    wave = gains * np.sin(2 * np.pi * hz * np.arange(len(gains)) / rate)
    return np.stack([wave, wave], axis=1)


def test_at_48_khz_the_filter_is_the_recommendation_s_table():
    np.testing.assert_allclose(k_weighting(48_000), TABLES_48K, atol=2e-8)


@pytest.mark.parametrize("rate", [16_000, 44_100, 96_000, 192_000])
def test_at_every_rate_the_filter_has_the_same_curve(rate):
    hz = np.array([20.0, 50, 100, 500, 1_000, 2_000])

    def gain_db(at):
        z = np.exp(-2j * np.pi * hz / at)
        total = np.ones(len(hz), complex)
        for b0, b1, b2, a1, a2 in k_weighting(at):
            total *= (b0 + b1 * z + b2 * z**2) / (1 + a1 * z + a2 * z**2)
        return 20 * np.log10(np.abs(total))

    np.testing.assert_allclose(gain_db(rate), gain_db(48_000), atol=0.3 if rate < 44_100 else 0.05)


@pytest.mark.parametrize("rate", [1_000, 2_000, 3_700, 4_000, 768_000])
def test_the_filter_is_stable_at_the_oddest_rates(rate):
    for _, _, _, a1, a2 in k_weighting(rate):
        assert np.abs(np.roots([1, a1, a2])).max() < 1


def test_channels_weigh_as_their_places_say():
    assert channel_weights(1).tolist() == [1]
    assert channel_weights(2).tolist() == [1, 1]
    assert channel_weights(6).tolist() == [1, 1, 1, 0, 1.41, 1.41]
    assert channel_weights(8).tolist() == [1, 1, 1, 0, 1, 1, 1.41, 1.41]
    assert channel_weights(12).tolist() == [1] * 12


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("level_db", [-23.0, -33.0])
def test_ebu_3341_a_sine_at_a_level_has_that_loudness(rate, level_db):
    """EBU Tech 3341 minimum requirements, cases 1 and 2, in 5 s."""
    samples = stereo([(level_db, 5)], rate)
    frame = hear(samples, rate)[-1]
    assert frame.momentary_lufs == pytest.approx(level_db, abs=0.1)
    assert frame.scalar(Scalar.LUFS_SHORT) == pytest.approx(level_db, abs=0.1)
    assert collect(samples, rate).loudness_lufs == pytest.approx(level_db, abs=0.1)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([(-36, 10), (-23, 60), (-36, 10)], id="case 3"),
        pytest.param([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], id="case 4"),
        pytest.param([(-26, 20), (-20, 20.1), (-26, 20)], id="case 5"),
    ],
)
def test_ebu_3341_gating(steps):
    assert collect(stereo(steps), 48_000).loudness_lufs == pytest.approx(-23.0, abs=0.1)


def test_ebu_3341_surround():
    """Case 6: 5.1, -28 dBFS in front, -24 in the centre, -30 behind."""
    wave = np.sin(2 * np.pi * 1_000 * np.arange(20 * 48_000) / 48_000)
    gains = 10 ** (np.array([-28, -28, -24, -np.inf, -30, -30]) / 20)
    assert collect(wave[:, None] * gains, 48_000).loudness_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_programme_loudness_is_that_of_the_exact_blocks(rate):
    rng = np.random.default_rng(1)
    envelope = np.repeat(10 ** rng.uniform(-2.5, 0, 60), rate // 4)
    music = pink(rate, 15, 0.2)[: len(envelope)] * envelope
    samples = columns(np.stack([music, 0.5 * music], axis=1))
    expected = naive.programme_loudness(samples, k_weighting(rate), channel_weights(2), rate)
    assert collect(samples, rate).loudness_lufs == pytest.approx(expected, abs=0.1)


def test_momentary_and_short_windows_are_400_ms_and_3_s():
    frames = hear(stereo([(-20, 4), (-120, 4)]), 48_000)
    for which, window in ((Scalar.LUFS_MOMENTARY, 0.4), (Scalar.LUFS_SHORT, 3.0)):
        loudness = series(frames, which)
        times = np.array([frame.time for frame in frames])
        half_way = loudness[np.argmin(np.abs(times - (4 + window / 2)))]
        assert half_way == pytest.approx(-20 - 3.01, abs=0.3)
        assert loudness[times > 4 + window + 0.05].max() < -90


@pytest.mark.parametrize("samples", [np.zeros(48_000), noise(48_000, 0.3, 0.1), np.zeros(9)])
def test_silence_and_sound_shorter_than_one_block_have_no_loudness(samples):
    assert collect(samples, 48_000).loudness_lufs == -np.inf


def test_a_track_holds_every_hop_as_it_was_heard():
    samples = pink(48_000, 2.0, 0.2)
    track, frames = collect(samples, 48_000), hear(samples, 48_000)
    assert (track.path, track.sample_rate, track.duration) == (Path("x.wav"), 48_000, 2.0)
    assert track.times.tolist() == [frame.time for frame in frames]
    assert track.bands.shape == (len(frames), BANDS)
    np.testing.assert_array_equal(track.bands, [frame.bands for frame in frames])
    for name, which in (
        ("bass", Scalar.BASS),
        ("mid", Scalar.MID),
        ("treble", Scalar.TREBLE),
        ("rms", Scalar.RMS),
        ("flux", Scalar.FLUX),
        ("centroid_hz", Scalar.CENTROID),
        ("momentary_lufs", Scalar.LUFS_MOMENTARY),
        ("short_lufs", Scalar.LUFS_SHORT),
    ):
        np.testing.assert_array_equal(getattr(track, name), series(frames, which))


def test_what_is_kept_of_every_hop_is_a_field_of_the_track():
    assert set(BY_HOP) < {field.name for field in dataclasses.fields(Track)}


@pytest.mark.parametrize("hz", [60.0, 440.0, 3_000.0])
def test_the_spectrogram_is_brightest_where_the_tone_is(hz):
    track = collect(tone(hz, 48_000, 1.0), 48_000)
    assert track.spectrogram.shape == (len(track.times), SPECTROGRAM_LINES)
    line = int(track.spectrogram[-1].argmax())
    bin_hz = 48_000 / 2_048
    assert abs(spectrogram_hz()[line] - hz) < max(bin_hz, 0.06 * hz)
    assert track.spectrogram[-1].max() == pytest.approx(1 - 6 / 90, abs=0.03)


def test_lines_above_half_the_sample_rate_stay_at_the_floor():
    track = collect(noise(16_000, 1.0, 0.1), 16_000)
    assert track.spectrogram[:, spectrogram_hz() > 8_200].max() == 0
    assert track.spectrogram[:, spectrogram_hz() < 7_000].mean() > 0.3


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param([(-20, 20), (-30, 20)], 10, id="case 1"),
        pytest.param([(-20, 20), (-15, 20)], 5, id="case 2"),
        pytest.param([(-40, 20), (-20, 20)], 20, id="case 3"),
        pytest.param([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15, id="case 4"),
    ],
)
def test_ebu_3342_loudness_range(steps, expected):
    track = collect(stereo(steps, 16_000), 16_000)
    assert track.loudness_range_lu == pytest.approx(expected, abs=1.0)


def test_less_than_three_seconds_have_no_loudness_range():
    assert collect(stereo([(-20, 2.9)]), 48_000).loudness_range_lu is None
    assert collect(np.zeros(48_000 * 5), 48_000).loudness_range_lu is None


def test_the_energy_trend_is_the_loudness_around_each_hop_against_the_whole():
    track = collect(stereo([(-30, 8), (-20, 8)]), 48_000)
    assert len(track.energy_lu) == len(track.times)
    for when, level_db in ((1.0, -30), (5.0, -30), (11.0, -20), (15.5, -20)):
        hop = int(np.searchsorted(track.times, when))
        assert track.energy_lu[hop] == pytest.approx(level_db - track.loudness_lufs, abs=0.1)
    rising = track.energy_lu[(track.times > 6.5) & (track.times < 9.5)]
    assert (np.diff(rising) >= -1e-3).all()


def test_a_track_s_onsets_are_where_the_attacks_were():
    samples = np.zeros(48_000 * 3)
    attacks = np.arange(0.4, 2.8, 0.31)
    samples[np.round(attacks * 48_000).astype(int)] = 0.9
    track = collect(samples, 48_000)
    assert len(track.onsets) == len(track.onset_strengths) == len(attacks)
    assert np.abs(track.onsets - attacks).max() < 0.015
    assert 0 < track.onset_strengths.min() <= track.onset_strengths.max() <= 1


def assert_alike(one, other, name):
    if dataclasses.is_dataclass(one):
        assert type(one) is type(other), name
        for field in dataclasses.fields(one):
            assert_alike(getattr(one, field.name), getattr(other, field.name), field.name)
    elif isinstance(one, np.ndarray):
        np.testing.assert_allclose(one, other, atol=1e-3, err_msg=name)
    else:
        assert one == (pytest.approx(other, abs=1e-6) if isinstance(one, float) else other), name


def test_a_track_does_not_depend_on_how_the_sound_came_in():
    samples = np.stack([pink(22_050, 4.0, 0.2), tone(300, 22_050, 4.0)], axis=1)
    assert_alike(*(collect(samples, 22_050, size) for size in (1_000, 7_777)), "track")


def test_a_track_refuses_gaps_and_overwritten_frames():
    analyzer = Analyzer(AnalyzerSettings(history=64))
    block = next(blocks(noise(48_000, 1.0, 0.1), 48_000, 48_000))
    frames = analyzer.advance(block)
    builder = TrackBuilder(None)
    with pytest.raises(AnalysisExpired):
        builder.add(block, frames)
    builder = TrackBuilder(None)
    builder.add(block, frames[-3:-2])
    with pytest.raises(ValueError, match=f"frame {frames[-1].index} came where"):
        builder.add(block, frames[-1:])


def test_a_track_without_sound_is_refused():
    with pytest.raises(ValueError, match="no sound"):
        TrackBuilder(None).finish()
