"""What the engine heard at one hop, laid out the way the GPU reads it.

One hop is one contiguous float32 row of `ROW_FLOATS` values, so that the renderer uploads
it as it lies. The row is four texture lines of `LINE` texels:

==== ============================================================================
line content
==== ============================================================================
0    spectrum: level of each FFT bin, 0 (≤ `FLOOR_DB`) to 1 (0 dBFS), linear in Hz
1    waveform: the newest `LINE` samples of the mid signal from a rising zero crossing
2    curves, each from its place on, see `Curve`; then 0
3    scalars: see `Scalar`, then 0
==== ============================================================================
"""

import math
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.beat import Beat
from v1z3r_core.model.errors import AnalysisExpired
from v1z3r_core.model.key import key_name

LINE = 1024
LINES = 4
ROW_FLOATS = LINE * LINES
BANDS = 64
FLOOR_DB = -90.0  # below a 16-bit file's own noise with Hann-window leakage on top
BAND_LOW_HZ = 30.0
BAND_HIGH_HZ = 16_000.0
LOW = 128  # points of the low line, equally spaced in log frequency, ends included
LOW_FIRST_HZ = 20.0
LOW_LAST_HZ = 200.0
PITCH_CLASSES = 12
DBA_FLOOR = -120.0  # below it a 24-bit signal is its own rounding noise

# Flows are integrals that never end; a float32 counts seconds in steps of 1/4,096 up to here. At
# full level it takes 68 minutes to get round.
FLOW_PERIOD = 4096.0
COUNT_PERIOD = 65_536  # float32 counts exactly to 2^24; a day of beats is less than three rounds

BandScale = Literal["log", "mel", "erb"]


class Curve(IntEnum):
    """Place of each curve's first value in line 2."""

    BANDS = 0  # `BANDS` auto-gained levels of the mid signal, 0…1
    PEAKS = 64  # their falling peaks
    SIDE = 128  # the same bands of the side signal (L - R)/2, with the gain of the mid bands
    HARMONIC = 192  # what of the mid bands is steady in time
    PERCUSSIVE = 256  # and what is struck
    LOW = 320  # `LOW` levels from `LOW_FIRST_HZ` to `LOW_LAST_HZ`, on the scale of line 0
    CHROMA = 448  # 12 pitch classes from C up, auto-gained, 0…1
    EDGES = 460  # BANDS + 1 edges of the bands, Hz


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
    BASS_FLOW = 12  # ∫ BASS dt since the stream began, seconds, modulo `FLOW_PERIOD`
    MID_FLOW = 13
    TREBLE_FLOW = 14
    ONSET_COUNT = 15  # onsets announced since the stream began
    BIN_HZ = 16  # width of one spectrum bin, Hz
    LEVEL_DBA = 17  # A-weighted, dB; a full-scale sine of 1 kHz is 0, `DBA_FLOOR` the least
    CREST = 18  # peak over RMS of the mid signal's newest window, 1…; √2 for a sine, 0 in silence
    SPREAD_HZ = 19  # standard deviation of the power spectrum about its centroid
    ROLLOFF_HZ = 20  # 85 % of the power lie below; 0 in silence
    FLATNESS = 21  # of 30–16,000 Hz: 0 (a tone) … 0.56 (white noise) … 1
    CORRELATION = 22  # of left and right: 1 (mono), 0 (unrelated, silent or one alone), -1
    BALANCE = 23  # of powers: -1 (left) … 1 (right)
    SIDE = 24  # level of the side signal, with the gain of LEVEL
    HARMONIC = 25  # what of the level is steady in time, likewise
    PERCUSSIVE = 26  # and what is struck
    BEAT_PHASE = 27  # 0 on the beat … 1 just before the next; this and the next seven as `Beat`
    BEAT_PERIOD = 28  # seconds from beat to beat
    BEAT_CONFIDENCE = 29  # 0…1; 0 where no beat is known: the grid then runs on by itself
    BEAT_PLACE = 30  # beats since the downbeat, 0…
    BEATS_PER_BAR = 31
    BAR_CONFIDENCE = 32  # 0…1
    BEAT_COUNT = 33  # beats since the stream began, modulo `COUNT_PERIOD`
    BEATS_ANNOUNCED = 34  # beats announced so far, modulo `COUNT_PERIOD`; see `announced_beat`
    ANNOUNCED_IN = 35  # seconds from this hop's end to that beat, < 0 once it is past
    ANNOUNCED_FIRST = 36  # 1 if that beat begins a bar that is known, else 0
    BEAT_ACTIVATION = 37  # 0…1: how likely a beat fell `kernels.beat_layout.DELAY_SECONDS` ago
    DOWNBEAT_ACTIVATION = 38
    ENERGY_TREND = 39  # rising (to 1) or falling (to -1): the last 2 s against the last 12 s
    IN_BREAK = 40  # 0…1: how surely the bass stays away while the music goes on
    DROP = 41  # strength of the drop announced at this hop, 0 where none
    DROP_COUNT = 42  # drops since the stream began
    KEY = 43  # 0…11 major from C up, 12…23 minor, -1 before any
    KEY_CONFIDENCE = 44  # 0…1
    ONSET_LOW = 45  # strength of the onset announced in 30–150 Hz
    ONSET_MID = 46  # 150–2,500 Hz
    ONSET_HIGH = 47  # 2,500–16,000 Hz
    ONSET_LOW_DECAY = 48
    ONSET_MID_DECAY = 49
    ONSET_HIGH_DECAY = 50
    ONSET_LOW_COUNT = 51
    ONSET_MID_COUNT = 52
    ONSET_HIGH_COUNT = 53
    ONSET_AGE = 54  # seconds from the attack to the end of the hop that announces it, else 0
    KICK = 55  # likelihood that a kick was struck in the last two hops, 0…1
    SNARE = 56
    HAT = 57
    KICK_DECAY = 58  # 1·likelihood at a kick likelier than not, falling exponentially, 0…1
    SNARE_DECAY = 59
    HAT_DECAY = 60
    KICK_COUNT = 61  # kicks likelier than not since the stream began
    SNARE_COUNT = 62
    HAT_COUNT = 63


