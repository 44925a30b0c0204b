"""What stands out of the recent past."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def strengths(changes: Floats, past: Floats, least: Floats) -> Floats:
    """How far each change stands out of the recent ones of its group: 0 (it does not) to 1.

    Parameters
    ----------
    changes : float32, shape (groups,), octaves of power
    past : float32, shape (groups, n)
        Changes of the last hops in any order.
    least : float32, shape (groups,)
        What each change must exceed their mean by, > 0.
    """
    usual: Floats = past.mean(axis=1)
    thresholds = usual + least
    # A change that is no larger than its threshold, which is positive, stands out by 0.
    standing_out: Floats = np.float32(1) - thresholds / np.maximum(changes, thresholds)
    return standing_out
