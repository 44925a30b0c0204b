"""What is read off one spectrum: powers, levels, bands, its centre."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import DB_PER_OCTAVE_OF_POWER, TINY

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


class Gathering(NamedTuple):
    """Where the terms of all bands' sums are, one band's after the other's."""

    bins: Integers  # of each weight
    bands: Integers  # that have a bin at all
    starts: Integers  # place of the first term of each of those


def powers(bins: Floats, scale: np.float32, power: Floats) -> None:
    """Squared amplitudes of the bins: 1 where a full-scale sine stands.

    Parameters
    ----------
    bins : float32, shape (2 · n,)
        Real and imaginary parts in turn.
    scale : float32
        Square of 2 / (sum of the window).
    power : float32, shape (n,), written
        The first and last bin have no mirror image and count a quarter.
    """
    squares = bins * bins
    np.multiply(squares[0::2] + squares[1::2], scale, out=power)
    power[[0, -1]] *= np.float32(0.25)


def levels_db(power: Floats, floor_db: np.float32, line: Floats) -> None:
    """Powers on a decibel scale: 0 at `floor_db` and below, 1 at 0 dB and above.

    Parameters
    ----------
    power : float32, shape (n,)
    floor_db : float32, < 0
    line : float32, shape (m,), written
        Filled with 0 from n on; powers from m on are left out.
    """
    shown = min(len(power), len(line))
    slope = -DB_PER_OCTAVE_OF_POWER / floor_db
    levels = np.float32(1) + slope * np.log2(power[:shown] + TINY)
    np.clip(levels, 0, 1, out=line[:shown])
    line[shown:] = 0


def integrate(power: Floats, runs: Integers, weights: Floats, out: Floats) -> None:
    """Power in each band: a weighted sum over its own run of bins.

    Parameters
    ----------
    power : float32, shape (bins,)
    runs : int64, shape (bands, 3)
        First bin, number of bins, place of the first weight; places ascend without a gap.
    weights : float32
    out : float32, shape (bands,), written
    """
    gathering = _gathering(runs.tobytes())
    out[:] = 0
    terms = power[gathering.bins] * weights
    out[gathering.bands] = np.add.reduceat(terms, gathering.starts)


def centroid(power: Floats, bin_hz: np.float32) -> np.float32:
    """Centre of gravity of the power spectrum, Hz; 0 in silence."""
    total = power.sum()
    if total <= TINY:
        return np.float32(0)
    moment = (power * np.arange(len(power), dtype=np.float32)).sum()
    return np.float32(bin_hz * moment / total)


@lru_cache(maxsize=8)  # one for each set of tables in use at a time
def _gathering(runs: bytes) -> Gathering:
    table = np.frombuffer(runs, np.int64).reshape(-1, 3)
    bins = np.concatenate([np.arange(first, first + count) for first, count, _ in table])
    bands = np.flatnonzero(table[:, 1])  # an empty run has no place in `reduceat`
    return Gathering(bins, bands, table[bands, 2])
