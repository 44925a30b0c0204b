"""Powers of a windowed transform, and what they come to in decibels and in bands."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.plain.fft import real_fft
from v1z3r_core.kernels.transform import Transform
from v1z3r_core.kernels.tuning import DB_PER_OCTAVE_OF_POWER, TINY

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


class Gathering(NamedTuple):
    """Where the terms of all bands' sums are, one band's after the other's."""

    bins: Integers  # of each weight
    bands: Integers  # that have a bin at all
    starts: Integers  # place of the first term of each of those


def see_power(samples: Floats, transform: Transform, work: Floats, power: Floats) -> None:
    """Power of each bin of the windowed samples: 1 where a full-scale sine stands.

    The first and last bin have no mirror image and count a quarter.
    """
    bins = work[: 2 * len(power)]
    real_fft(samples, transform.window, bins)
    squares = bins * bins
    np.add(squares[0::2], squares[1::2], out=power)
    power[[0, -1]] *= np.float32(0.25)


def octaves_of(power: Floats, octaves: Floats) -> None:
    """Logarithms to base 2 of the first powers, -100 at least; fills `octaves`."""
    np.log2(power[: len(octaves)] + TINY, out=octaves)


def levels(octaves: Floats, floor_db: np.float32) -> Floats:
    """Powers, by their logarithms, on a decibel scale: 0 at `floor_db`, 1 at 0 dB."""
    return np.float32(1) + -DB_PER_OCTAVE_OF_POWER / floor_db * octaves


def draw_levels(octaves: Floats, floor_db: np.float32, line: Floats) -> None:
    """`levels` between 0 and 1; 0 from the last power on, powers beyond the line left out."""
    shown = min(len(octaves), len(line))
    np.clip(levels(octaves[:shown], floor_db), 0, 1, out=line[:shown])
    line[shown:] = 0


def integrate(power: Floats, runs: Integers, weights: Floats, out: Floats) -> None:
    """Power in each of the first bands: a weighted sum over its own run of bins.

    Parameters
    ----------
    power : float32, shape (bins,)
    runs : int64, shape (bands, 3)
        First bin, number of bins, place of the first weight; places ascend without a gap.
    weights : float32
    out : float32, shape (≤ bands,), written
    """
    gathering = _gathering(runs[: len(out)].tobytes())
    terms = power[gathering.bins] * weights[: len(gathering.bins)]
    out[:] = 0
    out[gathering.bands] = np.add.reduceat(terms, gathering.starts)


@lru_cache(maxsize=64)  # eight for each set of tables in use at a time
def _gathering(runs: bytes) -> Gathering:
    table = np.frombuffer(runs, np.int64).reshape(-1, 3)
    bins = np.concatenate([np.arange(first, first + count) for first, count, _ in table])
    bands = np.flatnonzero(table[:, 1])  # an empty run has no place in `reduceat`
    return Gathering(bins, bands, table[bands, 2])
