"""Constants of the Fourier transforms: which passes a size takes, and their twiddle factors.

Numpy only, so that tables can be made where the kernels come from a library built beforehand.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LANES = 8  # floats per vector of the vectorised passes: one AVX register, two of NEON or SSE
WIDE_LANES = 16  # … where there is AVX-512
ORDER = (0, 1, 4, 5, 2, 3, 6, 7)  # which element a lane holds, see kernels.butterfly
FIRST_RADIX = 8
LAST_RADIX = 4  # at most; the passes between are of radix 4
VECTORISED_FROM = 128  # samples: below, the last pass has too few columns to pair
ALIGNMENT = 64  # bytes: a cache line, in which the two vectors of a block lie

_FLOAT_BYTES = 4
LINE = ALIGNMENT // _FLOAT_BYTES  # floats
_FACTORS = (4, 2, 3, 5)


def has_codelets(size: int) -> bool:
    """Whether the vectorised passes take this size: powers of two from 128 up."""
    return size >= VECTORISED_FROM and size & (size - 1) == 0


def is_smooth(size: int) -> bool:
    """Whether the size is 2 · 2^a · 3^b · 5^c: those the portable kernel takes."""
    if size < 2 or size % 2:
        return False
    for factor in (2, 3, 5):
        while size % factor == 0:
            size //= factor
    return size == 1


def radices(size: int) -> list[int]:
    """Radices of the portable passes over size/2 packed values, in their order."""
    rest, found = size // 2, []
    for factor in _FACTORS:
        while rest % factor == 0:
            found.append(factor)
            rest //= factor
    return found


def work_size(size: int) -> int:
    """Floats of work memory for one transform: two copies of the packed values and a margin.

    The margin lets the passes begin at a cache line wherever the memory begins.
    """
    return 2 * size + LINE


def codelet_floats(size: int) -> int:
    """How many floats of `tables` belong to the vectorised passes of a size that has them."""
    length = size // 2 // FIRST_RADIX
    floats = 2 * (FIRST_RADIX - 1) * max(length, WIDE_LANES)
    while length > LAST_RADIX:
        length //= 4
        floats += 6 * length
    return floats + size // 2 + 2 * length


def tables(size: int) -> Floats:
    """Everything `fft_bins` and `fft_power` read besides samples and window.

    Shape (m,), float32, aligned to cache lines (a copy that is not is slower, not wrong). The
    factors of the vectorised passes where the size has them, then `pass_twiddles`, then
    `split_twiddles`, for the portable kernel takes every size.

    Raises
    ------
    ValueError
        If the size is not 2 · 2^a · 3^b · 5^c.
    """
    if not is_smooth(size):
        raise ValueError(f"size is {size}, expected an even product of 2, 3 and 5")
    parts = [_codelet_twiddles(size)] if has_codelets(size) else []
    return aligned(np.concatenate([*parts, pass_twiddles(size), split_twiddles(size)]))


def aligned(values: NDArray[np.floating]) -> Floats:
    """A float32 copy that begins at a cache line."""
    memory = np.empty(len(values) + LINE, np.float32)
    skipped = -memory.ctypes.data % ALIGNMENT // _FLOAT_BYTES
    copy = memory[skipped : skipped + len(values)]
    copy[:] = values
    return copy


def pass_twiddles(size: int) -> Floats:
    """Twiddle factors of the portable passes of a transform of `size` real samples.

    Shape (-1,). For each pass of radix r over sub-transforms of length n, from size/2 down: the
    real parts of w, then the imaginary ones, then likewise w² … w^(r-1), each n/r long,
    w = exp(-2πi p/n).
    """
    parts = [np.empty(0)]
    n = size // 2
    for radix in radices(size):
        for power in range(1, radix):
            w = np.exp(-2j * np.pi * power * np.arange(n // radix) / n)
            parts += [w.real, w.imag]
        n //= radix
    return np.concatenate(parts).astype(np.float32)


def split_twiddles(size: int) -> Floats:
    """Factors exp(-2πi k/size) for k < size/2: real parts, then imaginary ones."""
    w = np.exp(-2j * np.pi * np.arange(size // 2) / size)
    return np.concatenate([w.real, w.imag]).astype(np.float32)


def _codelet_twiddles(size: int) -> NDArray[np.float64]:
    """Factors of the vectorised passes, in the order in which they are read.

    Of the first pass a vector of real and one of imaginary parts per output but the first, for
    sixteen sub-transforms at a time; of each radix-4 pass three complex numbers per
    sub-transform; of the last pass, halved, a pair of vectors per row for sixteen columns at a
    time, then one complex number per row for the column in the middle.
    """
    length = size // 2
    step = length // FIRST_RADIX
    steps = np.arange(max(step, WIDE_LANES))  # of 128 samples, half of them is never read
    parts = [_vectors(np.outer(np.arange(1, FIRST_RADIX), steps) / length)]
    length = step
    while length > LAST_RADIX:
        w = _turned(np.outer(np.arange(length // 4), np.arange(1, 4)) / length)
        parts.append(np.stack([w.real, w.imag], axis=-1).ravel())
        length //= 4
    columns = size // 2 // length
    rows = columns * np.arange(length)[:, None]
    parts.append(_vectors((rows + np.arange(columns // 2)) / size) / 2)
    middle = _turned((rows.ravel() + columns // 2) / size) / 2
    parts.append(np.stack([middle.real, middle.imag], axis=-1).ravel())
    return np.concatenate(parts)


def _vectors(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay out factors, shape (rows, columns), by sixteen columns, then rows, then re and im.

    Sixteen columns are twice eight in `ORDER`, so that eight or sixteen lanes can be loaded.
    """
    w = _turned(turns).reshape(len(turns), -1, LANES)[:, :, ORDER]
    w = w.reshape(len(turns), -1, WIDE_LANES).swapaxes(0, 1)
    return np.stack([w.real, w.imag], axis=2).ravel()


def _turned(turns: NDArray[np.float64]) -> NDArray[np.complex128]:
    factors: NDArray[np.complex128] = np.exp(-2j * np.pi * turns)
    return factors
