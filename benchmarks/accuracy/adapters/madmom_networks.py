"""madmom's ensembles of LSTM networks, stepping through time together.

`madmom.ml.nn` steps through gates, directions and networks one by one in Python: six seconds for a
minute of music, where this takes one. The arithmetic is the same, and so are the weights.
"""

import numpy as np
from scipy.special import expit


def at_once(networks):
    """A function from features (frames, inputs) to the list of what each network makes of them."""
    *recurrent, last = zip(*(network.layers for network in networks), strict=True)
    cells = [stacked(layers) for layers in recurrent]

    def hear(features):
        data = np.broadcast_to(features, (len(networks), *features.shape))
        for weights, both_ways in cells:
            if both_ways:
                out = stepped(np.concatenate([data, data[:, ::-1]]), *weights)
                data = np.dstack([out[: len(networks)], out[len(networks) :, ::-1]])
            else:
                data = stepped(data, *weights)
        out = [layer.activate(one) for layer, one in zip(last, data, strict=True)]
        return [one.ravel() if one.shape[1] == 1 else one for one in out]

    return hear


def stacked(layers):
    """The weights of one layer of all networks, forward ones first, and whether both ways."""
    both_ways = hasattr(layers[0], "fwd_layer")
    if both_ways:
        layers = [one.fwd_layer for one in layers] + [one.bwd_layer for one in layers]
    gates = [(one.input_gate, one.forget_gate, one.output_gate, one.cell) for one in layers]
    weights, bias, recurrent = (
        np.stack([np.hstack([getattr(gate, name) for gate in of_one]) for of_one in gates])
        for name in ("weights", "bias", "recurrent_weights")
    )
    peepholes = np.stack([[gate.peephole_weights for gate in of_one[:3]] for of_one in gates])
    return (weights, bias, recurrent, peepholes), both_ways


def stepped(data, weights, bias, recurrent, peepholes):
    """LSTM outputs (networks, frames, cells), from zero."""
    data = np.ascontiguousarray(data)  # else the product is thirty times slower
    fed = np.ascontiguousarray((data @ weights + bias[:, None]).swapaxes(0, 1))
    cells = weights.shape[2] // 4
    out = np.zeros((len(fed), len(data), cells), np.float32)
    state, prev = np.zeros_like(out[0]), np.zeros_like(out[0])
    for frame in range(len(fed)):
        drive = fed[frame] + (prev[:, None] @ recurrent)[:, 0]
        entered, forgot, left, cell = (drive[:, i * cells : (i + 1) * cells] for i in range(4))
        entered += state * peepholes[:, 0]
        forgot += state * peepholes[:, 1]
        drive[:, : 2 * cells] = expit(drive[:, : 2 * cells])
        state = np.tanh(cell) * entered + state * forgot
        prev = out[frame] = np.tanh(state) * expit(left + state * peepholes[:, 2])
    return out.swapaxes(0, 1)
