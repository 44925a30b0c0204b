"""Pieces from a seed: which maker, which font, which tempo, what happens to it, and the files."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import mido
import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.accuracy.material import grooves, hydrogen, scores, songs
from benchmarks.accuracy.material import midi as midi_file
from benchmarks.accuracy.material.chords import random_harmony
from benchmarks.accuracy.material.degrade import degraded
from benchmarks.accuracy.material.fluid import KITS, Rendering, fonts, render
from benchmarks.accuracy.material.synth.grid import tempos
from benchmarks.accuracy.material.synth.piece import synth_piece
from benchmarks.accuracy.material.synth.styles import STYLES
from benchmarks.accuracy.truth import Truth, half_of, write_truth

Sound = NDArray[np.float32]
Piece = tuple[Sound, int, Truth]
# Shares of the kinds where none are asked for; scores and hydrogen songs are few.
SHARES = {"mma": 0.46, "synth": 0.30, "midi": 0.09, "score": 0.10, "hydrogen": 0.05}
_SPLICED = 0.07  # of the pieces are two, cut together
_CROPPED = 0.25  # of the pieces begin somewhere in the music
_AT_48_KHZ = 0.25
_RING_SECONDS = 0.25
_SCORE_TRIES = 40  # about a third of the corpus changes its metre or splits its bars
# Tempi to hear: log-normal about 112 BPM, where listeners tap most (Moelants 2002 finds 120–130).
_MEDIAN_BPM, _SPREAD, _BPM_RANGE = 112.0, 0.28, (60.0, 190.0)


@dataclass(frozen=True, slots=True)
class Order:
    """One piece to make.

    Parameters
    ----------
    seed, number : int
        Equal pairs give equal pieces.
    kinds : tuple of str
    half : str or None
        Draw only from sources of this half.
    seconds : tuple of (float, float)
        Range of the length.
    """

    seed: int
    number: int
    kinds: tuple[str, ...]
    half: str | None
    seconds: tuple[float, float]

    @property
    def name(self) -> str:
        """File name without suffix."""
        return f"{self.seed:04d}-{self.number:05d}"


def write_piece(order: Order, folder: Path) -> Path:
    """Make the piece and write NAME.flac, then NAME.json; a piece that is there already is kept.

    Raises
    ------
    RuntimeError
        If a tool the piece needs fails.
    """
    place = folder / f"{order.name}.json"
    if place.exists():
        return place
    samples, rate, truth = made(order)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(".flac.part")
    soundfile.write(unfinished, np.clip(samples, -1, 1), rate, format="FLAC", subtype="PCM_16")
    unfinished.replace(place.with_suffix(".flac"))
    write_truth(truth, place)
    return place


def made(order: Order) -> Piece:
    """Samples, shape (n, channels), rate and truth of one piece."""
    rng = np.random.default_rng((order.seed, order.number))
    kind = _kind(rng, order.kinds)
    rate = 48_000 if rng.random() < _AT_48_KHZ else 44_100
    seconds = float(rng.uniform(*order.seconds))
    if rng.random() < _SPLICED:
        first = _one(kind, rng, order.half, rate, seconds * rng.uniform(0.35, 0.65))
        second = _one(
            _kind(rng, order.kinds), rng, first[1].half, rate, seconds - first[1].duration
        )
        samples, truth = _spliced(first, second)
    else:
        samples, truth = _one(kind, rng, order.half, rate, seconds)
    samples, truth = degraded(samples, rate, truth, rng)
    return samples, rate, replace(truth, notes=truth.notes | {"seed": [order.seed, order.number]})


def _kind(rng: np.random.Generator, kinds: tuple[str, ...]) -> str:
    shares = np.array([SHARES[kind] for kind in kinds])
    return kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))]


def _one(
    kind: str, rng: np.random.Generator, half: str | None, rate: int, seconds: float
) -> tuple[Sound, Truth]:
    """An undegraded piece of at most `seconds`, perhaps from its middle."""
    start = float(rng.uniform(0, 12)) if rng.random() < _CROPPED else 0.0
    samples, truth = _MAKERS[kind](rng, half, rate, seconds + start)
    stop = min(start + seconds, len(samples) / rate)
    if stop - start < 8.0:  # a short score: all of it
        start, stop = 0.0, min(seconds, len(samples) / rate)
    first, last = round(start * rate), round(stop * rate)
    part = samples[first:last]
    # What rings on after the last beat belongs to the piece: a splice goes on behind it.
    return part, replace(truth.cropped(first / rate, last / rate), duration=len(part) / rate)


def _spliced(first: tuple[Sound, Truth], second: tuple[Sound, Truth]) -> tuple[Sound, Truth]:
    channels = max(first[0].shape[1], second[0].shape[1])
    sounds = [
        np.broadcast_to(one, (len(one), channels)) if one.shape[1] == 1 else one
        for one, _ in (first, second)
    ]
    return np.concatenate(sounds), first[1].followed_by(second[1])


def _of_half(sources: tuple[str, ...], half: str | None) -> tuple[int, ...]:
    return tuple(i for i, source in enumerate(sources) if half is None or half_of(source) == half)


@cache
def _groove_choices(half: str | None) -> tuple[tuple[grooves.Groove, ...], ...]:
    """Grooves of the half, one tuple per rhythm file: each file is as likely as another."""
    files: dict[str, list[grooves.Groove]] = {}
    for groove in grooves.grooves():
        if half is None or half_of(f"mma:{groove.family}") == half:
            files.setdefault(groove.family, []).append(groove)
    return tuple(tuple(group) for group in files.values())


def _mma(
    rng: np.random.Generator, half: str | None, rate: int, seconds: float
) -> tuple[Sound, Truth]:
    files = _groove_choices(half)
    group = files[int(rng.integers(len(files)))]
    groove = group[int(rng.integers(len(group)))]
    harmony, bpm = random_harmony(rng), heard_tempo(rng)
    unit, per_bar = groove.felt
    bars = int(np.ceil(seconds * bpm / 60 / per_bar)) + 1
    score = grooves.accompaniment(groove, harmony, bpm * unit, bars, rng)
    place = grooves.bars_of(groove)
    curve = str(rng.choice(["constant", "drift", "ramp", "steps"], p=[0.72, 0.12, 0.08, 0.08]))
    changes = tempos(rng, curve, bpm * unit, bars * per_bar, per_bar)
    score = midi_file.with_tempos(
        score, [(n * place.beat_ticks, float(b)) for n, b in enumerate(changes)]
    )
    truth = midi_file.truth_of(
        score, kind="mma", source=f"mma:{groove.family}", bars=place, key=harmony.key
    )
    truth = replace(truth, metre=groove.metre, notes={"groove": groove.name, "curve": curve})
    return _rendered(score, truth, rng, rate)


def _midi(
    rng: np.random.Generator, half: str | None, rate: int, seconds: float
) -> tuple[Sound, Truth]:
    paths = songs.songs()
    allowed = _of_half(tuple(f"midi:{path.name}" for path in paths), half)
    path = paths[allowed[int(rng.integers(len(allowed)))]]
    score = midi_file.transposed(midi_file.read(path), int(rng.integers(-5, 6)))
    score = _at_speed(score, float(np.exp(rng.uniform(-0.16, 0.16))))
    truth = midi_file.truth_of(score, kind="midi", source=f"midi:{path.name}")
    if not songs.bar_is_heard(score):
        truth = replace(truth, downbeats=())
    samples, truth = _rendered(score, truth, rng, rate)
    start = float(rng.uniform(0, max(0.0, truth.duration - seconds)))  # anywhere in the song
    first = round(start * rate)
    last = first + round(seconds * rate)
    return samples[first:last], truth.cropped(first / rate, min(last, len(samples)) / rate)


@cache
def _score_choices(half: str | None) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Scores of the half and how often each is drawn: a composer by the root of his works."""
    names = tuple(n for n in scores.names() if half is None or half_of(f"score:{n}") == half)
    works = Counter(name.split("/")[0] for name in names)
    weights = np.array([works[name.split("/")[0]] ** -0.5 for name in names])
    return names, tuple((weights / weights.sum()).tolist())


