"""How left and right go together."""

import math

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import LEAST_SHARE

Floats = NDArray[np.float32]


def product(a: Floats, b: Floats) -> float:
    """Mean of the products of two signals; of a signal with itself its power."""
    return float((a * b).mean())


def correlation(left: float, right: float, cross: float) -> float:
    """Correlation of two signals from their powers and their mean product, -1…1.

    0 where one of them is silent, for then they have nothing to do with each other.
    """
    if min(left, right) <= LEAST_SHARE * max(left, right):
        return 0.0
    return min(max(cross / math.sqrt(left * right), -1.0), 1.0)


def balance(left: float, right: float) -> float:
    """-1 where all power is on the left, 1 where it is on the right, 0 in silence."""
    return (right - left) / (right + left) if right + left > 0.0 else 0.0
