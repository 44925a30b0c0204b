"""Accompaniments by MMA (Musical MIDI Accompaniment): its grooves over our chords."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import mido
import numpy as np

from benchmarks.accuracy.material import midi as midi_file
from benchmarks.accuracy.material.chords import Harmony

LIBRARY = Path("/usr/share/mma/lib")
_BEAT_TICKS = 192  # of every file MMA writes
_DEFINITION = re.compile(r"^\s*(time|timesig|defgroove)\s+(\S+)(?:\s+(\d+))?", re.I | re.M)
# Grooves that are no music: they count in, click or end.
_NO_MUSIC = re.compile(r"metronome|intro\w?$|end(ing)?\w?\d*$|fill|break", re.I)
# (Time, TimeSig) pairs whose beat is certain; a few files notate 6/8 over three or four quarters.
_KNOWN = {(4, (4, 4)), (3, (3, 4)), (6, (6, 8)), (2, (6, 8)), (5, (5, 4)), (6, (6, 4))}


@dataclass(frozen=True, slots=True)
class Groove:
    """One accompaniment pattern.

    Parameters
    ----------
    name : str
        As MMA finds it: ``stdlib/swing.mma:Swing``.
    bar_beats : int
        MMA's beats in a bar, each a quarter in its file.
    metre : tuple of (int, int)
        As notated.
    """

    name: str
    bar_beats: int
    metre: tuple[int, int]

    @property
    def felt(self) -> tuple[int, int]:
        """MMA beats per felt beat and felt beats per bar; a bar of six in 6/8 has two."""
        if self.metre == (6, 8) and self.bar_beats == 6:
            return 3, 2
        return 1, self.bar_beats

    @property
    def family(self) -> str:
        """The file it is from; variants of one rhythm share it, and so their half."""
        return self.name.split(":")[0]


@cache
def grooves() -> tuple[Groove, ...]:
    """Every groove of the installed library that is music.

    Raises
    ------
    FileNotFoundError
        If MMA is not installed.
    """
    if not LIBRARY.is_dir():
        raise FileNotFoundError(f"{LIBRARY} is missing: install the package mma")
    return tuple(groove for path in sorted(LIBRARY.glob("*/*.mma")) for groove in _in_file(path))


def accompaniment(
    groove: Groove, harmony: Harmony, bpm: float, bars: int, rng: np.random.Generator
) -> mido.MidiFile:
    """`bars` bars of the groove; `bpm` counts MMA's beats.

    Raises
    ------
    RuntimeError
        If MMA refuses the groove; carries its message.
    """
    seventh = bool(rng.random() < 0.5)
    with tempfile.TemporaryDirectory() as folder:
        score, sound = Path(folder, "score.mma"), Path(folder, "score.mid")
        lines = [f"RndSeed {int(rng.integers(1, 1 << 30))}", f"Tempo {bpm:.3f}"]
        lines.append(f"Groove {groove.name}")
        lines += [f"{bar + 1} {harmony.name(bar, seventh=seventh)}" for bar in range(bars)]
        score.write_text("\n".join(lines) + "\n")
        run = subprocess.run(
            ["mma", "-f", str(sound), str(score)],
            capture_output=True, text=True, check=False, cwd=folder,
        )  # fmt: skip
        if run.returncode or not sound.exists():
            raise RuntimeError(f"mma: {groove.name}: {' '.join(run.stdout.split())[-200:]}")
        return midi_file.read(sound)


def bars_of(groove: Groove) -> midi_file.Bars:
    """Beats and bars of a groove's MIDI file."""
    beats, per_bar = groove.felt
    return midi_file.Bars(0, beats * _BEAT_TICKS, per_bar)


def _in_file(path: Path) -> list[Groove]:
    """The file's grooves; `Time` counts beats per bar, `TimeSig` is what is notated."""
    found, beats, metre = [], 4, (4, 4)
    for word, value, second in _DEFINITION.findall(path.read_text(errors="replace")):
        numbers = [int(number) for number in re.findall(r"\d+", f"{value} {second}")]
        match word.lower():
            case "time" if numbers:
                beats = numbers[0]
                metre = (numbers[0], numbers[1]) if "/" in value else (numbers[0], 4)
            case "timesig" if len(numbers) == 2:
                metre = (numbers[0], numbers[1])
            case "defgroove" if (beats, metre) in _KNOWN and not _NO_MUSIC.search(value):
                name = f"{path.parent.name}/{path.name}:{value}"
                found.append(Groove(name, beats, metre))
    return found
