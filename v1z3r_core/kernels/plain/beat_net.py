"""The beat network: how likely the music's beat, or the bar's first, fell a moment ago."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import BeatMemory, BeatTables, GruWeights
from v1z3r_core.kernels.plain.probe import products

Floats = NDArray[np.float32]

_HALF = np.float32(0.5)


def gate(values: Floats) -> Floats:
    """Logistic function, which is a tangent moved to 0…1."""
    gated: Floats = _HALF + _HALF * np.tanh(_HALF * values)
    return gated


def recur(weights: GruWeights, both: Floats) -> Floats:
    """Step a recurrent layer; its new state, a view.

    Parameters
    ----------
    weights
    both : float32, shape (n + m,)
        Inputs, then the state, which is replaced.
    """
    units = len(weights.kept)
    inputs, state = both[:-units], both[-units:]
    gates = gate(weights.gate_bias + products(weights.gates, both))
    kept = weights.kept_bias + products(weights.kept, state)
    entered = weights.fresh_bias + products(weights.fresh, inputs)
    fresh = np.tanh(entered + gates[:units] * kept)
    state[:] = fresh + gates[units:] * (state - fresh)
    return state


def see_activations(tables: BeatTables, memory: BeatMemory, out: Floats) -> None:
    """Step the network on `memory.inputs`; fill `out` with those of beat and downbeat, 0…1."""
    net = tables.net
    entered, units = len(net.enter), len(net.first.kept)
    memory.first[:entered] = np.tanh(net.enter_bias + products(net.enter, memory.inputs))
    memory.second[:units] = recur(net.first, memory.first)
    out[:] = gate(net.leave_bias + products(net.leave, recur(net.second, memory.second)))
