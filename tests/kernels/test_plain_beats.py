"""Beats, bars, form, key and attacks without a compiler, kernel by kernel beside the compiled ones.

What goes in is the same to the bit here, so that what comes out tells how far the arithmetic
alone drifts. The compiled network's hyperbolic tangent is 7e-6 off; units that forget slowly add
that up, to 5e-5 and no further in ten minutes of music, and to ten times that on noise. Of the
model's cells, whose sums are added up in another order, each is the same to 2e-4 of itself, and
the beats that come of it are the same.
"""

import numpy as np
import pytest
from test_plain_hop import COMPILED, described

from v1z3r_core.analysis.plan import Plan
from v1z3r_core.kernels import (
    attack,
    beat,
    beat_bar,
    beat_filter,
    beat_net,
    beat_path,
    form,
    tonality,
)
from v1z3r_core.kernels.beat_layout import BeatCount, BeatSum, BeatValue, PathMemory
from v1z3r_core.kernels.form_layout import Form
from v1z3r_core.kernels.onset_layout import AGE_BLOCKS
from v1z3r_core.kernels.plain import attack as plain_attack
from v1z3r_core.kernels.plain import beat as plain_beat
from v1z3r_core.kernels.plain import beat_bar as plain_bar
from v1z3r_core.kernels.plain import beat_filter as plain_filter
from v1z3r_core.kernels.plain import beat_net as plain_net
from v1z3r_core.kernels.plain import beat_path as plain_path
from v1z3r_core.kernels.plain import form as plain_form
from v1z3r_core.kernels.plain import tonality as plain_tonality
from v1z3r_core.model.analysis import AnalyzerSettings

RATES = [8_000, 44_100, 48_000]
DENORMAL = 1e-37  # where numbers have few digits left; all cells together hold at least 1e-12
SHARE = 1.0 if COMPILED else 0.05  # of the hops: loops over all cells are slow in Python


def plans(rate):
    plan = Plan.of(rate, 1, AnalyzerSettings())
    return plan.tables, plan.memory(), plan.memory()


def pulses(hops, period, seed=1):
    """Activations of a beat every `period` hops, smeared, some missing, over noise."""
    rng = np.random.default_rng(seed)
    activations = rng.uniform(0, 0.12, hops)
    for at in np.arange(period / 2, hops - 2, period):
        if rng.random() < 0.9:
            activations[round(at) : round(at) + 3] += (0.3, 0.7, 0.4)
    return np.minimum(activations, 1).astype(np.float32)


def performance(hops):
    """Activations of beat and downbeat: a tempo, a faster one, silence, the first again."""
    part = hops // 4
    beats = np.concatenate([pulses(part, 47), pulses(part, 31), np.zeros(part), pulses(part, 47)])
    downs = np.zeros(len(beats))
    downs[23::188] = 0.6
    return np.stack([beats, downs], axis=1).astype(np.float32)


def test_a_step_of_the_network_gives_the_same_activations():
    tables, ours, theirs = plans(44_100)
    taken = described(tables.beat), described(theirs.beat)
    rng = np.random.default_rng(8)
    for _ in range(300):
        inputs = rng.uniform(0, 1.5, len(ours.beat.inputs)).astype(np.float32)
        ours.beat.inputs[:] = theirs.beat.inputs[:] = inputs
        plain_net.see_activations(tables.beat, ours.beat, ours.beat.activations)
        beat_net.see_activations(*taken, theirs.beat.activations)
        np.testing.assert_allclose(ours.beat.activations, theirs.beat.activations, atol=1e-4)
        np.testing.assert_allclose(ours.beat.second, theirs.beat.second, atol=1e-3)


@pytest.mark.parametrize("rate", RATES)
def test_every_cell_of_the_model_holds_the_same_mass(rate):
    tables, ours, theirs = plans(rate)
    taken, values = (described(tables.beat), described(theirs.beat)), ours.beat.values.tolist()
    loud, quiet = np.ones(round(400 * SHARE)), np.zeros(round(800 * SHARE))  # to both ends of range
    activations = np.concatenate([pulses(round(600 * SHARE), 43), loud, quiet])
    for activation in activations.astype(np.float32):
        plain_filter.filter_beat(tables.beat, ours.beat, activation, values)
        beat_filter.filter_beat(*taken, activation)
        assert ours.beat.heads.tolist() == theirs.beat.heads.tolist()
        np.testing.assert_allclose(ours.beat.mass, theirs.beat.mass, rtol=2e-4, atol=DENORMAL)
    for place in (BeatSum.SEEN_AHEAD, BeatSum.SEEN_PERIOD, BeatSum.SEEN_CONFIDENCE):
        assert values[place] == pytest.approx(theirs.beat.values[place], rel=1e-4), place.name


