"""Fourier transform of real samples in plain loops, for any even product of 2, 3 and 5.

N real samples are read as N/2 complex ones (even samples real, odd imaginary), transformed,
and the two interleaved spectra are taken apart again: half the work of a complex transform.

References
----------
P. N. Swarztrauber, "FFT algorithms for vector computers", Parallel Computing 1 (1984):
Stockham's self-sorting passes, which need no bit reversal and run along contiguous memory.
H. V. Sorensen et al., "Real-valued fast Fourier transform algorithms", IEEE Trans. ASSP 35
(1987), section III: taking the packed spectrum apart.
H. J. Nussbaumer, "Fast Fourier Transform and Convolution Algorithms" (1982), section 5.5: the
butterflies of 3 and 5.
"""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import kernel, reads, several, writes

Floats = NDArray[np.float32]

_F = types.float32
_I = types.int64
_SIN_3 = np.float32(math.sin(2 * math.pi / 3))
_COS_5, _SIN_5 = np.float32(math.cos(2 * math.pi / 5)), np.float32(math.sin(2 * math.pi / 5))
_COS_5_2, _SIN_5_2 = np.float32(math.cos(4 * math.pi / 5)), np.float32(math.sin(4 * math.pi / 5))
_HALF = np.float32(0.5)
_ZERO = np.float32(0.0)


@kernel(reads(_F), reads(_F), writes(_F), writes(_F))
def pack(samples: Floats, window: Floats, out_re: Floats, out_im: Floats) -> None:
    """Weight the samples and part the even from the odd."""
    for p in range(out_re.shape[0]):
        out_re[p] = samples[2 * p] * window[2 * p]
        out_im[p] = samples[2 * p + 1] * window[2 * p + 1]


@kernel(_F, _F, reads(_F), _I, _I, writes(_F), writes(_F), _I)
def put(
    re: np.float32,
    im: np.float32,
    twiddles: Floats,
    p: int,
    m: int,
    out_re: Floats,
    out_im: Floats,
    place: int,
) -> None:
    """Store one output of a butterfly times its factor, number `p` of `m`."""
    w_re, w_im = twiddles[p], twiddles[m + p]
    out_re[place], out_im[place] = re * w_re - im * w_im, re * w_im + im * w_re


@kernel(reads(_F), reads(_F), reads(_F), _I, writes(_F), writes(_F))
def radix2_pass(
    re: Floats, im: Floats, twiddles: Floats, stride: int, out_re: Floats, out_im: Floats
) -> None:
    """Do one radix-2 pass over sub-transforms `stride` apart."""
    s = stride
    m = re.shape[0] // (2 * s)
    for p in range(m):
        w_re, w_im = twiddles[p], twiddles[m + p]
        for q in range(s):
            a, b, o = s * p + q, s * (p + m) + q, 2 * s * p + q
            u_re, u_im = re[a] - re[b], im[a] - im[b]
            out_re[o], out_im[o] = re[a] + re[b], im[a] + im[b]
            out_re[o + s], out_im[o + s] = u_re * w_re - u_im * w_im, u_re * w_im + u_im * w_re


@kernel(reads(_F), reads(_F), reads(_F), _I, writes(_F), writes(_F))
def radix4_pass(
    re: Floats, im: Floats, twiddles: Floats, stride: int, out_re: Floats, out_im: Floats
) -> None:
    """Do one radix-4 pass over sub-transforms `stride` apart."""
    s = stride
    m = re.shape[0] // (4 * s)
    for p in range(m):
        for q in range(s):
            a, o = s * p + q, 4 * s * p + q
            b, c, d = a + s * m, a + 2 * s * m, a + 3 * s * m
            even_re, even_im = re[a] + re[c], im[a] + im[c]
            left_re, left_im = re[a] - re[c], im[a] - im[c]
            odd_re, odd_im = re[b] + re[d], im[b] + im[d]
            right_re, right_im = re[b] - re[d], im[b] - im[d]
            out_re[o], out_im[o] = even_re + odd_re, even_im + odd_im
            put(left_re + right_im, left_im - right_re, twiddles, p, m, out_re, out_im, o + s)
            w = twiddles[2 * m :]
            put(even_re - odd_re, even_im - odd_im, w, p, m, out_re, out_im, o + 2 * s)
            w = twiddles[4 * m :]
            put(left_re - right_im, left_im + right_re, w, p, m, out_re, out_im, o + 3 * s)


