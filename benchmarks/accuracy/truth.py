"""What is exactly known of a rendered piece, and its JSON form."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DRUMS = ("kick", "snare", "hat")
HALVES = ("dev", "held")
Times = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything known of one piece; all times in seconds from the file's first sample.

    Parameters
    ----------
    kind : str
        Maker: mma, midi, synth, hydrogen or score.
    source : str
        What it was made from, such as ``mma:Swing``; decides the half.
    duration : float, seconds
    beats, downbeats : tuple of float
        Every beat of the metre, sounded or not, breaks included; downbeats are among the beats.
    tempo : tuple of (float, float)
        Time and BPM from there on, piecewise; a ramp has one entry per beat.
    metre : tuple of (int, int) or None
        As notated; None where it changes. Compound metres (6/8, 9/8, 12/8) have dotted beats.
    key : str or None
        Such as ``F# minor``; None where not known for certain.
    kick, snare, hat : tuple of float
        Drum strokes.
    onsets : tuple of float
        Starts of all struck or plucked notes, drums included, ascending; slow attacks left out.
    notes : dict
        How it was made: sound font, tempo curve, degradations; for a person to read.
    """

    kind: str
    source: str
    duration: float
    beats: Times
    downbeats: Times
    tempo: tuple[tuple[float, float], ...]
    metre: tuple[int, int] | None
    key: str | None
    kick: Times = ()
    snare: Times = ()
    hat: Times = ()
    onsets: Times = ()
    notes: dict[str, object] = field(default_factory=dict)

    @property
    def half(self) -> str:
        """Half of the material it belongs to: what `dev` shows, `held` never teaches."""
        return half_of(self.source)

    def median_bpm(self) -> float:
        """Tempo of the median beat; 0 for fewer than two beats."""
        return 60.0 / float(np.median(np.diff(self.beats))) if len(self.beats) > 1 else 0.0

    def moved(self, seconds: float) -> "Truth":
        """The same piece beginning `seconds` later in its file."""
        return self._timed(lambda times: tuple(float(t) + seconds for t in times), seconds)

    def cropped(self, start: float, stop: float) -> "Truth":
        """The part from `start` to `stop`, at time zero."""
        stop = min(stop, self.duration)

        def kept(times: Times) -> Times:
            return tuple(float(t) - start for t in times if start <= t < stop)

        before = [bpm for time, bpm in self.tempo if time <= start][-1:]
        later = [(time - start, bpm) for time, bpm in self.tempo if start < time < stop]
        part = self._timed(kept, 0.0)
        return replace(part, duration=stop - start, tempo=(*((0.0, bpm) for bpm in before), *later))

    def followed_by(self, other: "Truth") -> "Truth":
        """This piece, cut without a gap into `other`."""
        later = other.moved(self.duration)
        joined = {
            name: getattr(self, name) + getattr(later, name)
            for name in ("beats", "downbeats", "onsets", "tempo", *DRUMS)
        }
        return replace(
            self,
            duration=self.duration + other.duration,
            metre=self.metre if self.metre == other.metre else None,
            key=self.key if self.key == other.key else None,
            notes={
                **self.notes,
                "cut_at": self.duration,
                "then": other.notes | {"of": other.source},
            },
            **joined,
        )

    def _timed(self, move: Callable[[Times], Times], seconds: float) -> "Truth":
        times = {
            name: move(getattr(self, name)) for name in ("beats", "downbeats", "onsets", *DRUMS)
        }
        tempo = tuple((time + seconds, bpm) for time, bpm in self.tempo)
        return replace(self, duration=self.duration + seconds, tempo=tempo, **times)


def half_of(source: str) -> str:
    """``dev`` or ``held``: the same source always falls into the same half."""
    return HALVES[hashlib.blake2b(source.encode(), digest_size=1).digest()[0] & 1]


def write_truth(truth: Truth, path: Path) -> None:
    """Write as JSON with times to the microsecond; the file appears whole or not at all."""
    rounded = {
        name: [round(t, 6) for t in getattr(truth, name)]
        for name in ("beats", "downbeats", "onsets", *DRUMS)
    }
    tempo = [[round(time, 6), round(bpm, 4)] for time, bpm in truth.tempo]
    text = json.dumps(asdict(truth) | rounded | {"tempo": tempo, "half": truth.half})
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text)
    unfinished.replace(path)


def read_truth(path: Path) -> Truth:
    """Read what `write_truth` wrote.

    Raises
    ------
    ValueError
        If a field is missing or unknown; names the file.
    """
    content = json.loads(path.read_text())
    content.pop("half", None)
    try:
        times = {
            name: tuple(content.pop(name)) for name in ("beats", "downbeats", "onsets", *DRUMS)
        }
        tempo = tuple((time, bpm) for time, bpm in content.pop("tempo"))
        metre = content.pop("metre")
        return Truth(tempo=tempo, metre=tuple(metre) if metre else None, **times, **content)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: not a truth file of this version ({error})") from error


def ascending(times: Iterable[float]) -> Times:
    """Sorted, each once (to the microsecond)."""
    return tuple(sorted({round(float(t), 6) for t in times}))


def piecewise_tempo(beats: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    """(time, BPM) wherever the tempo between beats changes by more than 0.01 %."""
    if len(beats) < 2:
        return ()
    bpm = 60.0 / np.diff(beats)
    changed = np.insert(np.abs(np.diff(bpm)) > 1e-4 * bpm[:-1], 0, True)
    return tuple(
        (float(time), float(value))
        for time, value in zip(beats[:-1][changed], bpm[changed], strict=True)
    )
