"""Songs that Debian ships as MIDI files: OpenTTD's music, where its notes keep to their bars."""

from functools import cache
from pathlib import Path

import mido
import numpy as np

from benchmarks.accuracy.material import midi as midi_file

FOLDERS = (Path("/usr/share/games/openttd/baseset/openmsx"),)
# A file counts as played to its grid when this share of its notes lies within 4 % of a beat from a
# quarter or a third of a beat. Of OpenMSX's 31 songs 26 do; those recorded by hand reach 0.76–0.89.
_ON_GRID = 0.95
_NEAR = 0.04
_GRID = np.array([0.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1.0])


@cache
def songs() -> tuple[Path, ...]:
    """Songs whose written beats are the heard ones.

    Raises
    ------
    FileNotFoundError
        If none is installed.
    """
    files = sorted(path for folder in FOLDERS for path in folder.glob("*.mid"))
    if not files:
        raise FileNotFoundError(f"{FOLDERS[0]} holds no songs: install openttd-openmsx")
    return tuple(path for path in files if keeps_to_grid(midi_file.read(path)))


def keeps_to_grid(midi: mido.MidiFile) -> bool:
    """Whether 95 % of the starts of notes lie where the file's beats put them."""
    ticks = np.unique([note.tick for note in midi_file.notes(midi)])
    if not len(ticks):
        return False
    part = (ticks % midi.ticks_per_beat) / midi.ticks_per_beat
    near = np.abs(part[:, None] - _GRID).min(axis=1) < _NEAR
    return float(near.mean()) >= _ON_GRID


def bar_is_heard(midi: mido.MidiFile) -> bool:
    """Whether low notes and kicks stress the written downbeat most: a pick-up shifts them."""
    (_, numerator, denominator), *_ = midi_file.metres(midi)
    step, per_bar = midi_file.felt_beat(numerator, denominator, midi.ticks_per_beat)
    weight = np.zeros(per_bar)
    for note in midi_file.notes(midi):
        low = (
            note.pitch in midi_file.DRUM_NOTES["kick"]
            if note.channel == midi_file.DRUM_CHANNEL
            else note.pitch < 48
        )
        if low and min(note.tick % step, step - note.tick % step) < _NEAR * step:
            weight[round(note.tick / step) % per_bar] += note.velocity
    return bool(weight.argmax() == 0)
