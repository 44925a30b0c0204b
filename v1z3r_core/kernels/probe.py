"""Sums of products: how much of a given wave or pattern there is."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes

Floats = NDArray[np.float32]

_F = types.float32
_ZERO = np.float32(0.0)


@kernel(reads(_F), reads(_F), returns=_F, fastmath=REDUCE)
def dot(a: Floats, b: Floats) -> np.float32:
    """Sum of products of values of equal places."""
    total = _ZERO
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return total


@kernel(reads(_F), reads(_F, 2), writes(_F))
def probe(samples: Floats, waves: Floats, power: Floats) -> None:
    """Power of each complex wave in the samples.

    Parameters
    ----------
    samples : float32, shape (n,)
    waves : float32, shape (2 · probes, n)
        Real and imaginary parts in turn.
    power : float32, shape (probes,)
    """
    for p in range(power.shape[0]):
        re, im = dot(samples, waves[2 * p]), dot(samples, waves[2 * p + 1])
        power[p] = re * re + im * im
