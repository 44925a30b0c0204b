"""Fourier transform of real samples on kernels of our own."""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.twiddles import pass_twiddles, split_twiddles

MIN_SIZE = 64
MAX_SIZE = 65_536


class RealFFT:
    """Forward transform of a fixed size, tables and work memory included.

    One instance belongs to one thread at a time: its work memory is shared by all calls.

    Parameters
    ----------
    n : int
        Samples per transform, a power of two from 64 to 65,536.
    window : array_like of float, shape (n,), optional
        Weights applied on the way in at no extra cost; without it, all ones.

    Raises
    ------
    ValueError
        If the size is not allowed or the window has another length.

    Examples
    --------
    >>> import numpy as np
    >>> spectrum = RealFFT(64).fft(np.ones(64, dtype=np.float32))
    >>> spectrum.shape, complex(spectrum[0])
    ((33,), (64+0j))
    """

    def __init__(self, n: int, window: NDArray[np.floating] | None = None) -> None:
        if not MIN_SIZE <= n <= MAX_SIZE or n & (n - 1):
            raise ValueError(f"n is {n}, expected a power of two from {MIN_SIZE} to {MAX_SIZE}")
        weights = np.ones(n, np.float32) if window is None else np.array(window, np.float32)
        if weights.shape != (n,):
            raise ValueError(f"window has shape {weights.shape}, expected ({n},)")
        self.n = n
        work = np.empty((4, n // 2), np.float32)
        self._run = kernels().transform(weights, pass_twiddles(n), split_twiddles(n), work)

    @classmethod
    def hann(cls, n: int) -> Self:
        """With the periodic Hann window, which overlapping hops add up to a constant."""
        return cls(n, hann_window(n))

    def fft(
        self, x: NDArray[np.float32], out: NDArray[np.complex64] | None = None
    ) -> NDArray[np.complex64]:
        """Spectrum of the weighted samples, unnormalised as NumPy's.

        Parameters
        ----------
        x : NDArray[float32], shape (n,), C-contiguous
        out : NDArray[complex64], shape (n//2 + 1,), C-contiguous, optional
            Where to put it; then nothing is allocated for the result.

        Returns
        -------
        NDArray[complex64], shape (n//2 + 1,)
            `out`, or a new array. Relative RMS error below 5e-7 against double precision.

        Raises
        ------
        ValueError
            If an array has another shape, type or layout.
        """
        if x.shape != (self.n,) or x.dtype != np.float32 or not x.flags.c_contiguous:
            raise ValueError(f"x is {x.dtype} {x.shape}, expected contiguous float32 ({self.n},)")
        if out is None:
            out = np.empty(self.n // 2 + 1, np.complex64)
        elif (
            out.shape != (self.n // 2 + 1,)
            or out.dtype != np.complex64
            or not out.flags.c_contiguous
            or not out.flags.writeable
        ):
            raise ValueError(
                f"out is {out.dtype} {out.shape}, "
                f"expected writable contiguous complex64 ({self.n // 2 + 1},)"
            )
        self._run(x, out.view(np.float32))
        return out


def hann_window(n: int) -> NDArray[np.float32]:
    """Periodic Hann window of n points."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)).astype(np.float32)