@pytest.mark.parametrize("rate", RATES)
def test_the_same_activations_give_the_same_beats(rate):
    tables, ours, theirs = plans(rate)
    taken = described(tables.beat), described(theirs.beat)
    said, wanted = np.zeros(len(BeatValue)), np.zeros(len(BeatValue))
    for hop, activations in enumerate(performance(round(6_000 * SHARE))):
        now = (hop + 1) * tables.hop_seconds + (60 if hop > 5_200 else 0)  # a gap in the stream
        ours.beat.activations[:] = theirs.beat.activations[:] = activations
        plain_beat.track(tables.beat, ours.beat, now, said)
        beat.track(*taken, now, wanted)
        # Of a beat at the very end of a hop it is rounding that says whether it is past.
        off = abs(said[BeatValue.PHASE] - wanted[BeatValue.PHASE])
        assert min(off, 1 - off) < 1e-4
        said[BeatValue.PHASE], said[BeatValue.BAR_PHASE] = wanted[
            [BeatValue.PHASE, BeatValue.BAR_PHASE]
        ]
        np.testing.assert_allclose(said, wanted, rtol=1e-4, atol=1e-4)
        assert ours.beat.counts.tolist() == theirs.beat.counts.tolist()
    if COMPILED:
        assert theirs.beat.counts[BeatCount.ANNOUNCED] > 60, "nothing to agree about"


@pytest.mark.parametrize("metre", [2, 3, 4, 5, 7])
def test_the_same_beats_give_the_same_bars(metre):
    _, ours, theirs = plans(44_100)
    values, counts = ours.beat.values.tolist(), ours.beat.counts.tolist()
    taken = described(theirs.beat)
    for number in range(40):
        likelihood = np.float32(0.8 if number % metre == 1 else 0.1)
        plain_bar.judge_bar(ours.beat.bar_mass, likelihood, values, counts)
        beat_bar.judge_bar(taken, likelihood)
        np.testing.assert_allclose(ours.beat.bar_mass, theirs.beat.bar_mass, rtol=1e-5)
        assert counts == theirs.beat.counts.tolist()
    assert counts[BeatCount.METRE] == metre
    sure = theirs.beat.values[BeatSum.BAR_CONFIDENCE]
    assert values[BeatSum.BAR_CONFIDENCE] == pytest.approx(sure, rel=1e-5)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hops", [0, 1, 30, 2_000])
def test_both_paths_find_the_same_best_course(rate, hops):
    tables, _, _ = plans(rate)
    activations = performance(2_000)[: hops if COMPILED else min(hops, 30), 0].copy()
    courses = []
    for kernels, given in ((plain_path, lambda taken: taken), (beat_path, described)):
        lengths = np.diff(tables.beat.starts)
        path = PathMemory(
            scores=np.log(np.repeat(tables.beat.preference / lengths, lengths)).astype(np.float64),
            heads=np.zeros(len(lengths), np.int64),
            ends=np.zeros(len(lengths)),
            came=np.zeros((len(activations), len(lengths)), np.int64),
            beats=np.zeros(len(activations)),
        )
        count = kernels.best_path(given(tables.beat), given(path), activations)
        courses.append((path.beats[:count].tolist(), path))
    (beats, ours), (expected, theirs) = courses
    assert beats == expected
    # Sums of thousands of single-precision logarithms, rounded in another order: 5e-7 seen.
    np.testing.assert_allclose(ours.scores, theirs.scores, rtol=1e-6, atol=1e-5)


def test_the_same_energies_give_the_same_form():
    tables, ours, theirs = plans(44_100)
    memory = described(theirs.form)
    taken = described(tables.form)
    seconds = np.arange(0, 60, tables.hop_seconds)
    rng = np.random.default_rng(4)
    away = ((seconds > 20) & (seconds < 27)) | (seconds > 50)
    powers = rng.uniform(0.01, 0.1, (len(seconds), 2)) * np.where(away, 0.01, 1)[:, None]
    powers[seconds > 55] = 0
    for bass, whole in powers.tolist():
        drop = plain_form.see_form(tables.form, ours.form, bass, whole)
        assert drop == form.see_form(taken, memory, bass, whole)
        np.testing.assert_allclose(ours.form.values, theirs.form.values, rtol=1e-12)
        assert plain_form.trend(ours.form) == pytest.approx(form.trend(memory))
        assert plain_form.in_break(ours.form) == form.in_break(memory)
    assert ours.form.values[Form.DROPS] == 1


def test_the_same_tones_give_the_same_key():
    tables, ours, theirs = plans(44_100)
    taken = described(tables.form), described(theirs.form)
    rng = np.random.default_rng(6)
    keys = set()
    for hop in range(6_000):
        scale = np.roll([1, 0, 0.6, 0, 0.8, 0.5, 0, 0.9, 0, 0.5, 0, 0.3], 5 * (hop // 2_000))
        chroma = (scale * rng.uniform(0.5, 1, 12) * (hop > 100)).astype(np.float32)
        ours_now = plain_tonality.see_key(tables.form, ours.form, chroma)
        theirs_now = tonality.see_key(*taken, chroma)
        assert ours_now == pytest.approx(theirs_now, abs=1e-6)
        assert ours.form.values[Form.KEY] == theirs.form.values[Form.KEY]
        keys.add(int(ours.form.values[Form.KEY]))
    assert len(keys) > 3, "nothing to agree about"


@pytest.mark.parametrize("length", [8, 32])
def test_an_attack_is_placed_alike(length):
    rng = np.random.default_rng(9)
    for at in range(1, AGE_BLOCKS * length, 7):
        history = rng.normal(0, 0.01, AGE_BLOCKS * length + 100).astype(np.float32)
        history[-at:] += rng.normal(0, 0.5, at) * np.exp(-np.arange(at) / 50)
        ours, theirs = np.zeros((2, AGE_BLOCKS), np.float32)
        age = plain_attack.attack_age(history, length, ours)
        assert age == attack.attack_age(history, length, theirs)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
