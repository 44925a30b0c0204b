"""Which tempo and phase explain the activations so far: a bar-pointer model's forward pass.

Every tempo is a ring of as many cells as hops to its beat; the mass of a cell is how likely the
music now stands there. A hop moves everything on by one cell, which moving the head of the ring
does for all cells at once; tempo changes only on the beat. So of 5,000 cells a hop touches only
those at the heads, and those that expect a beat.

References
----------
N. Whiteley, A. T. Cemgil and S. Godsill, "Bayesian modelling of temporal structure in musical
audio", ISMIR (2006): the bar pointer.
F. Krebs, S. Böck and G. Widmer, "An efficient state-space model for joint tempo and meter
tracking", ISMIR (2015), sections 3.1–3.3: one cell per hop, tempo changes on the beat.
"""

import math

import numpy as np
from numba import types

from v1z3r_core.kernels.arrays import Floats
from v1z3r_core.kernels.beat_features import BEAT_MEMORY, BEAT_TABLES
from v1z3r_core.kernels.beat_layout import BEAT_SUM, BeatMemory, BeatTables
from v1z3r_core.kernels.policy import REDUCE, kernel, reads

LEAK = np.float32(1e-5)  # of all mass, a hop: seeds what nobody believes in, so nothing is final
LEAST = np.float32(0.05)  # activations beyond these bounds tell nothing more
MOST = np.float32(0.95)
OFF_BEAT = np.float32(5.0)  # cells that expect no beat, for one that does
NEAR_TEMPOS = 3  # to either side that count as the same tempo
NEAR_PHASE = 0.07  # of a beat, likewise

_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_LARGE = np.float32(1e12)
_SMALL = np.float32(1e-12)


@kernel(reads(_F), returns=_F, fastmath=REDUCE)
def total_of(values: Floats) -> np.float32:
    """Sum."""
    total = _ZERO
    for k in range(values.shape[0]):
        total += values[k]
    return total


@kernel(BEAT_TABLES, BEAT_MEMORY, _F)
def move_on(tables: BeatTables, memory: BeatMemory, seed: np.float32) -> None:
    """Let a hop pass: the last cell of every ring falls due, and spreads over the first ones."""
    tempos = memory.heads.shape[0]
    reach = tables.jumps.shape[1] // 2
    for i in range(tempos):
        length = tables.shortest + i
        head = memory.heads[i] - 1 if memory.heads[i] > 0 else length - 1
        memory.heads[i] = head
        memory.ends[i] = memory.mass[tables.starts[i] + head]
    for j in range(tempos):
        arriving = tables.preference[j] * seed
        for i in range(max(0, j - reach), min(tempos, j + reach + 1)):
            arriving += memory.ends[i] * tables.jumps[j, i - j + reach]
        memory.mass[tables.starts[j] + memory.heads[j]] = arriving * tables.leaning[j]


@kernel(BEAT_TABLES, BEAT_MEMORY, _F)
def weigh(tables: BeatTables, memory: BeatMemory, activation: np.float32) -> None:
    """Multiply the cells that expect a beat by how much likelier one makes the activation."""
    heard = min(max(activation, LEAST), MOST)
    ratio = heard * OFF_BEAT / (_ONE - heard)
    for i in range(memory.heads.shape[0]):
        start, length = tables.starts[i], tables.shortest + i
        for p in range(tables.widths[i]):
            at = memory.heads[i] + p
            memory.mass[start + (at - length if at >= length else at)] *= ratio


@kernel(BEAT_TABLES, BEAT_MEMORY, returns=_F)
def sum_tempos(tables: BeatTables, memory: BeatMemory) -> np.float32:
    """Fill the mass of every tempo; their sum. Scales all mass before it leaves the range."""
    total = _ZERO
    for i in range(memory.heads.shape[0]):
        memory.tempo_mass[i] = total_of(memory.mass[tables.starts[i] : tables.starts[i + 1]])
        total += memory.tempo_mass[i]
    if not _SMALL < total < _LARGE:
        scale = _ONE / total
        for k in range(memory.mass.shape[0]):
            memory.mass[k] *= scale
        for i in range(memory.heads.shape[0]):
            memory.tempo_mass[i] *= scale
        total = _ONE
    return total


@kernel(reads(_F), returns=_I)
def likeliest_tempo(mass: Floats) -> int:
    """Tempo with the most mass, its neighbours' included."""
    best, found = -_ONE, 0
    for i in range(mass.shape[0]):
        around = mass[i]
        if i > 0:
            around += mass[i - 1]
        if i + 1 < mass.shape[0]:
            around += mass[i + 1]
        if around > best:
            best, found = around, i
    return found


@kernel(BEAT_TABLES, BEAT_MEMORY, _I, returns=_I)
def likeliest_phase(tables: BeatTables, memory: BeatMemory, tempo: int) -> int:
    """Hops since the beat, at one tempo."""
    start, length = tables.starts[tempo], tables.shortest + tempo
    best, found = -_ONE, 0
    for k in range(length):
        if memory.mass[start + k] > best:
            best, found = memory.mass[start + k], k
    phase = found - int(memory.heads[tempo])
    return phase + length if phase < 0 else phase


@kernel(BEAT_TABLES, BEAT_MEMORY, _F)
def believe(tables: BeatTables, memory: BeatMemory, total: np.float32) -> None:
    """Fill period, time to the beat and confidence from the mass around the likeliest cell.

    The beat is where the middle of the cells is that expect one; time counts from the moment
    that the activation speaks of.
    """
    tempo = likeliest_tempo(memory.tempo_mass)
    length = tables.shortest + tempo
    ahead = length - likeliest_phase(tables, memory, tempo)
    near = max(1.0, NEAR_PHASE * length)
    mass, hops, lengths = 0.0, 0.0, 0.0
    for i in range(max(0, tempo - NEAR_TEMPOS), min(len(memory.heads), tempo + NEAR_TEMPOS + 1)):
        ring = tables.shortest + i
        start, head = tables.starts[i], memory.heads[i]
        for d in range(math.ceil(ahead - near), math.floor(ahead + near) + 1):
            phase = (ring - d) % ring
            at = head + phase
            cell = memory.mass[start + (at - ring if at >= ring else at)]
            mass += cell
            hops += cell * (d + 0.5 * (tables.widths[i] - 1))
            lengths += cell * ring
    if mass > 0.0:
        memory.values[BEAT_SUM.SEEN_AHEAD] = hops / mass * tables.hop_seconds
        memory.values[BEAT_SUM.SEEN_PERIOD] = lengths / mass * tables.hop_seconds
        memory.values[BEAT_SUM.SEEN_CONFIDENCE] = mass / total


@kernel(BEAT_TABLES, BEAT_MEMORY, _F)
def filter_beat(tables: BeatTables, memory: BeatMemory, activation: np.float32) -> None:
    """One hop of the model: move on, weigh by the activation, say what is believed."""
    move_on(tables, memory, np.float32(memory.values[BEAT_SUM.MASS]) * LEAK)
    weigh(tables, memory, activation)
    total = sum_tempos(tables, memory)
    memory.values[BEAT_SUM.MASS] = total
    believe(tables, memory, total)
