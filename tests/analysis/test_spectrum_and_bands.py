"""Spectrum, bands and levels: what theory says, at every rate, loud and quiet."""

import numpy as np
import pytest
from listening import RATES, columns, hear, noise, pink, series, tone

from v1z3r_core.analysis.bandweights import band_weights
from v1z3r_core.analysis.plan import Plan, hop_size, onset_bands_hz, window_size
from v1z3r_core.model.analysis import (
    BANDS,
    DBA_FLOOR,
    FLOOR_DB,
    AnalyzerSettings,
    Curve,
    Scalar,
    band_edges_hz,
)
from v1z3r_core.model.audio import MAX_RATE_HZ, MIN_RATE_HZ

EDGES = band_edges_hz()


def band_of(hz):
    return int(np.searchsorted(EDGES, hz) - 1)


def decibels(level):
    return FLOOR_DB * (1 - level)


@pytest.mark.parametrize(
    ("rate", "window", "hop"),
    [
        (8_000, 512, 64),
        (22_050, 1_024, 256),
        (44_100, 2_048, 512),
        (48_000, 2_048, 512),
        (96_000, 4_096, 1_024),
        (192_000, 8_192, 2_048),
    ],
)
def test_window_and_hop_follow_the_rate(rate, window, hop):
    assert (window_size(rate), hop_size(rate)) == (window, hop)


@pytest.mark.parametrize("rate", [MIN_RATE_HZ, 11_025, 50_000, MAX_RATE_HZ])
def test_every_allowed_rate_can_be_heard(rate):
    assert rate / window_size(rate) <= 24
    assert 0.006 <= hop_size(rate) / rate <= 0.012
    hz = min(0.1 * rate, 5_000)
    frame = hear(tone(hz, rate, 0.3), rate)[-1]
    assert np.isfinite(frame.row).all()
    assert frame.spectrum.argmax() * frame.bin_hz == pytest.approx(hz, abs=24)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("bin_place", [20, 20.5])
def test_a_sine_reads_its_own_level(rate, bin_place):
    hz = bin_place * rate / window_size(rate)
    frame = hear(tone(hz, rate, 0.3, 10 ** (-12 / 20)), rate)[-1]
    # Between two bins a Hann window shows 1.42 dB less: F. J. Harris (1978), table 1.
    scalloping = 0 if bin_place == 20 else 1.42
    assert decibels(frame.spectrum.max()) == pytest.approx(-12 - scalloping, abs=0.02)
    assert int(frame.spectrum.argmax()) in (20, 21)
    assert frame.bin_hz == pytest.approx(rate / window_size(rate))


