"""Synthesised pieces: what they say they play is what sounds."""

import numpy as np
import pytest

from benchmarks.accuracy.material.synth import voices
from benchmarks.accuracy.material.synth.grid import CURVES, random_grid, tempos
from benchmarks.accuracy.material.synth.piece import synth_piece
from benchmarks.accuracy.material.synth.styles import STYLES, steps_of

RATE = 16_000


def house():
    return next(style for style in STYLES if style.name == "house")


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_every_pattern_fills_its_bar(style):
    patterns = [
        p
        for part in ("kick", "snare", "hat", "perc", "bass", "stab", "ring")
        for p in getattr(style, part)
    ]
    assert {len(steps_of(pattern)) for pattern in patterns} == {style.beats * style.steps}
    assert set("".join(map(steps_of, patterns))) <= set("xo?.rfu")


def test_equal_generators_give_equal_pieces():
    (first, told), (second, again) = (
        synth_piece(STYLES[4], np.random.default_rng(7), 12, RATE) for _ in range(2)
    )
    assert np.array_equal(first, second)
    assert told == again


@pytest.mark.parametrize("seed", range(4))
def test_the_sound_rises_where_the_truth_has_a_kick(seed):
    samples, truth = synth_piece(house(), np.random.default_rng(seed), 16, RATE)
    low = voices.band(samples.astype(np.float64), RATE, 20, 4_000)
    places = np.array([round(t * RATE) for t in truth.kick if 0.2 < t < truth.duration - 0.2])
    assert len(places) > 8
    rises = {shift: rise(low, places + shift * RATE // 1_000) for shift in range(-60, 61, 10)}
    assert max(rises, key=lambda shift: rises[shift]) == 0


def rise(samples, places) -> float:
    """How much louder the 10 ms after each place are than the 10 ms before: mean, in nepers."""
    length = RATE // 100
    after = np.array([np.mean(samples[p : p + length] ** 2) for p in places])
    before = np.array([np.mean(samples[p - length : p] ** 2) for p in places])
    return float(np.mean(np.log((after + 1e-9) / (before + 1e-9))))


def test_no_stroke_lies_before_the_piece_or_after_its_end():
    for seed, style in enumerate(STYLES):
        samples, truth = synth_piece(style, np.random.default_rng(seed), 6, RATE)
        assert truth.duration == len(samples) / RATE
        assert all(0 <= time < truth.duration for time in truth.onsets)
        assert set(truth.downbeats) <= set(truth.beats)
        assert np.abs(samples).max() <= 1


@pytest.mark.parametrize("curve", CURVES)
def test_tempo_curves_stay_within_what_they_promise(curve):
    for seed in range(20):
        bpm = tempos(np.random.default_rng(seed), curve, 120.0, 96, 4)
        low, high = {
            "constant": (1, 1),
            "drift": (0.95, 1.06),
            "ramp": (0.74, 1.34),
            "steps": (0.79, 1.26),
        }[curve]
        assert bpm.min() >= 120 * low
        assert bpm.max() <= 120 * high


def test_beats_of_a_steady_grid_are_equally_far_apart():
    for seed in range(50):
        grid = random_grid(np.random.default_rng(seed), 100.0, 16, 4, 1.5)
        if grid.curve == "constant":
            assert np.diff(grid.beats) == pytest.approx(0.6)
            assert grid.at(2.5) == pytest.approx(1.5 + 2.5 * 0.6)
            return
    pytest.fail("no steady grid in 50 draws")
