"""Fourier transform of real samples by NumPy, in single precision on both sides.

NumPy computes it in single precision from 2.0 on and in double before; results are rounded to
complex64 either way.
"""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.plain.foreign import array_at

Floats = NDArray[np.float32]

_Entry = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


def real_fft(samples: Floats, window: Floats, out: Floats) -> None:
    """Transform N weighted real samples into N/2 + 1 complex bins.

    Parameters
    ----------
    samples, window : float32, shape (N,)
    out : float32, shape (N + 2,), written
        Real and imaginary parts in turn: a complex64 array of N/2 + 1 seen as floats.
    """
    out.view(np.complex64)[:] = np.fft.rfft(samples * window)


def fft_entry(window: Floats) -> Any:
    """The transform by a window of N as a C function ``void (const float *x, float *out)``.

    Returns
    -------
    ctypes function
        Owns the window; C may call it, from any thread, for as long as Python keeps it.
    """
    size = len(window)

    def transform(samples: int, out: int) -> None:
        here = array_at(samples, (size,), np.float32)
        real_fft(here, window, array_at(out, (size + 2,), np.float32))

    return _Entry(transform)
