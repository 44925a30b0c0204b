"""Fourier transform of real samples on kernels of our own."""

import ctypes
from typing import Self

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.context import arrays_are_as_expected, context
from v1z3r_core.kernels.fastcall import BuiltIn
from v1z3r_core.kernels.trampoline import Bound, bind, bind_python
from v1z3r_core.kernels.twiddles import aligned, is_smooth, tables, work_size

MIN_SIZE = 64
MAX_SIZE = 65_536


class RealFFT:
    """Forward transform of a fixed size, tables and work memory included.

    One instance belongs to one thread at a time, called or through its address: its work
    memory is shared by all calls. Powers of two from 128 up are the fast sizes.

    Parameters
    ----------
    n : int
        Samples per transform: an even number from 64 to 65,536 without prime factors beyond 5.
    window : array_like of float, shape (n,), optional
        Weights applied on the way in at no extra cost; without it, all ones.

    Raises
    ------
    ValueError
        If the size is not allowed or the window has another length.

    Examples
    --------
    >>> import numpy as np
    >>> spectrum = RealFFT(64)(np.ones(64, dtype=np.float32))
    >>> spectrum.shape, complex(spectrum[0])
    ((33,), (64+0j))
    """

    def __init__(self, n: int, window: NDArray[np.floating] | None = None) -> None:
        if not MIN_SIZE <= n <= MAX_SIZE or not is_smooth(n):
            raise ValueError(
                f"n is {n}, expected an even product of 2, 3 and 5 from {MIN_SIZE} to {MAX_SIZE}"
            )
        weights = np.ones(n, np.float32) if window is None else np.asarray(window, np.float32)
        if weights.shape != (n,):
            raise ValueError(f"window has shape {weights.shape}, expected ({n},)")
        self.n = n
        self._window = aligned(weights)
        self._tables = tables(n)
        self._work = np.empty(work_size(n), np.float32)
        self._context = context(n, self._window, self._tables, self._work)
        self._bound: Bound | None = None
        self._built_in: BuiltIn | None = None
        self._transform = _refuse
        self._kernels = kernels()
        if self._kernels.fft_call and arrays_are_as_expected():
            self._built_in = BuiltIn(self._kernels.fft_call, self._context)
            self._transform = self._built_in.function

    @classmethod
    def hann(cls, n: int) -> Self:
        """With the periodic Hann window, which overlapping hops add up to a constant."""
        return cls(n, hann_window(n))

    def __call__(
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
            `out`, or a new array. Relative RMS error below 2e-7 against double precision.

        Raises
        ------
        ValueError
            If an array has another shape, type or layout.
        """
        if out is None:
            out = np.empty(self.n // 2 + 1, np.complex64)
        if not self._transform(x, out):
            self._check(x, out)
            self._kernels.fft_bins(x, self._window, self._tables, self._work, out.view(np.float32))
        return out

    fft = __call__

    @property
    def address(self) -> int:
        """A C function ``void (const float *x, float complex *out)`` that does the same.

        For compiled code: Numba, cffi, ctypes, C. It checks nothing, needs no Python lock, and
        may be called as long as this object lives, from one thread at a time.
        """
        if self._bound is None:
            if self._kernels.fft_entry:
                self._bound = bind(self._kernels.fft_entry, self._context.ctypes.data)
            else:
                self._bound = bind_python(self._at)
        return self._bound.address

    def _at(self, x: int, out: int) -> None:
        """Transform between addresses, where nothing is compiled."""
        self._kernels.fft_bins(
            _floats_at(x, self.n),
            self._window,
            self._tables,
            self._work,
            _floats_at(out, self.n + 2),
        )

    def _check(self, x: NDArray[np.float32], out: NDArray[np.complex64]) -> None:
        bins = self.n // 2 + 1
        if not _fits(x, np.float32, self.n):
            raise ValueError(f"x is {_described(x)}, expected contiguous float32 ({self.n},)")
        if not _fits(out, np.complex64, bins) or not out.flags.writeable:
            raise ValueError(
                f"out is {_described(out)}, expected writable contiguous complex64 ({bins},)"
            )


def hann_window(n: int) -> NDArray[np.float32]:
    """Periodic Hann window of n points."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)).astype(np.float32)


def _fits(array: object, dtype: type[np.generic], length: int) -> bool:
    return (
        isinstance(array, np.ndarray)
        and array.shape == (length,)
        and array.dtype == dtype
        and array.flags.c_contiguous
        and array.flags.aligned
    )


def _described(array: object) -> str:
    if isinstance(array, np.ndarray):
        return f"{array.dtype} {array.shape}"
    return f"a {type(array).__name__}"


def _floats_at(address: int, count: int) -> NDArray[np.float32]:
    return np.ctypeslib.as_array((ctypes.c_float * count).from_address(address))


def _refuse(_x: object, _out: object) -> bool:
    """Stand for the built-in call where there is none."""
    return False
