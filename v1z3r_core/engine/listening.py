"""What a live listener is told about a file, and when."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from v1z3r_core.model.analysis import AnalysisFrame

BLOCK = 256  # samples: what a sound device hands over at a low latency
# From an attack to its announcement: 5 ms for clicks, 16 ms for the notes of the demo track
# (medians, `python benchmarks/kernels.py`). A listener who wants to know when it was takes off
# the middle of the two.
ONSET_DELAY_SECONDS = 0.011

Progress = Callable[[float], None]
BeatOf = Callable[[AnalysisFrame], float | None]
"""Stream time of the beat that a hop announced, seconds; None where it announced none."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something said once and never taken back.

    Parameters
    ----------
    time : float, seconds
        When it sounds, or sounded.
    announced_at : float, seconds
        Stream time of the last sample consumed when it was said.
    """

    time: float
    announced_at: float


@dataclass(frozen=True, slots=True)
class Listened:
    """Everything that was announced during a file.

    Parameters
    ----------
    path : Path
    sample_rate : int, Hz
    duration : float, seconds
    beats : tuple of Announcement, or None
        None when nobody listened for beats.
    onsets : tuple of Announcement
    loudness_lufs : float
        Gated programme loudness at the end; -inf for silence.
    """

    path: Path
    sample_rate: int
    duration: float
    beats: tuple[Announcement, ...] | None
    onsets: tuple[Announcement, ...]
    loudness_lufs: float

    @property
    def tempo_bpm(self) -> float | None:
        """Of the median distance between announced beats; None for fewer than two."""
        if self.beats is None or len(self.beats) < 2:
            return None
        gaps = sorted(
            later.time - earlier.time for earlier, later in itertools.pairwise(self.beats)
        )
        return 60 / gaps[len(gaps) // 2]


def listen(
    path: str | Path, *, beat_of: BeatOf | None = None, progress: Progress | None = None
) -> Listened:
    """Play a file to the live analysis in blocks as a sound device would.

    Parameters
    ----------
    path : path
    beat_of : function, optional
        Reads a hop's announced beat.
    progress : function (float) -> None, optional
        Called with the seconds of sound heard so far, about twice a second.

    Raises
    ------
    AudioFileError
        If the file is missing, damaged or holds no sound.
    """
    import numpy as np

    from v1z3r_core.analysis.analyzer import Analyzer
    from v1z3r_core.analysis.programme import programme_loudness
    from v1z3r_core.audio.file import FileSource

    analyzer = Analyzer()
    beats: list[Announcement] = []
    onsets: list[Announcement] = []
    hops: list[tuple[float, float]] = []
    heard, due = 0, 0.0
    source = FileSource(path)
    try:
        while not source.ended:
            block = source.read((heard + BLOCK) / source.rate)
            if block is None:
                continue
            heard = block.end
            now = heard / source.rate
            for frame in analyzer.advance(block):
                hops.append((frame.time, frame.momentary_lufs))
                beat = None if beat_of is None else beat_of(frame)
                if beat is not None:
                    beats.append(Announcement(beat, now))
                if frame.onset > 0:
                    attack = max(0.0, frame.time - ONSET_DELAY_SECONDS)
                    onsets.append(Announcement(attack, now))
            if progress is not None and now >= due:
                progress(now)
                due = now + 0.5
    finally:
        source.close()
    times, momentary = np.array(hops, np.float64).reshape(-1, 2).T
    return Listened(
        path=Path(path),
        sample_rate=source.rate,
        duration=heard / source.rate,
        beats=None if beat_of is None else tuple(beats),
        onsets=tuple(onsets),
        loudness_lufs=programme_loudness(times, momentary.astype(np.float32)),
    )
