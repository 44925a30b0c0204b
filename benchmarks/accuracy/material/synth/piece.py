"""One piece: a style, an arrangement in sections, every stroke written down as it is played."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.material.chords import Harmony, random_harmony
from benchmarks.accuracy.material.synth import voices
from benchmarks.accuracy.material.synth.grid import Grid, random_grid
from benchmarks.accuracy.material.synth.styles import Style, steps_of
from benchmarks.accuracy.truth import Truth, ascending, piecewise_tempo

# Parts heard in each kind of section, and how many bars it may last.
SECTIONS: dict[str, frozenset[str]] = {
    "intro": frozenset({"hat", "pad", "perc"}),
    "drums": frozenset({"kick", "snare", "hat", "perc"}),
    "groove": frozenset({"kick", "snare", "hat", "bass", "stab"}),
    "full": frozenset({"kick", "snare", "hat", "perc", "bass", "stab", "pad", "lead"}),
    "thin": frozenset({"kick", "hat", "bass"}),
    "break": frozenset({"pad", "lead"}),
    "build": frozenset({"pad", "riser", "roll"}),
    "silence": frozenset(),
}
_FORMS = (
    ("intro", "groove", "full", "break", "full"),
    ("drums", "groove", "full", "break", "build", "full"),
    ("groove", "full", "thin", "full"),
    ("full", "break", "build", "full", "thin"),
    ("drums", "full", "silence", "full"),
    ("intro", "build", "full", "break", "thin", "full"),
    ("full", "groove", "full"),
    ("thin", "groove", "drums", "full"),
)
_GHOST = 0.4  # of a struck note's level
_LEVELS = {"kick": 1.0, "snare": 0.7, "hat": 0.3, "perc": 0.3, "bass": 0.5, "stab": 0.25,
           "pad": 0.16, "lead": 0.22, "riser": 0.25, "crash": 0.3}  # fmt: skip


@dataclass(slots=True)
class _Desk:
    """Where strokes are played and noted."""

    mix: NDArray[np.float32]
    rate: int
    struck: dict[str, list[float]] = field(default_factory=dict)

    def play(
        self, part: str, sound: voices.Sound, time: float, level: float, *, onset: bool = True
    ) -> None:
        """Add `sound` at `time`; what begins after the end is left out."""
        first = round(time * self.rate)
        if not 0 <= first < len(self.mix):
            return
        room = self.mix[first : first + len(sound)]
        room += np.float32(level * _LEVELS[part]) * sound[: len(room)]
        if onset:
            self.struck.setdefault(part, []).append(first / self.rate)


@dataclass(frozen=True, slots=True)
class _Score:
    """Everything drawn before the first note is played."""

    style: Style
    grid: Grid
    harmony: Harmony
    sections: tuple[str, ...]  # of each bar
    swing: float
    looseness: float  # seconds, standard deviation of a human's strokes


def synth_piece(
    style: Style, rng: np.random.Generator, seconds: float, rate: int
) -> tuple[NDArray[np.float32], Truth]:
    """Mono sound of about `seconds` in that style; equal generators give equal pieces."""
    bpm = float(np.exp(rng.uniform(*np.log(style.bpm))))
    start = float(rng.choice([0.0, rng.uniform(0.0, 2.5)]))
    bars = max(4, round((seconds - start) * bpm / 60 / style.beats))
    grid = random_grid(rng, bpm, bars * style.beats, style.beats, start)
    score = _Score(
        style, grid, random_harmony(rng), _arranged(rng, bars), rng.uniform(*style.swing),
        float(rng.choice([0.0, 0.002, 0.005])),
    )  # fmt: skip
    desk = _Desk(np.zeros(round(grid.beats[-1] * rate), np.float32), rate)
    _play_drums(rng, score, desk)
    drums, desk.mix = desk.mix, np.zeros_like(desk.mix)
    _play_music(rng, score, desk)
    pushed = rng.random() < 0.4 or style.pump
    ducked = _ducking(desk, rng, _push_seconds(rng, score)) if pushed else np.float32(1)
    mix = drums * np.float32(rng.uniform(0.5, 1.1)) + desk.mix * ducked
    mix = np.tanh(mix * np.float32(rng.uniform(0.7, 1.6) / max(float(np.abs(mix).max()), 1e-6)))
    return mix, _truth(score, desk)


def _truth(score: _Score, desk: _Desk) -> Truth:
    beats = score.grid.beats[:-1]
    return Truth(
        kind="synth",
        source=f"synth:{score.style.name}",
        duration=len(desk.mix) / desk.rate,
        beats=tuple(beats.tolist()),
        downbeats=tuple(beats[:: score.style.beats].tolist()),
        tempo=piecewise_tempo(score.grid.beats),
        metre=score.style.metre,
        key=score.harmony.key if {"bass", "pad"} & _parts(score) else None,
        kick=ascending(desk.struck.get("kick", ())),
        snare=ascending(desk.struck.get("snare", ())),
        hat=ascending(desk.struck.get("hat", ())),
        onsets=ascending(time for times in desk.struck.values() for time in times),
        notes={
            "curve": score.grid.curve,
            "sections": _sections(score),
            "swing": round(score.swing, 3),
        },
    )


def _parts(score: _Score) -> set[str]:
    return set().union(*(SECTIONS[name] for name in score.sections))


def _sections(score: _Score) -> list[list[object]]:
    """[start in seconds, name] of each section."""
    out: list[list[object]] = []
    for bar, name in enumerate(score.sections):
        if not out or out[-1][1] != name:
            out.append([round(score.grid.at(bar * score.style.beats), 3), name])
    return out


def _arranged(rng: np.random.Generator, bars: int) -> tuple[str, ...]:
    """A section's name for every bar; breaks and silences stay short."""
    form = _FORMS[int(rng.integers(len(_FORMS)))]
    weights = np.array(
        [0.3 if name in ("silence", "build") else 0.6 if name == "break" else 1.0 for name in form]
    )
    ends = np.cumsum(weights * rng.uniform(0.6, 1.4, len(form)))
    chosen = np.searchsorted(ends / ends[-1], (np.arange(bars) + 0.5) / bars)
    return tuple(form[int(number)] for number in chosen)