@kernel(reads(_F), reads(_F), reads(_F), _I, writes(_F), writes(_F))
def radix3_pass(
    re: Floats, im: Floats, twiddles: Floats, stride: int, out_re: Floats, out_im: Floats
) -> None:
    """Do one radix-3 pass over sub-transforms `stride` apart."""
    s = stride
    m = re.shape[0] // (3 * s)
    for p in range(m):
        w1_re, w1_im = twiddles[p], twiddles[m + p]
        w2_re, w2_im = twiddles[2 * m + p], twiddles[3 * m + p]
        for q in range(s):
            a, b, c, o = s * p + q, s * (p + m) + q, s * (p + 2 * m) + q, 3 * s * p + q
            sum_re, sum_im = re[b] + re[c], im[b] + im[c]
            turn_re, turn_im = _SIN_3 * (im[b] - im[c]), _SIN_3 * (re[c] - re[b])
            mean_re, mean_im = re[a] - _HALF * sum_re, im[a] - _HALF * sum_im
            out_re[o], out_im[o] = re[a] + sum_re, im[a] + sum_im
            u_re, u_im = mean_re + turn_re, mean_im + turn_im
            o += s
            out_re[o], out_im[o] = u_re * w1_re - u_im * w1_im, u_re * w1_im + u_im * w1_re
            u_re, u_im = mean_re - turn_re, mean_im - turn_im
            o += s
            out_re[o], out_im[o] = u_re * w2_re - u_im * w2_im, u_re * w2_im + u_im * w2_re


@kernel(reads(_F), reads(_F), reads(_F), _I, writes(_F), writes(_F))
def radix5_pass(
    re: Floats, im: Floats, twiddles: Floats, stride: int, out_re: Floats, out_im: Floats
) -> None:
    """Do one radix-5 pass over sub-transforms `stride` apart."""
    s = stride
    m = re.shape[0] // (5 * s)
    for p in range(m):
        for q in range(s):
            a, o = s * p + q, 5 * s * p + q
            b, c, d, e = a + s * m, a + 2 * s * m, a + 3 * s * m, a + 4 * s * m
            near_re, near_im = re[b] + re[e], im[b] + im[e]
            far_re, far_im = re[c] + re[d], im[c] + im[d]
            # Differences, already turned by -i.
            by_re, by_im = im[b] - im[e], re[e] - re[b]
            off_re, off_im = im[c] - im[d], re[d] - re[c]
            out_re[o], out_im[o] = re[a] + near_re + far_re, im[a] + near_im + far_im
            even_re = re[a] + _COS_5 * near_re + _COS_5_2 * far_re
            even_im = im[a] + _COS_5 * near_im + _COS_5_2 * far_im
            odd_re = _SIN_5 * by_re + _SIN_5_2 * off_re
            odd_im = _SIN_5 * by_im + _SIN_5_2 * off_im
            put(even_re + odd_re, even_im + odd_im, twiddles, p, m, out_re, out_im, o + s)
            w = twiddles[6 * m :]
            put(even_re - odd_re, even_im - odd_im, w, p, m, out_re, out_im, o + 4 * s)
            even_re = re[a] + _COS_5_2 * near_re + _COS_5 * far_re
            even_im = im[a] + _COS_5_2 * near_im + _COS_5 * far_im
            odd_re = _SIN_5_2 * by_re - _SIN_5 * off_re
            odd_im = _SIN_5_2 * by_im - _SIN_5 * off_im
            w = twiddles[2 * m :]
            put(even_re + odd_re, even_im + odd_im, w, p, m, out_re, out_im, o + 2 * s)
            w = twiddles[4 * m :]
            put(even_re - odd_re, even_im - odd_im, w, p, m, out_re, out_im, o + 3 * s)


@kernel(reads(_F), reads(_F), reads(_F), writes(_F, 2), returns=_I)
def packed_fft(samples: Floats, window: Floats, passes: Floats, work: Floats) -> int:
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
        elif length % 2 == 0:
            radix = 2
            radix2_pass(re, im, passes[used:], stride, out_re, out_im)
        elif length % 3 == 0:
            radix = 3
            radix3_pass(re, im, passes[used:], stride, out_re, out_im)
        else:
            radix = 5
            radix5_pass(re, im, passes[used:], stride, out_re, out_im)
        here, there = there, here
        used += 2 * (radix - 1) * (length // radix)
        stride *= radix
    return here


@kernel(reads(_F), reads(_F), reads(_F), _I, returns=several(_F, _F))
def taken_apart(re: Floats, im: Floats, twiddles: Floats, k: int) -> tuple[np.float32, np.float32]:
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
