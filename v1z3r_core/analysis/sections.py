"""Where a piece turns: boundaries between stretches that sound alike.

The sound of each half second is a point: levels in decibels of a few log-frequency groups, and
its pitch classes. A boundary stands where the points of the seconds before and those of the
seconds after are farther from each other than from themselves. That is asked twice: over three
bars each way, where a section is seen that lasts, and over one, where a short one is. One bar
differs from the next in steady music too, so the short look counts only what is rare.

References
----------
J. Foote, "Automatic audio segmentation using a measure of audio novelty", ICME (2000): turns
    are the peaks of a curve of novelty.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.novelty import novelty_curve
from v1z3r_core.model.analysis import FLOOR_DB
from v1z3r_core.model.track import SPECTROGRAM_LINES

Floats = NDArray[np.float32]
Times = NDArray[np.float64]

BIN_SECONDS = 0.5  # a beat at 120 BPM: every bin of a groove has its drum
REACH_SECONDS = 6.0  # each way, Gaussian: three bars at 120 BPM
LASTING_SECONDS = 3.5  # between turns seen from far: two bars at 137 BPM
SHORTEST_SECONDS = 1.9  # of any section: a bar at 126 BPM; below, a pause before the music is one
GROUPS = 16  # of spectrogram lines, 0.6 octaves each
LOUD_QUANTILE, SPAN_DB = 0.9, 50.0  # what is heard: so far below the loud passages
CHROMA_DB = 2.0  # weight of the harmony: wholly different notes count as 3 dB in every group
CHROMA_SECONDS = 4.0  # harmony is taken over this long: chords come and go within a section
LEAST_NOVELTY_DB = 3.5  # changes of a steady groove and of steady noise stay below 2
# The short look: a bar and two bars without drums come to 11 to 28, a swell of two bars to 24.
# Steady grooves stay below 8, and where bars or chords differ, up to 17, it is all the time.
NEAR_REACH_SECONDS = 2.0
NEAR_NOVELTY_DB = 10.0
# A turn with more than so many others of about its height around it is how the music goes on.
MOST_ALIKE, ALIKE_SHARE, ALIKE_SECONDS = 4, 0.6, 15.0
LEAST_PROMINENCE_DB = 1.0  # above the valley to a higher turn: else it is that one's flank
EDGE_SECONDS = 0.75  # around a boundary that its exact place is looked for
STEP_SECONDS = 0.4  # averaged each side of that place


@dataclass(frozen=True, slots=True)
class Boundary:
    """A turn: when, and how much changes there in decibels."""

    time: float
    novelty_db: float


def points_of(
    times: Times, spectrogram: NDArray[np.float16], tone_times: Times, tone_chroma: Floats
) -> Floats:
    """The sound of each bin as a point, shape (bins, GROUPS + 12), dB; none for no hops.

    Parameters
    ----------
    times : NDArray[float64], shape (hops,), seconds
    spectrogram : NDArray[float16], shape (hops, SPECTROGRAM_LINES), 0…1
    tone_times : NDArray[float64], shape (windows,), seconds
    tone_chroma : NDArray[float32], shape (windows, 12)
    """
    if len(times) == 0:
        return np.zeros((0, GROUPS + 12), np.float32)
    starts = np.arange(0.0, times[-1], BIN_SECONDS)
    levels = bin_means(times, group_levels(spectrogram), starts) / math.sqrt(GROUPS)
    return np.concatenate([levels, _harmony(tone_times, tone_chroma, starts)], axis=1)


def boundaries(
    times: Times, spectrogram: NDArray[np.float16], points: Floats, downbeats: Times
) -> list[Boundary]:
    """Turns of a piece in order of time.

    Parameters
    ----------
    times : NDArray[float64], shape (hops,), seconds
    spectrogram : NDArray[float16], shape (hops, SPECTROGRAM_LINES), 0…1
    points : NDArray[float32], shape (bins, features)
        Of `points_of`.
    downbeats : NDArray[float64], seconds
        A boundary within half of `EDGE_SECONDS` of one is moved there; may be empty.
    """
    if len(times) == 0 or times[-1] < 2 * LASTING_SECONDS:
        return []
    levels = group_levels(spectrogram)
    far = novelty_curve(points, round(REACH_SECONDS / BIN_SECONDS))
    near = novelty_curve(points, round(NEAR_REACH_SECONDS / BIN_SECONDS))

    def turns(novelty: Floats, places: list[int]) -> list[Boundary]:
        exact = [_exact(times, levels, place * BIN_SECONDS) for place in places]
        return [
            Boundary(_snapped(time, downbeats), float(novelty[place]))
            for time, place in zip(exact, places, strict=True)
        ]

    end = float(times[-1])
    lasting = _with([], turns(far, _peaks(far, LEAST_NOVELTY_DB)), LASTING_SECONDS, end)
    return _with(lasting, turns(near, _rare_peaks(near)), SHORTEST_SECONDS, end)


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


def _peaks(novelty: Floats, least: float) -> list[int]:
    """Local maxima that are high enough and rise out of what lies between them and higher ones."""
    inner = novelty[1:-1]
    summits = 1 + np.flatnonzero((inner >= novelty[:-2]) & (inner > novelty[2:]))
    found = []
    for place in summits[novelty[summits] >= least]:
        higher = np.flatnonzero(novelty > novelty[place])
        before, after = higher[higher < place], higher[higher > place]
        left = novelty[before[-1] if len(before) else 0 : place].min()
        right = novelty[place : after[0] if len(after) else len(novelty)].min()
        if novelty[place] - max(left, right) >= LEAST_PROMINENCE_DB:
            found.append(int(place))
    return found


def _rare_peaks(novelty: Floats) -> list[int]:
    """Those of the short look that have few like them around."""
    places = np.array(_peaks(novelty, ALIKE_SHARE * NEAR_NOVELTY_DB), np.int64)
    heights = novelty[places]
    return [
        int(place)
        for place, height in zip(places, heights, strict=True)
        if height >= NEAR_NOVELTY_DB
        and np.count_nonzero(
            (np.abs(places - place) * BIN_SECONDS <= ALIKE_SECONDS)
            & (heights >= ALIKE_SHARE * height)
        )
        <= 1 + MOST_ALIKE
    ]


def _with(
    found: list[Boundary], candidates: list[Boundary], apart: float, end: float
) -> list[Boundary]:
    """Those found and the strongest that leave no section too short, in order of time."""
    kept = list(found)
    for turn in sorted(candidates, key=lambda turn: -turn.novelty_db):
        nearest = min(abs(turn.time - time) for time in (0.0, end, *(t.time for t in kept)))
        if nearest >= apart:
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
