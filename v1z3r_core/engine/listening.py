"""What a live listener is told about a file, and when."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from v1z3r_core.model.analysis import AnalysisFrame, Scalar

BLOCK = 256  # samples: what a sound device hands over at a low latency

# From a stroke to the hop that finds its drum likelier than not: medians of 17, 18 and 15 ms on
# rendered music (`python -m benchmarks.accuracy`).
DRUM_DELAY_SECONDS = 0.016

Progress = Callable[[float], None]

_DRUM_COUNTS = {"kick": Scalar.KICK_COUNT, "snare": Scalar.SNARE_COUNT, "hat": Scalar.HAT_COUNT}


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
    beats, downbeats : tuple of Announcement
        The downbeats are those of the beats that were known to begin a bar.
    onsets : tuple of Announcement
    drums : mapping of "kick", "snare", "hat" to a tuple of float, seconds
        When each was found likelier than not to have been struck.
    key : str or None
        As it was thought to be at the end; None where nothing had a pitch.
    key_confidence : float, 0…1
    loudness_lufs : float
        Gated programme loudness at the end; -inf for silence.
    """

    path: Path
    sample_rate: int
    duration: float
    beats: tuple[Announcement, ...]
    downbeats: tuple[Announcement, ...]
    onsets: tuple[Announcement, ...]
    drums: Mapping[str, tuple[float, ...]]
    key: str | None
    key_confidence: float
    loudness_lufs: float

    @property
    def tempo_bpm(self) -> float | None:
        """Of the median distance between announced beats; None for fewer than two."""
        if len(self.beats) < 2:
            return None
        gaps = sorted(
            later.time - earlier.time for earlier, later in itertools.pairwise(self.beats)
        )
        return 60 / gaps[len(gaps) // 2]


class _Announcements:
    """Collects what hops announce; a count that has changed since the last hop is news."""

    def __init__(self) -> None:
        self.beats: list[Announcement] = []
        self.downbeats: list[Announcement] = []
        self.onsets: list[Announcement] = []
        self.drums: dict[str, list[float]] = {name: [] for name in _DRUM_COUNTS}
        self._counts = dict.fromkeys((Scalar.BEATS_ANNOUNCED, *_DRUM_COUNTS.values()), 0.0)

    def take(self, frame: AnalysisFrame, now: float) -> None:
        """Note what this hop says for the first time; `now` is when it could be said."""
        if self._is_new(frame, Scalar.BEATS_ANNOUNCED):
            self.beats.append(Announcement(frame.announced_beat, now))
            if frame.scalar(Scalar.ANNOUNCED_FIRST):
                self.downbeats.append(self.beats[-1])
        for name, count in _DRUM_COUNTS.items():
            if self._is_new(frame, count):
                self.drums[name].append(max(0.0, frame.time - DRUM_DELAY_SECONDS))
        if frame.onset > 0:
            attack = max(0.0, frame.time - frame.scalar(Scalar.ONSET_AGE))
            self.onsets.append(Announcement(attack, now))

    def _is_new(self, frame: AnalysisFrame, count: Scalar) -> bool:
        before, self._counts[count] = self._counts[count], frame.scalar(count)
        return self._counts[count] != before


def listen(path: str | Path, *, progress: Progress | None = None) -> Listened:
    """Play a file to the live analysis in blocks as a sound device would.

    Parameters
    ----------
    path : path, or "synth" for the built-in track
    progress : function (float) -> None, optional
        Called with the seconds of sound heard so far, about twice a second.

    Raises
    ------
    AudioFileError
        If the file is missing, damaged or holds no sound.
    """
    import numpy as np

    from v1z3r_core.analysis.analyzer import Analyzer
    from v1z3r_core.analysis.health import settle
    from v1z3r_core.analysis.programme import programme_loudness
    from v1z3r_core.engine.tracks import open_whole

    settle()
    analyzer, said = Analyzer(), _Announcements()
    hops: list[tuple[float, float]] = []
    heard, due = 0, 0.0
    source = open_whole(path)
    try:
        while not source.ended:
            block = source.read((heard + BLOCK) / source.rate)
            if block is None:
                continue
            heard = block.end
            now = heard / source.rate
            for frame in analyzer.advance(block):
                hops.append((frame.time, frame.momentary_lufs))
                said.take(frame, now)
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
        beats=tuple(said.beats),
        downbeats=tuple(said.downbeats),
        onsets=tuple(said.onsets),
        drums={name: tuple(struck) for name, struck in said.drums.items()},
        key=analyzer.latest.key,
        key_confidence=analyzer.latest.scalar(Scalar.KEY_CONFIDENCE),
        loudness_lufs=programme_loudness(times, momentary.astype(np.float32)),
    )
