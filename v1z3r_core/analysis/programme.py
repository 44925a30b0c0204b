"""Loudness of a whole track: gated, its range, and how it moves around its mean.

References
----------
ITU-R BS.1770-5 (2023), annex 1, equations 3 to 7.
EBU Tech 3342 (2023), "Loudness Range": gates, percentiles and test cases.
"""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import LOUDNESS_OFFSET

BLOCK_SECONDS = 0.4
STEP_SECONDS = 0.1  # blocks overlap by 75 %
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
SHORT_SECONDS = 3.0
RANGE_GATE_LU = -20.0
RANGE_PERCENTILES = (10, 95)  # neither a fade-out nor one gunshot makes a range


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
    audible = _audible(times, momentary, BLOCK_SECONDS)
    if len(audible) == 0:
        return -np.inf
    gate = _mean_loudness(audible) + RELATIVE_GATE_LU
    return _mean_loudness(audible[audible > gate])


def loudness_range(times: NDArray[np.float64], short: NDArray[np.float32]) -> float | None:
    """Spread between the quiet and the loud passages of a programme.

    Parameters
    ----------
    times : NDArray[float64], shape (hops,), seconds
    short : NDArray[float32], shape (hops,), LUFS
        Loudness of the 3 s before each hop.

    Returns
    -------
    float or None
        LU; None without 3 s of audible sound.
    """
    audible = _audible(times, short, SHORT_SECONDS)
    if len(audible) == 0:
        return None
    gated = audible[audible >= _mean_loudness(audible) + RANGE_GATE_LU]
    low, high = np.percentile(gated, RANGE_PERCENTILES, method="nearest")
    return float(high - low)


def energy_trend(
    times: NDArray[np.float64], short: NDArray[np.float32], programme: float
) -> NDArray[np.float32]:
    """Loudness of the 3 s *around* each hop against that of the whole, LU, shape (hops,).

    At both ends the nearest complete 3 s count; a track shorter than that has its last value.

    Parameters
    ----------
    times : NDArray[float64], shape (hops,), seconds
    short : NDArray[float32], shape (hops,), LUFS
    programme : float, LUFS
        -inf gives -inf everywhere: silence has no trend.
    """
    if len(times) == 0 or not np.isfinite(programme):
        return np.full(len(times), -np.inf, np.float32)
    ends = np.clip(times + SHORT_SECONDS / 2, times[0] + SHORT_SECONDS, times[-1])
    last = np.minimum(np.searchsorted(times, ends), len(times) - 1)
    return (short[last] - np.float32(programme)).astype(np.float32)


def _audible(
    times: NDArray[np.float64], loudness: NDArray[np.float32], window_seconds: float
) -> NDArray[np.float64]:
    """Loudness of the complete windows above the absolute gate, ten a second."""
    if len(times) == 0:
        return np.zeros(0)
    ends = np.arange(times[0] + window_seconds, times[-1], STEP_SECONDS)
    later = np.searchsorted(times, ends)
    nearest = later - (ends - times[later - 1] < times[later] - ends)
    blocks = loudness[nearest].astype(np.float64)
    return np.asarray(blocks[blocks > ABSOLUTE_GATE_LUFS])


def _mean_loudness(blocks: NDArray[np.float64]) -> float:
    """Loudness of the mean power of blocks."""
    power = np.mean(10.0 ** ((blocks - LOUDNESS_OFFSET) / 10.0))
    return float(LOUDNESS_OFFSET + 10.0 * np.log10(power))
