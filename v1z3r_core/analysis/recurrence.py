"""Which stretches of a piece are the same music: letters, as musicians write a form.

Two stretches are compared as wholes, by the energy distance of all their points, so that it does
not matter where in its groove or in its chords either begins.

References
----------
J. Paulus, M. Müller and A. Klapuri, "State of the art report: audio-based music structure
    analysis", ISMIR (2010), section 4: homogeneity and the grouping of segments into labels.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.novelty import Cloud
from v1z3r_core.analysis.sections import BIN_SECONDS, Boundary
from v1z3r_core.model.track import Section

Floats = NDArray[np.float32]

# Of 68 rendered pieces, stretches played by the same voices are mostly below 1.5 dB apart, and
# those by others mostly above 3.5.
SAME_DB = 2.5
UNCHANGED_DB = 1.0  # across a turn: it was a fill or a stab, and the piece goes on as before
MOST_POINTS = 120  # of a stretch, evenly taken: a minute


def without_accents(turns: Sequence[Boundary], points: Floats, end: float) -> list[Boundary]:
    """The turns after which the piece sounds otherwise than before, in order of time.

    Parameters
    ----------
    turns : sequence of Boundary
        In order of time.
    points : NDArray[float32], shape (bins, features), dB
        Of `sections.points_of`.
    end : float, seconds
    """
    if not turns:
        return []
    kept = list(turns)
    edges = [0.0, *(turn.time for turn in kept), end]
    parts = [_inside(points, *span) for span in pairwise(edges)]
    changes = [one.distance(following) for one, following in pairwise(parts)]
    while changes and min(changes) < UNCHANGED_DB:
        least = int(np.argmin(changes))
        del kept[least], edges[least + 1], changes[least]
        parts[least : least + 2] = [_inside(points, edges[least], edges[least + 1])]
        for place in (least - 1, least):  # what it now borders on
            if 0 <= place < len(changes):
                changes[place] = parts[place].distance(parts[place + 1])
    return kept


def lettered(sections: Sequence[Section], points: Floats) -> tuple[Section, ...]:
    """The sections with letters: one that sounds like an earlier one has that one's.

    A is the first section's; neighbours never share one, since something changed between them.
    """
    heard: list[list[Cloud]] = []  # of each letter, the sections that have it
    letters: list[int] = []
    for section in sections:
        part = _inside(points, section.start, section.end)
        distances = [
            np.inf if letters[-1:] == [letter] else _nearest(part, group)
            for letter, group in enumerate(heard)
        ]
        nearest = int(np.argmin(distances)) if distances else 0
        if not distances or distances[nearest] > SAME_DB:
            nearest = len(heard)
            heard.append([])
        heard[nearest].append(part)
        letters.append(nearest)
    return tuple(
        replace(section, letter=letter_of(number))
        for section, number in zip(sections, letters, strict=True)
    )


def _nearest(part: Cloud, group: Sequence[Cloud]) -> float:
    """Distance to the nearest of a group; infinity where all are farther than `SAME_DB`."""
    near = (one for one in group if part.least_distance(one) <= SAME_DB)
    return min((part.distance(one) for one in near), default=np.inf)


def letter_of(number: int) -> str:
    """A … Z, then AA, AB and so on."""
    before, last = divmod(number, 26)
    return (letter_of(before - 1) if before else "") + chr(ord("A") + last)


def _inside(points: Floats, start: float, end: float) -> Cloud:
    """Points of the bins that lie wholly in a stretch; of one near it where there are none."""
    first = min(int(np.ceil(start / BIN_SECONDS)), len(points) - 1)
    inside = points[first : max(int(end / BIN_SECONDS), first + 1)]
    if len(inside) > MOST_POINTS:
        inside = inside[np.linspace(0, len(inside) - 1, MOST_POINTS).astype(np.int64)]
    return Cloud.of(inside)
