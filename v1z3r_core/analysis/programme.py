"""Gated programme loudness of a whole track.

References
----------
ITU-R BS.1770-5 (2023), annex 1, equations 3 to 7.
"""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import LOUDNESS_OFFSET

BLOCK_SECONDS = 0.4
STEP_SECONDS = 0.1  # blocks overlap by 75 %
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0


def programme_loudness(times: NDArray[np.float64], momentary: NDArray[np.float32]) -> float:
    """Integrated loudness from momentary loudness at every hop.

    The gating blocks of the recommendation end every 100 ms; of each the nearest hop's
    momentary value is taken, at most half a hop (6 ms) beside it.

    Parameters
    ----------
    times : NDArray[float64], shape (hops,), seconds
        End of each hop; the sound is taken to begin at the first.
    momentary : NDArray[float32], shape (hops,), LUFS

    Returns
    -------
    float
        LUFS; -inf where no complete block is louder than the absolute gate.
    """
    if len(times) == 0:
        return -np.inf
    ends = np.arange(times[0] + BLOCK_SECONDS, times[-1], STEP_SECONDS)
    later = np.searchsorted(times, ends)
    nearest = later - (ends - times[later - 1] < times[later] - ends)
    blocks = momentary[nearest].astype(np.float64)
    audible = blocks[blocks > ABSOLUTE_GATE_LUFS]
    if len(audible) == 0:
        return -np.inf
    gate = _mean_loudness(audible) + RELATIVE_GATE_LU
    return _mean_loudness(audible[audible > gate])


def _mean_loudness(blocks: NDArray[np.float64]) -> float:
    """Loudness of the mean power of blocks."""
    power = np.mean(10.0 ** ((blocks - LOUDNESS_OFFSET) / 10.0))
    return float(LOUDNESS_OFFSET + 10.0 * np.log10(power))
