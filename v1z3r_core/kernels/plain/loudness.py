"""Loudness as ITU-R BS.1770 measures it, hop by hop.

NumPy has no recursive filter. The poles are a linear system of four delays, so what comes out of a
stretch of samples is the sum of what they cause and of what the delays held when it began: two
products with matrices known beforehand. A hop is cut into short stretches, because the matrix
grows with the square of their length.

References
----------
ITU-R BS.1770-5 (2023), annex 1. C. S. Burrus, "Block realization of digital filters", IEEE
Trans. Audio Electroacoustics 20 (1972).
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.layout import TAIL
from v1z3r_core.kernels.tuning import DENORMAL_GUARD, LOUDNESS_OFFSET, METER_FLOOR_LUFS

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

DELAYS = 4  # the last two values behind either pair of poles
STRETCH = 64  # samples; of 32, 64 and 128 the fastest for a hop of 512
# Stretches per product. OpenBLAS shares products of more than 2^18 terms among threads, which on
# a busy machine wait for one another: 9 ms instead of 0.2 for a hop of six channels at 192 kHz.
BATCH = 32


class StretchFilter(NamedTuple):
    """The poles of the K-weighting for n samples at a time, as matrices to multiply rows with."""

    direct: Doubles  # (n, n): samples → output
    ringing: Doubles  # (DELAYS, n): delays at the start → output
    charge: Doubles  # (n, DELAYS): samples → what they leave in the delays
    decay: Doubles  # (DELAYS, DELAYS): delays at the start → what is left of them at the end


def zeros(heard: Floats, fir: Doubles) -> Doubles:
    """Part of the K-weighting without feedback.

    Parameters
    ----------
    heard : float32, shape (channels, TAIL + n)
        Four samples from before the first, then the n samples.
    fir : float64, shape (TAIL + 1,)
        Weights of each sample and of those before it.

    Returns
    -------
    float64, shape (channels, n)
    """
    samples = heard.astype(np.float64)
    out: Doubles = fir[0] * samples[:, TAIL:]
    for age in range(1, TAIL + 1):
        out += fir[age] * samples[:, TAIL - age : -age]
    return out


def weighted_energy(
    heard: Floats, fir: Doubles, poles: Doubles, channel_weights: Doubles, state: Doubles
) -> float:
    """Channel-weighted sum of squares of one hop's K-weighted samples.

    Parameters
    ----------
    heard : float32, shape (channels, TAIL + hop)
    fir : float64, shape (TAIL + 1,)
        See `zeros`.
    poles : float64, shape (4,)
        a1, a2 of the shelf, then of the high pass.
    channel_weights : float64, shape (channels,)
        0 leaves a channel out.
    state : float64, shape (channels, DELAYS), written
    """
    channels, hop = len(heard), heard.shape[1] - TAIL
    length = min(STRETCH, hop)
    matrices = _stretch_filter(poles.tobytes(), length)
    stretches = zeros(heard, fir).reshape(channels, -1, length)
    starts = stretches @ matrices.charge
    for i in range(hop // length):
        charge = starts[:, i].copy()
        starts[:, i] = state
        state[:] = state @ matrices.decay + charge
    batch = min(BATCH, hop // length)
    direct = stretches.reshape(-1, batch, length) @ matrices.direct
    weighted = direct.reshape(stretches.shape) + starts @ matrices.ringing
    squares = (weighted * weighted).reshape(channels, hop).sum(axis=1)
    return float(channel_weights @ squares)


def settle(state: Doubles) -> None:
    """Set filter memory that nobody can hear to zero, before it becomes denormal."""
    state[np.abs(state) < DENORMAL_GUARD] = 0.0


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
    window = energies[newest - np.arange(whole + 1)]  # negative places count from the end
    mean = (window[:whole].sum() + (hops - whole) * window[whole]) / samples
    if mean <= 0.0:
        return -math.inf
    loudness = LOUDNESS_OFFSET + 10.0 * math.log10(mean)
    return loudness if loudness >= METER_FLOOR_LUFS else -math.inf


@lru_cache(maxsize=8)  # one for each sample rate in use at a time
def _stretch_filter(poles: bytes, length: int) -> StretchFilter:
    delays = _responses(np.frombuffer(poles), length)
    output = delays[:, :, 2]  # the newest value behind the second pair
    ages = np.subtract.outer(np.arange(length), np.arange(length))
    return StretchFilter(
        direct=np.tril(output[ages, DELAYS]).T.copy(),  # output i hears sample j ≤ i at age i - j
        ringing=output[:, :DELAYS].T.copy(),
        charge=delays[::-1, DELAYS].copy(),
        decay=delays[-1, :DELAYS].copy(),
    )


def _responses(poles: Doubles, length: int) -> Doubles:
    """Delays after each sample that follow from 1 in each delay alone, and from a sample of 1.

    Shape (length, DELAYS + 1, DELAYS).
    """
    a1, a2, c1, c2 = poles
    p1, p2, q1, q2 = np.eye(DELAYS, DELAYS + 1)
    sample = np.eye(DELAYS + 1)[DELAYS]
    delays = []
    for _ in range(length):
        p1, p2 = sample - a1 * p1 - a2 * p2, p1
        q1, q2 = p1 - c1 * q1 - c2 * q2, q1
        delays.append(np.stack([p1, p2, q1, q2], axis=1))
        sample = np.zeros(DELAYS + 1)
    return np.array(delays)
