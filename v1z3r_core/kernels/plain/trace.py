"""The oscilloscope's trace: where to start it so that a steady tone stands still."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.layout import RUN_POINTS, RUNS
from v1z3r_core.kernels.tuning import HYSTERESIS, INTERPOLATION_MARGIN, TIE

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


def thin_out(samples: Floats, factor: int, out: Floats) -> None:
    """Means of `factor` samples each, the newest at the end.

    Parameters
    ----------
    samples : float32, shape (factor · n,)
    factor : int, ≥ 1
    out : float32, shape (n,), written
    """
    groups = samples.reshape(-1, factor)
    out[:] = groups[:, 0]
    for k in range(1, factor):  # in this order, as the compiled kernel adds them
        out += groups[:, k]
    out *= np.float32(1.0 / factor)


def points_of(trace: Floats, starts: Integers, offsets: Floats, gap: int) -> Floats:
    """`RUNS` short runs of the trace begun at each of n fractional places, to know it by.

    Parameters
    ----------
    trace : float32
    starts : int64, shape (n,)
    offsets : float32, shape (n,), 0…1
        Fraction beyond each start.
    gap : int
        From run to run.

    Returns
    -------
    float32, shape (n, RUNS · RUN_POINTS)
    """
    within = np.add.outer(np.arange(RUNS) * gap, np.arange(RUN_POINTS)).ravel()
    places = starts[:, np.newaxis] + within
    here = trace[places]
    return here + offsets[:, np.newaxis] * (trace[places + 1] - here)


def keep_points(trace: Floats, start: float, gap: int, kept: Floats) -> None:
    """Keep what `points_of` says of the one place `start`; `kept` is written."""
    first = int(start)
    offset = np.array([start - first], np.float32)
    kept[:] = points_of(trace, np.array([first]), offset, gap)[0]


def rising_crossings(trace: Floats, oldest: int, newest: int) -> Integers:
    """Places i in oldest … newest - 1 where the trace rises through 0 after a real descent.

    After each, the next counts only once the trace was below `HYSTERESIS` of its largest
    magnitude again: noise around zero is no crossing.
    """
    values = trace[oldest : newest + 1]
    threshold = -HYSTERESIS * np.abs(values).max()
    descents = np.cumsum(values[:-1] < threshold)
    rises = np.flatnonzero((values[:-1] < 0) & (values[1:] >= 0))
    return oldest + rises[np.diff(descents[rises], prepend=0) > 0]


def find_start(trace: Floats, kept: Floats, shown: int, search: int) -> float:
    """Place of the rising zero crossing from which the trace looks most like the last one.

    Parameters
    ----------
    trace : float32, shape (n,)
        The newest samples.
    kept : float32, shape (RUNS · RUN_POINTS,)
        Of the last trace, from `keep_points`.
    shown : int
        How many samples a drawn line covers.
    search : int
        How many samples back from the newest possible start to look.

    Returns
    -------
    float
        Fractional index; the newest possible start when nothing crosses zero.
    """
    newest = len(trace) - shown - INTERPOLATION_MARGIN
    starts = rising_crossings(trace, max(newest - search, 1), newest)
    if len(starts) == 0:
        return float(newest)
    offsets = trace[starts] / (trace[starts] - trace[starts + 1])
    difference = points_of(trace, starts, offsets, shown // RUNS) - kept
    distance = np.einsum("ij,ij->i", difference, difference)
    best_before = np.minimum.accumulate(distance)[:-1]
    # The first is better than none; of the others each that about ties with the best so far.
    chosen = np.flatnonzero(distance[1:] <= TIE * best_before)
    last = int(chosen[-1]) + 1 if len(chosen) else 0
    return float(starts[last]) + float(offsets[last])


def draw_from(trace: Floats, start: float, spread: int, line: Floats) -> None:
    """Sample the trace from a fractional place on, `spread` points per sample.

    Catmull-Rom interpolation; its four weights are the same for every `spread`-th point.
    """
    half, one, two, three, four, five = (np.float32(x) for x in (0.5, 1, 2, 3, 4, 5))
    count = len(line) // spread
    for phase in range(spread):
        position = start + phase / spread
        first = int(position)
        t = np.float32(position - first)
        before = half * t * (t * (two - t) - one)
        here = half * (t * t * (three * t - five) + two)
        after = half * t * (t * (four - three * t) + one)
        beyond = half * t * t * (t - one)
        line[phase::spread] = (
            before * trace[first - 1 : first - 1 + count]
            + here * trace[first : first + count]
            + after * trace[first + 1 : first + 1 + count]
            + beyond * trace[first + 2 : first + 2 + count]
        )
