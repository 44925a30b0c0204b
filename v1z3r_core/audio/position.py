"""Stream seconds as a number of samples."""

import math
import sys

_ROUNDING = 1e-4  # samples; float64 products of hours and kHz miss whole numbers by < 1e-5


def samples_until(seconds: float, rate: int) -> int:
    """Whole samples before a stream time; 0.35 s at 44.1 kHz is 15,435, though the product is less.

    Parameters
    ----------
    seconds : float
        Negative counts as 0; infinity gives a number that no stream reaches.
    rate : int, Hz
    """
    if seconds == math.inf:
        return sys.maxsize
    return max(0, math.floor(seconds * rate + _ROUNDING))
