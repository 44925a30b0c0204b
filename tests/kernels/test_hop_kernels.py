"""Each kernel of the analysis hop against its plain twin, and against what theory says."""

import math

import naive
import numpy as np
import pytest

from v1z3r_core.analysis.kweighting import channel_weights, k_weighting
from v1z3r_core.kernels import intake, levels, loudness, spectrum, trace
from v1z3r_core.kernels.hop import root_mean_square

F = np.float32


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def floats(values):
    return np.ascontiguousarray(values, np.float32)


# --- intake -------------------------------------------------------------------------------


def test_what_is_not_sound_becomes_silence_and_is_counted(rng):
    samples = floats(rng.normal(size=(20, 3)))
    samples[2, 0], samples[5, 1], samples[9, 2], samples[10, 0] = np.nan, np.inf, -np.inf, 2e6
    samples[11, 0] = 3.5  # clipped sound is sound
    clean = np.empty((20, 3), np.float32)
    bad = intake.sanitize(samples, 0, 20, clean)
    expected, expected_bad = naive.sanitize(samples)
    np.testing.assert_array_equal(clean, expected)
    assert bad == expected_bad == 4
    assert clean[11, 0] == F(3.5)


def test_a_run_is_copied_from_where_it_begins(rng):
    samples = floats(rng.normal(size=(20, 2)))
    clean = np.full((8, 2), -1, np.float32)
    intake.sanitize(samples, 13, 5, clean)
    np.testing.assert_array_equal(clean[:5], samples[13:18])
    assert (clean[5:] == -1).all()


def test_the_newest_samples_always_lie_in_one_piece(rng):
    length, history, at, heard = 16, np.zeros(32, np.float32), 0, []
    for count in (3, 8, 1, 16, 5):
        clean = floats(rng.normal(size=(16, 3)))
        at = intake.remember_mid(clean, count, history, at)
        heard.extend(naive.mid(clean[:count]))
        newest = np.concatenate([np.zeros(length), heard])[-length:]
        np.testing.assert_allclose(history[at : at + length], newest, atol=1e-6)


def test_the_peak_is_over_all_channels_and_what_came_before(rng):
    clean = floats([[0.1, -0.7], [0.2, 0.3], [5.0, 5.0]])
    assert intake.largest(clean, 2, F(0.0)) == F(0.7)
    assert intake.largest(clean, 2, F(0.9)) == F(0.9)


# --- spectrum -----------------------------------------------------------------------------


def test_powers_are_squared_amplitudes_with_halved_ends(rng):
    bins = (rng.normal(size=33) + 1j * rng.normal(size=33)).astype(np.complex64)
    power = np.empty(33, np.float32)
    spectrum.powers(bins.view(np.float32), F(0.01), power)
    np.testing.assert_allclose(power, naive.powers(bins, 0.01), rtol=1e-5)


@pytest.mark.parametrize("size", [20, 33, 50])
def test_levels_are_linear_in_decibels_between_floor_and_full_scale(rng, size):
    power = floats(10 ** rng.uniform(-12, 1, 33))
    power[:4] = 0, 1, 10**-4.5, 10**-9
    line = np.full(size, np.nan, np.float32)
    spectrum.levels_db(power, F(-90), line)
    np.testing.assert_allclose(line, naive.levels_db(power, -90, size), atol=1e-5)
    np.testing.assert_allclose(line[:4], [0, 1, 0.5, 0], atol=1e-5)


def test_bands_are_weighted_sums_of_their_own_bins(rng):
    power, weights = floats(rng.uniform(size=40)), floats(rng.uniform(size=12))
    runs = np.array([[0, 4, 0], [3, 7, 4], [39, 1, 11], [39, 0, 12]])
    out = np.empty(4, np.float32)
    spectrum.integrate(power, runs, weights, out)
    np.testing.assert_allclose(out, naive.integrate(power, runs, weights), rtol=1e-5)
    assert out[3] == 0


