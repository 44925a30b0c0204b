"""Stream seconds as a number of samples."""

import math

_ROUNDING = 1e-4  # samples; float64 products of hours and kHz miss whole numbers by < 1e-5


def samples_until(seconds: float, rate: int) -> int:
    """Whole samples before a stream time; 0.35 s at 44.1 kHz is 15,435, though the product is less.

    Parameters
    ----------
    seconds : float
        Finite; negative counts as 0.
    rate : int, Hz
    """
    return max(0, math.floor(seconds * rate + _ROUNDING))
