"""Where a piece turns: boundaries between stretches that sound alike.

The sound of each half second is a point: levels in decibels of a few log-frequency groups, and
its pitch classes. A boundary stands where the points of the seconds before and those of the
seconds after are farther from each other than from themselves.

References
----------
J. Foote, "Automatic audio segmentation using a measure of audio novelty", ICME (2000): the
    checkerboard kernel along the diagonal of the self-similarity matrix. Only the band that the
    kernel covers is computed, so that an hour costs fifteen times four minutes.
G. J. Székely and M. L. Rizzo, "Testing for equal distributions in high dimension", InterStat
    (2004): with plain distances the checkerboard sum is the energy distance, zero for equal
    halves however much both vary, which a regular alternation of chords or drums does.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.analysis import FLOOR_DB
from v1z3r_core.model.track import SPECTROGRAM_LINES

Floats = NDArray[np.float32]
Times = NDArray[np.float64]

BIN_SECONDS = 0.5  # a beat at 120 BPM: every bin of a groove has its drum
REACH_SECONDS = 6.0  # each way, Gaussian: three bars at 120 BPM
SHORTEST_SECONDS = 3.5  # of a section: two bars at 137 BPM
GROUPS = 16  # of spectrogram lines, 0.6 octaves each
LOUD_QUANTILE, SPAN_DB = 0.9, 50.0  # what is heard: so far below the loud passages
CHROMA_DB = 2.0  # weight of the harmony: wholly different notes count as 3 dB in every group
CHROMA_SECONDS = 4.0  # harmony is taken over this long: chords come and go within a section
LEAST_NOVELTY_DB = 3.5  # changes of a steady groove and of steady noise stay below 2
LEAST_PROMINENCE_DB = 1.0  # above the valley to a higher turn: else it is that one's flank
EDGE_SECONDS = 0.75  # around a boundary that its exact place is looked for
STEP_SECONDS = 0.4  # averaged each side of that place
_CHUNK = 1_024  # boundaries compared at once: 4 MB


@dataclass(frozen=True, slots=True)
class Boundary:
    """A turn: when, and how much changes there in decibels."""

    time: float
    novelty_db: float


def boundaries(
    times: Times,
    spectrogram: NDArray[np.float16],
    tone_times: Times,
    tone_chroma: Floats,
    downbeats: Times,
) -> list[Boundary]:
    """Turns of a piece in order of time.

    Parameters
    ----------
    times : NDArray[float64], shape (hops,), seconds
    spectrogram : NDArray[float16], shape (hops, SPECTROGRAM_LINES), 0…1
    tone_times : NDArray[float64], shape (windows,), seconds
    tone_chroma : NDArray[float32], shape (windows, 12)
    downbeats : NDArray[float64], seconds
        A boundary within half of `EDGE_SECONDS` of one is moved there; may be empty.
    """
    if len(times) == 0 or times[-1] < 2 * SHORTEST_SECONDS:
        return []
    levels = group_levels(spectrogram)
    starts = np.arange(0.0, times[-1], BIN_SECONDS)
    points = np.concatenate(
        [
            bin_means(times, levels, starts) / math.sqrt(GROUPS),
            _harmony(tone_times, tone_chroma, starts),
        ],
        axis=1,
    )
    novelty = novelty_curve(points)
    candidates = [
        Boundary(
            _snapped(_exact(times, levels, place * BIN_SECONDS), downbeats), float(novelty[place])
        )
        for place in _peaks(novelty)
    ]
    return _far_enough_apart(candidates, float(times[-1]))


def group_levels(spectrogram: NDArray[np.float16]) -> Floats:
    """Mean level of groups of neighbouring lines, shape (hops, GROUPS), dB above the floor.

    What lies far below the loud passages counts as nothing: a fade is no turn when it ends.
    """
    grouped = spectrogram.reshape(len(spectrogram), GROUPS, SPECTROGRAM_LINES // GROUPS)
    levels = grouped.mean(axis=2, dtype=np.float32) * -FLOOR_DB
    loud = np.quantile(levels.max(axis=1), LOUD_QUANTILE)
    return np.asarray(np.maximum(levels, loud - SPAN_DB))


def bin_means(times: Times, values: Floats, starts: Times) -> Floats:
    """Mean of what lies between each start and the next, shape (len(starts), …)."""
    first = np.minimum(np.searchsorted(times, starts), len(times) - 1)
    counts = np.maximum(np.diff(first, append=len(times)), 1)
    sums = np.add.reduceat(values, first, axis=0)
    return np.asarray(sums / counts.reshape(-1, *[1] * (values.ndim - 1)), np.float32)


def novelty_curve(points: Floats) -> Floats:
    """Energy distance between what comes before and after the start of each bin.

    Parameters
    ----------
    points : NDArray[float32], shape (bins, features)

    Returns
    -------
    NDArray[float32], shape (bins,), ≥ 0
        In the unit of the features; 0 at the first bin.
    """
    reach = round(REACH_SECONDS / BIN_SECONDS)
    taper = np.exp(-0.5 * ((np.arange(reach) + 0.5) / (reach / 2)) ** 2)
    weights = np.concatenate([taper[::-1], taper]).astype(np.float32)
    padded = np.pad(points, ((reach, reach), (0, 0)))
    real = np.pad(np.ones(len(points), np.float32), reach)
    around = np.lib.stride_tricks.sliding_window_view
    windows = around(padded, 2 * reach, axis=0)[: len(points)]  # (bins, features, 2 · reach)
    weighted = around(real, 2 * reach)[: len(points)] * weights
    curve = np.zeros(len(points), np.float32)
    for first in range(0, len(points), _CHUNK):
        part = slice(first, first + _CHUNK)
        curve[part] = _energy_distance(windows[part], weighted[part])
    curve[0] = 0.0
    return curve


def _energy_distance(windows: Floats, weights: Floats) -> Floats:
    """Of the first half of each window's points to the second, shape (windows,)."""
    products = np.matmul(windows.transpose(0, 2, 1), windows)
    squares = np.diagonal(products, axis1=1, axis2=2)
    distances = np.sqrt(
        np.maximum(squares[:, :, np.newaxis] + squares[:, np.newaxis, :] - 2 * products, 0)
    )
    half = weights.shape[1] // 2
    before, after = (
        part / np.maximum(part.sum(axis=1, keepdims=True), 1e-9)
        for part in (weights[:, :half], weights[:, half:])
    )
    across = np.einsum("wi,wij,wj->w", before, distances[:, :half, half:], after)
    within = _mean_distance(before, distances[:, :half, :half]) + _mean_distance(
        after, distances[:, half:, half:]
    )
    return np.asarray(np.maximum(2 * across - within, 0), np.float32)


