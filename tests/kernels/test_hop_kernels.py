"""Each kernel of the analysis hop against its plain twin, and against what theory says."""

import math

import naive
import numpy as np
import pytest
from calling import given
from scipy.signal import lfilter, sosfilt

from v1z3r_core.analysis.kweighting import channel_weights, k_weighting, zeros_and_poles
from v1z3r_core.analysis.longwindow import low_points
from v1z3r_core.analysis.realfft import hann_window
from v1z3r_core.analysis.windowing import transform
from v1z3r_core.kernels import (
    chroma,
    intake,
    levels,
    loudness,
    octaves,
    percussion,
    shape,
    spectrum,
    stereo,
    trace,
)
from v1z3r_core.kernels.layout import PAST, REACH, TAIL
from v1z3r_core.kernels.twiddles import work_size

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
    heard = np.empty((3, TAIL + 20), np.float32)
    bad = intake.sanitize(samples, 0, 20, heard, 0)
    expected, expected_bad = naive.sanitize(samples)
    np.testing.assert_array_equal(heard[:, TAIL:], expected.T)
    assert bad == expected_bad == 4
    assert heard[0, TAIL + 11] == F(3.5)


def test_a_run_is_copied_to_where_the_hop_goes_on(rng):
    samples = floats(rng.normal(size=(20, 2)))
    heard = np.full((2, TAIL + 8), -1, np.float32)
    intake.sanitize(samples, 13, 5, heard, 3)
    np.testing.assert_array_equal(heard[:, TAIL + 3 :], samples[13:18].T)
    assert (heard[:, : TAIL + 3] == -1).all()


def test_the_end_of_a_hop_is_kept_for_the_next(rng):
    heard = floats(rng.normal(size=(3, TAIL + 8)))
    expected = heard[:, -TAIL:].copy()
    intake.keep_tail(heard)
    np.testing.assert_array_equal(heard[:, :TAIL], expected)


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_mid_and_side_of_the_channels(rng, channels):
    heard, out = floats(rng.normal(size=(channels, TAIL + 16))), np.empty(16, np.float32)
    intake.mix_mid(heard, out)
    np.testing.assert_allclose(out, naive.mid(heard[:, TAIL:].T), atol=1e-6)
    if channels > 1:
        intake.mix_side(heard, out)
        np.testing.assert_allclose(out, (heard[0, TAIL:] - heard[1, TAIL:]) / 2, atol=1e-6)


def test_the_newest_values_always_lie_in_one_piece(rng):
    length, ring, at, heard = 16, np.zeros(32, np.float32), 0, []
    for _ in range(11):
        fresh = floats(rng.normal(size=4))
        at = intake.append(fresh, ring, at)
        heard.extend(fresh)
        newest = np.concatenate([np.zeros(length), heard])[-length:]
        np.testing.assert_array_equal(ring[at : at + length], floats(newest))


@pytest.mark.parametrize("factor", [1, 4])
def test_decimating_is_filtering_and_leaving_out(rng, factor):
    taps, samples = floats(rng.normal(size=24)), floats(rng.normal(size=24 + 7 * factor))
    out = np.empty(8, np.float32)
    intake.decimate(samples, taps, factor, out)
    np.testing.assert_allclose(out, naive.decimate(samples, taps, factor, 8), atol=1e-5)


def test_the_largest_magnitude_is_found_on_either_side_of_zero():
    assert intake.largest(floats([0.1, -0.7, 0.2, 0.3])) == F(0.7)
    assert intake.largest(floats([0.1, 0.9, -0.2])) == F(0.9)
    assert intake.largest(np.zeros(9, np.float32)) == 0


# --- octaves ------------------------------------------------------------------------------


def test_logarithms_are_those_of_the_library_to_a_rounding():
    values = floats(10.0 ** np.linspace(-37, 38, 20_001))
    ours = np.array([octaves.log2(value) for value in values])
    exact = np.log2(values.astype(float))
    assert np.max(np.abs(ours - exact) / np.maximum(np.abs(exact), 1)) < 2e-7
    assert octaves.log2(F(1)) == 0


def test_powers_of_two_are_those_of_the_library_to_three_roundings():
    values = floats(np.linspace(-126, 126, 20_001))
    ours = np.array([octaves.exp2(value) for value in values], np.float64)
    assert np.max(np.abs(ours / np.exp2(values.astype(float)) - 1)) < 3e-7
    assert octaves.exp2(F(-1000)) == F(2.0**-126)


