"""The demo track: our own composition, synthesised from nothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.audio.music import desk, harmony, rhythm, song
from v1z3r_core.audio.music.grid import (
    BAR_SECONDS,
    BEATS_PER_BAR,
    STEP_SECONDS,
    STEPS_PER_BEAT,
    TEMPO_BPM,
    Grid,
)
from v1z3r_core.audio.music.spectral import Samples
from v1z3r_core.audio.music.stems import Stems, silent_stems
from v1z3r_core.audio.music.voices import faded

MIN_RATE_HZ = 16_000  # below it the cymbals would have no room
MAX_RATE_HZ = 192_000
_SEED = 20_260  # of every noise and every unevenness
_DRIVE_DB = 0.7  # into the soft clip: lands the master near -12 LUFS
_PARTS = (
    rhythm.play_kick,
    rhythm.play_backbeat,
    rhythm.play_hats,
    rhythm.play_cymbals,
    rhythm.play_percussion,
    rhythm.play_roll,
    harmony.play_bass,
    harmony.play_keys,
    harmony.play_pads,
    harmony.play_swell,
    harmony.play_strokes,
    harmony.play_arpeggio,
    harmony.play_lead,
    harmony.play_effects,
)


@dataclass(frozen=True, slots=True)
class Composition:
    """A finished piece of music with the truth about it.

    Parameters
    ----------
    samples : NDArray[float32], shape (n, 2), range [-1, 1]
        Read-only.
    rate : int, Hz
    tempo_bpm : float
    beats, downbeats : NDArray[float64], seconds
        Every beat of every bar, also where no drum plays it; a kick starts exactly on it
        wherever there is one.
    kicks, onsets : NDArray[float64], seconds
        Where kick drums start; where any struck or plucked note starts.
    key : str
    sections : tuple of (float, str)
        Start in seconds and name of each section, in order.
    """

    samples: NDArray[np.float32]
    rate: int
    tempo_bpm: float
    beats: NDArray[np.float64]
    downbeats: NDArray[np.float64]
    kicks: NDArray[np.float64]
    onsets: NDArray[np.float64]
    key: str
    sections: tuple[tuple[float, str], ...]

    @property
    def duration(self) -> float:
        """Length in seconds: a whole number of bars."""
        return len(self.samples) / self.rate


def compose(rate: int = 48_000) -> Composition:
    """The demo track, rendered at `rate`; the same call gives the same samples.

    Parameters
    ----------
    rate : int, Hz
        16,000 to 192,000.

    Raises
    ------
    ValueError
        If the rate is outside its range.
    """
    if not MIN_RATE_HZ <= rate <= MAX_RATE_HZ:
        raise ValueError(f"rate is {rate} Hz, allowed {MIN_RATE_HZ} to {MAX_RATE_HZ}")
    grid = Grid(rate)
    stems = _played(grid)
    master = desk.mastered(_mixed(stems), rate, drive_db=_DRIVE_DB)
    master = _ended(master, rate, grid.at(song.BARS - 1))
    samples = np.ascontiguousarray(master.T)
    samples.flags.writeable = False
    steps = np.arange(song.BARS * BEATS_PER_BAR, dtype=np.float64) * STEPS_PER_BEAT
    beats = np.asarray(steps * STEP_SECONDS, dtype=np.float64)
    return Composition(
        samples=samples,
        rate=rate,
        tempo_bpm=TEMPO_BPM,
        beats=beats,
        downbeats=beats[::BEATS_PER_BAR].copy(),
        kicks=np.array(sorted(stems.kicks)) / rate,
        onsets=np.array(sorted(stems.onsets)) / rate,
        key=song.KEY,
        sections=tuple((bar * BAR_SECONDS, name) for name, bar in song.SECTIONS),
    )


def _played(grid: Grid) -> Stems:
    """Every part on its bus; each has a random stream of its own, so none disturbs another."""
    stems = silent_stems(grid, grid.at(song.BARS))
    for number, play in enumerate(_PARTS):
        play(stems, np.random.default_rng((_SEED, number)))
    return stems


def _mixed(stems: Stems) -> Samples:
    """Stereo mix: echo and hall fed, everything but the drums ducked by the kick."""
    rate, kicks = stems.rate, sorted(stems.kicks)
    repeats = desk.echo(stems.to_echo, rate, 3 * STEP_SECONDS, 0.55)
    impulse = desk.hall(rate, np.random.default_rng((_SEED, len(_PARTS))), 2.1)
    wet = desk.reverberated(stems.to_hall + np.float32(0.25) * repeats, impulse, rate, 0.020)
    deep = desk.ducking(stems.length, rate, kicks, 0.85, 0.20)
    light = desk.ducking(stems.length, rate, kicks, 0.55, 0.24)
    faint = desk.ducking(stems.length, rate, kicks, 0.25, 0.18)
    mix = stems.drums + deep * stems.bass
    mix += light * (stems.music + repeats)
    mix += faint * stems.front
    mix += light * wet
    return mix


def _ended(master: Samples, rate: int, fade_start: int) -> Samples:
    """Master with a first sample from silence and a fade to digital silence at the end."""
    n = master.shape[1]
    tail = np.arange(n - fade_start) / (n - fade_start)
    master[:, fade_start:] *= (0.5 + 0.5 * np.cos(np.pi * tail**1.3)).astype(np.float32)
    return faded(master, rate, fade_in=0.0005, fade_out=0.02)
