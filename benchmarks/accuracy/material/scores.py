"""Written music from music21's corpus: chorales, quartets and fiddle tunes, key known."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import mido
import numpy as np

from benchmarks.accuracy.material.chords import NAMES
from benchmarks.accuracy.material.midi import Bars, felt_beat
from benchmarks.accuracy.material.synth.grid import tempos

_FOLDERS = {"bach": ".mxl", "haydn": ".mxl", "mozart": ".mxl", "beethoven": ".mxl",
            "corelli": ".xml", "ryansMammoth": ".abc"}  # fmt: skip
_QUARTER = 480  # ticks
# Piano, harpsichord, vibraphone, marimba, organ, accordion, guitar, strings, pizzicato, brass and
# flute.
_PROGRAMS = (0, 0, 6, 11, 12, 19, 21, 24, 48, 45, 61, 73)
# Sharps of the signature to the tonic of its major and of its minor key.
_MAJOR = {sharps: (7 * sharps) % 12 for sharps in range(-7, 8)}
_MINOR = {sharps: (7 * sharps + 9) % 12 for sharps in range(-7, 8)}


class Unsuitable(ValueError):
    """A score whose bars change or do not add up: its beat is not certain."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One metre throughout."""

    bars: Bars
    metre: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Written:
    """Notes in quarters: (part, start, length, pitch)."""

    notes: tuple[tuple[int, float, float, int], ...]
    layout: Layout
    key: str | None


@cache
def names() -> tuple[str, ...]:
    """Scores of the corpus, as music21 finds them.

    Raises
    ------
    FileNotFoundError
        If music21 is not installed.
    """
    try:
        from music21.corpus.corpora import CoreCorpus
    except ImportError as error:
        raise FileNotFoundError("music21 is missing: pip install music21") from error
    paths = [Path(path) for path in CoreCorpus().getPaths()]
    return tuple(
        sorted(
            f"{path.parent.name}/{path.name}"
            if path.parent.name in _FOLDERS
            else f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
            for path in paths
            if any(_FOLDERS.get(folder.name) == path.suffix for folder in path.parents)
        )
    )


