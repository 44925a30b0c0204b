"""Fourier transform of real samples: by vectorised passes where the size allows, else plain ones.

Powers of two from 128 up take the passes of `kernels.codelets`; every other even product of 2,
3 and 5, and everything where compiling is switched off, those of `kernels.radix`.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels import twiddles
from v1z3r_core.kernels.passes import (
    first_pass,
    floats_to_line,
    last2_bins,
    last2_power,
    last4_bins,
    last4_power,
    radix4_pass,
)
from v1z3r_core.kernels.policy import compiling, kernel, reads, several, writes
from v1z3r_core.kernels.radix import packed_fft, real_fft, split_power, split_spectrum
from v1z3r_core.kernels.twiddles import FIRST_RADIX, LAST_RADIX, pass_twiddles, split_twiddles

__all__ = ["fft_bins", "fft_power", "pass_twiddles", "real_fft", "split_twiddles"]

Floats = NDArray[np.float32]

_F = types.float32
_I = types.int64
_COMPILED = compiling()  # the vectorised passes are instructions: Python has none to fall back on

_has_codelets = kernel(_I, returns=types.boolean)(twiddles.has_codelets)
_codelet_floats = kernel(_I, returns=_I)(twiddles.codelet_floats)


@kernel(reads(_F), reads(_F), reads(_F), writes(_F), returns=several(_I, _I, _I, _I))
def _all_but_last(
    samples: Floats, window: Floats, tables: Floats, work: Floats
) -> tuple[int, int, int, int]:
    """Do the vectorised passes but the last.

    Returns
    -------
    source, used, radix, stride : int
        Where in `work` the values and in `tables` the factors of the last pass begin; its radix,
        2 or 4; the number of interleaved sub-transforms.
    """
    size = samples.shape[0]
    source = floats_to_line(work)
    target = source + size
    length = size // 2 // FIRST_RADIX
    first_pass(samples, window, tables, work[source:], length)
    used = 2 * (FIRST_RADIX - 1) * length
    stride = FIRST_RADIX
    while length > LAST_RADIX:
        radix4_pass(work[source:], tables[used:], work[target:], length, stride)
        source, target = target, source
        length //= 4
        stride *= 4
        used += 6 * length
    return source, used, length, stride


_PORTABLE = several(reads(_F), reads(_F), writes(_F, 2))


@kernel(_I, reads(_F), writes(_F), returns=_PORTABLE)
def _portable(size: int, tables: Floats, work: Floats) -> tuple[Floats, Floats, Floats]:
    """What of tables and work the plain passes take."""
    first = _codelet_floats(size) if _has_codelets(size) else 0
    split = tables.shape[0] - size
    return tables[first:split], tables[split:], work[: 2 * size].reshape((4, size // 2))


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
        source, used, radix, stride = _all_but_last(samples, window, tables, work)
        if radix == 2:
            last2_bins(work[source:], tables[used:], out, stride)
        else:
            last4_bins(work[source:], tables[used:], out, stride)
    else:
        passes, split, planes = _portable(size, tables, work)
        row = packed_fft(samples, window, passes, planes)
        split_spectrum(planes[row], planes[row + 1], split, out)


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
        source, used, radix, stride = _all_but_last(samples, window, tables, work)
        if radix == 2:
            last2_power(work[source:], tables[used:], power, stride)
        else:
            last4_power(work[source:], tables[used:], power, stride)
    else:
        passes, split, planes = _portable(size, tables, work)
        row = packed_fft(samples, window, passes, planes)
        split_power(planes[row], planes[row + 1], split, power)
