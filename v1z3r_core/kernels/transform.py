"""Constants of one windowed Fourier transform."""

from typing import NamedTuple

from v1z3r_core.kernels.arrays import Floats


class Transform(NamedTuple):
    """What a power spectrum of N samples is made with; the arrays are read-only."""

    window: Floats  # (N,), of sum 2: a full-scale sine is 1
    factors: Floats  # see kernels.twiddles.tables
