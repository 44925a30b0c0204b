"""Onsets of a whole file: where the attacks were, and none in steady sound."""

import numpy as np
import pytest
from listening import RATES, noise, pink, tone
from pieces import collected

from v1z3r_core.analysis.hindsight import PEAK_DELAY_HOPS, onsets_in_hindsight


@pytest.mark.parametrize("rate", RATES)
def test_clicks_are_found_within_some_milliseconds_at_every_rate(rate):
    attacks = np.arange(0.2, 3.0, 0.23)
    samples = 1e-4 * np.random.default_rng(0).normal(0, 1, rate * 3)
    for attack in attacks:
        first = round(attack * rate)
        samples[first : first + rate // 50] += tone(1_500, rate, 0.02, 0.5)[: rate // 50]
    onsets = collected(samples, rate).onsets
    onsets = onsets[onsets > 0.1]  # the noise, too, begins
    assert len(onsets) == len(attacks)
    assert np.abs(onsets - attacks).max() < 0.020
    assert np.median(np.abs(onsets - attacks)) < 0.010


@pytest.mark.parametrize("make", [noise, pink])
def test_a_minute_of_noise_has_hardly_an_onset(make):
    track = collected(make(44_100, 30.0, 0.1), 44_100)
    assert (track.onsets > 0.5).sum() <= 2


def test_a_peak_between_two_hops_is_placed_between_them():
    times = np.arange(200) * 0.01
    true = 1.003
    flux = np.maximum(0, 1 - ((times - true) / 0.02) ** 2).astype(np.float32)
    onsets, strengths = onsets_in_hindsight(times, flux, np.zeros(0))
    np.testing.assert_allclose(onsets, [true - PEAK_DELAY_HOPS * 0.01], atol=0.001)
    assert 0 < strengths[0] < 1


def test_a_small_peak_counts_where_an_onset_was_announced():
    times = np.arange(300) * 0.01
    flux = np.zeros(300, np.float32)
    flux[[100, 200]] = 0.15
    attacks = times[[100, 200]] - PEAK_DELAY_HOPS * 0.01
    for announced, expected in (([], []), ([0.5, 1.01], attacks[:1]), (attacks + 0.02, attacks)):
        onsets, _ = onsets_in_hindsight(times, flux, np.array(announced))
        np.testing.assert_allclose(onsets, expected, atol=1e-9)


@pytest.mark.parametrize("hops", [0, 1, 2, 5])
def test_hardly_any_hops_are_no_trouble(hops):
    flux = np.ones(hops, np.float32)
    onsets, strengths = onsets_in_hindsight(np.arange(hops) * 0.01, flux, np.zeros(0))
    assert len(onsets) == len(strengths)
    assert (onsets >= 0).all()
