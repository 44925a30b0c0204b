"""What the engine heard at one hop."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.beat import Beat
from v1z3r_core.model.errors import AnalysisExpired
from v1z3r_core.model.key import key_name
from v1z3r_core.model.row import (
    BAND_HIGH_HZ,
    BAND_LOW_HZ,
    BANDS,
    COUNT_PERIOD,
    DBA_FLOOR,
    FLOOR_DB,
    FLOW_PERIOD,
    LINE,
    LINES,
    LOW,
    LOW_FIRST_HZ,
    LOW_LAST_HZ,
    PITCH_CLASSES,
    ROW_FLOATS,
    BandScale,
    Curve,
    Scalar,
    band_edges_hz,
)
from v1z3r_core.model.settings import AnalyzerSettings, TempoSettings

# With the frame come the words in which it is asked for and read.
__all__ = [
    "BANDS",
    "BAND_HIGH_HZ",
    "BAND_LOW_HZ",
    "COUNT_PERIOD",
    "DBA_FLOOR",
    "FLOOR_DB",
    "FLOW_PERIOD",
    "LINE",
    "LINES",
    "LOW",
    "LOW_FIRST_HZ",
    "LOW_LAST_HZ",
    "PITCH_CLASSES",
    "ROW_FLOATS",
    "AnalysisFrame",
    "AnalyzerSettings",
    "BandScale",
    "Curve",
    "Scalar",
    "TempoSettings",
    "band_edges_hz",
    "silent_frame",
]


@dataclass(frozen=True, slots=True)
class AnalysisFrame:
    """One hop's analysis: a read-only view into the analyzer's ring.

    Parameters
    ----------
    index : int
        Hop number since the stream began.
    time : float, seconds
        Stream time of the last sample consumed. Nothing later is in here.
    rate : int, Hz
    row : NDArray[float32], shape (ROW_FLOATS,)
        Laid out as `model.row` says.
    generations : NDArray[int64], shape (1,)
        The ring slot's own counter; when it differs from `index` the row was overwritten.
    """

    index: int
    time: float
    rate: int
    row: NDArray[np.float32]
    generations: NDArray[np.int64]

    @property
    def valid(self) -> bool:
        """Whether the row still holds this hop."""
        return int(self.generations[0]) == self.index

    @property
    def lines(self) -> NDArray[np.float32]:
        """All of it as texture lines, shape (LINES, LINE)."""
        return self._checked().reshape(LINES, LINE)

    @property
    def spectrum(self) -> NDArray[np.float32]:
        """Level of each FFT bin from 0 Hz up in steps of `bin_hz`, shape (LINE,), 0…1."""
        return self._checked()[:LINE]

    @property
    def waveform(self) -> NDArray[np.float32]:
        """Mid signal from a rising zero crossing on, shape (LINE,), nominally -1…1."""
        return self._checked()[LINE : 2 * LINE]

    @property
    def bands(self) -> NDArray[np.float32]:
        """Auto-gained level of each band, shape (BANDS,), 0…1."""
        return self._curve(Curve.BANDS, BANDS)

    @property
    def peaks(self) -> NDArray[np.float32]:
        """Falling peak of each band, shape (BANDS,), 0…1."""
        return self._curve(Curve.PEAKS, BANDS)

    @property
    def side_bands(self) -> NDArray[np.float32]:
        """Level of (left - right)/2 in each band, gained as `bands` is, shape (BANDS,), 0…1."""
        return self._curve(Curve.SIDE, BANDS)

    @property
    def harmonic_bands(self) -> NDArray[np.float32]:
        """What of each band is steady in time, gained as `bands` is, shape (BANDS,), 0…1."""
        return self._curve(Curve.HARMONIC, BANDS)

    @property
    def percussive_bands(self) -> NDArray[np.float32]:
        """What of each band is struck, gained as `bands` is, shape (BANDS,), 0…1."""
        return self._curve(Curve.PERCUSSIVE, BANDS)

    @property
    def low(self) -> NDArray[np.float32]:
        """Level from 20 to 200 Hz in equal steps of log frequency, shape (LOW,), 0…1.

        On the scale of `spectrum`, with eight times its resolution and 85 ms of its own delay.
        """
        return self._curve(Curve.LOW, LOW)

    @property
    def chroma(self) -> NDArray[np.float32]:
        """Auto-gained strength of each pitch class from C up, shape (PITCH_CLASSES,), 0…1."""
        return self._curve(Curve.CHROMA, PITCH_CLASSES)

    @property
    def edges_hz(self) -> NDArray[np.float32]:
        """Edges of the bands, shape (BANDS + 1,), Hz."""
        return self._curve(Curve.EDGES, BANDS + 1)

    @property
    def bin_hz(self) -> float:
        """Width of one spectrum bin, Hz."""
        return self.scalar(Scalar.BIN_HZ)

    @property
    def onset(self) -> float:
        """Strength of the onset announced at this hop, 0 where there is none."""
        return self.scalar(Scalar.ONSET)

    @property
    def beat(self) -> Beat:
        """Where in beat and bar the music was at this hop's last sample."""
        scalars = self._checked()[3 * LINE :]
        return Beat(
            phase=float(scalars[Scalar.BEAT_PHASE]),
            period=float(scalars[Scalar.BEAT_PERIOD]),
            confidence=float(scalars[Scalar.BEAT_CONFIDENCE]),
            place=int(scalars[Scalar.BEAT_PLACE]),
            beats_per_bar=int(scalars[Scalar.BEATS_PER_BAR]),
            bar_confidence=float(scalars[Scalar.BAR_CONFIDENCE]),
            count=int(scalars[Scalar.BEAT_COUNT]),
        )

    @property
    def key(self) -> str | None:
        """The key as it seems by now, like "G minor"; None before anything had a pitch."""
        place = int(self.scalar(Scalar.KEY))
        return None if place < 0 else key_name(place % 12, "major" if place < 12 else "minor")

    @property
    def announced_beat(self) -> float:
        """Stream time of the beat announced last, seconds; it is usually still to come.

        A new one was announced where `Scalar.BEATS_ANNOUNCED` differs from the hop before.
        """
        return self.time + self.scalar(Scalar.ANNOUNCED_IN)

    @property
    def rms(self) -> float:
        """Root mean square of this hop's mid signal."""
        return self.scalar(Scalar.RMS)

    @property
    def bass(self) -> float:
        """Level of 30–150 Hz, auto-gained, 0…1."""
        return self.scalar(Scalar.BASS)

    @property
    def mid(self) -> float:
        """Level of 150–2,500 Hz, auto-gained, 0…1."""
        return self.scalar(Scalar.MID)

    @property
    def treble(self) -> float:
        """Level of 2,500–16,000 Hz, auto-gained, 0…1."""
        return self.scalar(Scalar.TREBLE)

    @property
    def momentary_lufs(self) -> float:
        """Loudness of the last 400 ms, LUFS (ITU-R BS.1770-5); -inf in silence."""
        return self.scalar(Scalar.LUFS_MOMENTARY)

    @property
    def level_dba(self) -> float:
        """A-weighted level, dB (IEC 61672-1); a full-scale sine of 1 kHz is 0, silence -120."""
        return self.scalar(Scalar.LEVEL_DBA)

    @property
    def correlation(self) -> float:
        """Of left and right: 1 for mono, 0 for unrelated sound and silence, -1 for opposites."""
        return self.scalar(Scalar.CORRELATION)

    @property
    def balance(self) -> float:
        """Of left and right: -1 for left alone … 1 for right alone."""
        return self.scalar(Scalar.BALANCE)

    @property
    def harmonic(self) -> float:
        """Level of what is steady in time, 0…1."""
        return self.scalar(Scalar.HARMONIC)

    @property
    def percussive(self) -> float:
        """Level of what is struck, 0…1."""
        return self.scalar(Scalar.PERCUSSIVE)

    def scalar(self, which: Scalar) -> float:
        """One value of line 3."""
        return float(self._checked()[3 * LINE + which])

    def copy(self) -> "AnalysisFrame":
        """A frame of its own that no later hop overwrites."""
        row = self._checked().copy()
        row.flags.writeable = False
        generations = np.array([self.index], dtype=np.int64)
        return AnalysisFrame(self.index, self.time, self.rate, row, generations)

    def _curve(self, curve: Curve, size: int) -> NDArray[np.float32]:
        first = 2 * LINE + curve
        return self._checked()[first : first + size]

    def _checked(self) -> NDArray[np.float32]:
        if not self.valid:
            raise AnalysisExpired(
                f"hop {self.index} was overwritten by hop {int(self.generations[0])}; "
                "keep a frame with .copy() or raise AnalyzerSettings.history"
            )
        return self.row


def silent_frame(scale: BandScale = "log") -> AnalysisFrame:
    """What is heard before anything was: a row at time 0 that is zero but for what is constant."""
    row = np.zeros(ROW_FLOATS, dtype=np.float32)
    row[3 * LINE + Scalar.LUFS_MOMENTARY] = row[3 * LINE + Scalar.LUFS_SHORT] = -np.inf
    row[3 * LINE + Scalar.BIN_HZ] = 48_000 / (2 * LINE)
    row[3 * LINE + Scalar.BEAT_PERIOD] = 0.5
    row[3 * LINE + Scalar.BEATS_PER_BAR] = 4.0
    row[3 * LINE + Scalar.KEY] = -1.0
    row[3 * LINE + Scalar.LEVEL_DBA] = DBA_FLOOR
    row[2 * LINE + Curve.EDGES :][: BANDS + 1] = band_edges_hz(scale)
    row.flags.writeable = False
    return AnalysisFrame(-1, 0.0, 48_000, row, np.array([-1], dtype=np.int64))
