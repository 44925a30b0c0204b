"""A whole file as the analysis heard it: by hop, and in hindsight."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.key import Mode, camelot, key_name, short_name

SPECTROGRAM_LINES = 128
SPECTROGRAM_LOW_HZ = 30.0
SPECTROGRAM_HIGH_HZ = 18_000.0

SectionLabel = Literal["intro", "build-up", "drop", "break", "outro", "section"]


def spectrogram_hz() -> NDArray[np.float64]:
    """Frequency of each spectrogram line, shape (SPECTROGRAM_LINES,), Hz, low to high."""
    return np.geomspace(SPECTROGRAM_LOW_HZ, SPECTROGRAM_HIGH_HZ, SPECTROGRAM_LINES)


@dataclass(frozen=True, slots=True)
class Key:
    """What a piece is in.

    Parameters
    ----------
    tonic : int, 0 (C) … 11 (B)
    mode : "major" or "minor"
    confidence : float, 0…1
        How often a key that fits so much better than the second best is the right one.
    tuning_cents : float, -50…50
        How far the piece is tuned above A = 440 Hz.
    """

    tonic: int
    mode: Mode
    confidence: float
    tuning_cents: float

    @property
    def name(self) -> str:
        """Like "G minor"."""
        return key_name(self.tonic, self.mode)

    @property
    def relative(self) -> str:
        """The key with the same notes in the other mode, like "Bb major"."""
        if self.mode == "major":
            return key_name((self.tonic + 9) % 12, "minor")
        return key_name((self.tonic + 3) % 12, "major")

    @property
    def camelot(self) -> str:
        """Place on the wheel that DJs mix by, like "6A": neighbours share all notes but one."""
        return camelot(self.tonic, self.mode)


@dataclass(frozen=True, slots=True)
class KeySpan:
    """A stretch of a piece in one key.

    Parameters
    ----------
    start, end : float, seconds
    tonic : int, 0 (C) … 11 (B)
    mode : "major" or "minor"
    confidence : float, 0…1
        As of `Key`, from this stretch alone.
    """

    start: float
    end: float
    tonic: int
    mode: Mode
    confidence: float

    @property
    def name(self) -> str:
        """Like "G minor"."""
        return key_name(self.tonic, self.mode)

    @property
    def short(self) -> str:
        """Like "Gm"."""
        return short_name(self.tonic, self.mode)

    @property
    def camelot(self) -> str:
        """Place on the wheel, as of `Key`."""
        return camelot(self.tonic, self.mode)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Tempo, beats and bars of a whole piece.

    Parameters
    ----------
    tempo_bpm : float, > 0
    tempo_confidence : float, 0…1
    beats, downbeats : NDArray[float64], shape (n,), (m,), seconds, ascending
    beats_per_bar : int or None
        None where no metre stands out; then there are no downbeats.
    downbeat_confidence : float, 0…1
    """

    tempo_bpm: float
    tempo_confidence: float
    beats: NDArray[np.float64]
    downbeats: NDArray[np.float64]
    beats_per_bar: int | None
    downbeat_confidence: float


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a piece that is alike in itself; the next begins where it ends.

    Parameters
    ----------
    start, end : float, seconds
    label : SectionLabel
        Its role; "section" where none is clear.
    letter : str
        A, B, C … in order of appearance; sections of the same music share one.
    """

    start: float
    end: float
    label: SectionLabel
    letter: str = "A"

    @property
    def name(self) -> str:
        """Letter, and role where it has one: "B drop", or "C"."""
        return self.letter if self.label == "section" else f"{self.letter} {self.label}"


@dataclass(frozen=True, slots=True)
class Event:
    """A turn of the piece that a show may want to meet.

    Parameters
    ----------
    time : float, seconds
    kind : str
        Label of the section that begins; "change" for one without a clear role.
    strength : float, 0…1
        How much changes there; 1 for the greatest change of the piece.
    """

    time: float
    kind: Literal["intro", "build-up", "drop", "break", "outro", "change"]
    strength: float


@dataclass(frozen=True, slots=True)
class Track:
    """Analysis of one whole sound file.

    Parameters
    ----------
    path : Path or None
        None for sound that came from memory.
    sample_rate : int, Hz
    duration : float, seconds
    times : NDArray[float64], shape (hops,), seconds
        Stream time of each hop's last sample.
    bands : NDArray[float32], shape (hops, BANDS)
        Auto-gained, 0…1, as a picture saw them.
    spectrogram : NDArray[float16], shape (hops, SPECTROGRAM_LINES), 0…1
        Levels as they were, 0 at -90 dB and 1 at full scale; see `spectrogram_hz`.
    bass, mid, treble, rms, flux, centroid_hz : NDArray[float32], shape (hops,)
    momentary_lufs, short_lufs : NDArray[float32], shape (hops,)
    beat_activation, downbeat_activation : NDArray[float32], shape (hops,), 0…1
        How likely a beat, the first of a bar, fell 60 ms before the hop's end.
    energy_lu : NDArray[float32], shape (hops,)
        Loudness of the 3 s around each hop against the loudness of the whole, LU; -inf in
        silence.
    onsets : NDArray[float64], shape (n,), seconds
    onset_strengths : NDArray[float32], shape (n,), 0…1
    tone_times : NDArray[float64], shape (windows,), seconds
        Middle of each long window.
    tone_chroma : NDArray[float32], shape (windows, 12), 0…1
        Pitch classes from C, tuned to the piece; each window's largest is 1, silent ones 0.
    key : Key or None
        None where nothing has a pitch.
    keys : tuple of KeySpan
        The key over time, in order, neighbours different; one for a piece that stays in its key,
        none for a piece without one. Gaps are where nothing has a key.
    loudness_lufs : float
        Gated programme loudness (ITU-R BS.1770-5); -inf for silence.
    loudness_range_lu : float or None
        EBU Tech 3342; None for less than 3 s of sound.
    true_peak_dbtp : float
        ITU-R BS.1770-5, annex 2; -inf for digital silence.
    rhythm : Rhythm or None
        None where there is no beat.
    sections : tuple of Section
        In order, from the beginning to the end without a gap; none for a piece too short.
    events : tuple of Event
    """

    path: Path | None
    sample_rate: int
    duration: float
    times: NDArray[np.float64]
    bands: NDArray[np.float32]
    spectrogram: NDArray[np.float16]
    bass: NDArray[np.float32]
    mid: NDArray[np.float32]
    treble: NDArray[np.float32]
    rms: NDArray[np.float32]
    flux: NDArray[np.float32]
    centroid_hz: NDArray[np.float32]
    momentary_lufs: NDArray[np.float32]
    short_lufs: NDArray[np.float32]
    beat_activation: NDArray[np.float32]
    downbeat_activation: NDArray[np.float32]
    energy_lu: NDArray[np.float32]
    onsets: NDArray[np.float64]
    onset_strengths: NDArray[np.float32]
    tone_times: NDArray[np.float64]
    tone_chroma: NDArray[np.float32]
    key: Key | None
    keys: tuple[KeySpan, ...]
    loudness_lufs: float
    loudness_range_lu: float | None
    true_peak_dbtp: float
    rhythm: Rhythm | None
    sections: tuple[Section, ...]
    events: tuple[Event, ...]

    @property
    def tempo_bpm(self) -> float | None:
        """Beats a minute; None where there is no beat."""
        return None if self.rhythm is None else self.rhythm.tempo_bpm

    @property
    def beats(self) -> NDArray[np.float64]:
        """Times of the beats, seconds; empty where there is none."""
        return np.zeros(0) if self.rhythm is None else self.rhythm.beats

    @property
    def downbeats(self) -> NDArray[np.float64]:
        """Times of the first beats of bars, seconds; empty where no metre stands out."""
        return np.zeros(0) if self.rhythm is None else self.rhythm.downbeats
