"""Which tempo and phase explain the activations so far: a bar-pointer model's forward pass.

Only the cells that stand at a beat or expect one are touched; where those are moves with the
heads of the rings, what else is needed of a ring's shape is found once.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import BEAT_SUM, BeatMemory, BeatTables
from v1z3r_core.kernels.beat_tuning import (
    LARGE,
    LEAK,
    LEAST_HEARD,
    MOST_HEARD,
    NEAR_PHASE,
    NEAR_TEMPOS,
    OFF_BEAT,
    SMALL,
)

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


class Rings(NamedTuple):
    """Where the cells of all tempos are."""

    starts: Integers  # (tempos,): of each ring
    lengths: Integers  # (tempos,)
    tempos: Integers  # (cells,): of each cell that expects a beat
    phases: Integers  # (cells,): hops of each since the beat
    cell_starts: Integers  # (cells,): start of the ring of each
    cell_lengths: Integers  # (cells,)


def rings_of(tables: BeatTables) -> Rings:
    """Shapes of the rings of a set of tables."""
    return _rings(tables.starts.tobytes(), tables.widths.tobytes())


@lru_cache(maxsize=8)
def _rings(starts: bytes, widths: bytes) -> Rings:
    places, wide = (np.frombuffer(table, np.int64) for table in (starts, widths))
    lengths = np.diff(places)
    tempos = np.repeat(np.arange(len(wide)), wide)
    phases = np.concatenate([np.arange(width) for width in wide])
    return Rings(places[:-1], lengths, tempos, phases, places[tempos], lengths[tempos])


def turn(rings: Rings, heads: Integers) -> None:
    """Move every ring on by one cell."""
    heads -= 1
    heads += rings.lengths * (heads < 0)


def expecting(rings: Rings, heads: Integers) -> Integers:
    """Places of the cells that expect a beat."""
    at = heads[rings.tempos] + rings.phases
    at -= rings.cell_lengths * (at >= rings.cell_lengths)
    return at + rings.cell_starts


def odds_of(activation: np.float32) -> np.float32:
    """How much likelier an activation is where a beat is expected."""
    heard = min(max(activation, LEAST_HEARD), MOST_HEARD)
    return heard * OFF_BEAT / (np.float32(1) - heard)


def around(values: NDArray[np.floating], reach: int, beyond: float) -> NDArray[np.floating]:
    """Of each value its neighbours to `reach` on either side, shape (n, 2 · reach + 1)."""
    padded = np.full(len(values) + 2 * reach, beyond, values.dtype)
    padded[reach : reach + len(values)] = values
    return sliding_window_view(padded, 2 * reach + 1)


def move_on(tables: BeatTables, memory: BeatMemory, rings: Rings, seed: np.float32) -> None:
    """Let a hop pass: the last cell of every ring falls due, and spreads over the first ones."""
    turn(rings, memory.heads)
    due = rings.starts + memory.heads
    memory.ends[:] = memory.mass[due]
    neighbours = around(memory.ends, tables.jumps.shape[1] // 2, 0.0)
    arriving = tables.preference * seed + np.einsum("ij,ij->i", neighbours, tables.jumps)
    memory.mass[due] = arriving * tables.leaning


def sum_tempos(memory: BeatMemory, rings: Rings) -> np.float32:
    """Fill the mass of every tempo; their sum. Scales all mass before it leaves the range."""
    np.add.reduceat(memory.mass, rings.starts, out=memory.tempo_mass)
    total = np.float32(memory.tempo_mass.sum())
    if not SMALL < total < LARGE:
        scale = np.float32(1) / total
        memory.mass[:] *= scale
        memory.tempo_mass[:] *= scale
        total = np.float32(1)
    return total


def likeliest_tempo(mass: Floats) -> int:
    """Tempo with the most mass, its neighbours' included."""
    joined = mass.copy()
    joined[1:] += mass[:-1]
    joined[:-1] += mass[1:]
    return int(np.argmax(joined))


def believe(
    tables: BeatTables, memory: BeatMemory, rings: Rings, total: float, values: list[float]
) -> None:
    """Fill period, time to the beat and confidence from the mass around the likeliest cell.

    Parameters
    ----------
    tables, memory, rings
    total : float
        All mass.
    values : list, see `BeatSum`
    """
    tempo = likeliest_tempo(memory.tempo_mass)
    start, length = int(rings.starts[tempo]), int(rings.lengths[tempo])
    likeliest = int(np.argmax(memory.mass[start : start + length]))
    ahead = length - (likeliest - int(memory.heads[tempo])) % length
    near = max(1.0, NEAR_PHASE * length)
    same = slice(max(0, tempo - NEAR_TEMPOS), tempo + NEAR_TEMPOS + 1)
    lengths = rings.lengths[same, np.newaxis]
    hops = np.arange(math.ceil(ahead - near), math.floor(ahead + near) + 1)
    places = rings.starts[same, np.newaxis] + (memory.heads[same, np.newaxis] - hops) % lengths
    cells = memory.mass[places].astype(np.float64)
    by_tempo = cells.sum(axis=1)
    mass = float(by_tempo.sum())
    if mass > 0.0:
        middles = 0.5 * (tables.widths[same] - 1)
        ahead_sum = float((cells * hops).sum() + (by_tempo * middles).sum())
        period_sum = float((by_tempo * lengths[:, 0]).sum())
        values[BEAT_SUM.SEEN_AHEAD] = ahead_sum / mass * tables.hop_seconds
        values[BEAT_SUM.SEEN_PERIOD] = period_sum / mass * tables.hop_seconds
        values[BEAT_SUM.SEEN_CONFIDENCE] = mass / total


def filter_beat(
    tables: BeatTables, memory: BeatMemory, activation: np.float32, values: list[float]
) -> None:
    """One hop of the model: move on, weigh by the activation, say what is believed."""
    rings = rings_of(tables)
    move_on(tables, memory, rings, np.float32(values[BEAT_SUM.MASS]) * LEAK)
    memory.mass[expecting(rings, memory.heads)] *= odds_of(activation)
    total = float(sum_tempos(memory, rings))
    values[BEAT_SUM.MASS] = total
    believe(tables, memory, rings, total, values)