def test_the_centroid_is_the_centre_of_gravity(rng):
    power = floats(rng.uniform(size=65))
    assert spectrum.centroid(power, F(20)) == pytest.approx(naive.centroid(power, 20), rel=1e-5)
    assert spectrum.centroid(np.zeros(65, np.float32), F(20)) == 0
    power[:] = 0
    power[12] = 0.3
    assert spectrum.centroid(power, F(20)) == pytest.approx(240, rel=1e-6)


def test_root_mean_square_of_a_sine_is_its_amplitude_over_the_root_of_two():
    sine = floats(0.8 * np.sin(2 * np.pi * np.arange(64) / 16))
    assert root_mean_square(sine) == pytest.approx(0.8 / math.sqrt(2), rel=1e-6)


# --- levels -------------------------------------------------------------------------------


def test_references_rise_and_fall_at_their_own_speeds(rng):
    power, reference = floats(rng.uniform(size=20)), floats(rng.uniform(size=20))
    expected = naive.follow(power, 0.3, 0.01, reference)
    levels.follow(power, F(0.3), F(0.01), reference)
    np.testing.assert_allclose(reference, expected, rtol=1e-5)


def test_the_loudest_reference_is_never_less_than_the_least(rng):
    assert levels.loudest(np.zeros(4, np.float32)) == F(1e-6)
    assert levels.loudest(floats([0.1, 0.4, 0.2])) == F(0.4)


@pytest.mark.parametrize("own_share", [0.0, 0.5, 1.0])
def test_gained_levels_follow_the_law_of_loudness(rng, own_share):
    power, reference = floats(10 ** rng.uniform(-10, 0, 30)), floats(10 ** rng.uniform(-9, 0, 30))
    top = naive.loudest(reference)
    gate, out = floats(10 ** rng.uniform(-10, -6, 30)), np.empty(30, np.float32)
    levels.gained(power, reference, gate, F(top), F(own_share), out)
    expected = naive.gained(power, reference, gate, top, own_share)
    np.testing.assert_allclose(out, expected, atol=1e-5)


def test_ten_decibels_less_look_half_as_much_and_the_gate_shows_nothing():
    power = floats([0.5, 0.05, 1e-8, 0.0])
    out = np.empty(4, np.float32)
    levels.gained(power, floats([0.5] * 4), floats([1e-8] * 4), F(0.5), F(0.0), out)
    np.testing.assert_allclose(out, [1, 0.501, 0, 0], atol=1e-3)


def test_levels_rise_and_fall_at_their_own_speeds_down_to_exactly_zero(rng):
    target, level = floats(rng.uniform(size=20)), floats(rng.uniform(size=20))
    expected = naive.smooth(target, 0.7, 0.1, level)
    levels.smooth(target, F(0.7), F(0.1), level)
    np.testing.assert_allclose(level, expected, rtol=1e-5)
    for _ in range(200):
        levels.smooth(np.zeros(20, np.float32), F(0.7), F(0.1), level)
    assert not level.any()


def test_peaks_hold_then_fall_in_a_straight_line_onto_the_level(rng):
    peak, held = np.zeros(8, np.float32), np.zeros(8, np.float32)
    expected_peak, expected_held = np.zeros(8), np.zeros(8)
    for _ in range(60):
        level = floats(rng.uniform(0, 1, 8) ** 4)
        expected_peak, expected_held = naive.fall_peaks(
            level, 0.01, 0.035, 0.5, expected_peak, expected_held
        )
        levels.fall_peaks(level, F(0.01), F(0.035), F(0.5), peak, held)
        np.testing.assert_allclose(peak, expected_peak, atol=1e-5)


# --- loudness -----------------------------------------------------------------------------


def energy_of(samples, rate, runs):
    """Energy of a stream fed in runs of the given lengths."""
    channels = samples.shape[1]
    state, total, at = np.zeros((channels, 4)), 0.0, 0
    for run in runs:
        clean = floats(samples[at : at + run])
        total = loudness.weighted_energy(
            clean, run, k_weighting(rate), channel_weights(channels), state, total
        )
        at += run
    return total


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_k_weighted_energy_is_that_of_the_filtered_channels(rng, channels):
    samples = floats(rng.normal(size=(400, channels)))
    expected = naive.hop_energies(samples, k_weighting(48_000), channel_weights(channels), 400)
    assert energy_of(samples, 48_000, [400]) == pytest.approx(expected[0], rel=1e-9)


