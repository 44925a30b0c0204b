"""The analysis of a whole file, collected block by block."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.beats import find_rhythm
from v1z3r_core.analysis.form import form
from v1z3r_core.analysis.hindsight import onsets_in_hindsight
from v1z3r_core.analysis.key import chromagram, find_key
from v1z3r_core.analysis.keycourse import key_course
from v1z3r_core.analysis.programme import energy_trend, loudness_range, programme_loudness
from v1z3r_core.analysis.recurrence import lettered, without_accents
from v1z3r_core.analysis.sections import boundaries, points_of
from v1z3r_core.analysis.spectrogram import SpectrogramLines
from v1z3r_core.analysis.tones import ToneCollector
from v1z3r_core.analysis.truepeak import TruePeak
from v1z3r_core.model.analysis import BANDS, LINE, ROW_FLOATS, AnalysisFrame, Scalar
from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.track import SPECTROGRAM_LINES, Track

Floats = NDArray[np.float32]


def _scalar(which: Scalar) -> slice:
    return slice(3 * LINE + which, 3 * LINE + which + 1)


BY_HOP: Mapping[str, slice] = MappingProxyType(
    {
        "bands": slice(2 * LINE, 2 * LINE + BANDS),
        "bass": _scalar(Scalar.BASS),
        "mid": _scalar(Scalar.MID),
        "treble": _scalar(Scalar.TREBLE),
        "rms": _scalar(Scalar.RMS),
        "flux": _scalar(Scalar.FLUX),
        "centroid_hz": _scalar(Scalar.CENTROID),
        "momentary_lufs": _scalar(Scalar.LUFS_MOMENTARY),
        "short_lufs": _scalar(Scalar.LUFS_SHORT),
        "beat_activation": _scalar(Scalar.BEAT_ACTIVATION),
        "downbeat_activation": _scalar(Scalar.DOWNBEAT_ACTIVATION),
    }
)
"""What is kept of every hop's row under which name: a field of `Track` each."""

_COLUMNS = np.concatenate([np.arange(ROW_FLOATS)[part] for part in BY_HOP.values()])
_BIN_HZ = 3 * LINE + Scalar.BIN_HZ


class TrackBuilder:
    """Collects sound and what `Analyzer.advance` made of it, and makes a `Track` of both.

    Parameters
    ----------
    path : Path or None
        None for sound that came from memory.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._rate = 0
        self._samples = 0
        self._next_index: int | None = None
        self._times: list[float] = []
        self._attacks: list[float] = []
        self._kept: list[Floats] = []
        self._spectrogram: list[NDArray[np.float16]] = []
        self._lines: SpectrogramLines | None = None

    def add(self, block: AudioBlock, frames: Iterable[AnalysisFrame]) -> None:
        """Copy what is kept of each frame that the block completed; every block, in order.

        Raises
        ------
        AnalysisExpired
            If a frame was overwritten because the blocks were longer than the analyzer's history.
        ValueError
            If a frame was left out.
        """
        if self._rate == 0:
            self._rate = block.rate
            self._tones = ToneCollector(block.rate)
            self._peak = TruePeak(block.rate, block.channels)
        self._samples = block.end
        self._tones.add(block.samples)
        self._peak.add(block.samples)
        rows = []
        for frame in frames:
            if self._next_index not in (None, frame.index):
                raise ValueError(f"frame {frame.index} came where {self._next_index} was due")
            self._next_index = frame.index + 1
            self._times.append(frame.time)
            if frame.onset > 0:
                self._attacks.append(frame.time - frame.scalar(Scalar.ONSET_AGE))
            rows.append(frame.lines.reshape(-1))
        if rows:
            self._keep(np.stack(rows))

    def finish(self) -> Track:
        """The track, with arrays of its own.

        Raises
        ------
        ValueError
            If no block was added.
        """
        if self._rate == 0:
            raise ValueError("there is no sound to analyse: 0 samples")
        times = np.array(self._times, np.float64)
        by_hop, spectrogram = self._by_hop(), self._all_lines()
        tones = self._tones.finish()
        chroma = chromagram(tones)
        activations = by_hop["beat_activation"], by_hop["downbeat_activation"]
        rhythm = find_rhythm(*activations, self._rate)
        momentary, short = by_hop["momentary_lufs"], by_hop["short_lufs"]
        programme = programme_loudness(times, momentary)
        duration = self._samples / self._rate
        downbeats = np.zeros(0) if rhythm is None else rhythm.downbeats
        points = points_of(times, spectrogram, tones.times, chroma)
        turns = boundaries(times, spectrogram, points, downbeats)
        turns = without_accents(turns, points, duration)
        sections, events = form(times, spectrogram, momentary, programme, duration, turns)
        key = find_key(tones)
        announced = np.array(self._attacks, np.float64)
        onsets, strengths = onsets_in_hindsight(times, by_hop["flux"], announced)
        return Track(
            path=self._path,
            sample_rate=self._rate,
            duration=duration,
            times=times,
            **by_hop,
            spectrogram=spectrogram,
            energy_lu=energy_trend(times, short, programme),
            onsets=onsets,
            onset_strengths=strengths,
            tone_times=tones.times,
            tone_chroma=chroma,
            key=key,
            keys=key_course(tones, key, downbeats),
            loudness_lufs=programme,
            loudness_range_lu=loudness_range(times, short),
            true_peak_dbtp=self._peak.finish(),
            rhythm=rhythm,
            sections=lettered(sections, points),
            events=events,
        )

    def _keep(self, rows: Floats) -> None:
        """Pick from whole rows, shape (hops, ROW_FLOATS), what the track will hold."""
        if self._lines is None:
            self._lines = SpectrogramLines(float(rows[0, _BIN_HZ]))
        self._kept.append(rows[:, _COLUMNS])
        self._spectrogram.append(self._lines.of(rows[:, :LINE]))

    def _by_hop(self) -> dict[str, Floats]:
        """Each of `BY_HOP`'s names with its column, or columns."""
        kept = np.concatenate([np.zeros((0, len(_COLUMNS)), np.float32), *self._kept])
        found, place = {}, 0
        for name, part in BY_HOP.items():
            width = part.stop - part.start
            values = kept[:, place : place + width] if width > 1 else kept[:, place]
            found[name] = values.copy()
            place += width
        return found

    def _all_lines(self) -> NDArray[np.float16]:
        return np.concatenate([np.zeros((0, SPECTROGRAM_LINES), np.float16), *self._spectrogram])
