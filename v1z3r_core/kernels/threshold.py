"""What stands out of the recent past.

No ranks of a longer past: what changes compare with is the loudest of the recent past already
(`kernels.flux`), and on music with known onsets a quantile of the last 0.8 s only cost recall.

References
----------
S. Böck, F. Krebs and M. Schedl, "Evaluating the online capabilities of onset detection methods",
ISMIR 2012, section 2.3: thresholds from the past alone, for peaks told at once.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import kernel, reads

Floats = NDArray[np.float32]

_F = types.float32
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(_F, reads(_F), _F, returns=_F)
def strength(change: np.float32, past: Floats, least: np.float32) -> np.float32:
    """How far a change stands out of the recent ones: 0 (it does not) to 1.

    Parameters
    ----------
    change : float, octaves of power
    past : float32, shape (n,)
        Changes of the last hops in any order: when noise sets in after silence, its first
        seconds are no row of events.
    least : float
        What the change must exceed their mean by.
    """
    total = _ZERO
    for value in past:
        total += value
    threshold = total / np.float32(past.shape[0]) + least
    return _ONE - threshold / change if change > threshold else _ZERO
