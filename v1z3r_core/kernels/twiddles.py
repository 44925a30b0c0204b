"""Constant factors of the Fourier transform; see `kernels.fft`."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def pass_twiddles(size: int) -> Floats:
    """Twiddle factors of all radix-4 passes of a transform of `size` real samples.

    Shape (-1,). For each pass over sub-transforms of length n, from size/2 down: the real parts
    of w, then the imaginary ones, then likewise w² and w³, each n/4 long, w = exp(-2πi p/n).
    """
    parts = []
    n = size // 2
    while n >= 4:
        for power in (1, 2, 3):
            w = np.exp(-2j * np.pi * power * np.arange(n // 4) / n)
            parts += [w.real, w.imag]
        n //= 4
    return np.concatenate(parts).astype(np.float32)


def split_twiddles(size: int) -> Floats:
    """Factors exp(-2πi k/size) for k < size/2: real parts, then imaginary ones."""
    w = np.exp(-2j * np.pi * np.arange(size // 2) / size)
    return np.concatenate([w.real, w.imag]).astype(np.float32)
