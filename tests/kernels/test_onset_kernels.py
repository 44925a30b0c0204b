"""Onset kernels against their twins and against theory."""

import naive_onset
import numpy as np
import pytest
from calling import given

from v1z3r_core.analysis.onsetplan import onset_tables
from v1z3r_core.analysis.plan import Plan, onset_bands_hz
from v1z3r_core.kernels import attack, drums, flux, hop, probe, threshold
from v1z3r_core.kernels.onset_layout import RING, Heard
from v1z3r_core.model.analysis import LINE, ROW_FLOATS, AnalyzerSettings, Scalar

F = np.float32
COMPILED = hasattr(hop.advance, "signatures")


@pytest.fixture
def rng():
    return np.random.default_rng(11)


@pytest.fixture(scope="module")
def tables():
    return onset_tables(48_000, 512, np.array(onset_bands_hz(48_000)), 1025)


def test_two_spectra_together_weigh_a_click_the_same_wherever_it_falls(tables):
    size = len(tables.short.window)
    weights = tables.short.window.astype(float) ** 2
    together = weights[: size // 2] + weights[size // 2 :]
    assert together.min() > 0
    np.testing.assert_allclose(together, together.mean(), rtol=1e-6)


def test_pooling_adds_the_last_powers_and_keeps_the_newest(rng):
    powers = rng.random((5, 7), F)
    last, pooled = np.zeros(7, F), np.empty(7, F)
    for now, expected in zip(powers, naive_onset.pool(powers), strict=True):
        flux.pool(now, last, pooled)
        np.testing.assert_allclose(pooled, expected, rtol=1e-6)
        np.testing.assert_array_equal(last, now)


def test_the_scale_starts_at_once_follows_a_rise_with_delay_and_decays(rng):
    powers = rng.random((40, 6), F) ** 8
    powers[:5] = 0
    powers[20] = 1e3
    top, found = F(0), []
    for row in powers:
        top = F(flux.loudest_lately(row, F(0.998), top))
        found.append(top)
    np.testing.assert_allclose(found, naive_onset.tops(powers.astype(float), 0.998), rtol=1e-5)
    assert found[5] == powers[5].max(), "after silence there is nothing to follow"
    assert found[20] < 0.3 * powers[20].max(), "an attack does not lower its own scale"


@pytest.mark.parametrize("top", [0.0, 1e-12, 0.3, 50.0])
def test_log_bands_are_octaves_over_what_is_audible(rng, top):
    power = (rng.random(30) ** 20).astype(F)
    out = np.empty(30, F)
    flux.log_bands(power, F(top), out)
    expected = naive_onset.logs(power[None].astype(float), np.array([top]))[0]
    np.testing.assert_allclose(out, expected, rtol=1e-4, atol=1e-4)
    flux.log_bands(power * F(0), F(top), out)
    assert not out.any()


def test_before_is_the_largest_of_the_rows_asked_for(rng):
    series = rng.random((2 * RING + 5, 9), F)
    ring, out = np.zeros((RING, 9), F), np.full(9, np.nan, F)
    expected = naive_onset.before(series, 3, 10)
    for now, row in enumerate(series):
        ring[now % RING] = row
        flux.largest_before(ring, now, 3, 10, 2, 7, out)
        np.testing.assert_array_equal(out[2:7], expected[now, 2:7])
    assert np.isnan(out[[0, 1, 7, 8]]).all(), "other bands are left alone"


def test_a_rise_is_what_exceeds_the_neighbourhood():
    before, glided, leapt = np.zeros((3, 12), F)
    before[5], glided[6], leapt[7] = 8, 8, 8
    assert flux.rise(before, before, 0, 12, 0, 12) == 0
    assert flux.rise(glided, before, 0, 12, 0, 12) == 0, "a gliding tone is not a new one"
    assert flux.rise(leapt, before, 0, 12, 0, 12) == 8
    assert flux.rise(glided, before, 6, 12, 6, 12) == 8, "neighbours end where they are told to"
    assert flux.rise(leapt, before, 0, 7, 0, 12) == 0, "and only bands asked for count"


def test_strength_grows_from_zero_at_the_threshold_towards_one(rng):
    past = rng.random(5).astype(F)
    for change in np.linspace(0.01, 4, 60):
        expected = max(0.0, 1 - (past.mean() + 0.25) / change)
        assert threshold.strength(F(change), past, F(0.25)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("age", [40, 333, 700, 1_100])
def test_the_moment_of_a_struck_noise_is_found_to_a_millisecond(rng, age):
    history = rng.normal(0, 0.01, 2_048)
    decaying = rng.normal(0, 0.5, age) * np.exp(-np.arange(age) / 900)
    history[2_048 - age :] += decaying
    history, blocks = history.astype(F), np.empty(48, F)
    found = attack.attack_age(history, 32, blocks)
    assert found == naive_onset.attack_age(history.astype(float), 32, 48)
    # The newest four blocks have no later ones to be compared with: that young, all is 128.
    assert abs(found - max(age, 128)) <= 48


def test_silence_has_no_moment():
    assert attack.attack_age(np.zeros(2_048, F), 32, np.empty(48, F)) in range(48 * 32 + 1)


@pytest.mark.parametrize("hz", [50.0, 90.0, 140.0])
def test_a_probe_hears_its_tone_as_one_and_dc_not_at_all(tables, hz):
    number = [50.0, 90.0, 140.0].index(hz)
    time = (np.arange(1_024) - 512) / 48_000
    for samples, expected, tolerance in (
        (np.sin(2 * np.pi * hz * time), 1.0, 0.35),  # a tone this low beats with its mirror image
        (np.ones(1_024), 0.0, 1e-8),
    ):
        power = np.empty(3, F)
        probe.probe(samples.astype(F), tables.probes, power)
        assert power[number] == pytest.approx(expected, abs=tolerance)


def test_the_network_is_two_matrix_products(rng, tables):
    seen = rng.normal(0, 1, tables.drums.hidden_weights.shape[1]).astype(F)
    hidden = np.empty(len(tables.drums.hidden_weights), F)
    chances = np.empty(3, F)
    drums.judge(given(tables.drums), seen, hidden, chances)
    np.testing.assert_allclose(
        chances, naive_onset.chances(seen.astype(float), tables.drums), atol=1e-4
    )


def music(rate, seconds):
    """Struck noise over two tones, a break and a second instrument."""
    rng = np.random.default_rng(3)
    time = np.arange(round(rate * seconds)) / rate
    struck = rng.normal(0, 0.3, len(time)) * np.exp(-(time % 0.23) / 0.02)
    thud = np.sin(2 * np.pi * 55 * time) * np.exp(-(time % 0.46) / 0.08)
    tones = 0.1 * np.sin(2 * np.pi * 110 * time) + 0.1 * np.sin(2 * np.pi * 997 * time)
    return np.where((time > 0.6) & (time < 0.9), 0, struck + thud + tones).astype(F)


@pytest.mark.parametrize("rate", [8_000, 44_100, pytest.param(96_000, id="96000")])
def test_every_answer_of_a_stream_is_what_the_twin_hears(rate):
    plan = Plan.of(rate, 1, AnalyzerSettings())
    tables, size = plan.tables, len(plan.tables.short.window)
    samples = music(rate, 2.0 if COMPILED else 0.3)
    count = len(samples) // plan.hop
    samples = samples[: count * plan.hop]
    padded = np.concatenate([np.zeros(size), samples])
    ends = size + plan.hop * np.arange(1, count + 1)
    spectra = np.fft.rfft([padded[end - size : end] * tables.short.window for end in ends], axis=1)
    fine = np.abs(spectra) ** 2
    fine[:, [0, -1]] /= 4
    expected = naive_onset.hear(samples.astype(float), plan.hop, fine, tables.onset)

    rows = np.zeros((count, ROW_FLOATS), F)
    generations = np.zeros((count, 1), np.int64)
    packed = given(tables), given(plan.memory())
    hop.advance(samples[:, None].copy(), *packed, rows, generations, 0)
    found = {name: rows[:, 3 * LINE + Scalar[name]] for name in Heard.__members__}
    for name, values in found.items():
        np.testing.assert_allclose(values, expected[name], atol=2e-3, err_msg=name)
    assert expected["ONSET_COUNT"][-1] >= (6 if COMPILED else 1)
