"""How the analysis listens."""

from dataclasses import dataclass, field
from typing import get_args

from v1z3r_core.model.row import BandScale


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
