import naive_beat as naive
import numpy as np
import pytest
from beatsounds import Tracker, drums
from calling import given

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.beatplan import beat_memory, beat_tables
from v1z3r_core.kernels.beat import see_beat, track
from v1z3r_core.kernels.beat_bar import judge_bar
from v1z3r_core.kernels.beat_features import see_features
from v1z3r_core.kernels.beat_filter import filter_beat
from v1z3r_core.kernels.beat_layout import (
    DELAY_SECONDS,
    USUAL_BARS,
    BeatCount,
    BeatSum,
    BeatValue,
    PathMemory,
)
from v1z3r_core.kernels.beat_net import see_activations, soft_sign
from v1z3r_core.kernels.beat_path import best_path
from v1z3r_core.kernels.beat_tuning import FIRST_BIAS, FIRST_SLOPE, MIDDLE_BIAS, MIDDLE_SLOPE
from v1z3r_core.model.analysis import TempoSettings


def made(rate=48_000, hop=512):
    tables = beat_tables(rate, 2048, hop, TempoSettings(), beatweights.load(beatweights.CAUSAL))
    return tables, beat_memory(tables)


def pulses(hops, period, height=0.7, seed=2):
    dice = np.random.default_rng(seed)
    activations = dice.uniform(0, 0.05, hops).astype(np.float32)
    activations[::period] = height
    return activations


def test_features_are_those_of_their_twin():
    tables, memory = made()
    dice = np.random.default_rng(4)
    top, kept, past = 0.0, 0.0, [np.zeros(len(memory.bands))] * tables.lag
    both = given(tables), given(memory)
    for hop in range(8):
        short = (10.0 ** dice.uniform(-9, 0, 513)).astype(np.float32)
        long = (10.0 ** dice.uniform(-9, 0, 1025)).astype(np.float32)
        expected, logs, top = naive.features(
            short, long, tables, top * tables.top_keep, past[-tables.lag]
        )
        past.append(logs)
        kept = see_features(*both, short, long, np.float32(kept), hop)
        np.testing.assert_allclose(memory.inputs, expected, atol=2e-5)
        assert kept == pytest.approx(top, rel=1e-5)


def test_features_do_not_change_with_gain():
    tables, quiet = made()
    _, loud = made()
    dice = np.random.default_rng(4)
    tops = [0.0, 0.0]
    for hop in range(6):
        short = (10.0 ** dice.uniform(-7, 0, 513)).astype(np.float32)
        long = (10.0 ** dice.uniform(-7, 0, 1025)).astype(np.float32)
        for k, (memory, gain) in enumerate(((quiet, 1e-4), (loud, 1e4))):
            louder = short * np.float32(gain), long * np.float32(gain)
            both = given(tables), given(memory)
            tops[k] = see_features(*both, *louder, np.float32(tops[k]), hop)
        np.testing.assert_allclose(quiet.inputs, loud.inputs, atol=1e-4)


def test_soft_sign_is_the_hyperbolic_tangent():
    x = np.linspace(-12, 12, 2001).astype(np.float32)
    assert max(abs(soft_sign(v) - np.tanh(v)) for v in x) < 1e-5


def test_the_network_is_that_of_its_twin():
    tables, memory = made()
    dice = np.random.default_rng(8)
    rows = dice.uniform(0, 1.5, (60, len(memory.inputs))).astype(np.float32)
    expected = naive.network(tables.net, rows.astype(np.float64))
    both = given(tables), given(memory)
    for row, activation in zip(rows, expected, strict=True):
        memory.inputs[:] = row
        see_activations(*both, memory.activations)
        np.testing.assert_allclose(memory.activations, activation, atol=2e-4)


def test_the_model_is_that_of_its_twin():
    tables, memory = made(8_000, 96)  # 12 ms: fewest cells
    activations = pulses(90, 41)
    both = given(tables), given(memory)
    for activation in activations:
        filter_beat(*both, activation)
    expected = naive.beat_model(tables, activations.astype(np.float64))
    total = sum(mass.sum() for mass in expected)
    for tempo, mass in enumerate(expected):
        cells = memory.mass[tables.starts[tempo] : tables.starts[tempo + 1]]
        turned = np.roll(cells, -memory.heads[tempo]) / memory.values[BeatSum.MASS]
        np.testing.assert_allclose(turned, mass / total, rtol=1e-3, atol=1e-9)


def test_the_model_never_leaves_the_range_of_its_numbers():
    tables, memory = made()
    both = given(tables), given(memory)
    for activation in np.concatenate([np.ones(3_000), np.zeros(6_000)]).astype(np.float32):
        filter_beat(*both, activation)
        assert np.isfinite(memory.values[BeatSum.MASS])
        assert memory.values[BeatSum.MASS] > 0


def test_the_best_path_scores_what_its_twin_finds():
    tables, _ = made(8_000, 96)
    activations = pulses(400, 41)
    lengths = np.diff(tables.starts)
    tempos = len(lengths)
    path = PathMemory(
        scores=np.repeat(np.log(tables.preference / lengths), lengths).astype(np.float64),
        heads=np.zeros(tempos, np.int64),
        ends=np.zeros(tempos),
        came=np.empty((len(activations), tempos), np.int64),
        beats=np.empty(len(activations)),
    )
    count = best_path(given(tables), given(path), activations)
    expected = naive.best_score(tables, activations)
    assert path.scores.max() == pytest.approx(expected, rel=1e-4)
    assert np.all(np.abs(np.diff(path.beats[:count]) + 41) <= 1)


