"""Fourier transform of real samples in single precision, for any power of two from 64 up.

N real samples are read as N/2 complex ones (even samples real, odd imaginary), transformed,
and the two interleaved spectra are taken apart again: half the work of a complex transform.

References
----------
P. N. Swarztrauber, "FFT algorithms for vector computers", Parallel Computing 1 (1984):
Stockham's self-sorting passes, which need no bit reversal and run along contiguous memory.
H. V. Sorensen et al., "Real-valued fast Fourier transform algorithms", IEEE Trans. ASSP 35
(1987), section III: taking the packed spectrum apart.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.twiddles import pass_twiddles, split_twiddles

__all__ = ["pass_twiddles", "real_fft", "split_twiddles"]

Floats = NDArray[np.float32]

_F = types.float32
_HALF = np.float32(0.5)
_ZERO = np.float32(0.0)


@kernel(reads(_F), reads(_F), reads(_F), writes(_F), writes(_F))
def first_pass(
    samples: Floats, window: Floats, twiddles: Floats, out_re: Floats, out_im: Floats
) -> None:
    """Weight and pack the samples and do the first radix-4 pass, along p because s is 1."""
    m = out_re.shape[0] // 4
    for p in range(m):
        i, j, k, n = 2 * p, 2 * (p + m), 2 * (p + 2 * m), 2 * (p + 3 * m)
        a_re, a_im = samples[i] * window[i], samples[i + 1] * window[i + 1]
        b_re, b_im = samples[j] * window[j], samples[j + 1] * window[j + 1]
        c_re, c_im = samples[k] * window[k], samples[k + 1] * window[k + 1]
        d_re, d_im = samples[n] * window[n], samples[n + 1] * window[n + 1]
        even_re, even_im, odd_re, odd_im = a_re + c_re, a_im + c_im, b_re + d_re, b_im + d_im
        left_re, left_im, right_re, right_im = a_re - c_re, a_im - c_im, b_re - d_re, b_im - d_im
        out_re[4 * p], out_im[4 * p] = even_re + odd_re, even_im + odd_im
        u_re, u_im = left_re + right_im, left_im - right_re
        w_re, w_im = twiddles[p], twiddles[m + p]
        out_re[4 * p + 1], out_im[4 * p + 1] = u_re * w_re - u_im * w_im, u_re * w_im + u_im * w_re
        u_re, u_im = even_re - odd_re, even_im - odd_im
        w_re, w_im = twiddles[2 * m + p], twiddles[3 * m + p]
        out_re[4 * p + 2], out_im[4 * p + 2] = u_re * w_re - u_im * w_im, u_re * w_im + u_im * w_re
        u_re, u_im = left_re - right_im, left_im + right_re
        w_re, w_im = twiddles[4 * m + p], twiddles[5 * m + p]
        out_re[4 * p + 3], out_im[4 * p + 3] = u_re * w_re - u_im * w_im, u_re * w_im + u_im * w_re


@kernel(reads(_F), reads(_F), reads(_F), types.int64, writes(_F), writes(_F))
def radix4_pass(
    re: Floats, im: Floats, twiddles: Floats, stride: int, out_re: Floats, out_im: Floats
) -> None:
    """Do one radix-4 pass over sub-transforms `stride` apart.

    Slices rather than index sums: with contiguous operands of one length the compiler
    turns the inner loop into vector instructions.
    """
    s = stride
    m = re.shape[0] // (4 * s)
    for p in range(m):
        w1_re, w1_im = twiddles[p], twiddles[m + p]
        w2_re, w2_im = twiddles[2 * m + p], twiddles[3 * m + p]
        w3_re, w3_im = twiddles[4 * m + p], twiddles[5 * m + p]
        a, b, c, d = s * p, s * (p + m), s * (p + 2 * m), s * (p + 3 * m)
        a_re, a_im, b_re, b_im = re[a : a + s], im[a : a + s], re[b : b + s], im[b : b + s]
        c_re, c_im, d_re, d_im = re[c : c + s], im[c : c + s], re[d : d + s], im[d : d + s]
        o = 4 * s * p
        y0_re, y0_im = out_re[o : o + s], out_im[o : o + s]
        y1_re, y1_im = out_re[o + s : o + 2 * s], out_im[o + s : o + 2 * s]
        y2_re, y2_im = out_re[o + 2 * s : o + 3 * s], out_im[o + 2 * s : o + 3 * s]
        y3_re, y3_im = out_re[o + 3 * s : o + 4 * s], out_im[o + 3 * s : o + 4 * s]
        for q in range(s):
            even_re, even_im = a_re[q] + c_re[q], a_im[q] + c_im[q]
            left_re, left_im = a_re[q] - c_re[q], a_im[q] - c_im[q]
            odd_re, odd_im = b_re[q] + d_re[q], b_im[q] + d_im[q]
            right_re, right_im = b_re[q] - d_re[q], b_im[q] - d_im[q]
            y0_re[q], y0_im[q] = even_re + odd_re, even_im + odd_im
            u_re, u_im = left_re + right_im, left_im - right_re
            y1_re[q], y1_im[q] = u_re * w1_re - u_im * w1_im, u_re * w1_im + u_im * w1_re
            u_re, u_im = even_re - odd_re, even_im - odd_im
            y2_re[q], y2_im[q] = u_re * w2_re - u_im * w2_im, u_re * w2_im + u_im * w2_re
            u_re, u_im = left_re - right_im, left_im + right_re
            y3_re[q], y3_im[q] = u_re * w3_re - u_im * w3_im, u_re * w3_im + u_im * w3_re


@kernel(reads(_F), reads(_F), writes(_F), writes(_F))
def last_radix2_pass(re: Floats, im: Floats, out_re: Floats, out_im: Floats) -> None:
    """Finish a transform whose length is an odd power of two."""
    half = re.shape[0] // 2
    for q in range(half):
        out_re[q], out_im[q] = re[q] + re[q + half], im[q] + im[q + half]
        out_re[q + half], out_im[q + half] = re[q] - re[q + half], im[q] - im[q + half]


@kernel(reads(_F), reads(_F), reads(_F), writes(_F))
def split_spectrum(re: Floats, im: Floats, twiddles: Floats, out: Floats) -> None:
    """Take the packed spectrum apart into that of the real samples.

    With Z the packed spectrum of length M, E = (Z[k] + conj Z[M-k]) / 2 belongs to the even
    samples, O = (Z[k] - conj Z[M-k]) / 2i to the odd ones, and X[k] = E + exp(-πi k/M) O.
    """
    m = re.shape[0]
    out[0], out[1] = re[0] + im[0], _ZERO
    out[2 * m], out[2 * m + 1] = re[0] - im[0], _ZERO
    for k in range(1, m):
        j = m - k
        e_re, e_im = _HALF * (re[k] + re[j]), _HALF * (im[k] - im[j])
        o_re, o_im = _HALF * (im[k] + im[j]), _HALF * (re[j] - re[k])
        w_re, w_im = twiddles[k], twiddles[m + k]
        out[2 * k] = e_re + w_re * o_re - w_im * o_im
        out[2 * k + 1] = e_im + w_re * o_im + w_im * o_re


@kernel(reads(_F), reads(_F), reads(_F), reads(_F), writes(_F, 2), writes(_F))
def real_fft(
    samples: Floats,
    window: Floats,
    passes: Floats,
    split: Floats,
    work: Floats,
    out: Floats,
) -> None:
    """Transform N weighted real samples into N/2 + 1 complex bins.

    Parameters
    ----------
    samples, window : float32, shape (N,)
    passes, split : float32
        From `pass_twiddles(N)` and `split_twiddles(N)`.
    work : float32, shape (4, N/2)
        Overwritten.
    out : float32, shape (N + 2,)
        Real and imaginary parts in turn: a complex64 array of N/2 + 1 seen as floats.
    """
    m = work.shape[1]
    re, im, other_re, other_im = work[0], work[1], work[2], work[3]
    first_pass(samples, window, passes, re, im)
    used = 6 * (m // 4)
    stride = 4
    while 4 * stride <= m:
        radix4_pass(re, im, passes[used:], stride, other_re, other_im)
        re, im, other_re, other_im = other_re, other_im, re, im
        used += 6 * (m // (4 * stride))
        stride *= 4
    if 2 * stride == m:
        last_radix2_pass(re, im, other_re, other_im)
        re, im = other_re, other_im
    split_spectrum(re, im, split, out)
