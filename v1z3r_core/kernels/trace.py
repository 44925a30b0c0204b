"""The oscilloscope's trace: where to start it so that a steady tone stands still."""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.copying import copy
from v1z3r_core.kernels.layout import RUN_POINTS, RUNS
from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes
from v1z3r_core.kernels.tuning import HYSTERESIS, INTERPOLATION_MARGIN, TIE

Floats = NDArray[np.float32]


_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_HALF = np.float32(0.5)


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


@kernel(reads(_F), reads(_F), _I, _F, _I, returns=_F, fastmath=REDUCE)
def mismatch(trace: Floats, kept: Floats, start: int, offset: np.float32, gap: int) -> np.float32:
    """Summed squared difference between what `keep_points` kept and a trace begun elsewhere."""
    total = _ZERO
    for run in range(RUNS):
        here = trace[start + run * gap : start + run * gap + RUN_POINTS + 1]
        then = kept[run * RUN_POINTS : (run + 1) * RUN_POINTS]
        for k in range(RUN_POINTS):
            difference = here[k] + offset * (here[k + 1] - here[k]) - then[k]
            total += difference * difference
    return total


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
    loudest = _ZERO
    for i in range(oldest, newest + 1):
        loudest = max(loudest, abs(trace[i]))
    threshold = -HYSTERESIS * loudest
    best = np.float32(math.inf)
    found = float(newest)
    armed = False
    for i in range(oldest, newest):
        if trace[i] < threshold:
            armed = True
        if armed and trace[i] < _ZERO <= trace[i + 1]:
            armed = False
            offset = trace[i] / (trace[i] - trace[i + 1])
            distance = mismatch(trace, kept, i, offset, shown // RUNS)
            if distance <= TIE * best:
                found = np.float64(i) + offset
            best = min(best, distance)
    return found


@kernel(reads(_F), types.float64, _I, writes(_F))
def draw_from(trace: Floats, start: float, spread: int, line: Floats) -> None:
    """Sample the trace from a fractional place on, `spread` points per sample.

    Catmull-Rom interpolation; its four weights are the same for every `spread`-th point, so
    that the inner loop is a plain filter.
    """
    for phase in range(spread):
        position = start + phase / spread
        first = int(position)
        t = np.float32(position - first)
        before = _HALF * t * (t * (np.float32(2.0) - t) - np.float32(1.0))
        here = _HALF * (t * t * (np.float32(3.0) * t - np.float32(5.0)) + np.float32(2.0))
        after = _HALF * t * (t * (np.float32(4.0) - np.float32(3.0) * t) + np.float32(1.0))
        beyond = _HALF * t * t * (t - np.float32(1.0))
        for j in range(line.shape[0] // spread):
            i = first + j
            line[j * spread + phase] = (
                before * trace[i - 1]
                + here * trace[i]
                + after * trace[i + 1]
                + beyond * trace[i + 2]
            )
