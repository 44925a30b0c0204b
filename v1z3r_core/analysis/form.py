"""What the parts of a piece are to a dancer: build-up, drop, break, intro, outro.

Each section is described by its loudness, its bass and its rise, and named by rules that ask for
clear evidence; all others are "section". The rules, in order:

==========  ====================================================================================
drop        has full bass, is not quieter than the piece, and follows a section with clearly less
            bass or loudness
build-up    comes right before a drop, is no drop, and rises in loudness or in treble
intro       the first section, with clearly less bass or loudness than the next
outro       the last section, with clearly less of them than the one before
break       clearly less of them than the piece's full sections, after one and before another
==========  ====================================================================================
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.sections import (
    BIN_SECONDS,
    Boundary,
    bin_means,
)
from v1z3r_core.model.analysis import FLOOR_DB
from v1z3r_core.model.track import Event, Section, SectionLabel, spectrogram_hz

Floats = NDArray[np.float32]
Times = NDArray[np.float64]

BASS_HZ = (30.0, 120.0)  # where kick drum and bass line have their fundamentals
TREBLE_HZ = (4_000.0, 18_000.0)  # where risers, rolls and opening filters end up
LESS_BASS_DB = 8.0  # a kick drum taken out is 15 and more, another bass line up to 5
LESS_LOUD_LU = 4.0  # a verse against its chorus is 2 to 3
RISE_DB = 3.0  # over the whole section
STEADY = 0.5  # correlation with time that a rise must have
LEAST_BASS_DB = -25.0  # of the full sections, against the piece's loudness: else it has none
QUIETEST_DB = -60.0  # what is softer counts as this, against the piece's loudness


@dataclass(frozen=True, slots=True)
class _Part:
    """What the rules look at."""

    start: float
    end: float
    bass_db: float
    loudness_lu: float
    rises: bool

    def is_less_than(self, other: "_Part") -> bool:
        """Whether bass or loudness is clearly missing against the other."""
        return (
            self.bass_db < other.bass_db - LESS_BASS_DB
            or self.loudness_lu < other.loudness_lu - LESS_LOUD_LU
        )


def form(
    times: Times,
    spectrogram: NDArray[np.float16],
    momentary: Floats,
    programme_lufs: float,
    duration: float,
    turns: Sequence[Boundary],
) -> tuple[tuple[Section, ...], tuple[Event, ...]]:
    """Sections with their names, and the turns between them as events.

    Parameters
    ----------
    times : NDArray[float64], shape (hops,), seconds
    spectrogram : NDArray[float16], shape (hops, SPECTROGRAM_LINES), 0…1
    momentary : NDArray[float32], shape (hops,), LUFS
    programme_lufs, duration : float
    turns : sequence of Boundary
        In order of time, inside the piece.
    """
    if not turns or not np.isfinite(programme_lufs):
        return (), ()
    edges = [0.0, *(turn.time for turn in turns), duration]
    curves = _curves(times, spectrogram, momentary, programme_lufs)
    parts = [_part(curves, start, end) for start, end in pairwise(edges)]
    sections = tuple(
        Section(part.start, part.end, label)
        for part, label in zip(parts, _labels(parts), strict=True)
    )
    greatest = max(turn.novelty_db for turn in turns)
    events = tuple(
        Event(
            section.start,
            "change" if section.label == "section" else section.label,
            turn.novelty_db / greatest,
        )
        for section, turn in zip(sections[1:], turns, strict=True)
    )
    return sections, events


def _curves(
    times: Times, spectrogram: NDArray[np.float16], momentary: Floats, programme_lufs: float
) -> Floats:
    """Bass, loudness and treble of each bin against the piece's loudness, dB, shape (bins, 3)."""
    hz = spectrogram_hz()
    starts = np.arange(0.0, times[-1], BIN_SECONDS)
    columns = []
    for low, high in (BASS_HZ, TREBLE_HZ):
        lines = spectrogram[:, (hz >= low) & (hz <= high)].astype(np.float32)
        power = (10 ** ((lines - 1) * (-FLOOR_DB / 10))).mean(axis=1)
        level_db = 10 * np.log10(np.maximum(bin_means(times, power, starts), 1e-12))
        columns.append(np.maximum(level_db - programme_lufs, QUIETEST_DB))
    audible = np.maximum(momentary - np.float32(programme_lufs), np.float32(QUIETEST_DB))
    loudness = bin_means(times, audible, starts)
    return np.stack([columns[0], loudness, columns[1]], axis=1).astype(np.float32)


def _part(curves: Floats, start: float, end: float) -> _Part:
    first = min(round(start / BIN_SECONDS), len(curves) - 1)
    inside = curves[first : max(first + 1, round(end / BIN_SECONDS))]
    bass, loudness = np.median(inside[:, :2], axis=0)
    rises = any(_rises(curve) for curve in inside[:, 1:].T)
    return _Part(start, end, float(bass), float(loudness), rises)


def _rises(curve: Floats) -> bool:
    """Whether a straight line through the curve climbs enough and the curve follows it."""
    if len(curve) < 4 or np.ptp(curve) == 0:
        return False
    time = np.linspace(-0.5, 0.5, len(curve))
    slope = float((time * curve).sum() / (time * time).sum())
    return slope >= RISE_DB and float(np.corrcoef(time, curve)[0, 1]) >= STEADY


def _labels(parts: Sequence[_Part]) -> list[SectionLabel]:
    reference = max(part.bass_db for part in parts)
    full = [
        part.bass_db >= reference - LESS_BASS_DB
        and part.loudness_lu >= -LESS_LOUD_LU
        and reference >= LEAST_BASS_DB
        for part in parts
    ]
    labels: list[SectionLabel] = ["section"] * len(parts)
    for here in range(1, len(parts)):
        loud = parts[here].loudness_lu >= -1.0
        if full[here] and loud and parts[here - 1].is_less_than(parts[here]):
            labels[here] = "drop"
            if parts[here - 1].rises and not (here > 1 and labels[here - 1] == "drop"):
                labels[here - 1] = "build-up"
    _label_the_rest(parts, full, labels)
    return labels


def _label_the_rest(
    parts: Sequence[_Part], full: Sequence[bool], labels: list[SectionLabel]
) -> None:
    last = len(parts) - 1
    for here, part in enumerate(parts):
        if labels[here] != "section":
            continue
        if here == 0 and part.is_less_than(parts[1]):
            labels[here] = "intro"
        elif here == last and part.is_less_than(parts[here - 1]):
            labels[here] = "outro"
        elif not full[here] and any(full[:here]) and any(full[here + 1 :]):
            strongest = max(
                (p for p, f in zip(parts, full, strict=True) if f), key=lambda p: p.loudness_lu
            )
            if part.is_less_than(strongest):
                labels[here] = "break"
