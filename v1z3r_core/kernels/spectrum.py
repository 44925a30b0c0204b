"""What is read off one spectrum: powers, levels, bands, its centre."""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes
from v1z3r_core.kernels.tuning import DB_PER_OCTAVE_OF_POWER, TINY

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_F = types.float32
_I = types.int64
_QUARTER = np.float32(0.25)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(reads(_F), _F, writes(_F))
def powers(bins: Floats, scale: np.float32, power: Floats) -> None:
    """Squared amplitudes of the bins: 1 where a full-scale sine stands.

    Parameters
    ----------
    bins : float32, shape (2 · n,)
        Real and imaginary parts in turn.
    scale : float
        Square of 2 / (sum of the window).
    power : float32, shape (n,)
        The first and last bin have no mirror image and count a quarter.
    """
    n = power.shape[0]
    for k in range(n):
        re, im = bins[2 * k], bins[2 * k + 1]
        power[k] = (re * re + im * im) * scale
    power[0] *= _QUARTER
    power[n - 1] *= _QUARTER


@kernel(reads(_F), _F, writes(_F))
def levels_db(power: Floats, floor_db: np.float32, line: Floats) -> None:
    """Powers on a decibel scale: 0 at `floor_db` and below, 1 at 0 dB and above.

    Parameters
    ----------
    power : float32, shape (n,)
    floor_db : float, < 0
    line : float32, shape (m,)
        Filled with 0 from n on; powers from m on are left out.
    """
    shown = min(power.shape[0], line.shape[0])
    slope = -DB_PER_OCTAVE_OF_POWER / floor_db
    for k in range(shown):
        level = _ONE + slope * math.log2(power[k] + TINY)
        line[k] = min(max(level, _ZERO), _ONE)
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


@kernel(reads(_F), _F, returns=_F, fastmath=REDUCE)
def centroid(power: Floats, bin_hz: np.float32) -> np.float32:
    """Centre of gravity of the power spectrum, Hz; 0 in silence."""
    total = _ZERO
    moment = _ZERO
    for k in range(power.shape[0]):
        total += power[k]
        moment += power[k] * np.float32(k)
    return bin_hz * moment / total if total > TINY else _ZERO
