"""The K-weighting filter and channel weights of ITU-R BS.1770 at any sample rate."""

import math

import numpy as np
from numpy.typing import NDArray

# The recommendation tabulates coefficients at 48 kHz only. These are the analogue prototypes
# behind that table; the bilinear transform of them gives it back to 1e-8 and keeps the curve at
# every other rate. B. De Man, "Evaluation of implementations of the EBU R128 loudness
# measurement", AES 145th Convention (2018), section 3.
SHELF_HZ, SHELF_DB, SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
SHELF_BAND_EXPONENT = 0.4996667741545416
HIGH_PASS_HZ, HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773

# Below this part of half the rate the bilinear transform still bends the shelf recognisably.
_LARGEST_CORNER = 0.9


def k_weighting(rate: int) -> NDArray[np.float64]:
    """Coefficients b0, b1, b2, a1, a2 (a0 = 1) of shelf and high pass, shape (2, 5).

    Below 3.7 kHz sample rate the shelf, which lifts what lies above 1.7 kHz, is left out.
    """
    stages = np.empty((2, 5))
    stages[0] = _shelf(rate) if rate / 2 * _LARGEST_CORNER > SHELF_HZ else (1, 0, 0, 0, 0)
    stages[1] = _high_pass(rate)
    return stages


def zeros_and_poles(stages: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both stages as one filter without feedback and one of feedback alone.

    Returns
    -------
    zeros : NDArray[float64], shape (5,)
        Product of the numerators.
    poles : NDArray[float64], shape (4,)
        a1, a2 of the shelf, then of the high pass.
    """
    return np.convolve(stages[0, :3], stages[1, :3]), stages[:, 3:].ravel()


def channel_weights(channels: int) -> NDArray[np.float64]:
    """Weights of the channels' powers, shape (channels,).

    BS.1770-5 annex 1, table 3 and annex 3: 1.41 for loudspeakers at the sides (60° to 120°), 0
    for the low-frequency channel, else 1. A block does not name its channels, so 5 to 8 of them
    are taken in the order in which WAV and FFmpeg's default layouts hold 5.0, 5.1, 6.1 and 7.1.
    """
    weights = np.ones(channels)
    silent, at_the_sides = {
        5: ((), (3, 4)),
        6: ((3,), (4, 5)),
        7: ((3,), (5, 6)),
        8: ((3,), (6, 7)),
    }.get(channels, ((), ()))
    weights[list(silent)] = 0.0
    weights[list(at_the_sides)] = 1.41
    return weights


def _shelf(rate: int) -> tuple[float, ...]:
    k = math.tan(math.pi * SHELF_HZ / rate)
    high = 10 ** (SHELF_DB / 20)
    band = high**SHELF_BAND_EXPONENT
    a0 = 1 + k / SHELF_Q + k * k
    return (
        (high + band * k / SHELF_Q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band * k / SHELF_Q + k * k) / a0,
        2 * (k * k - 1) / a0,
        (1 - k / SHELF_Q + k * k) / a0,
    )


def _high_pass(rate: int) -> tuple[float, ...]:
    k = math.tan(math.pi * HIGH_PASS_HZ / rate)
    a0 = 1 + k / HIGH_PASS_Q + k * k
    return 1.0, -2.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / HIGH_PASS_Q + k * k) / a0