def test_energy_does_not_depend_on_the_cut_to_the_last_bit(rng):
    samples = floats(rng.normal(size=(400, 2)))
    assert energy_of(samples, 48_000, [400]) == energy_of(samples, 48_000, [1, 7, 250, 142])


def test_filter_memory_that_nobody_hears_is_zeroed():
    state = np.array([[1e-31, -1e-200, 1e-29, 0.5]])
    loudness.settle(state)
    assert state.tolist() == [[0.0, 0.0, 1e-29, 0.5]]


@pytest.mark.parametrize("hops", [3.0, 4.5, 9.99])
def test_the_window_takes_its_part_of_the_oldest_hop(rng, hops):
    energies = rng.uniform(size=12)
    for newest in (0, 5, 11):
        ordered = np.roll(energies, 11 - newest)
        expected = naive.loudness_of(ordered, hops, hops * 64)
        assert loudness.loudness_of(energies, newest, hops, hops * 64) == pytest.approx(expected)


def test_silence_is_minus_infinity():
    assert loudness.loudness_of(np.zeros(5), 4, 3.0, 192.0) == -math.inf
    assert loudness.loudness_of(np.full(5, 1e-14), 4, 3.0, 192.0) == -math.inf


# --- trace --------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1, 2, 8])
def test_thinning_takes_means(rng, factor):
    samples, out = floats(rng.normal(size=32 * factor)), np.empty(32, np.float32)
    trace.thin_out(samples, factor, out)
    np.testing.assert_allclose(out, naive.thin_out(samples, factor), atol=1e-6)


def test_kept_points_are_the_trace_at_fractional_places(rng):
    values, kept = floats(rng.normal(size=200)), np.empty(64, np.float32)
    trace.keep_points(values, 20.25, 16, kept)
    np.testing.assert_allclose(kept, naive.keep_points(values, 20.25, 16), atol=1e-6)
    assert trace.mismatch(values, kept, 20, F(0.25), 16) == pytest.approx(0, abs=1e-9)
    expected = np.sum((naive.keep_points(values, 31.5, 16) - kept) ** 2)
    assert trace.mismatch(values, kept, 31, F(0.5), 16) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("hz", [31.0, 110.0, 997.0])
def test_the_start_is_the_crossing_that_looks_like_the_last_trace(hz):
    time = np.arange(700) / 8_000
    signal = np.sin(2 * np.pi * hz * time) + 0.5 * np.sin(2 * np.pi * 2.5 * hz * time + 1)
    values, kept = floats(signal), np.zeros(64, np.float32)
    trace.keep_points(values, 40.3, 16, kept)
    start = trace.find_start(values, kept, 128, 500)
    assert start == pytest.approx(naive.find_start(values, kept, 128, 500), abs=1e-3)
    i = int(start)
    assert values[i] < 0 <= values[i + 1]


@pytest.mark.parametrize("values", [np.zeros(400), np.ones(400), np.linspace(-1, 0, 400) - 0.1])
def test_without_a_crossing_the_newest_samples_are_shown(values):
    start = trace.find_start(floats(values), np.zeros(64, np.float32), 128, 200)
    assert start == 400 - 128 - trace.INTERPOLATION_MARGIN


@pytest.mark.parametrize("spread", [1, 2, 4])
def test_drawing_interpolates_smoothly_and_keeps_parabolas(rng, spread):
    values, line = floats(rng.normal(size=200)), np.empty(128, np.float32)
    trace.draw_from(values, 33.7, spread, line)
    np.testing.assert_allclose(line, naive.draw_from(values, 33.7, spread, 128), atol=1e-5)
    parabola = floats((np.arange(200) / 100) ** 2)
    trace.draw_from(parabola, 33.7, spread, line)
    exact = ((33.7 + np.arange(128) / spread) / 100) ** 2
    np.testing.assert_allclose(line, exact, atol=1e-6)
