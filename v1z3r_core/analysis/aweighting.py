"""A-weighting: how much the ear makes of each frequency at moderate levels."""

import numpy as np
from numpy.typing import NDArray

# IEC 61672-1:2013, annex E, equations E.1 to E.8: the poles that define the curve.
_POLES_HZ = (20.598997, 107.65265, 737.86223, 12194.217)


def a_weighting(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of a frequency's power, 1 at 1 kHz.

    References
    ----------
    IEC 61672-1:2013, section 5.5.8 and annex E.
    """
    return _response(hz) / _response(np.array(1_000.0))


def split_weights(
    short_bins: int, bin_hz: float, long_bins: int, long_bin_hz: float, crossover_hz: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights of two spectra's bins that together measure the A-weighted power once.

    Below some 200 Hz the curve changes so much within the width of a short spectrum's tone that
    it would read several decibels too high; there the long spectrum stands in.

    Parameters
    ----------
    short_bins, long_bins : int
    bin_hz, long_bin_hz : float
        Width of a bin of either.
    crossover_hz : float

    Returns
    -------
    short : NDArray[float32], shape (short_bins,)
    long : NDArray[float32], shape (n,), n ≤ long_bins
        0 beyond the crossover, so no longer than that.
    """
    short_hz = np.arange(short_bins) * bin_hz
    long_hz = np.arange(min(long_bins, int(crossover_hz / long_bin_hz) + 2)) * long_bin_hz
    # Each bin speaks for half a bin to either side; the one that holds the crossover in part.
    above = np.clip((short_hz - crossover_hz) / bin_hz + 0.5, 0.0, 1.0)
    below = np.clip((crossover_hz - long_hz) / long_bin_hz + 0.5, 0.0, 1.0)
    return (
        (a_weighting(short_hz) * above).astype(np.float32),
        (a_weighting(long_hz) * below).astype(np.float32),
    )


def _response(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    first, second, third, fourth = (pole**2 for pole in _POLES_HZ)
    squared = hz**2
    response: NDArray[np.float64] = squared**4 / (
        (squared + first) ** 2 * (squared + second) * (squared + third) * (squared + fourth) ** 2
    )
    return response
