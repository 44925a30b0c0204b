"""Windows made ready for the kernels' power spectra."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.transform import Transform
from v1z3r_core.kernels.twiddles import aligned, tables


def transform(window: NDArray[np.float32]) -> Transform:
    """Constants of the power spectrum in which a full-scale sine is 1.

    Parameters
    ----------
    window : NDArray[float32], shape (n,), n an even product of 2, 3 and 5
    """
    made = Transform(
        window=aligned(window * (2 / np.sum(window, dtype=np.float64))), factors=tables(len(window))
    )
    for array in made:
        array.flags.writeable = False
    return made
