"""Where in the bar a beat is, and how many beats the bar has: a small model stepped once a beat.

All places of bars of 2 to 7 beats lie one after another; a beat moves each on by one, a share is
spread over all so that a new metre or a dropped beat is found again. The middle of a bar of four
sounds like a lesser first, which counts for something: else most bars would pass for two short
ones.
"""

import math

import numpy as np
from numba import types

from v1z3r_core.kernels.arrays import Floats
from v1z3r_core.kernels.beat_features import BEAT_MEMORY
from v1z3r_core.kernels.beat_layout import (
    BEAT_COUNT,
    BEAT_SUM,
    HALVED_BARS,
    LONGEST_BAR,
    SHORTEST_BAR,
    USUAL_BARS,
    BeatMemory,
)
from v1z3r_core.kernels.beat_tuning import (
    FIRST_BIAS,
    FIRST_SLOPE,
    LEAST_FIRST,
    MIDDLE_BIAS,
    MIDDLE_SLOPE,
    MOST_FIRST,
    SURPRISE,
)
from v1z3r_core.kernels.policy import kernel, writes

_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_USUAL = tuple(np.float32(share) for share in USUAL_BARS)


@kernel(writes(_F))
def turn(mass: Floats) -> None:
    """Move every place on by a beat, within its bar."""
    start = 0
    for metre in range(SHORTEST_BAR, LONGEST_BAR + 1):
        last = mass[start + metre - 1]
        for place in range(metre - 1, 0, -1):
            mass[start + place] = mass[start + place - 1]
        mass[start] = last
        start += metre


@kernel(writes(_F), _F)
def weigh_first(mass: Floats, likelihood: np.float32) -> None:
    """Weigh places by how likely this beat is a first one; the rest shares the surprise."""
    heard = min(max(likelihood, LEAST_FIRST), MOST_FIRST)
    odds = math.log(heard / (_ONE - heard))
    first = math.exp(FIRST_BIAS + FIRST_SLOPE * odds)
    middle = math.exp(MIDDLE_BIAS + MIDDLE_SLOPE * odds)
    start, total = 0, _ZERO
    for metre in range(SHORTEST_BAR, LONGEST_BAR + 1):
        mass[start] *= first
        if metre in HALVED_BARS:
            mass[start + metre // 2] *= middle
        for place in range(metre):
            total += mass[start + place]
        start += metre
    start = 0
    for metre in range(SHORTEST_BAR, LONGEST_BAR + 1):
        spread = SURPRISE * _USUAL[metre - SHORTEST_BAR] / np.float32(metre)
        for place in range(metre):
            mass[start + place] = (_ONE - SURPRISE) * mass[start + place] / total + spread
        start += metre


@kernel(BEAT_MEMORY, _F)
def judge_bar(memory: BeatMemory, likelihood: np.float32) -> None:
    """Take in one more beat, and fill its place, the metre and how sure they are.

    Parameters
    ----------
    memory
    likelihood : float, 0…1
        That the beat is the first of its bar.
    """
    mass = memory.bar_mass
    turn(mass)
    weigh_first(mass, likelihood)
    start, best = 0, -_ONE
    for metre in range(SHORTEST_BAR, LONGEST_BAR + 1):
        for place in range(metre):
            if mass[start + place] > best:
                best = mass[start + place]
                memory.counts[BEAT_COUNT.BEAT] = place
                memory.counts[BEAT_COUNT.METRE] = metre
        start += metre
    memory.values[BEAT_SUM.BAR_CONFIDENCE] = best