# --- spectrum -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [30, 256])
def test_powers_are_squared_magnitudes_with_halved_ends(rng, size):
    samples, tables = floats(rng.normal(size=size)), transform(hann_window(size))
    work, power = np.empty(work_size(size), np.float32), np.empty(size // 2 + 1, np.float32)
    spectrum.see_power(samples, given(tables), work, power)
    expected = naive.powers(naive.real_fft(samples, tables.window))
    np.testing.assert_allclose(power, expected, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("size", [20, 33, 50])
def test_levels_are_linear_in_decibels_between_floor_and_full_scale(rng, size):
    power = floats(10 ** rng.uniform(-12, 1, 33))
    power[:4] = 0, 1, 10**-4.5, 10**-9
    line, logs = np.full(size, np.nan, np.float32), np.empty(33, np.float32)
    spectrum.octaves_of(power, logs)
    spectrum.draw_levels(logs, F(-90), line)
    np.testing.assert_allclose(line, naive.levels_db(power, -90, size), atol=1e-5)
    np.testing.assert_allclose(line[:4], [0, 1, 0.5, 0], atol=1e-5)


def test_bands_are_weighted_sums_of_their_own_bins(rng):
    power, weights = floats(rng.uniform(size=40)), floats(rng.uniform(size=12))
    runs = np.array([[0, 4, 0], [3, 7, 4], [39, 1, 11], [39, 0, 12]])
    out = np.empty(4, np.float32)
    spectrum.integrate(power, runs, weights, out)
    np.testing.assert_allclose(out, naive.integrate(power, runs, weights), rtol=1e-5)
    assert out[3] == 0


# --- shape --------------------------------------------------------------------------------


def test_shape_of_a_spectrum_is_that_of_its_twin(rng):
    for power in (floats(rng.uniform(size=200)), floats(10 ** rng.uniform(-9, 0, 200))):
        whole, logs = shape.total(power), np.empty(200, np.float32)
        spectrum.octaves_of(power, logs)
        centre = shape.centroid(power, whole)
        assert centre == pytest.approx(naive.centroid(power), rel=1e-5)
        assert shape.spread(power, whole, centre) == pytest.approx(naive.spread(power), rel=1e-4)
        assert shape.rolloff(power, whole) == pytest.approx(naive.rolloff(power), rel=1e-4)
        assert shape.flatness(power, logs) == pytest.approx(naive.flatness(power), rel=1e-4)


def test_shape_of_one_bin_of_all_and_of_nothing():
    power, logs = np.zeros(65, np.float32), np.empty(65, np.float32)
    spectrum.octaves_of(power, logs)
    nothing = F(0)
    assert shape.centroid(power, nothing) == shape.spread(power, nothing, nothing) == 0
    assert shape.rolloff(power, nothing) == shape.flatness(power, logs) == 0
    power[12] = 0.3
    spectrum.octaves_of(power, logs)
    assert shape.centroid(power, F(0.3)) == pytest.approx(12)
    assert shape.spread(power, F(0.3), F(12)) == 0
    assert shape.rolloff(power, F(0.3)) == pytest.approx(11.5 + 0.85)
    assert shape.flatness(power, logs) < 1e-6
    power[:] = 0.2
    spectrum.octaves_of(power, logs)
    assert shape.flatness(power, logs) == pytest.approx(1, abs=1e-5)


def test_a_dot_product_takes_as_many_values_as_there_are_weights(rng):
    values, weights = floats(rng.normal(size=40)), floats(rng.normal(size=30))
    assert shape.dot(values, weights) == pytest.approx(values[:30] @ weights, abs=1e-5)


# --- stereo -------------------------------------------------------------------------------


def test_correlation_and_balance_of_two_channels(rng):
    left, right = floats(rng.normal(size=500)), floats(rng.normal(size=500))
    right += left
    powers = [stereo.product(a, b) for a, b in ((left, left), (right, right), (left, right))]
    expected = left @ right / np.sqrt((left @ left) * (right @ right))
    assert stereo.correlation(*powers) == pytest.approx(expected, abs=1e-5)
    assert stereo.correlation(*powers) == pytest.approx(naive.correlation(*powers))
    assert stereo.balance(*powers[:2]) == pytest.approx(naive.balance(*powers[:2]))
    assert stereo.correlation(1.0, 1.0, 1.0000001) == 1
    assert stereo.correlation(0.0, 0.0, 0.0) == stereo.correlation(1.0, 1e-12, 1e-6) == 0
    assert stereo.balance(0.0, 0.0) == 0
    assert (stereo.balance(1.0, 0.0), stereo.balance(0.0, 1.0)) == (-1, 1)


# --- percussion ---------------------------------------------------------------------------


def test_the_middle_of_nine_is_their_median_in_any_order(rng):
    for _ in range(300):
        nine = floats(rng.integers(0, 6, 9))
        assert percussion.middle(*nine) == np.median(nine)


def test_medians_over_time_and_over_bins(rng):
    past, out = floats(rng.uniform(size=(PAST, 50))), np.empty(50, np.float32)
    for newest in (0, 7, 16):
        percussion.over_time(past, newest, out)
        np.testing.assert_array_equal(out, naive.over_time(np.roll(past, 16 - newest, axis=0)))
    percussion.over_bins(past[0], np.empty(50 + 2 * REACH, np.float32), out)
    np.testing.assert_array_equal(out, naive.over_bins(past[0]))


def test_power_is_shared_out_and_none_of_it_lost(rng):
    power, broad, steady = (floats(10 ** rng.uniform(-12, 0, 40)) for _ in range(3))
    steady[0] = broad[1] = power[2] = 0
    expected, out = naive.keep_steady(power, steady, broad), np.empty(40, np.float32)
    percussion.keep_steady(power, broad, steady)
    np.testing.assert_allclose(steady, expected, rtol=1e-4, atol=1e-12)
    percussion.rest(power, steady, out)
    np.testing.assert_allclose(out + steady, power, rtol=1e-5)


# --- chroma -------------------------------------------------------------------------------


def test_octaves_are_folded_by_amplitude(rng):
    power, pitches = floats(rng.uniform(size=48)), np.empty(12, np.float32)
    strongest = chroma.fold(power, F(0.1), pitches)
    np.testing.assert_allclose(pitches, naive.fold(power, 0.1), rtol=1e-5)
    assert strongest == pitches.max()


def test_pitch_classes_move_towards_their_share_of_the_strongest(rng):
    pitches, level = floats(rng.uniform(size=12)), floats(rng.uniform(size=12))
    expected = naive.draw_chroma(pitches, 0.9, 0.7, 0.1, level)
    chroma.draw_chroma(pitches, F(0.9), F(0.7), F(0.1), level)
    np.testing.assert_allclose(level, expected, rtol=1e-5)


def test_the_low_line_is_interpolated_and_kept_in_range(rng):
    levels_in, line = floats(rng.uniform(-0.5, 1.5, 80)), np.empty(128, np.float32)
    hz = np.geomspace(20, 200, 128)
    bins, weights = low_points(hz, 2.93)
    chroma.draw_low(levels_in, bins, weights, line)
    expected = np.clip(naive.catmull_rom(levels_in, hz / 2.93), 0, 1)
    np.testing.assert_allclose(line, expected, atol=1e-5)


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


def test_the_ground_is_taken_off_and_full_scale_stays(rng):
    target, ground = floats(rng.uniform(size=8)), floats(rng.uniform(size=8))
    target[0] = 1
    expected_ground, expected = naive.lift(0.3, 0.01, ground, target)
    levels.lift(F(0.3), F(0.01), ground, target)
    np.testing.assert_allclose(ground, expected_ground, rtol=1e-5)
    np.testing.assert_allclose(target, expected, atol=1e-6)
    assert target[0] == 1


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


@pytest.mark.parametrize("channels", [1, 2, 3, 6])
def test_k_weighted_energy_is_that_of_the_filtered_channels(rng, channels):
    samples, hop = floats(rng.normal(size=(800, channels))), 200
    fir, poles = zeros_and_poles(k_weighting(48_000))
    weights = channel_weights(channels)
    expected = naive.hop_energies(samples, fir, poles, weights, hop)
    heard, state = np.zeros((channels, TAIL + hop), np.float32), np.zeros((channels, 4))
    for h in range(4):
        heard[:, TAIL:] = samples[h * hop : (h + 1) * hop].T
        scratch = np.empty((2, hop))
        energy = loudness.weighted_energy(heard, fir, poles, weights, scratch, state)
        assert energy == pytest.approx(expected[h], rel=1e-9)
        intake.keep_tail(heard)


def test_zeros_and_poles_are_the_two_stages(rng):
    stages = k_weighting(48_000)
    fir, poles = zeros_and_poles(stages)
    samples = rng.normal(size=300)
    expected = sosfilt(np.insert(stages, 3, 1.0, axis=1), samples)
    got = lfilter(fir, np.convolve([1, *poles[:2]], [1, *poles[2:]]), samples)
    np.testing.assert_allclose(got, expected, atol=1e-9)


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
    most = F(np.inf)
    assert trace.mismatch(values, kept, 20, F(0.25), 16, most) == pytest.approx(0, abs=1e-9)
    expected = np.sum((naive.keep_points(values, 31.5, 16) - kept) ** 2)
    assert trace.mismatch(values, kept, 31, F(0.5), 16, most) == pytest.approx(expected, rel=1e-5)
    given_up = trace.mismatch(values, kept, 31, F(0.5), 16, F(0.1 * expected))
    assert 0.1 * expected < given_up < expected


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
