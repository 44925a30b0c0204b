import numpy as np
import pytest
from beatsounds import RATE, drums, share_hit
from listening import hear, series

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.beats import features, find_rhythm
from v1z3r_core.analysis.plan import Plan
from v1z3r_core.model.analysis import AnalyzerSettings, Scalar, TempoSettings


def rhythm_of(sound, settings=None):
    frames = hear(sound, RATE)
    activations = (Scalar.BEAT_ACTIVATION, Scalar.DOWNBEAT_ACTIVATION)
    heard = (series(frames, which).astype(np.float32) for which in activations)
    return find_rhythm(*heard, RATE, settings)


def test_slow_drums_with_hats_between_are_heard_at_the_octave_that_is_asked_for():
    beats = np.arange(0.5, 20, 60 / 72)
    slow = TempoSettings(slowest_bpm=50, fastest_bpm=110, preferred_bpm=(60, 100))
    found = rhythm_of(drums(beats, 20), slow)
    assert share_hit(beats[1:-1], found.beats, 0.02) > 0.95
    assert found.tempo_bpm == pytest.approx(72, rel=0.005)
    found = rhythm_of(drums(beats, 20))  # 90 to 180 BPM preferred: a half-time beat at 144
    assert found.tempo_bpm == pytest.approx(144, rel=0.005)
    assert share_hit(beats[1:-1], found.beats, 0.02) > 0.95


@pytest.mark.parametrize("bpm", [84, 96, 120, 137, 174])
def test_all_beats_of_a_file_are_found_from_the_first_on(bpm):
    beats = np.arange(0.5, 20, 60 / bpm)
    found = rhythm_of(drums(beats, 20))
    assert share_hit(beats[1:-1], found.beats, 0.02) > 0.95
    assert found.tempo_bpm == pytest.approx(bpm, rel=0.005)
    assert np.all(np.diff(found.beats) > 0.25)


def test_beats_are_found_with_less_than_five_milliseconds_of_bias():
    beats = np.arange(0.5, 30, 60 / 121)
    found = rhythm_of(drums(beats, 30)).beats
    off = found[:, None] - beats
    off = off[np.arange(len(found)), np.abs(off).argmin(axis=1)]
    assert abs(np.median(off)) < 0.005


@pytest.mark.parametrize("samples", [0, 100, 6 * RATE])
def test_silence_has_no_rhythm(samples):
    assert rhythm_of(np.zeros(samples, np.float32)) is None


def test_noise_has_no_rhythm():
    noise = np.random.default_rng(5).normal(0, 0.1, 20 * RATE).astype(np.float32)
    assert rhythm_of(noise) is None


@pytest.mark.parametrize("metre", [3, 4])
def test_downbeats_follow_their_activations_through_a_missed_one(metre):
    hops = 3_000
    activations = np.full((hops, 2), 0.01, np.float32)
    places = np.arange(40, hops - 10, 47)
    activations[places, 0] = 0.8
    activations[places[::metre], 1] = 0.6
    activations[places[2 * metre], 1] = 0.01
    found = find_rhythm(*np.ascontiguousarray(activations.T), RATE)
    assert found.beats_per_bar == metre
    expected = (places[::metre] + 1) * 512 / RATE - 0.06
    assert share_hit(expected, found.downbeats, 0.012) == 1
    assert len(found.downbeats) == len(expected)
    assert found.downbeat_confidence > 0.5


def test_what_the_network_is_trained_with_is_what_it_sees_in_a_stream():
    sound = drums(np.arange(0.3, 2, 0.5), 2)
    plan = Plan.of(RATE, 1, AnalyzerSettings())
    seen = features(sound, RATE)
    assert seen.shape == (len(sound) // plan.hop, len(plan.memory().beat.inputs))
    assert np.ptp(seen, axis=0).min() > 0.1


def test_a_weights_file_of_another_shape_is_refused(tmp_path):
    broken = tmp_path / "beats.npy"
    np.save(broken, np.load(beatweights.CAUSAL)[:-3])
    with pytest.raises(ValueError, match=r"beats\.npy holds"):
        beatweights.load(broken)


def test_weights_are_small_and_come_back_as_they_were_packed(tmp_path):
    assert beatweights.CAUSAL.stat().st_size <= 150_000
    dice = np.random.default_rng(1)
    arrays = [
        dice.standard_normal(shape).astype(np.float16).astype(np.float32)
        for shape in beatweights.shapes(6, 5, 4, 3)
    ]
    beatweights.pack(arrays, tmp_path / "net.npy")
    net = beatweights.load(tmp_path / "net.npy")
    flat = [net.enter, net.enter_bias, *net.first, *net.second, net.leave, net.leave_bias]
    for packed, back in zip(arrays, flat, strict=True):
        np.testing.assert_array_equal(packed, back)