def test_a_full_scale_sine_is_one_and_a_steady_offset_too():
    assert hear(tone(480 * 2048 / 2048 * 46.875, 48_000, 0.3, 1.0), 48_000)[-1].spectrum.max() == 1
    offset = hear(np.full(48_000 // 4, 0.5), 48_000)[-1]
    assert decibels(offset.spectrum[0]) == pytest.approx(-6.02, abs=0.01)
    assert not offset.spectrum[2:].any()


def test_beyond_half_the_rate_there_is_nothing():
    frame = hear(noise(8_000, 0.3, 0.3), 8_000)[-1]
    assert frame.spectrum[:257].min() > 0
    assert not frame.spectrum[257:].any()
    assert frame.bands[: band_of(4_000)].min() > 0
    assert not frame.bands[band_of(4_000) + 1 :].any()


@pytest.mark.parametrize("hz", [35.0, 60.0, 100.0, 440.0, 1_000.0, 3_500.0])
def test_all_rates_hear_the_same_bands(hz):
    heard = {rate: hear(tone(hz, rate, 1.0), rate)[-1].bands for rate in RATES}
    reference = heard[48_000]
    # Below 100 Hz a bin is wider than three bands, and not quite as wide at every rate.
    apart = 3 if hz < 100 else 1
    assert abs(int(reference.argmax()) - band_of(hz)) <= apart
    for rate, bands in heard.items():
        assert abs(int(bands.argmax()) - int(reference.argmax())) <= apart, rate
        assert bands.max() == pytest.approx(reference.max(), abs=0.02), rate


@pytest.mark.parametrize("rate", RATES)
def test_all_rates_hear_the_same_levels_in_music(rate):
    """Noise below 3 kHz, made at one rate and resampled without loss."""
    base = pink(8_000, 2.0, 0.1)
    spectrum = np.fft.rfft(base)
    spectrum[6_000:] = 0
    low = np.fft.irfft(spectrum, len(base))
    resampled = np.fft.irfft(spectrum, 2 * rate) * (rate / 8_000)
    at = 8_000, rate
    names = Scalar.BASS, Scalar.MID, Scalar.LEVEL
    means = []
    for x, r in zip((low, resampled), at, strict=True):
        frames = hear(x, r)
        means.append([series(frames[len(frames) // 2 :], name).mean() for name in names])
    np.testing.assert_allclose(means[0], means[1], atol=0.06)


@pytest.mark.parametrize("rate", RATES)
def test_bands_share_out_all_power_and_no_band_is_empty(rate):
    size = window_size(rate) // 2 + 1
    bin_hz = rate / window_size(rate)
    pairs = np.stack([EDGES[:-1], EDGES[1:]], axis=1)
    runs, weights = band_weights(pairs, size, bin_hz)
    total = np.zeros(size)
    for (low, high), (first, count, place) in zip(pairs, runs, strict=True):
        part = weights[place : place + count]
        total[first : first + count] += part
        covered = max(0.0, min(high, rate / 2) - min(low, rate / 2)) / bin_hz
        # White density: a band's weights add up to its width.
        assert part.sum() == pytest.approx(covered, abs=1e-3 * max(covered, 1))
    inside = slice(int(30 / bin_hz) + 2, min(int(16_000 / bin_hz) - 1, size - 2))
    np.testing.assert_allclose(total[inside], 1, atol=1e-5)


def test_a_tone_gives_its_power_to_the_bands_once():
    plan = Plan.of(48_000, 1, AnalyzerSettings())
    tables = plan.tables
    window = tables.short.window
    for hz in (200.0, 1_003.0, 9_999.0):
        windowed = tone(hz, 48_000, 2_048 / 48_000, 1.0)[:2048] * window
        power = np.abs(np.fft.rfft(windowed)) ** 2
        sums = [power[f : f + n] @ tables.weights[p : p + n] for f, n, p in tables.runs]
        assert sum(sums[:BANDS]) == pytest.approx(1, abs=0.01), hz
        assert sums[BANDS + 3] == pytest.approx(1, abs=0.01), "all of it, in one"


def test_onset_bands_are_at_least_two_bins_wide():
    for rate in RATES:
        bands = onset_bands_hz(rate)
        assert min(high - low for low, high in bands) >= 48
        assert all(low < rate / 2 for low, _ in bands)
        assert [low for low, _ in bands[1:]] == [high for _, high in bands[:-1]]


def test_regions_hear_their_own_part():
    for hz, region in ((60, Scalar.BASS), (700, Scalar.MID), (6_000, Scalar.TREBLE)):
        frame = hear(tone(hz, 48_000, 1.0), 48_000)[-1]
        others = {Scalar.BASS, Scalar.MID, Scalar.TREBLE} - {region}
        assert frame.scalar(region) > 0.95
        assert max(frame.scalar(other) for other in others) < 0.35
        assert frame.scalar(Scalar.LEVEL) > 0.95


def test_the_centroid_of_a_tone_is_its_pitch_and_of_silence_zero():
    frame = hear(tone(2_000, 48_000, 0.3), 48_000)[-1]
    assert frame.scalar(Scalar.CENTROID) == pytest.approx(2_000, rel=1e-3)
    assert hear(np.zeros(9_600), 48_000)[-1].scalar(Scalar.CENTROID) == 0


def test_rms_and_peak_are_those_of_the_hop():
    samples = columns(np.stack([tone(3_000, 48_000, 0.2, 0.8), np.zeros(9_600)], axis=1))
    frame = hear(samples, 48_000)[-1]
    assert frame.rms == pytest.approx(0.4 / np.sqrt(2), rel=1e-3)
    assert frame.scalar(Scalar.PEAK) == pytest.approx(0.8, rel=2e-3)


def test_digital_silence_is_all_zero():
    row = hear(np.zeros((48_000, 2)), 48_000)[-1].lines
    assert not row[:2].any()
    assert not row[2, : Curve.EDGES].any()
    assert row[3, Scalar.LEVEL_DBA] == DBA_FLOOR
    constant = {
        Scalar.LUFS_MOMENTARY,
        Scalar.LUFS_SHORT,
        Scalar.BIN_HZ,
        Scalar.LEVEL_DBA,
        Scalar.KEY,
    }
    # Without a beat the grid runs on by itself, and no network is sure of anything.
    grid = {
        Scalar.BEAT_PHASE,
        Scalar.BEAT_PERIOD,
        Scalar.BEAT_PLACE,
        Scalar.BEATS_PER_BAR,
        Scalar.BEAT_COUNT,
    }
    activations = {Scalar.BEAT_ACTIVATION, Scalar.DOWNBEAT_ACTIVATION}
    zero = set(Scalar) - constant - grid - activations - {Scalar.KEY}
    assert not any(row[3, which] for which in zero)
    assert all(0 <= row[3, which] < 0.01 for which in activations)
    assert row[3, Scalar.KEY] == -1
    assert row[3, Scalar.LUFS_MOMENTARY] == row[3, Scalar.LUFS_SHORT] == -np.inf


@pytest.mark.parametrize("rms_db", [-80, -90, -100])
def test_the_noise_of_an_empty_room_is_not_blown_up(rms_db):
    frames = hear(noise(48_000, 2.0, 10 ** (rms_db / 20)), 48_000)
    assert max(float(frame.bands.max()) for frame in frames) == 0
    for which in (Scalar.BASS, Scalar.MID, Scalar.TREBLE, Scalar.LEVEL):
        assert series(frames, which).max() == 0


def test_a_master_40_db_quieter_fills_the_picture_as_well():
    music = pink(48_000, 4.0, 0.25)
    loud, quiet = hear(music, 48_000), hear(music * 0.01, 48_000)
    half = len(loud) // 2
    bands = [np.mean([frame.bands for frame in frames[half:]]) for frames in (loud, quiet)]
    assert bands[0] > 0.7
    assert bands[1] > 0.9 * bands[0]
    for which in (Scalar.BASS, Scalar.MID, Scalar.TREBLE, Scalar.LEVEL):
        levels = [series(frames, which)[half:].mean() for frames in (loud, quiet)]
        assert levels[0] > 0.6
        assert levels[1] == pytest.approx(levels[0], abs=0.05)


def test_a_drop_after_a_quiet_part_does_not_stay_at_full_scale():
    music = pink(48_000, 4.0, 0.1) * np.repeat([0.03, 1.0], 2 * 48_000)
    frames = hear(music, 48_000)
    drop = len(frames) // 2
    full = [float(np.mean(frame.bands >= 0.999)) for frame in frames]
    assert max(full[drop : drop + 20]) < 0.5
    assert max(full[drop + 10 :]) < 0.1


def test_levels_move_in_seconds_not_in_hops():
    """Time to fall to 1/e after a tone stops, at two hop lengths."""
    for rate in (48_000, 8_000):
        sound = np.concatenate([tone(1_000, rate, 1.0), np.zeros(rate)])
        frames = hear(sound, rate)
        levels = np.array([frame.bands[band_of(1_000)] for frame in frames])
        times = np.array([frame.time for frame in frames])
        fallen = times[(times > 1.0) & (levels < levels[times <= 1.0][-1] / np.e)][0] - 1.0
        # The release, plus the window that has to empty first.
        assert 0.16 < fallen < 0.16 + 0.064


def test_peaks_hold_then_fall_at_the_stated_speed():
    settings = AnalyzerSettings(peak_hold_seconds=0.3, peak_fall_per_second=0.5)
    sound = np.concatenate([tone(1_000, 48_000, 0.5), np.zeros(2 * 48_000)])
    frames = hear(sound, 48_000, settings=settings)
    times = np.array([frame.time for frame in frames])
    peaks = np.array([frame.peaks[band_of(1_000)] for frame in frames])
    top = peaks.max()
    falling = times[(times > 0.5) & (peaks < top)][0]
    assert 0.3 <= falling - 0.5 < 0.4
    later = (times > falling + 0.1) & (times < falling + 0.9)
    assert np.polyfit(times[later], peaks[later], 1)[0] == pytest.approx(-0.5, abs=0.01)
    for frame in frames:
        assert (frame.peaks >= frame.bands).all()


def test_flows_are_the_integral_of_their_levels():
    frames = hear(pink(48_000, 1.5, 0.1), 48_000)
    pairs = (
        (Scalar.BASS, Scalar.BASS_FLOW),
        (Scalar.MID, Scalar.MID_FLOW),
        (Scalar.TREBLE, Scalar.TREBLE_FLOW),
    )
    for level, flow in pairs:
        integral = np.cumsum(series(frames, level)) * 512 / 48_000
        np.testing.assert_allclose(series(frames, flow), integral, rtol=1e-4)
