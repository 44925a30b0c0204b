"""The analysis of a whole file, collected frame by frame."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.programme import programme_loudness
from v1z3r_core.model.analysis import BANDS, AnalysisFrame, Scalar
from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.track import Track

_KEPT = (
    Scalar.BASS,
    Scalar.MID,
    Scalar.TREBLE,
    Scalar.RMS,
    Scalar.FLUX,
    Scalar.LUFS_MOMENTARY,
    Scalar.ONSET,
)
# From an attack to its announcement: 5 ms for clicks, 16 ms for the notes of the demo track
# (medians, `python benchmarks/kernels.py`). In hindsight the middle of the two is taken off.
ONSET_DELAY_SECONDS = 0.011

_FIRST_CAPACITY = 4_096  # hops: 45 s; doubled when full


class TrackBuilder:
    """Collects what `Analyzer.advance` returns and makes a `Track` of it.

    Parameters
    ----------
    path : Path or None
        None for sound that came from memory.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._rate = 0
        self._samples = 0
        self._count = 0
        self._next_index: int | None = None
        self._times: NDArray[np.float64] = np.empty(_FIRST_CAPACITY)
        self._values: NDArray[np.float32] = np.empty(
            (_FIRST_CAPACITY, BANDS + len(_KEPT)), np.float32
        )

    def add(self, block: AudioBlock, frames: Iterable[AnalysisFrame]) -> None:
        """Copy what is kept of each frame that the block completed; every block, in order.

        Raises
        ------
        AnalysisExpired
            If a frame was overwritten because the blocks were longer than the analyzer's history.
        ValueError
            If a frame was left out.
        """
        self._rate, self._samples = block.rate, block.end
        for frame in frames:
            if self._next_index not in (None, frame.index):
                raise ValueError(f"frame {frame.index} came where {self._next_index} was due")
            if self._count == len(self._times):
                self._grow()
            self._times[self._count] = frame.time
            values = self._values[self._count]
            values[:BANDS] = frame.bands
            scalars = frame.lines[3]
            for place, which in enumerate(_KEPT, BANDS):
                values[place] = scalars[which]
            self._count += 1
            self._next_index = frame.index + 1

    def finish(self) -> Track:
        """The track, with arrays of its own.

        Raises
        ------
        ValueError
            If no block was added.
        """
        if self._rate == 0:
            raise ValueError("there is no sound to analyse: 0 samples")
        times = self._times[: self._count].copy()
        values = self._values[: self._count]
        column = {which: values[:, place].copy() for place, which in enumerate(_KEPT, BANDS)}
        found = np.flatnonzero(column[Scalar.ONSET])
        return Track(
            path=self._path,
            sample_rate=self._rate,
            duration=self._samples / self._rate,
            times=times,
            bands=values[:, :BANDS].copy(),
            bass=column[Scalar.BASS],
            mid=column[Scalar.MID],
            treble=column[Scalar.TREBLE],
            rms=column[Scalar.RMS],
            flux=column[Scalar.FLUX],
            momentary_lufs=column[Scalar.LUFS_MOMENTARY],
            onsets=np.maximum(times[found] - ONSET_DELAY_SECONDS, 0.0),
            onset_strengths=column[Scalar.ONSET][found],
            loudness_lufs=programme_loudness(times, column[Scalar.LUFS_MOMENTARY]),
        )

    def _grow(self) -> None:
        self._times = np.concatenate([self._times, np.empty_like(self._times)])
        self._values = np.concatenate([self._values, np.empty_like(self._values)])
