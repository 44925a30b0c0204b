"""Loudness as ITU-R BS.1770 measures it, hop by hop.

References
----------
ITU-R BS.1770-5 (2023), "Algorithms to measure audio programme loudness and true-peak audio
level", annex 1. EBU Tech 3341 (2016), section 2.2: windows of 400 ms and 3 s.
"""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes
from v1z3r_core.kernels.tuning import DENORMAL_GUARD, LOUDNESS_OFFSET, METER_FLOOR_LUFS

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


_F = types.float32
_D = types.float64
_PAIR = types.UniTuple(types.float64, 2)


@kernel(reads(_F), reads(_D), writes(_D))
def zeros(heard: Floats, fir: Doubles, out: Doubles) -> None:
    """Part of the K-weighting without feedback, which can be done for several samples at once.

    In double precision: the poles at 38 Hz would lift single precision's rounding noise by 90 dB.

    Parameters
    ----------
    heard : float32, shape (TAIL + n,)
        Four samples from before the first, then the n samples.
    fir : float64, shape (5,)
        Product of the numerators of shelf and high pass.
    out : float64, shape (n,)
    """
    n = out.shape[0]
    e, d, c, b, a = heard[4:], heard[3 : n + 3], heard[2 : n + 2], heard[1 : n + 1], heard[:n]
    f0, f1, f2, f3, f4 = fir[0], fir[1], fir[2], fir[3], fir[4]
    for i in range(n):
        out[i] = f0 * e[i] + f1 * d[i] + f2 * c[i] + f3 * b[i] + f4 * a[i]


@kernel(reads(_D), reads(_D), reads(_D), writes(_D), writes(_D), returns=_PAIR, fastmath=REDUCE)
def energies_of_pair(
    left: Doubles, right: Doubles, poles: Doubles, left_state: Doubles, right_state: Doubles
) -> tuple[float, float]:
    """Energies of two channels behind the poles of the K-weighting.

    Two at a time, because one alone would wait for its own feedback half of the time.

    Parameters
    ----------
    left, right : float64, shape (n,)
        From `zeros`; one channel may be given twice.
    poles : float64, shape (4,)
        a1, a2 of the shelf, then of the high pass.
    left_state, right_state : float64, shape (4,)
        Last two values behind either pair of poles.
    """
    a1, a2, c1, c2 = poles[0], poles[1], poles[2], poles[3]
    p1, p2, q1, q2 = left_state[0], left_state[1], left_state[2], left_state[3]
    r1, r2, s1, s2 = right_state[0], right_state[1], right_state[2], right_state[3]
    left_energy, right_energy = 0.0, 0.0
    for i in range(left.shape[0]):
        p = left[i] - a2 * p2 - a1 * p1
        r = right[i] - a2 * r2 - a1 * r1
        p2, p1, r2, r1 = p1, p, r1, r
        q = p - c2 * q2 - c1 * q1
        s = r - c2 * s2 - c1 * s1
        q2, q1, s2, s1 = q1, q, s1, s
        left_energy += q * q
        right_energy += s * s
    left_state[0], left_state[1], left_state[2], left_state[3] = p1, p2, q1, q2
    right_state[0], right_state[1], right_state[2], right_state[3] = r1, r2, s1, s2
    return left_energy, right_energy


@kernel(reads(_F, 2), reads(_D), reads(_D), reads(_D), writes(_D, 2), writes(_D, 2), returns=_D)
def weighted_energy(
    heard: Floats,
    fir: Doubles,
    poles: Doubles,
    channel_weights: Doubles,
    scratch: Doubles,
    state: Doubles,
) -> float:
    """Channel-weighted sum of squares of one hop's K-weighted samples.

    Parameters
    ----------
    heard : float32, shape (channels, TAIL + hop)
    fir, poles
        See `zeros` and `energies_of_pair`.
    channel_weights : float64, shape (channels,)
        0 leaves a channel out.
    scratch : float64, shape (2, hop)
    state : float64, shape (channels, 4)
    """
    channels = heard.shape[0]
    energy = 0.0
    for first in range(0, channels, 2):
        second = min(first + 1, channels - 1)
        zeros(heard[first], fir, scratch[0])
        zeros(heard[second], fir, scratch[1])
        pair = energies_of_pair(scratch[0], scratch[1], poles, state[first], state[second])
        energy += channel_weights[first] * pair[0]
        if second > first:
            energy += channel_weights[second] * pair[1]
    return energy


@kernel(writes(_D, 2))
def settle(state: Doubles) -> None:
    """Set filter memory that nobody can hear to zero, before it becomes denormal."""
    for c in range(state.shape[0]):
        for k in range(state.shape[1]):
            if abs(state[c, k]) < DENORMAL_GUARD:
                state[c, k] = 0.0


@kernel(reads(_D), types.int64, _D, _D, returns=_D)
def loudness_of(energies: Doubles, newest: int, hops: float, samples: float) -> float:
    """Loudness of the last `hops` hops, LUFS; -inf below `METER_FLOOR_LUFS`.

    Parameters
    ----------
    energies : float64, shape (length,)
        Ring of weighted energies, one per hop.
    newest : int
        Place of the newest one.
    hops : float, < length
        Window in hops; of the oldest one the fraction that lies inside counts.
    samples : float
        Window in samples.
    """
    whole = int(hops)
    total = 0.0
    at = newest
    for _ in range(whole):
        total += energies[at]
        at -= 1
        if at < 0:
            at += energies.shape[0]
    total += (hops - whole) * energies[at]
    mean = total / samples
    if mean <= 0.0:
        return -math.inf
    loudness = LOUDNESS_OFFSET + 10.0 * math.log10(mean)
    return loudness if loudness >= METER_FLOOR_LUFS else -math.inf
