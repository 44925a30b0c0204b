"""Loudness as ITU-R BS.1770 measures it, one sample and one hop at a time.

References
----------
ITU-R BS.1770-5 (2023), "Algorithms to measure audio programme loudness and true-peak audio
level", annex 1. EBU Tech 3341 (2016), section 2.2: windows of 400 ms and 3 s.
"""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.tuning import DENORMAL_GUARD, LOUDNESS_OFFSET, METER_FLOOR_LUFS

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


_F = types.float32
_D = types.float64


@kernel(reads(_F, 2), types.int64, reads(_D, 2), reads(_D), writes(_D, 2), _D, returns=_D)
def weighted_energy(
    clean: Floats,
    count: int,
    stages: Doubles,
    channel_weights: Doubles,
    state: Doubles,
    so_far: float,
) -> float:
    """Add the channel-weighted squares of K-weighted samples to `so_far`.

    Parameters
    ----------
    clean : float32, shape (at least count, channels)
    count : int
    stages : float64, shape (2, 5)
        b0, b1, b2, a1, a2 of the shelf and of the high pass; a0 is 1.
    channel_weights : float64, shape (channels,)
        0 leaves a channel out.
    state : float64, shape (channels, 4)
        Two delays per stage (transposed direct form II).
    so_far : float64

    Returns
    -------
    float64
        In steps of one sample after the other, so that the sum does not depend on how a
        stream is cut into blocks.
    """
    b0, b1, b2, a1, a2 = stages[0, 0], stages[0, 1], stages[0, 2], stages[0, 3], stages[0, 4]
    d0, d1, d2, c1, c2 = stages[1, 0], stages[1, 1], stages[1, 2], stages[1, 3], stages[1, 4]
    for i in range(count):
        for c in range(clean.shape[1]):
            x = np.float64(clean[i, c])
            y = b0 * x + state[c, 0]
            state[c, 0] = b1 * x - a1 * y + state[c, 1]
            state[c, 1] = b2 * x - a2 * y
            z = d0 * y + state[c, 2]
            state[c, 2] = d1 * y - c1 * z + state[c, 3]
            state[c, 3] = d2 * y - c2 * z
            so_far += channel_weights[c] * (z * z)
    return so_far


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
