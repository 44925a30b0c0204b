"""Time of every position in a piece whose tempo may drift, ramp or step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CURVES = ("constant", "drift", "ramp", "steps")
_CURVE_ODDS = (0.62, 0.14, 0.12, 0.12)
_DRIFT = 0.004  # of the tempo per beat: a drummer without a click (wanders 2 % in half a minute)


@dataclass(frozen=True, slots=True)
class Grid:
    """Beats in seconds.

    Parameters
    ----------
    beats : NDArray[float64], shape (n + 1,), seconds
        Start of each beat and the end of the last.
    curve : str
    """

    beats: NDArray[np.float64]
    curve: str

    def at(self, position: float) -> float:
        """Seconds of a position in beats."""
        return float(np.interp(position, np.arange(len(self.beats)), self.beats))


def random_grid(
    rng: np.random.Generator, bpm: float, beats: int, beats_per_bar: int, start: float
) -> Grid:
    """A tempo curve around `bpm` for `beats` beats, the first at `start` seconds."""
    curve = CURVES[int(rng.choice(len(CURVES), p=_CURVE_ODDS))]
    return Grid(
        start
        + np.concatenate(([0.0], np.cumsum(60.0 / tempos(rng, curve, bpm, beats, beats_per_bar)))),
        curve,
    )


def tempos(
    rng: np.random.Generator, curve: str, bpm: float, beats: int, beats_per_bar: int
) -> NDArray[np.float64]:
    """BPM of each beat.

    A ramp runs to 0.75–1.33 of the tempo over the middle half; steps of 0.8–1.25 fall on bars.
    """
    factor = np.ones(beats)
    if curve == "drift":
        walk = np.cumsum(rng.normal(0.0, _DRIFT, beats))
        factor = np.exp(np.clip(walk - np.linspace(0, walk[-1], beats), -0.05, 0.05))
    elif curve == "ramp":
        target = np.exp(rng.uniform(np.log(0.75), np.log(1.33)))
        factor = np.interp(np.arange(beats), [beats * 0.25, beats * 0.75], [1.0, target])
    elif curve == "steps":
        bars = beats // beats_per_bar
        for bar in sorted(rng.integers(1, max(2, bars), size=int(rng.integers(1, 3)))):
            factor[int(bar) * beats_per_bar :] = np.exp(rng.uniform(np.log(0.8), np.log(1.25)))
    out: NDArray[np.float64] = bpm * factor
    return out