def _play_drums(rng: np.random.Generator, score: _Score, desk: _Desk) -> None:
    style = score.style
    kit = {"kick": voices.kick(rng, desk.rate), "snare": voices.snare(rng, desk.rate),
           "hat": voices.closed_hat(rng, desk.rate),
           "perc": voices.perc(rng, desk.rate)}  # fmt: skip
    if rng.random() < 0.3:
        kit["perc"] = voices.shaker(rng, desk.rate)
    ring, splash = voices.open_hat(rng, desk.rate), voices.crash(rng, desk.rate)
    opened = int(rng.integers(style.beats * style.steps)) if rng.random() < 0.5 else -1
    for part in ("kick", "snare", "hat", "perc"):
        choices = getattr(style, part)
        main, other = (steps_of(choices[int(i)]) for i in rng.integers(len(choices), size=2))
        for bar, name in enumerate(score.sections):
            fill = part == "snare" and bar % 8 == 7 and rng.random() < 0.4
            if part == "snare" and "roll" in SECTIONS[name]:
                _roll(rng, score, desk, kit["snare"], bar)
            elif part in SECTIONS[name]:
                steps = other if bar % 4 == 3 else main
                for step, mark in enumerate(_filled(rng, steps) if fill else steps):
                    if mark in "xo" or (mark == "?" and rng.random() < 0.5):
                        sound = ring if part == "hat" and step == opened else kit[part]
                        level = (_GHOST if mark == "o" else 1.0) * rng.uniform(0.85, 1.0)
                        desk.play(part, sound, _when(rng, score, bar, step), level)
    if style.ring:
        rings = steps_of(style.ring[int(rng.integers(len(style.ring)))])
        loud = rng.uniform(0.6, 1.6)
        for bar, name in enumerate(score.sections):
            for step in np.flatnonzero([mark == "x" for mark in rings]):
                if "hat" in SECTIONS[name]:
                    desk.play("hat", ring, _when(rng, score, bar, int(step)), loud)
    for bar, name in enumerate(score.sections):
        if name == "full" and (bar == 0 or score.sections[bar - 1] != "full"):
            desk.play("crash", splash, score.grid.at(bar * style.beats), 1.0)


def _when(rng: np.random.Generator, score: _Score, bar: int, step: int) -> float:
    """Seconds of a step: on the grid, swung, a human's unevenness added."""
    style = score.style
    swung = step + (score.swing if style.steps == 4 and step % 2 else 0.0)
    uneven = rng.normal(0.0, score.looseness) if score.looseness else 0.0
    return max(0.0, score.grid.at(bar * style.beats + swung / style.steps) + uneven)


