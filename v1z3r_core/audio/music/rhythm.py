"""What the drummer of the demo track plays, bar by bar."""

import numpy as np

from v1z3r_core.audio.music import drums
from v1z3r_core.audio.music.desk import place
from v1z3r_core.audio.music.grid import BEATS_PER_BAR, STEPS_PER_BAR, STEPS_PER_BEAT, note_hz
from v1z3r_core.audio.music.song import BARS, BREAK, DROP, GROOVE, OUTRO, RISER, ROOT_MIDI
from v1z3r_core.audio.music.stems import Stems
from v1z3r_core.audio.music.voices import faded

_LIFT = DROP + 4  # where the drop's second round begins
_BEATING = (*range(BREAK), *range(DROP, BARS - 1))  # bars with drums
_HAT_ACCENTS = (0.55, 0.32, 0.75, 0.36)  # of the four sixteenths of a beat
_TOMS_HZ = (185.0, 147.0, 110.0, 87.3)


def play_kick(stems: Stems, rng: np.random.Generator) -> None:
    """Four to the floor wherever there are drums, and one last stroke into the final chord."""
    sound = drums.kick(stems.rate, rng, note_hz(ROOT_MIDI))
    strokes = [(bar, beat) for bar in _BEATING for beat in range(BEATS_PER_BAR)]
    strokes.remove((BREAK - 1, BEATS_PER_BAR - 1))  # the floor drops away before the break
    for bar, beat in (*strokes, (BARS - 1, 0)):
        at = stems.grid.at(bar, beat * STEPS_PER_BEAT)
        stems.play(stems.drums, at, sound, 0.52)
        stems.kicks.add(at)


def play_backbeat(stems: Stems, rng: np.random.Generator) -> None:
    """Clap over snare on two and four."""
    clap, snare = drums.clap(stems.rate, rng), drums.snare(stems.rate, rng)
    for bar in (*range(GROOVE, BREAK), *range(DROP, BARS - 1)):
        loud = 1.0 if bar >= DROP else 0.85
        for step in (4, 12):
            at = stems.grid.at(bar, step)
            stems.play(stems.drums, at, clap, 0.52 * loud, hall=0.20)
            stems.play(stems.drums, at, snare, 0.36 * loud)


def play_hats(stems: Stems, rng: np.random.Generator) -> None:
    """Closed and open hats with a shaker across them, swung and unevenly struck."""
    closed = [drums.hat(stems.rate, rng, seconds) for seconds in (0.028, 0.032, 0.036)]
    opened, grain = drums.hat(stems.rate, rng, 0.17), drums.shaker(stems.rate, rng)
    for bar in _BEATING:
        for step in range(STEPS_PER_BAR):
            at = stems.grid.swung(bar, step)
            human = float(rng.uniform(0.86, 1.14))
            level = _HAT_ACCENTS[step % STEPS_PER_BEAT] * human
            if step % STEPS_PER_BEAT == 2 and bar > 0:
                stems.play(stems.drums, at, opened, 0.25 * human, pan=0.12)
            else:
                stems.play(stems.drums, at, closed[(step + bar) % 3], 0.27 * level, pan=0.15)
            if bar > 0:
                stems.play(stems.drums, at, grain, 0.26 * level, pan=-0.35)


def play_cymbals(stems: Stems, rng: np.random.Generator) -> None:
    """Crashes on new sections, reversed ones that lead there, a ride to lift the drop."""
    crash, ping = drums.crash(stems.rate, rng), drums.ride(stems.rate, rng)
    levels = ((GROOVE, 0.28), (BREAK, 0.28), (DROP, 0.42), (_LIFT, 0.34), (OUTRO, 0.34))
    for bar, level in levels:
        stems.play(stems.drums, stems.grid.at(bar), crash, level, pan=0.1, hall=0.35)
    backwards = faded(np.ascontiguousarray(crash[:, ::-1]), stems.rate, 0.1, 0.004)
    for bar in (BREAK, DROP):
        place(stems.drums, stems.grid.at(bar) - backwards.shape[1], backwards, 0.30)
    for bar in range(_LIFT, OUTRO):
        for step in range(0, STEPS_PER_BAR, STEPS_PER_BEAT):
            level = 0.17 * float(rng.uniform(0.86, 1.14))
            stems.play(stems.drums, stems.grid.at(bar, step), ping, level, pan=0.3)


def play_percussion(stems: Stems, rng: np.random.Generator) -> None:
    """Rim shots across the beat, and a tom fill before each change."""
    rim = drums.rim(stems.rate)
    for bar in (*range(GROOVE + 1, BREAK), *range(DROP + 1, OUTRO)):
        for step in (3, 6, 9, 14):
            level = 0.16 * float(rng.uniform(0.7, 1.0))
            at = stems.grid.swung(bar, step)
            stems.play(stems.drums, at, rim, level, pan=0.5 - step / 16, echo=0.15)
    toms = [drums.tom(stems.rate, hz) for hz in _TOMS_HZ]
    for bar in (BREAK - 1, _LIFT - 1, OUTRO - 1):
        for i, step in enumerate((10, 11, 13, 14)):
            at = stems.grid.at(bar, step)
            stems.play(stems.drums, at, toms[i], 0.24, pan=0.5 - 0.33 * i, hall=0.25)


def play_roll(stems: Stems, rng: np.random.Generator) -> None:
    """Snare roll of the riser: quarters, eighths, sixteenths, and silence for a beat."""
    strokes = (*range(0, 16, 4), *range(16, 24, 2), *range(24, 29))
    for step in strokes:
        progress = step / strokes[-1]
        hit = drums.snare(stems.rate, rng, 1.0 + 0.5 * progress)
        level = 0.12 + 0.36 * progress**1.5
        stems.play(stems.drums, stems.grid.at(RISER, step), hit, level, hall=0.25)
