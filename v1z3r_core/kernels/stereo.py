"""How left and right go together."""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import REDUCE, kernel, reads
from v1z3r_core.kernels.tuning import LEAST_SHARE

Floats = NDArray[np.float32]


_F = types.float32
_D = types.float64
_ZERO = np.float32(0.0)


@kernel(reads(_F), reads(_F), returns=_F, fastmath=REDUCE)
def product(a: Floats, b: Floats) -> np.float32:
    """Mean of the products of two signals; of a signal with itself its power."""
    total = _ZERO
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return total / np.float32(a.shape[0])


@kernel(_D, _D, _D, returns=_D)
def correlation(left: float, right: float, cross: float) -> float:
    """Correlation of two signals from their powers and their mean product, -1…1.

    0 where one of them is silent, for then they have nothing to do with each other.
    """
    if min(left, right) <= LEAST_SHARE * max(left, right):
        return 0.0
    return min(max(cross / math.sqrt(left * right), -1.0), 1.0)


@kernel(_D, _D, returns=_D)
def balance(left: float, right: float) -> float:
    """-1 where all power is on the left, 1 where it is on the right, 0 in silence."""
    return (right - left) / (right + left) if right + left > 0.0 else 0.0