def band_edges_hz(scale: BandScale = "log") -> NDArray[np.float64]:
    """Edges of the bands, shape (BANDS + 1,), Hz, equally spaced on that scale.

    References
    ----------
    D. O'Shaughnessy, "Speech Communication" (1987), page 150, for mel. B. R. Glasberg and
    B. C. J. Moore, "Derivation of auditory filter shapes from notched-noise data", Hearing
    Research 47 (1990), equation 4, for the ERB rate.
    """
    if scale == "log":
        return np.geomspace(BAND_LOW_HZ, BAND_HIGH_HZ, BANDS + 1)
    # Both are logarithms of 1 + f/corner; their factors make no difference to equal steps.
    corner = 700.0 if scale == "mel" else 1 / 0.00437
    low, high = math.log1p(BAND_LOW_HZ / corner), math.log1p(BAND_HIGH_HZ / corner)
    return corner * np.expm1(np.linspace(low, high, BANDS + 1))


@dataclass(frozen=True, slots=True)
class TempoSettings:
    """Which tempos are believed.

    Parameters
    ----------
    slowest_bpm, fastest_bpm : float
        Nothing outside is ever found: music outside is followed at half or twice its tempo.
    preferred_bpm : tuple of float
        Where a beat of doubtful octave is put.

    Raises
    ------
    ValueError
        If the tempos do not ascend, or span less than an octave, or are beyond 20 to 400 BPM.
    """

    slowest_bpm: float = 55.0
    fastest_bpm: float = 215.0
    preferred_bpm: tuple[float, float] = (90.0, 180.0)

    def __post_init__(self) -> None:
        low, high = self.preferred_bpm
        if not 20 <= self.slowest_bpm <= low < high <= self.fastest_bpm <= 400:
            raise ValueError(
                f"tempos are {self.slowest_bpm}, {low}, {high}, {self.fastest_bpm}, "
                "expected ascending ones from 20 to 400 BPM"
            )
        if self.fastest_bpm < 2 * self.slowest_bpm:
            raise ValueError(
                f"tempos from {self.slowest_bpm} to {self.fastest_bpm} BPM span less than an "
                "octave, so some music would have no beat; make fastest_bpm larger"
            )


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
    scale : {"log", "mel", "erb"}
        Axis on which the 64 bands from 30 Hz to 16 kHz are equally wide. The two scales of
        hearing spend less of the picture on the bass.
    tuning_hz : float, 390 to 490
        Frequency of A4, by which the pitch classes are told.
    tempo : TempoSettings
        Which tempos are believed.

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
    scale: BandScale = "log"
    tuning_hz: float = 440.0
    tempo: TempoSettings = field(default_factory=TempoSettings)

    def __post_init__(self) -> None:
        for name in ("attack_seconds", "release_seconds", "gain_seconds", "peak_fall_per_second"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}, expected more than 0")
        if self.peak_hold_seconds < 0:
            raise ValueError(f"peak_hold_seconds is {self.peak_hold_seconds}, expected 0 or more")
        if self.history < 64:
            raise ValueError(f"history is {self.history}, expected 64 or more")
        if self.scale not in get_args(BandScale):
            raise ValueError(f"scale is {self.scale!r}, expected one of {get_args(BandScale)}")
        if not 390 <= self.tuning_hz <= 490:
            raise ValueError(f"tuning_hz is {self.tuning_hz}, expected 390 to 490")


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
