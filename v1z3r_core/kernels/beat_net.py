"""The beat network: how likely the music's beat, or the bar's first, fell a moment ago.

Dense layer, two layers of gated recurrent units, dense layer; a step per hop, strictly causal.

References
----------
K. Cho et al., "Learning phrase representations using RNN encoder-decoder", EMNLP (2014),
section 2.3: the unit; here with the reset gate after the matrix product.
J. H. Lambert, "Mémoire sur quelques propriétés remarquables des quantités transcendentes" (1768):
the continued fraction of the tangent.
"""

import numpy as np
from numba import types

from v1z3r_core.kernels.arrays import Floats, Floats2
from v1z3r_core.kernels.beat_features import BEAT_MEMORY, BEAT_TABLES
from v1z3r_core.kernels.beat_layout import BeatMemory, BeatTables, GruWeights
from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes
from v1z3r_core.kernels.records import record

GRU = record(GruWeights, reads)

# Convergent of Lambert's continued fraction of the hyperbolic tangent: error below 7e-6 up to where
# it reaches 1. Unlike a call of the library's function it runs in vector lanes.
_EDGE = np.float32(6.2971)
_P1, _P3, _P5, _P7 = (np.float32(c) for c in (34_459_425, 4_729_725, 135_135, 990))
_Q0, _Q2, _Q4, _Q6, _Q8 = (np.float32(c) for c in (34_459_425, 16_216_200, 945_945, 13_860, 45))

_F = types.float32
_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@kernel(_F, returns=_F)
def soft_sign(x: np.float32) -> np.float32:
    """Hyperbolic tangent to 7e-6."""
    x = min(max(x, -_EDGE), _EDGE)
    s = x * x
    p = _P1 + s * (_P3 + s * (_P5 + s * (_P7 + s)))
    return x * p / (_Q0 + s * (_Q2 + s * (_Q4 + s * (_Q6 + s * _Q8))))


@kernel(reads(_F), reads(_F), returns=_F, fastmath=REDUCE)
def dot(a: Floats, b: Floats) -> np.float32:
    """Scalar product."""
    total = _ZERO
    for k in range(a.shape[0]):
        total += a[k] * b[k]
    return total


@kernel(reads(_F, 2), reads(_F), reads(_F), writes(_F))
def dense(weights: Floats2, bias: Floats, inputs: Floats, out: Floats) -> None:
    """Weighted sums of the inputs plus a bias."""
    for row in range(weights.shape[0]):
        out[row] = bias[row] + dot(weights[row], inputs)


@kernel(writes(_F))
def squash(values: Floats) -> None:
    """Replace values by their hyperbolic tangent."""
    for k in range(values.shape[0]):
        values[k] = soft_sign(values[k])


@kernel(writes(_F))
def gate(values: Floats) -> None:
    """Replace values by their logistic function, which is a tangent moved to 0…1."""
    for k in range(values.shape[0]):
        values[k] = _HALF + _HALF * soft_sign(_HALF * values[k])


@kernel(GRU, writes(_F), writes(_F), writes(_F), writes(_F))
def recur(weights: GruWeights, both: Floats, gates: Floats, fresh: Floats, kept: Floats) -> None:
    """Step a recurrent layer.

    Parameters
    ----------
    weights
    both : float32, shape (n + m,)
        Inputs, then the state, which is replaced.
    gates, fresh, kept : float32, shapes (2m,), (m,), (m,)
        Overwritten.
    """
    units = weights.kept.shape[0]
    inputs, state = both[: both.shape[0] - units], both[both.shape[0] - units :]
    dense(weights.gates, weights.gate_bias, both, gates)
    gate(gates)
    dense(weights.fresh, weights.fresh_bias, inputs, fresh)
    dense(weights.kept, weights.kept_bias, state, kept)
    for k in range(units):
        fresh[k] += gates[k] * kept[k]
    squash(fresh)
    for k in range(units):
        state[k] = fresh[k] + gates[units + k] * (state[k] - fresh[k])


@kernel(BEAT_TABLES, BEAT_MEMORY, writes(_F))
def see_activations(tables: BeatTables, memory: BeatMemory, out: Floats) -> None:
    """Step the network on `memory.inputs`; fill `out` with those of beat and downbeat, 0…1."""
    net = tables.net
    entered, n, m = net.enter.shape[0], net.first.kept.shape[0], net.second.kept.shape[0]
    dense(net.enter, net.enter_bias, memory.inputs, memory.first[:entered])
    squash(memory.first[:entered])
    recur(net.first, memory.first, memory.gates[: 2 * n], memory.fresh[:n], memory.kept[:n])
    memory.second[:n] = memory.first[entered:]
    recur(net.second, memory.second, memory.gates[: 2 * m], memory.fresh[:m], memory.kept[:m])
    dense(net.leave, net.leave_bias, memory.second[n:], out)
    gate(out)
