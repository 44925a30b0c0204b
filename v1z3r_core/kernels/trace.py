"""The oscilloscope's trace: where to start it so that a steady tone stands still."""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.copying import copy
from v1z3r_core.kernels.intake import largest
from v1z3r_core.kernels.layout import RUN_POINTS, RUNS
from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes
from v1z3r_core.kernels.tuning import HYSTERESIS, INTERPOLATION_MARGIN, TIE

Floats = NDArray[np.float32]


_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_HALF = np.float32(0.5)
_CHUNK = 32  # values of the trace that are passed over at once


@kernel(reads(_F), _I, writes(_F))
def thin_out(samples: Floats, factor: int, out: Floats) -> None:
    """Means of `factor` samples each, the newest at the end.

    Parameters
    ----------
    samples : float32, shape (factor · n,)
    factor : int, ≥ 1
    out : float32, shape (n,)
    """
    if factor == 1:
        copy(samples, out)
        return
    share = np.float32(1.0 / factor)
    for i in range(out.shape[0]):
        total = _ZERO
        for k in range(factor):
            total += samples[i * factor + k]
        out[i] = total * share


@kernel(reads(_F), reads(_F), _F, returns=_F, fastmath=REDUCE)
def run_mismatch(here: Floats, then: Floats, offset: np.float32) -> np.float32:
    """Summed squared difference between one kept run and `here`, read `offset` further on.

    A function of its own, because only of slices that are its arguments does the compiler see that
    they lie in one piece.
    """
    total = _ZERO
    for k in range(RUN_POINTS):
        difference = here[k] + offset * (here[k + 1] - here[k]) - then[k]
        total += difference * difference
    return total


@kernel(reads(_F), reads(_F), _I, _F, _I, _F, returns=_F)
def mismatch(
    trace: Floats, kept: Floats, start: int, offset: np.float32, gap: int, most: np.float32
) -> np.float32:
    """Squared difference between what `keep_points` kept and a trace begun elsewhere.

    Given up, with what there is so far, where it exceeds `most`.
    """
    total = _ZERO
    for run in range(RUNS):
        first, place = start + run * gap, run * RUN_POINTS
        total += run_mismatch(
            trace[first : first + RUN_POINTS + 1], kept[place : place + RUN_POINTS], offset
        )
        if total > most:
            return total
    return total


@kernel(reads(_F), _F, returns=types.int32)
def count_below(values: Floats, threshold: np.float32) -> np.int32:
    """How many values lie below a threshold."""
    count = np.int32(0)
    for i in range(values.shape[0]):
        count += np.int32(values[i] < threshold)
    return count


@kernel(reads(_F), returns=types.int32)
def count_rising(values: Floats) -> np.int32:
    """How many values are negative and followed by one that is not."""
    count = np.int32(0)
    for i in range(values.shape[0] - 1):
        count += np.int32((values[i] < _ZERO) & (values[i + 1] >= _ZERO))
    return count


@kernel(reads(_F), types.float64, _I, writes(_F))
def keep_points(trace: Floats, start: float, gap: int, kept: Floats) -> None:
    """Keep `RUNS` short runs of the trace begun at `start`, to know it again by.

    Runs of neighbours, because eight of them fit a vector register; spread over the trace,
    because a periodic signal repeats at every one of its points.

    Parameters
    ----------
    trace : float32, shape (n,)
    start : float64
        Fractional index.
    gap : int
        From run to run.
    kept : float32, shape (RUNS · RUN_POINTS,)
    """
    first = int(start)
    offset = np.float32(start - first)
    for run in range(RUNS):
        for k in range(RUN_POINTS):
            i = first + run * gap + k
            kept[run * RUN_POINTS + k] = trace[i] + offset * (trace[i + 1] - trace[i])


@kernel(reads(_F), reads(_F), _I, _I, returns=types.float64)
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
    float64
        Fractional index; the newest possible start when nothing crosses zero.
    """
    newest = trace.shape[0] - shown - INTERPOLATION_MARGIN
    oldest = max(newest - search, 1)
    threshold = -HYSTERESIS * largest(trace[oldest : newest + 1])
    best = np.float32(math.inf)
    found = float(newest)
    armed = False
    for first in range(oldest, newest, _CHUNK):
        last = min(first + _CHUNK, newest)
        # Most chunks hold nothing of what is looked for, and counting is done eight at a time.
        if armed:
            if count_rising(trace[first : last + 1]) == 0:
                continue
        elif count_below(trace[first:last], threshold) == 0:
            continue
        for i in range(first, last):
            if trace[i] < threshold:
                armed = True
            if armed and trace[i] < _ZERO <= trace[i + 1]:
                armed = False
                offset = trace[i] / (trace[i] - trace[i + 1])
                distance = mismatch(trace, kept, i, offset, shown // RUNS, TIE * best)
                if distance <= TIE * best:
                    found = np.float64(i) + offset
                best = min(best, distance)
    return found


@kernel(reads(_F), _F, _F, _F, _F, writes(_F))
def filter_four(
    values: Floats,
    before: np.float32,
    here: np.float32,
    after: np.float32,
    beyond: np.float32,
    out: Floats,
) -> None:
    """Weighted sums of four neighbours, the first of them at the place of the sum."""
    count = out.shape[0]
    b, c, d = values[1 : count + 1], values[2 : count + 2], values[3 : count + 3]
    for i in range(count):
        out[i] = before * values[i] + here * b[i] + after * c[i] + beyond * d[i]


@kernel(reads(_F), types.float64, _I, writes(_F))
def draw_from(trace: Floats, start: float, spread: int, line: Floats) -> None:
    """Sample the trace from a fractional place on, `spread` points per sample.

    Catmull-Rom interpolation; its four weights are the same for every `spread`-th point, so
    that the inner loop is a plain filter, and a fast one where there is nothing to spread.
    """
    for phase in range(spread):
        position = start + phase / spread
        first = int(position)
        t = np.float32(position - first)
        before = _HALF * t * (t * (np.float32(2.0) - t) - np.float32(1.0))
        here = _HALF * (t * t * (np.float32(3.0) * t - np.float32(5.0)) + np.float32(2.0))
        after = _HALF * t * (t * (np.float32(4.0) - np.float32(3.0) * t) + np.float32(1.0))
        beyond = _HALF * t * t * (t - np.float32(1.0))
        if spread == 1:
            filter_four(trace[first - 1 :], before, here, after, beyond, line)
            return
        for j in range(line.shape[0] // spread):
            i = first + j
            line[j * spread + phase] = (
                before * trace[i - 1]
                + here * trace[i]
                + after * trace[i + 1]
                + beyond * trace[i + 2]
            )
