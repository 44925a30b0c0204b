"""madmom's networks at once: as one by one, and the online ones never ahead."""

from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from benchmarks.accuracy import peers
from benchmarks.accuracy.adapters.madmom_networks import at_once

INPUTS, CELLS = 6, 4


def gate(rng, inputs, *, peepholes=True):
    """Weights of one gate, named as madmom names them."""
    return SimpleNamespace(
        weights=rng.normal(size=(inputs, CELLS)).astype(np.float32),
        bias=rng.normal(size=CELLS).astype(np.float32),
        recurrent_weights=rng.normal(size=(CELLS, CELLS)).astype(np.float32),
        peephole_weights=rng.normal(size=CELLS).astype(np.float32) if peepholes else None,
    )


def lstm(rng, inputs):
    return SimpleNamespace(
        input_gate=gate(rng, inputs),
        forget_gate=gate(rng, inputs),
        cell=gate(rng, inputs, peepholes=False),
        output_gate=gate(rng, inputs),
    )


def network(rng, *, both_ways, outputs):
    """Two recurrent layers and one that weights their outputs."""
    layers, inputs = [], INPUTS
    for _ in range(2):
        if both_ways:
            layers.append(SimpleNamespace(fwd_layer=lstm(rng, inputs), bwd_layer=lstm(rng, inputs)))
        else:
            layers.append(lstm(rng, inputs))
        inputs = 2 * CELLS if both_ways else CELLS
    last = rng.normal(size=(inputs, outputs)).astype(np.float32)
    return SimpleNamespace(layers=[*layers, SimpleNamespace(activate=lambda data: data @ last)])


def naive(layer, data):
    """One layer of one network, gate by gate (Gers et al. 2002), as madmom has it."""
    if hasattr(layer, "fwd_layer"):
        backwards = naive(layer.bwd_layer, data[::-1])[::-1]
        return np.hstack([naive(layer.fwd_layer, data), backwards])
    state, prev, out = np.zeros(CELLS), np.zeros(CELLS), []

    def fed(one, now):
        return now @ one.weights + one.bias + prev @ one.recurrent_weights

    def opened(one, now):
        return 1 / (1 + np.exp(-fed(one, now) - state * one.peephole_weights))

    for now in data:
        entered, forgot = opened(layer.input_gate, now), opened(layer.forget_gate, now)
        state = np.tanh(fed(layer.cell, now)) * entered + state * forgot
        prev = np.tanh(state) * opened(layer.output_gate, now)
        out.append(prev)
    return np.array(out)


@pytest.mark.parametrize("both_ways", [False, True])
@pytest.mark.parametrize("outputs", [1, 3])
def test_networks_at_once_hear_what_they_hear_one_by_one(both_ways, outputs):
    rng = np.random.default_rng(8)
    networks = [network(rng, both_ways=both_ways, outputs=outputs) for _ in range(3)]
    features = rng.normal(size=(20, INPUTS)).astype(np.float32)
    heard = at_once(networks)(features)
    assert len(heard) == 3
    for one, own in zip(heard, networks, strict=True):
        data = features
        for layer in own.layers[:-1]:
            data = naive(layer, data)
        expected = own.layers[-1].activate(data)
        assert one.shape == ((20,) if outputs == 1 else (20, 3))
        np.testing.assert_allclose(one, expected.reshape(one.shape), atol=1e-5)


def test_one_way_networks_do_not_look_ahead_and_both_way_ones_do():
    rng = np.random.default_rng(9)
    features = rng.normal(size=(20, INPUTS)).astype(np.float32)
    changed = features.copy()
    changed[12:] += 1
    for both_ways in (False, True):
        hear = at_once([network(rng, both_ways=both_ways, outputs=1)])
        same = hear(features)[0][:12] == hear(changed)[0][:12]
        assert same.all() != both_ways


def test_a_piece_does_not_hear_the_one_before_it():
    rng = np.random.default_rng(10)
    hear = at_once([network(rng, both_ways=False, outputs=1)])
    features = rng.normal(size=(20, INPUTS)).astype(np.float32)
    first = hear(features)[0]
    hear(features[::-1])
    assert np.array_equal(hear(features)[0], first)


@pytest.mark.long  # madmom is no part of what `make test` installs
@pytest.mark.skipif(
    not peers.installed("madmom", peers.default_folder()), reason="madmom is not installed"
)
def test_madmom_online_is_not_changed_by_what_sounds_later(tmp_path):
    rng = np.random.default_rng(11)
    clicks = np.zeros(8 * 44_100)
    for first in range(0, len(clicks) - 4_410, 22_050):
        clicks[first : first + 4_410] = rng.normal(size=4_410) * np.exp(-np.arange(4_410) / 800) / 8
    later = clicks.copy()
    later[6 * 44_100 :] = rng.normal(size=2 * 44_100) / 8
    peer = next(one for one in peers.PEERS if one.name == "madmom online")
    beats = []
    with peers.Asked(peer, peers.default_folder()) as asked:
        for name, samples in (("clicks", clicks), ("later", later)):
            soundfile.write(tmp_path / f"{name}.flac", samples, 44_100)
            beats.append([beat for beat in asked.ask(tmp_path / f"{name}.flac").beats if beat < 6])
    assert len(beats[0]) > 5
    assert beats[0] == beats[1]
