"""What the engine heard at one hop, laid out the way the GPU reads it.

One hop is one contiguous float32 row of `ROW_FLOATS` values, so that the renderer uploads
it as it lies. The row is four texture lines of `LINE` texels:

==== ============================================================================
line content
==== ============================================================================
0    spectrum: level of each FFT bin, 0 (≤ `FLOOR_DB`) to 1 (0 dBFS), linear in Hz
1    waveform: the newest `LINE` samples of the mid signal from a rising zero crossing
2    bands: `BANDS` auto-gained levels 0…1, then as many falling peaks, then 0
3    scalars: see `Scalar`, then 0
==== ============================================================================
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.errors import AnalysisExpired

LINE = 1024
LINES = 4
ROW_FLOATS = LINE * LINES
BANDS = 64
FLOOR_DB = -90.0  # below a 16-bit file's own noise with Hann-window leakage on top
BAND_LOW_HZ = 30.0
BAND_HIGH_HZ = 16_000.0


class Scalar(IntEnum):
    """Place of each scalar in line 3."""

    RMS = 0  # of the hop's mid signal, 0…1
    PEAK = 1  # largest |sample| of the hop over all channels, 0…
    BASS = 2  # 30–150 Hz, auto-gained and smoothed, 0…1
    MID = 3  # 150–2,500 Hz, likewise
    TREBLE = 4  # 2,500–16,000 Hz, likewise
    LEVEL = 5  # all of it, likewise
    FLUX = 6  # positive spectral change of this hop, 0…
    ONSET = 7  # strength of the onset announced at this hop, 0 where none
    ONSET_DECAY = 8  # 1·strength at an onset, falling exponentially after it, 0…1
    CENTROID = 9  # of the power spectrum, Hz
    LUFS_MOMENTARY = 10  # BS.1770 over 400 ms; -inf below the meter's range
    LUFS_SHORT = 11  # BS.1770 over 3 s; likewise
    BASS_FLOW = 12  # ∫ BASS dt since the stream began, seconds
    MID_FLOW = 13
    TREBLE_FLOW = 14
    ONSET_COUNT = 15  # onsets announced since the stream began
    BIN_HZ = 16  # width of one spectrum bin, Hz
    ONSET_LOW = 17  # strength of the onset announced in 30–150 Hz
    ONSET_MID = 18  # 150–2,500 Hz
    ONSET_HIGH = 19  # 2,500–16,000 Hz
    ONSET_LOW_DECAY = 20
    ONSET_MID_DECAY = 21
    ONSET_HIGH_DECAY = 22
    ONSET_LOW_COUNT = 23
    ONSET_MID_COUNT = 24
    ONSET_HIGH_COUNT = 25
    ONSET_AGE = 26  # seconds from the attack to the end of the hop that announces it, else 0
    KICK = 27  # likelihood that a kick was struck in the last two hops, 0…1
    SNARE = 28
    HAT = 29
    KICK_DECAY = 30  # 1·likelihood at a kick likelier than not, falling exponentially, 0…1
    SNARE_DECAY = 31
    HAT_DECAY = 32
    KICK_COUNT = 33  # kicks likelier than not since the stream began
    SNARE_COUNT = 34
    HAT_COUNT = 35


def band_edges_hz() -> NDArray[np.float64]:
    """Edges of the bands, shape (BANDS + 1,), Hz, equally spaced in log frequency."""
    return np.geomspace(BAND_LOW_HZ, BAND_HIGH_HZ, BANDS + 1)


@dataclass(frozen=True, slots=True)
class AnalyzerSettings:
    """How the analysis listens; the defaults suit music at a club or on a desk.

    Parameters
    ----------
    attack_seconds, release_seconds : float, > 0
        Time constants of rising and falling band levels.
    gain_seconds : float, > 0
        How fast the automatic gain forgets how loud it was.
    peak_hold_seconds, peak_fall_per_second : float
        How long a band's peak stays, and how fast it then falls, in full scales per second.
    history : int, ≥ 64
        Hops kept before a row is overwritten.

    Raises
    ------
    ValueError
        If a value is outside its range.
    """

    attack_seconds: float = 0.008
    release_seconds: float = 0.160
    gain_seconds: float = 6.0
    peak_hold_seconds: float = 0.35
    peak_fall_per_second: float = 0.55
    history: int = 256

    def __post_init__(self) -> None:
        for name in ("attack_seconds", "release_seconds", "gain_seconds", "peak_fall_per_second"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}, expected more than 0")
        if self.peak_hold_seconds < 0:
            raise ValueError(f"peak_hold_seconds is {self.peak_hold_seconds}, expected 0 or more")
        if self.history < 64:
            raise ValueError(f"history is {self.history}, expected 64 or more")


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
        Laid out as this module's table says.
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
        """Auto-gained level of each log band, shape (BANDS,), 0…1."""
        return self._checked()[2 * LINE : 2 * LINE + BANDS]

    @property
    def peaks(self) -> NDArray[np.float32]:
        """Falling peak of each band, shape (BANDS,), 0…1."""
        return self._checked()[2 * LINE + BANDS : 2 * LINE + 2 * BANDS]

    @property
    def bin_hz(self) -> float:
        """Width of one spectrum bin, Hz."""
        return self.scalar(Scalar.BIN_HZ)

    @property
    def onset(self) -> float:
        """Strength of the onset announced at this hop, 0 where there is none."""
        return self.scalar(Scalar.ONSET)

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

    def scalar(self, which: Scalar) -> float:
        """One value of line 3."""
        return float(self._checked()[3 * LINE + which])

    def copy(self) -> "AnalysisFrame":
        """A frame of its own that no later hop overwrites."""
        row = self._checked().copy()
        row.flags.writeable = False
        generations = np.array([self.index], dtype=np.int64)
        return AnalysisFrame(self.index, self.time, self.rate, row, generations)

    def _checked(self) -> NDArray[np.float32]:
        if not self.valid:
            raise AnalysisExpired(
                f"hop {self.index} was overwritten by hop {int(self.generations[0])}; "
                "keep a frame with .copy() or raise AnalyzerSettings.history"
            )
        return self.row


def silent_frame() -> AnalysisFrame:
    """What is heard before anything was: an all-zero row at time 0."""
    row = np.zeros(ROW_FLOATS, dtype=np.float32)
    row[3 * LINE + Scalar.LUFS_MOMENTARY] = row[3 * LINE + Scalar.LUFS_SHORT] = -np.inf
    row[3 * LINE + Scalar.BIN_HZ] = 48_000 / (2 * LINE)
    row.flags.writeable = False
    return AnalysisFrame(-1, 0.0, 48_000, row, np.array([-1], dtype=np.int64))
