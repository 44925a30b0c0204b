"""Powers of a windowed transform, and what they come to in decibels and in bands."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.fft import fft_power
from v1z3r_core.kernels.octaves import log2
from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes
from v1z3r_core.kernels.records import TRANSFORM
from v1z3r_core.kernels.transform import Transform
from v1z3r_core.kernels.tuning import DB_PER_OCTAVE_OF_POWER, TINY

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_F = types.float32
_I = types.int64
_QUARTER = np.float32(0.25)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(reads(_F), TRANSFORM, writes(_F), writes(_F))
def see_power(samples: Floats, transform: Transform, work: Floats, power: Floats) -> None:
    """Power of each bin of the windowed samples: 1 where a full-scale sine stands.

    The first and last bin have no mirror image and count a quarter.
    """
    fft_power(samples, transform.window, transform.factors, work, power)
    power[0] *= _QUARTER
    power[power.shape[0] - 1] *= _QUARTER


@kernel(reads(_F), writes(_F))
def octaves_of(power: Floats, octaves: Floats) -> None:
    """Logarithms to base 2 of powers, -100 at least."""
    for k in range(octaves.shape[0]):
        octaves[k] = log2(power[k] + TINY)


@kernel(reads(_F), _F, writes(_F))
def levels(octaves: Floats, floor_db: np.float32, line: Floats) -> None:
    """Powers on a decibel scale: 0 at `floor_db`, 1 at 0 dB, beyond both alike.

    Parameters
    ----------
    octaves : float32, shape (at least n,)
        Logarithms to base 2 of the powers.
    floor_db : float, < 0
    line : float32, shape (n,)
    """
    slope = -DB_PER_OCTAVE_OF_POWER / floor_db
    for k in range(line.shape[0]):
        line[k] = _ONE + slope * octaves[k]


@kernel(reads(_F), _F, writes(_F))
def draw_levels(octaves: Floats, floor_db: np.float32, line: Floats) -> None:
    """`levels` between 0 and 1; 0 from the last power on, powers beyond the line left out."""
    shown = min(octaves.shape[0], line.shape[0])
    levels(octaves, floor_db, line[:shown])
    for k in range(shown):
        line[k] = min(max(line[k], _ZERO), _ONE)
    line[shown:] = _ZERO


@kernel(reads(_F), reads(_I, 2), reads(_F), writes(_F), fastmath=REDUCE)
def integrate(power: Floats, runs: Integers, weights: Floats, out: Floats) -> None:
    """Power in each band: a weighted sum over its own run of bins.

    Parameters
    ----------
    power : float32, shape (bins,)
    runs : int64, shape (bands, 3)
        First bin, number of bins, place of the first weight.
    weights : float32
    out : float32, shape (bands,)
    """
    for b in range(out.shape[0]):
        first, count, place = runs[b, 0], runs[b, 1], runs[b, 2]
        values = power[first : first + count]
        factors = weights[place : place + count]
        total = _ZERO
        for k in range(count):
            total += values[k] * factors[k]
        out[b] = total