def _score(
    rng: np.random.Generator, half: str | None, rate: int, seconds: float
) -> tuple[Sound, Truth]:
    names, odds = _score_choices(half)
    for _ in range(_SCORE_TRIES):
        name = names[int(rng.choice(len(names), p=odds))]
        try:
            score, layout, key = scores.arranged(name, rng, heard_tempo(rng), seconds)
        except scores.Unsuitable:
            continue
        truth = midi_file.truth_of(
            score, kind="score", source=f"score:{name}", bars=layout.bars, key=key
        )
        return _rendered(score, replace(truth, metre=layout.metre), rng, rate)
    raise RuntimeError(f"music21: none of {_SCORE_TRIES} scores drawn has one metre")


def _hydrogen(
    rng: np.random.Generator, half: str | None, rate: int, seconds: float
) -> tuple[Sound, Truth]:
    paths = hydrogen.songs()
    allowed = _of_half(tuple(f"hydrogen:{path.stem}" for path in paths), half)
    path = paths[allowed[int(rng.integers(len(allowed)))]]
    speed = float(np.exp(rng.uniform(-0.2, 0.2)))
    return hydrogen.rendered(path, speed, rate, seconds)


def _synth(
    rng: np.random.Generator, half: str | None, rate: int, seconds: float
) -> tuple[Sound, Truth]:
    allowed = _of_half(tuple(f"synth:{style.name}" for style in STYLES), half)
    style = STYLES[allowed[int(rng.integers(len(allowed)))]]
    mono, truth = synth_piece(style, rng, seconds, rate)
    return _widened(mono, rng), truth