def _filled(rng: np.random.Generator, steps: str) -> str:
    """The bar's last quarter struck at random."""
    start = len(steps) * 3 // 4
    return steps[:start] + "".join("x" if rng.random() < 0.6 else "." for _ in steps[start:])


def _roll(
    rng: np.random.Generator, score: _Score, desk: _Desk, sound: voices.Sound, bar: int
) -> None:
    """A snare roll: beats, then steps, louder to the end."""
    steps = score.style.beats * score.style.steps
    every = score.style.steps if bar % 2 == 0 else max(1, score.style.steps // 2)
    for step in range(0, steps, every):
        desk.play("snare", sound, _when(rng, score, bar, step), 0.4 + 0.6 * step / steps)


def _play_music(rng: np.random.Generator, score: _Score, desk: _Desk) -> None:
    rate, style = desk.rate, score.style
    bass = voices.Tones(rng, rate, attack=(0.002, 0.008), decay=(0.15, 0.8), brightness=(1.0, 2.2))
    stab = voices.Tones(rng, rate, attack=(0.002, 0.01), decay=(0.08, 0.5), brightness=(0.8, 1.6))
    pad = voices.Tones(rng, rate, attack=(0.15, 0.6), decay=(4.0, 9.0), brightness=(1.2, 2.2))
    lead = voices.Tones(rng, rate, attack=(0.002, 0.01), decay=(0.15, 0.6), brightness=(0.9, 1.8))
    line = steps_of(style.bass[int(rng.integers(len(style.bass)))])
    stabs = _stabs(rng, style, len(line))
    tune = rng.integers(0, 5, len(line)) * (rng.random(len(line)) < rng.uniform(0.2, 0.6))
    rise = voices.riser(rng, rate, 60.0 / _bpm(score) * style.beats)
    for bar, name in enumerate(score.sections):
        parts, chord = SECTIONS[name], score.harmony.chord(bar)
        start, end = (score.grid.at((bar + i) * style.beats) for i in (0, 1))
        step_seconds = (end - start) / len(line)
        if "pad" in parts:
            for pitch in chord:
                desk.play("pad", pad.note(48 + pitch, end - start), start, 1.0, onset=False)
        if "riser" in parts:
            desk.play("riser", rise, start, 1.0, onset=False)
        for step, mark in enumerate(line):
            if "bass" in parts and mark != ".":
                pitch = 28 + chord[0] + {"r": 0, "f": 7, "u": 12}[mark]
                desk.play(
                    "bass", bass.note(pitch, 2 * step_seconds), _when(rng, score, bar, step), 1.0
                )
            if "stab" in parts and stabs[step]:
                when = _when(rng, score, bar, step)
                for pitch in chord:
                    desk.play("stab", stab.note(60 + pitch, 1.5 * step_seconds), when, 1.0)
            if "lead" in parts and tune[step]:
                pitch = 72 + (chord * 2)[int(tune[step]) - 1]
                desk.play(
                    "lead", lead.note(pitch, 2 * step_seconds), _when(rng, score, bar, step), 1.0
                )


def _stabs(rng: np.random.Generator, style: Style, steps: int) -> NDArray[np.bool_]:
    """Whether a chord is struck, for each step of a bar."""
    if not style.stab:
        return rng.random(steps) < rng.uniform(0.1, 0.4)
    return np.array(
        [mark == "x" for mark in steps_of(style.stab[int(rng.integers(len(style.stab)))])]
    )


def _bpm(score: _Score) -> float:
    return float(60.0 / np.median(np.diff(score.grid.beats)))


def _push_seconds(rng: np.random.Generator, score: _Score) -> float:
    """Time constant in which the music comes back from under the kick."""
    longest = 0.5 * 60.0 / _bpm(score) if score.style.pump else 0.12
    return float(rng.uniform(0.05, longest))


def _ducking(desk: _Desk, rng: np.random.Generator, seconds: float) -> NDArray[np.float32]:
    """Gain of the music under a side-chain compressor: down at each kick, back within a beat."""
    gain = np.ones(len(desk.mix), np.float32)
    t = np.arange(int(3 * seconds * desk.rate)) / desk.rate
    shape = (1 - rng.uniform(0.4, 0.85) * np.exp(-t / seconds)).astype(np.float32)
    for time in desk.struck.get("kick", ()):
        part = gain[round(time * desk.rate) :][: len(shape)]
        np.minimum(part, shape[: len(part)], out=part)
    return gain