def _mean_distance(weights: Floats, distances: Floats) -> Floats:
    """Weighted mean over pairs of two *different* points; else few points would seem closer."""
    total = np.einsum("wi,wij,wj->w", weights, distances, weights)
    pairs = 1 - (weights**2).sum(axis=1)
    return np.asarray(np.divide(total, pairs, out=np.zeros_like(total), where=pairs > 1e-6))


def _harmony(tone_times: Times, tone_chroma: Floats, starts: Times) -> Floats:
    """Pitch classes of some seconds around each bin, of length `CHROMA_DB`."""
    if len(tone_times) < 2:
        return np.zeros((len(starts), 12), np.float32)
    step = tone_times[1] - tone_times[0]
    summed = np.concatenate([np.zeros((1, 12)), np.cumsum(tone_chroma, axis=0, dtype=np.float64)])
    middle = starts + BIN_SECONDS / 2
    ends = [
        np.clip(np.rint((middle + side * CHROMA_SECONDS / 2) / step), 0, len(tone_times))
        for side in (-1, 1)
    ]
    total = summed[ends[1].astype(np.int64)] - summed[ends[0].astype(np.int64)]
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(CHROMA_DB * total / np.maximum(length, 1e-9), np.float32)


def _peaks(novelty: Floats) -> list[int]:
    """Local maxima that are high enough and rise out of what lies between them and higher ones."""
    inner = novelty[1:-1]
    summits = 1 + np.flatnonzero((inner >= novelty[:-2]) & (inner > novelty[2:]))
    found = []
    for place in summits[novelty[summits] >= LEAST_NOVELTY_DB]:
        higher = np.flatnonzero(novelty > novelty[place])
        before, after = higher[higher < place], higher[higher > place]
        left = novelty[before[-1] if len(before) else 0 : place].min()
        right = novelty[place : after[0] if len(after) else len(novelty)].min()
        if novelty[place] - max(left, right) >= LEAST_PROMINENCE_DB:
            found.append(int(place))
    return found


def _far_enough_apart(candidates: list[Boundary], end: float) -> list[Boundary]:
    """The strongest that leave no section too short, in order of time."""
    kept: list[Boundary] = []
    for turn in sorted(candidates, key=lambda turn: -turn.novelty_db):
        nearest = min(abs(turn.time - time) for time in (0.0, end, *(t.time for t in kept)))
        if nearest >= SHORTEST_SECONDS:
            kept.append(turn)
    return sorted(kept, key=lambda turn: turn.time)


def _exact(times: Times, levels: Floats, about: float) -> float:
    """The hop near a time at which the levels change most."""
    hop = times[1] - times[0]
    width = max(1, round(STEP_SECONDS / hop))
    low, high = np.searchsorted(times, [about - EDGE_SECONDS, about + EDGE_SECONDS])
    low, high = max(int(low), width), min(int(high), len(times) - width)
    if high <= low:
        return about
    sums = np.cumsum(levels[low - width : high + width], axis=0, dtype=np.float64)
    sums = np.concatenate([np.zeros((1, levels.shape[1])), sums])
    middle = np.arange(width, width + high - low)
    change = sums[middle + width] - 2 * sums[middle] + sums[middle - width]
    best = low + int(np.linalg.norm(change, axis=1).argmax())
    return float(times[best] - hop)


def _snapped(time: float, downbeats: Times) -> float:
    """The nearest downbeat, where one is close."""
    if len(downbeats) == 0:
        return time
    nearest = float(downbeats[np.abs(downbeats - time).argmin()])
    return nearest if abs(nearest - time) <= EDGE_SECONDS / 2 else time