def arranged(
    name: str, rng: np.random.Generator, bpm: float, seconds: float
) -> tuple[mido.MidiFile, Layout, str | None]:
    """The score for random instruments, transposed, repeated until it lasts `seconds`.

    Raises
    ------
    Unsuitable
        If its beat is not certain.
    """
    written = _written(name)
    bars, shift = written.layout.bars, int(rng.integers(-4, 5))
    bar = bars.beat_ticks * bars.beats_per_bar
    last = max(round((start + length) * _QUARTER) for _, start, length, _ in written.notes)
    period = -(-(last - bars.start) // bar) * bar
    rounds = max(1, int(np.ceil(seconds * bpm / 60 * bars.beat_ticks / period)))
    midi = mido.MidiFile(ticks_per_beat=_QUARTER)
    midi.tracks.append(_conductor(rng, bpm, written.layout, rounds * period))
    programs = rng.choice(_PROGRAMS, 4) if rng.random() < 0.5 else [int(rng.choice(_PROGRAMS))] * 4
    for part in sorted({note[0] for note in written.notes}):
        own = [note for note in written.notes if note[0] == part]
        midi.tracks.append(_track(own, part % 4, int(programs[part % 4]), shift, period, rounds))
    return midi, written.layout, _moved(written.key, shift)


def key_of(sharps: int, final_bass: int) -> str | None:
    """The key a signature and the last bass note agree on, else None: modes are not guessed.

    Examples
    --------
    >>> key_of(1, 43)
    'G major'
    >>> key_of(1, 40)
    'E minor'
    """
    if final_bass % 12 == _MAJOR[sharps]:
        return f"{NAMES[_MAJOR[sharps]]} major"
    if final_bass % 12 == _MINOR[sharps]:
        return f"{NAMES[_MINOR[sharps]]} minor"
    return None


@cache
def _written(name: str) -> _Written:
    from music21 import converter, corpus, stream

    score = converter.parse(corpus.getWork(name), forceSource=True)
    parts = list(score.parts) if isinstance(score, stream.Score) else [score]
    notes = tuple(
        (number, float(one.offset), float(one.quarterLength), int(pitch.midi))
        for number, part in enumerate(parts)
        for one in part.flatten().stripTies().notes
        for pitch in one.pitches
        if one.quarterLength > 0
    )
    if not notes:
        raise Unsuitable(f"{name}: no notes")
    signatures = list(parts[0].flatten().getElementsByClass("KeySignature"))
    end = max(start + length for _, start, length, _ in notes)
    final = min(pitch for _, start, length, pitch in notes if start + length > end - 1e-3)
    known = len({one.sharps for one in signatures}) == 1
    return _Written(
        notes, _layout(name, parts[0]), key_of(signatures[0].sharps, final) if known else None
    )


def _layout(name: str, part: object) -> Layout:
    """Bars of the first part, its pick-up counted.

    Raises
    ------
    Unsuitable
        If the metre changes or full bars do not lie a bar apart.
    """
    measures = list(part.getElementsByClass("Measure"))  # type: ignore[attr-defined]
    found = {
        (m.timeSignature.numerator, m.timeSignature.denominator)
        for m in measures
        if m.timeSignature
    }
    if len(found) != 1:
        raise Unsuitable(f"{name}: {len(found)} metres")
    metre = found.pop()
    beat, per_bar = felt_beat(*metre, _QUARTER)
    full = [round(float(m.offset) * _QUARTER) for m in measures if _is_full(m, beat * per_bar)]
    if len(full) < 0.7 * len(measures) or any((at - full[0]) % (beat * per_bar) for at in full):
        raise Unsuitable(f"{name}: bars of unequal length")
    return Layout(Bars(full[0], beat, per_bar), metre)


def _is_full(measure: object, bar_ticks: int) -> bool:
    return bool(round(float(measure.duration.quarterLength) * _QUARTER) == bar_ticks)  # type: ignore[attr-defined]


def _conductor(rng: np.random.Generator, bpm: float, layout: Layout, ticks: int) -> mido.MidiTrack:
    """A tempo for each beat: steady, or as uneven as a player."""
    bars = layout.bars
    beats = ticks // bars.beat_ticks + bars.beats_per_bar
    curve = str(rng.choice(["constant", "drift", "ramp"], p=[0.5, 0.4, 0.1]))
    changes = tempos(rng, curve, bpm, beats, bars.beats_per_bar)
    track = mido.MidiTrack(
        [mido.MetaMessage("time_signature", numerator=layout.metre[0], denominator=layout.metre[1])]
    )
    for number, value in enumerate(changes):
        # The MIDI tempo is that of the quarter.
        tempo = round(60e6 / value * _QUARTER / bars.beat_ticks)
        track.append(
            mido.MetaMessage("set_tempo", tempo=tempo, time=bars.beat_ticks if number else 0)
        )
    return track


def _track(
    notes: list[tuple[int, float, float, int]],
    channel: int,
    program: int,
    shift: int,
    period: int,
    rounds: int,
) -> mido.MidiTrack:
    events: list[
        tuple[int, int, int]
    ] = []  # (tick, velocity, pitch); a note ends before one begins
    for number in range(rounds):
        for _, start, length, pitch in notes:
            first = round(start * _QUARTER) + number * period
            events.append((first, 84, pitch + shift))
            events.append((first + max(1, round(length * _QUARTER) - 10), 0, pitch + shift))
    track = mido.MidiTrack([mido.Message("program_change", channel=channel, program=program)])
    now = 0
    for tick, velocity, pitch in sorted(events):
        track.append(
            mido.Message(
                "note_on",
                channel=channel,
                note=min(max(pitch, 0), 127),
                velocity=velocity,
                time=tick - now,
            )
        )
        now = tick
    return track


def _moved(key: str | None, semitones: int) -> str | None:
    if key is None:
        return None
    tonic, mode = key.split()
    return f"{NAMES[(NAMES.index(tonic) + semitones) % 12]} {mode}"
