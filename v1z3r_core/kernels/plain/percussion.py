"""What is struck and what is held: tones run along time in a spectrogram, strokes across it.

References
----------
A. W. Paeth, "Median finding on a 3 × 3 grid", Graphics Gems (1990): of three sorted triples, the
median of nine is that of the largest least, the middle middle and the smallest largest one.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from v1z3r_core.kernels.layout import PAST, REACH
from v1z3r_core.kernels.tuning import LEAST_STEADY, MOST_RATIO

Floats = NDArray[np.float32]


def middle(values: Floats) -> Floats:
    """Median of nine values of each column; of shape (9, n), a seventh of `np.median`'s time."""
    triples = values.reshape(3, 3, -1)
    least, largest = triples.min(axis=1), triples.max(axis=1)
    middles = _middle_of_three(*triples.transpose(1, 0, 2))
    return _middle_of_three(least.max(axis=0), _middle_of_three(*middles), largest.min(axis=0))


def _middle_of_three(a: Floats, b: Floats, c: Floats) -> Floats:
    return np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))


def over_time(past: Floats, newest: int, out: Floats) -> None:
    """Median of each bin over every other one of the last `PAST` hops.

    Parameters
    ----------
    past : float32, shape (PAST, bins)
        Ring of powers.
    newest : int
        Its row of this hop.
    out : float32, shape (bins,), written
    """
    out[:] = middle(past[(newest - np.arange(0, PAST, 2)) % PAST])


def over_bins(power: Floats, out: Floats) -> None:
    """Median of every other one of the bins around each, `REACH` to either side.

    Beyond its ends the spectrum is continued by its mirror image.
    """
    mirrored = np.concatenate([power[REACH:0:-1], power, power[-2 : -2 - REACH : -1]])
    around = sliding_window_view(mirrored, len(power))[::2]
    out[:] = middle(np.ascontiguousarray(around))


def keep_steady(power: Floats, broad: Floats, steady: Floats) -> None:
    """Turn the medians over time into the part of each bin's power that is held.

    power · s²/(s² + b²), written so that no square leaves the range of single precision on the way.
    """
    ratio = np.minimum(broad / (steady + LEAST_STEADY), MOST_RATIO)
    steady[:] = power[: len(steady)] / (np.float32(1) + ratio * ratio)


def rest(whole: Floats, part: Floats, out: Floats) -> None:
    """What remains of each power beside a part of it, 0 at least."""
    np.maximum(whole - part, 0, out=out)
