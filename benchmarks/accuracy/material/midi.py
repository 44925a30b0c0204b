"""The truth of a MIDI file: its tempo map in seconds, its bars, its notes."""

from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.truth import Truth, ascending, piecewise_tempo

DRUM_CHANNEL = 9
DRUM_NOTES = {"kick": (35, 36), "snare": (38, 39, 40), "hat": (42, 44, 46)}
# General MIDI programs whose sound swells in: bowed, voices, pads. Their starts are no onsets.
SLOW_PROGRAMS = frozenset((*range(40, 45), *range(48, 55), *range(88, 96), 97, 99, 101, 103))
_SOFTEST = 20  # of 127: quieter notes lie some 32 dB below full ones and are not heard in a mix
_DEFAULT_TEMPO = 500_000  # µs per quarter, where a file names none (Standard MIDI Files 1.0)


@dataclass(frozen=True, slots=True)
class TempoMap:
    """Ticks to seconds, piecewise linear.

    Parameters
    ----------
    ticks : NDArray[int64], shape (n,)
        Where tempos begin, ascending from 0.
    seconds : NDArray[float64], shape (n,)
    slope : NDArray[float64], shape (n,), seconds per tick
    """

    ticks: NDArray[np.int64]
    seconds: NDArray[np.float64]
    slope: NDArray[np.float64]

    def at(self, ticks: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Seconds of each tick; fractional ticks are fine."""
        ticks = np.asarray(ticks, np.float64)
        piece = np.clip(np.searchsorted(self.ticks, ticks, side="right") - 1, 0, None)
        out: NDArray[np.float64] = (
            self.seconds[piece] + (ticks - self.ticks[piece]) * self.slope[piece]
        )
        return out


@dataclass(frozen=True, slots=True)
class Note:
    """One note-on that sounds."""

    tick: int
    channel: int
    pitch: int
    velocity: int
    program: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Where the beat lies, in ticks, and how many beats make a bar.

    Parameters
    ----------
    start : int
        Tick of the first downbeat.
    beat_ticks : int
    beats_per_bar : int
    """

    start: int
    beat_ticks: int
    beats_per_bar: int


def tempo_map(midi: mido.MidiFile) -> TempoMap:
    """The file's tempo events in seconds; of several at one tick the last counts."""
    tempos = {0: _DEFAULT_TEMPO}
    for tick, message in _messages(midi):
        if message.type == "set_tempo":
            tempos[tick] = message.tempo
    ticks = np.array(sorted(tempos), np.int64)
    slope = (
        np.array([tempos[tick] for tick in ticks.tolist()], np.float64) / 1e6 / midi.ticks_per_beat
    )
    seconds = np.concatenate(([0.0], np.cumsum(np.diff(ticks) * slope[:-1])))
    return TempoMap(ticks, seconds, slope)


def notes(midi: mido.MidiFile) -> list[Note]:
    """Every note-on loud enough to be heard, by tick; programs as they stand at that time."""
    programs, found = [0] * 16, []
    for tick, message in _messages(midi):
        if message.type == "program_change":
            programs[message.channel] = message.program
        elif message.type == "note_on" and message.velocity >= _SOFTEST:
            program = programs[message.channel]
            found.append(Note(tick, message.channel, message.note, message.velocity, program))
    return found


def felt_beat(numerator: int, denominator: int, quarter_ticks: int) -> tuple[int, int]:
    """Ticks of one beat and beats per bar: dotted in compound metres, else the denominator's note.

    Examples
    --------
    >>> felt_beat(6, 8, 480)
    (720, 2)
    >>> felt_beat(4, 4, 480)
    (480, 4)
    """
    unit = 4 * quarter_ticks // denominator
    if denominator == 8 and numerator % 3 == 0 and numerator > 3:
        return 3 * unit, numerator // 3
    return unit, numerator


def metres(midi: mido.MidiFile) -> list[tuple[int, int, int]]:
    """(tick, numerator, denominator) of each change of metre; 4/4 from the start by default."""
    found = {0: (4, 4)}
    for tick, message in _messages(midi):
        if message.type == "time_signature":
            found[tick] = (message.numerator, message.denominator)
    changes = [(tick, *found[tick]) for tick in sorted(found)]
    return [one for i, one in enumerate(changes) if i == 0 or one[1:] != changes[i - 1][1:]]


def beat_ticks(midi: mido.MidiFile, end: int) -> tuple[list[int], list[int]]:
    """Ticks of all beats and of all downbeats up to `end`, following every change of metre."""
    beats: list[int] = []
    downbeats: list[int] = []
    changes = metres(midi)
    ends = [tick for tick, _, _ in changes[1:]] + [end]
    for (start, numerator, denominator), stop in zip(changes, ends, strict=True):
        step, per_bar = felt_beat(numerator, denominator, midi.ticks_per_beat)
        beats.extend(range(start, stop, step))
        downbeats.extend(range(start, stop, step * per_bar))
    return beats, downbeats


def truth_of(
    midi: mido.MidiFile,
    *,
    kind: str,
    source: str,
    bars: Bars | None = None,
    key: str | None = None,
) -> Truth:
    """All that a MIDI file says about its sound, in seconds of its own tempo map.

    Parameters
    ----------
    bars : Bars, optional
        Beat and bar where the file's own time signatures do not tell; one metre throughout.
    key : str, optional

    Raises
    ------
    ValueError
        If no note sounds.
    """
    sounding, seconds = notes(midi), tempo_map(midi)
    if not sounding:
        raise ValueError(f"{source}: no note sounds")
    end = sounding[-1].tick + 1
    if bars is None:
        beats, downbeats = beat_ticks(midi, end)
    else:
        bar = bars.beat_ticks * bars.beats_per_bar
        beats = list(range(bars.start % bars.beat_ticks, end, bars.beat_ticks))
        downbeats = list(range(bars.start % bar, end, bar))
    changes = metres(midi)
    drums = {name: _drum_times(sounding, pitches, seconds) for name, pitches in DRUM_NOTES.items()}
    struck = [
        note.tick
        for note in sounding
        if note.channel == DRUM_CHANNEL or note.program not in SLOW_PROGRAMS
    ]
    times = seconds.at(np.array(beats))
    return Truth(
        kind=kind,
        source=source,
        duration=float(seconds.at(np.array([end]))[0]),
        beats=tuple(times.tolist()),
        downbeats=tuple(seconds.at(np.array(downbeats)).tolist()),
        tempo=piecewise_tempo(times),
        metre=changes[0][1:] if len(changes) == 1 else None,
        key=key,
        onsets=ascending(seconds.at(np.array(struck, np.int64)).tolist()),
        **drums,
    )


def transposed(midi: mido.MidiFile, semitones: int) -> mido.MidiFile:
    """A copy with every melodic note moved; notes that would leave 0–127 move an octave back."""
    copy = mido.MidiFile(type=midi.type, ticks_per_beat=midi.ticks_per_beat)
    for track in midi.tracks:
        copy.tracks.append(mido.MidiTrack(_transposed(message, semitones) for message in track))
    return copy


def with_tempos(midi: mido.MidiFile, tempos: list[tuple[int, float]]) -> mido.MidiFile:
    """A copy whose tempo is `tempos`, (tick, BPM of the quarter) and nothing else."""
    copy = mido.MidiFile(type=1, ticks_per_beat=midi.ticks_per_beat)
    conductor, previous = mido.MidiTrack(), 0
    for tick, bpm in tempos:
        change = mido.MetaMessage("set_tempo", tempo=round(60e6 / bpm), time=tick - previous)
        conductor.append(change)
        previous = tick
    copy.tracks.append(conductor)
    for track in midi.tracks:
        kept, owed = mido.MidiTrack(), 0
        for message in track:
            if message.type == "set_tempo":
                owed += message.time
            else:
                kept.append(message.copy(time=message.time + owed))
                owed = 0
        copy.tracks.append(kept)
    return copy


def read(path: Path) -> mido.MidiFile:
    """A MIDI file, bad data bytes clipped as players do."""
    return mido.MidiFile(path, clip=True)


def last_tick(midi: mido.MidiFile) -> int:
    """Tick of the last event."""
    return max((sum(message.time for message in track) for track in midi.tracks), default=0)


def _transposed(message: mido.Message, semitones: int) -> mido.Message:
    if message.type not in ("note_on", "note_off") or message.channel == DRUM_CHANNEL:
        return message
    pitch = message.note + semitones
    return message.copy(note=pitch + 12 if pitch < 0 else pitch - 12 if pitch > 127 else pitch)


def _drum_times(
    sounding: list[Note], pitches: tuple[int, ...], seconds: TempoMap
) -> tuple[float, ...]:
    ticks = [
        note.tick for note in sounding if note.channel == DRUM_CHANNEL and note.pitch in pitches
    ]
    return ascending(seconds.at(np.array(ticks, np.int64)).tolist())


def _messages(midi: mido.MidiFile) -> list[tuple[int, mido.Message]]:
    """All messages of all tracks with absolute ticks, in playing order."""
    found = []
    for track in midi.tracks:
        tick = 0
        for message in track:
            tick += message.time
            found.append((tick, message))
    return sorted(found, key=lambda pair: pair[0])