def heard_tempo(rng: np.random.Generator) -> float:
    """BPM of the felt beat, 60 to 190."""
    return float(np.clip(_MEDIAN_BPM * np.exp(rng.normal(0, _SPREAD)), *_BPM_RANGE))


def _at_speed(score: mido.MidiFile, factor: float) -> mido.MidiFile:
    seconds = midi_file.tempo_map(score)
    quarters = 60.0 / (seconds.slope * score.ticks_per_beat) * factor
    return midi_file.with_tempos(
        score, list(zip(seconds.ticks.tolist(), quarters.tolist(), strict=True))
    )


def _rendered(
    score: mido.MidiFile, truth: Truth, rng: np.random.Generator, rate: int
) -> tuple[Sound, Truth]:
    choices = fonts()
    how = Rendering(
        font=choices[int(rng.integers(len(choices)))],
        kit=int(rng.choice(KITS)),
        reverb=bool(rng.random() < 0.6),
        chorus=bool(rng.random() < 0.3),
        rate=rate,
    )
    # What rings on after the last note has no beat any more.
    samples = render(score, how)[: round((truth.duration + _RING_SECONDS) * rate)]
    truth = replace(
        truth,
        duration=len(samples) / rate,
        notes=truth.notes | {"font": how.font.stem, "kit": how.kit, "reverb": how.reverb},
    )
    if rng.random() < 0.3:
        samples = samples.mean(axis=1, keepdims=True)
    peak = float(np.abs(samples).max(initial=0.0))
    return samples * np.float32(0.8 / max(peak, 1e-9)), truth


def _widened(mono: Sound, rng: np.random.Generator) -> Sound:
    """Mono as it is, or two channels a fraction of a millisecond apart."""
    if rng.random() < 0.4:
        return mono[:, None]
    shift = int(rng.integers(0, 20))
    other = np.concatenate((np.zeros(shift, np.float32), mono[: len(mono) - shift]))
    return np.stack((mono, np.float32(0.7) * mono + np.float32(0.3) * other), axis=1)


_Maker = Callable[[np.random.Generator, str | None, int, float], tuple[Sound, Truth]]
_MAKERS: dict[str, _Maker] = {
    "mma": _mma, "midi": _midi, "synth": _synth, "score": _score, "hydrogen": _hydrogen,
}  # fmt: skip
KINDS = tuple(_MAKERS)
