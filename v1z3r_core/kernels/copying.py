"""Copying between arrays without the overlap test of an assignment, which may allocate."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import kernel, reads, writes

_F = types.float32


@kernel(reads(_F), writes(_F))
def copy(source: NDArray[np.float32], target: NDArray[np.float32]) -> None:
    """Put the first values of one array into another, as many as that one has."""
    for i in range(target.shape[0]):
        target[i] = source[i]
