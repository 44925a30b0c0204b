"""Fourier transform of real samples in plain loops, for any even product of 2, 3 and 5.

N real samples are read as N/2 complex ones (even samples real, odd imaginary), transformed,
and the two interleaved spectra are taken apart again: half the work of a complex transform.

References
----------
P. N. Swarztrauber, "FFT algorithms for vector computers", Parallel Computing 1 (1984):
Stockham's self-sorting passes, which need no bit reversal and run along contiguous memory.
H. V. Sorensen et al., "Real-valued fast Fourier transform algorithms", IEEE Trans. ASSP 35
(1987), section III: taking the packed spectrum apart.
"""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import kernel, reads, writes

Floats = NDArray[np.float32]

_F = types.float32
_I = types.int64
_TURN = 2 * math.pi
_HALF = np.float32(0.5)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


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
def pack(samples: Floats, window: Floats, out_re: Floats, out_im: Floats) -> None:
    """Weight the samples and part the even from the odd."""
    for p in range(out_re.shape[0]):
        out_re[p] = samples[2 * p] * window[2 * p]
        out_im[p] = samples[2 * p + 1] * window[2 * p + 1]


@kernel(reads(_F), reads(_F), reads(_F), _I, _I, writes(_F), writes(_F))
def prime_pass(
    re: Floats,
    im: Floats,
    twiddles: Floats,
    radix: int,
    stride: int,
    out_re: Floats,
    out_im: Floats,
) -> None:
    """Do one pass of radix 2, 3 or 5, by the definition of the transform.

    Unrolled butterflies would save half of the multiplications and cost a second of compile
    time, for sizes that nothing needs every few milliseconds.
    """
    s = stride
    m = re.shape[0] // (radix * s)
    for j in range(radix):
        for p in range(m):
            w_re, w_im = _ONE, _ZERO
            if j > 0:
                w_re, w_im = twiddles[2 * (j - 1) * m + p], twiddles[(2 * j - 1) * m + p]
            out = s * (radix * p + j)
            out_re[out : out + s] = _ZERO
            out_im[out : out + s] = _ZERO
            for k in range(radix):
                angle = _TURN * (j * k % radix) / radix
                c, d = np.float32(math.cos(angle)), np.float32(math.sin(angle))
                c, d = c * w_re + d * w_im, c * w_im - d * w_re
                x = s * (p + m * k)
                for q in range(s):
                    out_re[out + q] += re[x + q] * c - im[x + q] * d
                    out_im[out + q] += re[x + q] * d + im[x + q] * c


@kernel(reads(_F), reads(_F), reads(_F), writes(_F, 2), returns=_I)
def packed_fft(
    samples: Floats, window: Floats, passes: Floats, work: Floats
) -> int:
    """Transform N weighted real samples as N/2 complex ones.

    Parameters
    ----------
    samples, window : float32, shape (N,)
    passes : float32
        From `pass_twiddles(N)`; more may follow.
    work : float32, shape (4, N/2)
        Overwritten.

    Returns
    -------
    int
        The row of `work` that holds the real parts; the imaginary ones are in the next.
    """
    m = work.shape[1]
    pack(samples, window, work[0], work[1])
    here, there, used, stride = 0, 2, 0, 1
    while stride < m:
        length = m // stride
        re, im, out_re, out_im = work[here], work[here + 1], work[there], work[there + 1]
        if length % 4 == 0:
            radix = 4
            radix4_pass(re, im, passes[used:], stride, out_re, out_im)
        else:
            radix = 2 if length % 2 == 0 else 3 if length % 3 == 0 else 5
            prime_pass(re, im, passes[used:], radix, stride, out_re, out_im)
        here, there = there, here
        used += 2 * (radix - 1) * (length // radix)
        stride *= radix
    return here


@kernel(reads(_F), reads(_F), reads(_F), _I, returns=types.UniTuple(_F, 2))
def taken_apart(
    re: Floats, im: Floats, twiddles: Floats, k: int
) -> tuple[np.float32, np.float32]:
    """One bin of the real samples' spectrum, from the packed one.

    With Z the packed spectrum of length M, E = (Z[k] + conj Z[M-k]) / 2 belongs to the even
    samples, O = (Z[k] - conj Z[M-k]) / 2i to the odd ones, and X[k] = E + exp(-πi k/M) O.
    """
    m = re.shape[0]
    j = m - k
    e_re, e_im = _HALF * (re[k] + re[j]), _HALF * (im[k] - im[j])
    o_re, o_im = _HALF * (im[k] + im[j]), _HALF * (re[j] - re[k])
    w_re, w_im = twiddles[k], twiddles[m + k]
    return e_re + w_re * o_re - w_im * o_im, e_im + w_re * o_im + w_im * o_re


@kernel(reads(_F), reads(_F), reads(_F), writes(_F))
def split_spectrum(re: Floats, im: Floats, twiddles: Floats, out: Floats) -> None:
    """Take the packed spectrum apart into the bins of the real samples."""
    m = re.shape[0]
    out[0], out[1] = re[0] + im[0], _ZERO
    out[2 * m], out[2 * m + 1] = re[0] - im[0], _ZERO
    for k in range(1, m):
        out[2 * k], out[2 * k + 1] = taken_apart(re, im, twiddles, k)


@kernel(reads(_F), reads(_F), reads(_F), writes(_F))
def split_power(re: Floats, im: Floats, twiddles: Floats, out: Floats) -> None:
    """Take the packed spectrum apart into the powers of the bins."""
    m = re.shape[0]
    first, last = re[0] + im[0], re[0] - im[0]
    out[0], out[m] = first * first, last * last
    for k in range(1, m):
        x_re, x_im = taken_apart(re, im, twiddles, k)
        out[k] = x_re * x_re + x_im * x_im


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
    row = packed_fft(samples, window, passes, work)
    split_spectrum(work[row], work[row + 1], split, out)
