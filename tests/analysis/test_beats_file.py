import numpy as np
import pytest
from beatsounds import RATE, drums, share_hit

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.beats import NO_BEATS, find_beats, hear


def beats_of(sound, rate=RATE):
    return find_beats(hear(sound, rate, 2048, 512), rate, 512)


@pytest.mark.parametrize("bpm", [72, 96, 120, 137, 174])
def test_all_beats_of_a_file_are_found_from_the_first_on(bpm):
    beats = np.arange(0.5, 20, 60 / bpm)
    found = beats_of(drums(beats, 20))
    assert share_hit(beats[1:-1], found.times, 0.02) > 0.95
    assert found.bpm == pytest.approx(bpm, rel=0.005)
    assert np.all(np.diff(found.times) > 0.25)


def test_beats_are_found_with_less_than_five_milliseconds_of_bias():
    beats = np.arange(0.5, 30, 60 / 121)
    found = beats_of(drums(beats, 30)).times
    off = found[:, None] - beats
    off = off[np.arange(len(found)), np.abs(off).argmin(axis=1)]
    assert abs(np.median(off)) < 0.005


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(100), np.zeros(6 * RATE)])
def test_silence_has_no_beats(sound):
    found = beats_of(sound.astype(np.float32))
    assert len(found.times) == len(found.downbeats) == 0
    assert found.bpm is None
    assert found.confidence == 0


def test_noise_has_no_beats():
    noise = np.random.default_rng(5).normal(0, 0.1, 20 * RATE).astype(np.float32)
    assert beats_of(noise) is NO_BEATS


@pytest.mark.parametrize("metre", [3, 4])
def test_downbeats_follow_their_activations_through_a_missed_one(metre):
    hops = 3_000
    activations = np.full((hops, 2), 0.01, np.float32)
    places = np.arange(40, hops - 10, 47)
    activations[places, 0] = 0.8
    activations[places[::metre], 1] = 0.6
    activations[places[2 * metre], 1] = 0.01
    found = find_beats(activations, RATE, 512)
    assert found.beats_per_bar == metre
    expected = (places[::metre] + 1) * 512 / RATE - 0.06
    assert share_hit(expected, found.downbeats, 0.012) == 1
    assert len(found.downbeats) == len(expected)
    assert found.bar_confidence > 0.5


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
