"""Fourier transform of real samples: by vectorised passes where the size allows, else plain ones.

Powers of two from 128 up take the passes of `kernels.codelets`; every other even product of 2,
3 and 5, and everything where compiling is switched off, those of `kernels.radix`.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels import twiddles
from v1z3r_core.kernels.passes import vectorised_bins, vectorised_power
from v1z3r_core.kernels.policy import compiling, kernel, reads, writes
from v1z3r_core.kernels.radix import packed_fft, split_power, split_spectrum
from v1z3r_core.kernels.shaping import in_rows

Floats = NDArray[np.float32]

_F = types.float32
_I = types.int64
_COMPILED = compiling()  # the vectorised passes are instructions: Python has none to fall back on

_has_codelets = kernel(_I, returns=types.boolean)(twiddles.has_codelets)
_codelet_floats = kernel(_I, returns=_I)(twiddles.codelet_floats)


@kernel(reads(_F), reads(_F), reads(_F), writes(_F), writes(_F), types.boolean)
def _plain(
    samples: Floats, window: Floats, tables: Floats, work: Floats, out: Floats, power: bool
) -> None:
    """Do the plain passes, and take the spectrum apart into bins or powers."""
    size = samples.shape[0]
    first = _codelet_floats(size) if _has_codelets(size) else 0
    split = tables.shape[0] - size
    planes = in_rows(work, 4, size // 2)
    row = packed_fft(samples, window, tables[first:split], planes)
    if power:
        split_power(planes[row], planes[row + 1], tables[split:], out)
    else:
        split_spectrum(planes[row], planes[row + 1], tables[split:], out)


@kernel(reads(_F), reads(_F), reads(_F), writes(_F), writes(_F))
def fft_bins(samples: Floats, window: Floats, tables: Floats, work: Floats, out: Floats) -> None:
    """Transform N weighted real samples into N/2 + 1 complex bins.

    Parameters
    ----------
    samples, window : float32, shape (N,)
        N an even product of 2, 3 and 5.
    tables : float32
        From `twiddles.tables(N)`.
    work : float32, shape (≥ `twiddles.work_size(N)`,)
        Overwritten.
    out : float32, shape (N + 2,)
        Real and imaginary parts in turn: a complex64 array of N/2 + 1 seen as floats.
    """
    size = samples.shape[0]
    if _COMPILED and _has_codelets(size):
        vectorised_bins(samples, window, tables, work, out, size)
    else:
        _plain(samples, window, tables, work, out, False)


@kernel(reads(_F), reads(_F), reads(_F), writes(_F), writes(_F))
def fft_power(samples: Floats, window: Floats, tables: Floats, work: Floats, power: Floats) -> None:
    """Transform N weighted real samples into the powers |X|² of N/2 + 1 bins.

    Parameters
    ----------
    samples, window, tables, work
        As for `fft_bins`.
    power : float32, shape (N/2 + 1,)
    """
    size = samples.shape[0]
    if _COMPILED and _has_codelets(size):
        vectorised_power(samples, window, tables, work, power, size)
    else:
        _plain(samples, window, tables, work, power, True)
