"""Fourier transform of real samples by NumPy, in single precision on both sides.

NumPy computes it in single precision from 2.0 on and in double before; results are rounded to
complex64 either way.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def real_fft(samples: Floats, window: Floats, out: Floats) -> None:
    """Transform N weighted real samples into N/2 + 1 complex bins.

    Parameters
    ----------
    samples, window : float32, shape (N,)
    out : float32, shape (N + 2,), written
        Real and imaginary parts in turn: a complex64 array of N/2 + 1 seen as floats.
    """
    out.view(np.complex64)[:] = np.fft.rfft(samples * window)
