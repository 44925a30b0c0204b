"""The one course of tempo and phase that explains all activations best, the future known.

The model of `kernels.beat_filter`, with the best predecessor instead of the sum of all.

References
----------
A. J. Viterbi, "Error bounds for convolutional codes and an asymptotically optimum decoding
algorithm", IEEE Trans. Information Theory 13 (1967).
"""

import math

import numpy as np
from numba import types

from v1z3r_core.kernels.arrays import Doubles, Floats, Integers
from v1z3r_core.kernels.beat_features import BEAT_TABLES
from v1z3r_core.kernels.beat_layout import BeatTables, PathMemory
from v1z3r_core.kernels.beat_tuning import LEAST_HEARD, MOST_HEARD, OFF_BEAT
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.records import record

_F = types.float32
_D = types.float64
_I = types.int64
_ONE = np.float32(1.0)

PATH_MEMORY = record(PathMemory, writes)


@kernel(BEAT_TABLES, _F, writes(_D), writes(_I), writes(_D), writes(_I))
def path_step(
    tables: BeatTables,
    activation: np.float32,
    scores: Doubles,
    heads: Integers,
    ends: Doubles,
    came: Integers,
) -> None:
    """One hop: best way into the first cell of every tempo; `came` says from which tempo."""
    tempos = heads.shape[0]
    reach = tables.jumps.shape[1] // 2
    for i in range(tempos):
        head = heads[i] - 1 if heads[i] > 0 else tables.shortest + i - 1
        heads[i] = head
        ends[i] = scores[tables.starts[i] + head]
    heard = min(max(activation, LEAST_HEARD), MOST_HEARD)
    gain = math.log(heard * OFF_BEAT / (_ONE - heard))
    for j in range(tempos):
        best, found = -math.inf, j
        for i in range(max(0, j - reach), min(tempos, j + reach + 1)):
            score = ends[i] + math.log(tables.jumps[j, i - j + reach])
            if score > best:
                best, found = score, i
        came[j] = found
        start, length = tables.starts[j], tables.shortest + j
        scores[start + heads[j]] = best + math.log(tables.leaning[j])
        for p in range(tables.widths[j]):
            at = heads[j] + p
            scores[start + (at - length if at >= length else at)] += gain


@kernel(BEAT_TABLES, PATH_MEMORY, reads(_F), returns=_I)
def best_path(tables: BeatTables, path: PathMemory, activations: Floats) -> int:
    """Find the beats of the best course; how many are in `path.beats`.

    Parameters
    ----------
    tables, path
    activations : float32, shape (hops,)
    """
    scores, heads, came, beats = path.scores, path.heads, path.came, path.beats
    hops = activations.shape[0]
    for k in range(hops):
        path_step(tables, activations[k], scores, heads, path.ends, came[k])
    best = 0
    for s in range(scores.shape[0]):
        if scores[s] > scores[best]:
            best = s
    tempo = 0
    while tables.starts[tempo + 1] <= best:
        tempo += 1
    length = tables.shortest + tempo
    phase = (best - tables.starts[tempo] - heads[tempo]) % length
    count, hop = 0, hops - 1 - phase
    while hop >= 0:
        beats[count] = hop + 0.5 * (tables.widths[tempo] - 1)
        count += 1
        tempo = came[hop, tempo]
        hop -= tables.shortest + tempo
    return count
