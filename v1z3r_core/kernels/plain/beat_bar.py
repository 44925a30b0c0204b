"""Where in the bar a beat is, and how many beats the bar has: a small model stepped once a beat.

All places of bars of 2 to 7 beats lie one after another.
"""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import (
    BEAT_COUNT,
    BEAT_SUM,
    HALVED_BARS,
    LONGEST_BAR,
    SHORTEST_BAR,
    USUAL_BARS,
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

Floats = NDArray[np.float32]

_BARS = np.arange(SHORTEST_BAR, LONGEST_BAR + 1)
_METRES = np.repeat(_BARS, _BARS)  # of each place
_PLACES = np.concatenate([np.arange(bar) for bar in _BARS])
_FIRSTS = np.flatnonzero(_PLACES == 0)
_MIDDLES = np.flatnonzero(np.isin(_METRES, HALVED_BARS) & (2 * _PLACES == _METRES))
_BEFORE = np.arange(len(_PLACES)) - 1 + np.where(_PLACES == 0, _METRES, 0)
_SPREAD = (SURPRISE * np.repeat(np.array(USUAL_BARS, np.float32), _BARS) / _METRES).astype(
    np.float32
)


def judge_bar(mass: Floats, likelihood: np.float32, values: list[float], counts: list[int]) -> None:
    """Take in one more beat, and fill its place, the metre and how sure they are.

    Parameters
    ----------
    mass : float32, shape (places,), written
    likelihood : float32, 0…1
        That the beat is the first of its bar.
    values, counts : list, see `BeatSum` and `BeatCount`
    """
    heard = min(max(likelihood, LEAST_FIRST), MOST_FIRST)
    mass[:] = mass[_BEFORE]
    odds = np.log(heard / (np.float32(1) - heard))
    mass[_FIRSTS] *= np.exp(FIRST_BIAS + FIRST_SLOPE * odds)
    mass[_MIDDLES] *= np.exp(MIDDLE_BIAS + MIDDLE_SLOPE * odds)
    mass[:] = (np.float32(1) - SURPRISE) * mass / mass.sum() + _SPREAD
    best = int(np.argmax(mass))
    counts[BEAT_COUNT.BEAT], counts[BEAT_COUNT.METRE] = int(_PLACES[best]), int(_METRES[best])
    values[BEAT_SUM.BAR_CONFIDENCE] = float(mass[best])
