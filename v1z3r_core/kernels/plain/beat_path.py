"""The one course of tempo and phase that explains all activations best, the future known."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import BeatTables, PathMemory
from v1z3r_core.kernels.plain.beat_filter import around, expecting, odds_of, rings_of, turn

Floats = NDArray[np.float32]


def best_path(tables: BeatTables, path: PathMemory, activations: Floats) -> int:
    """Find the beats of the best course; how many are in `path.beats`.

    Parameters
    ----------
    tables, path
    activations : float32, shape (hops,)
    """
    climb(tables, path, activations)
    rings, hops = rings_of(tables), len(activations)
    best = int(np.argmax(path.scores))
    tempo = int(np.searchsorted(tables.starts, best, side="right")) - 1
    phase = (best - int(rings.starts[tempo]) - int(path.heads[tempo])) % int(rings.lengths[tempo])
    count, hop = 0, hops - 1 - phase
    while hop >= 0:
        path.beats[count] = hop + 0.5 * (int(tables.widths[tempo]) - 1)
        count += 1
        tempo = int(path.came[hop, tempo])
        hop -= int(rings.lengths[tempo])
    return count


def climb(tables: BeatTables, path: PathMemory, activations: Floats) -> None:
    """Fill the score of the best way to every cell, and from which tempo each beat came."""
    rings, scores, heads = rings_of(tables), path.scores, path.heads
    tempos, reach = np.arange(len(heads)), tables.jumps.shape[1] // 2
    with np.errstate(divide="ignore"):  # a jump beyond the fastest or slowest tempo: never
        jumps = np.log(tables.jumps)
    leaning = np.log(tables.leaning)
    for hop, activation in enumerate(activations):
        turn(rings, heads)
        due = rings.starts + heads
        path.ends[:] = scores[due]
        ways = around(path.ends, reach, -np.inf) + jumps
        chosen = ways.argmax(axis=1)
        path.came[hop] = tempos + chosen - reach
        scores[due] = ways[tempos, chosen] + leaning
        scores[expecting(rings, heads)] += np.log(odds_of(activation))