def test_the_bar_model_is_that_of_its_twin_and_knows_three_from_four():
    _, memory = made()
    bars = range(2, 8)
    mass = [np.full(bar, usual / bar) for bar, usual in zip(bars, USUAL_BARS, strict=True)]
    here = given(memory)
    for beat in range(24):
        likelihood = 0.8 if beat % 3 == 1 else 0.1
        judge_bar(here, np.float32(likelihood))
        mass = naive.bar(
            mass, likelihood, USUAL_BARS, (FIRST_BIAS, FIRST_SLOPE), (MIDDLE_BIAS, MIDDLE_SLOPE)
        )
    np.testing.assert_allclose(memory.bar_mass, np.concatenate(mass), rtol=1e-3, atol=1e-7)
    assert memory.counts[BeatCount.METRE] == 3
    assert memory.counts[BeatCount.BEAT] == (23 - 1) % 3
    assert memory.values[BeatSum.BAR_CONFIDENCE] > 0.9


def course(beats, off_beats):
    """Announced beats, in beats of 0.5 s, where beats and off-beats are heard this strongly."""
    tables, memory = made()
    times = (np.arange(round(len(beats) * 0.5 / tables.hop_seconds)) + 1) * tables.hop_seconds
    heard = np.zeros((len(times), 2), np.float32)
    for shift, strengths in ((0.0, beats), (0.25, off_beats)):
        for k, strength in enumerate(strengths):
            far = np.abs(times - (k * 0.5 + shift) - DELAY_SECONDS) / tables.hop_seconds
            heard[:, 0] = np.maximum(heard[:, 0], strength * np.maximum(1 - far / 2.5, 0))
    out = np.zeros((len(times), len(BeatValue)))
    both = given(tables), given(memory)
    for k, now in enumerate(times):
        memory.activations[:] = heard[k]
        track(*both, now, out[k])
    new = np.flatnonzero(np.diff(out[:, BeatValue.ANNOUNCED_COUNT]))
    return out[new + 1, BeatValue.ANNOUNCED_TIME] / 0.5


def test_off_beats_that_are_louder_for_some_bars_do_not_move_the_clock():
    beats = np.concatenate([np.full(24, 0.6), np.full(8, 0.25), np.full(24, 0.6)])
    off_beats = np.concatenate([np.full(24, 0.05), np.full(8, 0.75), np.full(24, 0.05)])
    found = course(beats, off_beats)
    assert len(found) > 48
    assert np.all(np.abs(found - np.round(found)) < 0.1)


def test_off_beats_that_stay_louder_become_the_beat():
    beats = np.concatenate([np.full(24, 0.6), np.full(40, 0.1)])
    off_beats = np.concatenate([np.full(24, 0.05), np.full(40, 0.75)])
    found = course(beats, off_beats)
    late = found[found > 44]
    assert len(late) > 15
    assert np.all(np.abs(late - 0.5 - np.round(late - 0.5)) < 0.1)


def test_hop_by_hop_is_the_same_to_the_bit_as_any_longer_run():
    sound = drums(np.arange(0.3, 6, 0.5), 6)
    whole, parts = Tracker(sound).run(), Tracker(sound)
    for hops in (1, 7, 100, 3):
        parts.run(hops)
    parts.run()
    np.testing.assert_array_equal(whole.values, parts.values)


def test_broken_sound_leaves_no_trace_in_the_state():
    tables, memory = made()
    out = np.zeros(len(BeatValue))
    bad = np.full(513, np.nan, np.float32), np.full(1025, np.inf, np.float32)
    good = np.full(513, 1e-3, np.float32), np.full(1025, 1e-3, np.float32)
    both = given(tables), given(memory)
    for k in range(50):
        see_beat(*both, *(bad if k == 10 else good), (k + 1) * 0.01, out)
    assert np.all(np.isfinite(memory.activations))
    assert np.isfinite(out[BeatValue.BPM])


def test_a_jump_in_time_neither_repeats_nor_floods_announcements():
    tables, memory = made()
    out = np.zeros(len(BeatValue))
    now, counts, times = 0.0, [], []
    both = given(tables), given(memory)
    for k, activation in enumerate(pulses(1_200, 47)):
        now += tables.hop_seconds if k != 900 else 60.0
        memory.activations[:] = activation, 0.0
        track(*both, now, out)
        counts.append(out[BeatValue.ANNOUNCED_COUNT])
        times.append(out[BeatValue.ANNOUNCED_TIME])
    rises = np.diff(counts)
    assert counts[850] > 10
    assert rises.max() == 1
    announced = np.array(times)[1:][rises > 0]
    assert np.all(np.diff(announced) > 0.25)


@pytest.mark.parametrize(("pattern", "metre", "first"), [((7, 1, 4, 1), 4, 0), ((2, 7, 1), 3, 1)])
def test_a_lesser_first_in_the_middle_makes_no_two_bars_of_one(pattern, metre, first):
    _, memory = made()
    here = given(memory)
    for beat in range(48):
        judge_bar(here, np.float32(pattern[beat % metre] / 10))
    assert memory.counts[BeatCount.METRE] == metre
    assert memory.counts[BeatCount.BEAT] == (47 - first) % metre


def test_a_bar_of_two_is_told_from_one_of_four():
    _, memory = made()
    here = given(memory)
    for beat in range(64):
        judge_bar(here, np.float32(0.8 if beat % 2 == 0 else 0.05))
    assert memory.counts[BeatCount.METRE] == 2
    assert memory.counts[BeatCount.BEAT] == 1
