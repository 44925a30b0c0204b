"""What the pitched instruments of the demo track play, bar by bar."""

import numpy as np

from v1z3r_core.audio.music import song, synths
from v1z3r_core.audio.music.desk import place
from v1z3r_core.audio.music.grid import BAR_SECONDS, STEP_SECONDS, note_hz
from v1z3r_core.audio.music.song import BARS, BREAK, DROP, GROOVE, INTRO, OUTRO, RISER
from v1z3r_core.audio.music.spectral import Curve, Samples, low_pass, resonant, swept
from v1z3r_core.audio.music.stems import Stems
from v1z3r_core.audio.music.voices import faded

_DROP_BARS = range(DROP, OUTRO)

# Filter of the arpeggio in Hz, and its level, in the bars that have one.
_ARPEGGIO_HZ = {0: 900.0, 1: 1_400.0, 4: 2_000.0, 5: 2_800.0, 6: 2_000.0, 7: 2_800.0}
_ARPEGGIO_HZ |= {8: 3_600.0, 9: 5_000.0} | dict.fromkeys(_DROP_BARS, 4_500.0)
_ARPEGGIO_LEVEL = {0: 0.135, 1: 0.135, 4: 0.135, 5: 0.135, 6: 0.13, 7: 0.13, 8: 0.12, 9: 0.12}
_ARPEGGIO_LEVEL |= dict.fromkeys(_DROP_BARS, 0.10)
_PAD_LEVEL = {0: 0.05, 1: 0.05, 6: 0.075, 7: 0.08, 8: 0.06, 9: 0.05, 18: 0.06, 19: 0.07}
_PAD_LEVEL |= dict.fromkeys(_DROP_BARS, 0.035)


def play_bass(stems: Stems, rng: np.random.Generator) -> None:
    """Syncopated line in the groove, rolling line in the drop, held roots where drums are out."""
    notes: dict[tuple[float, bool], Samples] = {}
    for bar in (*range(GROOVE, BREAK), *_DROP_BARS):
        drop = bar in _DROP_BARS
        root = song.bass_root_of(bar)
        for step, length, interval, accent in song.DROP_BASS if drop else song.GROOVE_BASS:
            key = (root + step / 100.0, drop)
            if key not in notes:
                opening = 900.0 + 2_600.0 * accent if drop else 500.0 + 1_300.0 * accent
                notes[key] = synths.bass(
                    stems.rate,
                    root + interval,
                    length * STEP_SECONDS,
                    cutoff_hz=opening,
                    glide_from=root if step == 14 else None,
                )
            level = 0.26 * (0.7 + 0.3 * accent) * float(rng.uniform(0.95, 1.0))
            stems.play(stems.bass, stems.grid.swung(bar, step), notes[key], level)
    for bar in (*range(BREAK, RISER), *range(OUTRO, BARS)):
        held = synths.bass(stems.rate, song.bass_root_of(bar), 0.96 * BAR_SECONDS, cutoff_hz=260.0)
        stems.play(stems.bass, stems.grid.at(bar), held, 0.13)


def play_keys(stems: Stems, rng: np.random.Generator) -> None:
    """Electric-piano stabs off the beat, held chords where the piece breathes."""
    for bar in (*range(INTRO + 1, RISER), *range(OUTRO, BARS)):
        held = bar in (*range(BREAK, RISER), BARS - 1)
        for step, length, velocity in ((0, 15.0, 0.8),) if held else song.STABS:
            at = stems.grid.swung(bar, step)
            for i, note in enumerate(song.chord_of(bar)):
                struck = velocity * float(rng.uniform(0.88, 1.0))
                sound = synths.electric_piano(stems.rate, note, length * STEP_SECONDS, struck)
                strum = stems.grid.samples(0.0018 * i)  # fingers never land together
                pan = -0.45 + 0.3 * i
                stems.play(stems.music, at + strum, sound, 0.125, pan=pan, hall=0.28)


def play_pads(stems: Stems, rng: np.random.Generator) -> None:
    """Soft chords under everything but the groove, fullest in the break."""
    n = stems.grid.samples(BAR_SECONDS + 0.25)
    sounds: dict[tuple[int, ...], Samples] = {}
    for bar, level in _PAD_LEVEL.items():
        chord = song.chord_of(bar)
        notes = (chord[0] - 12, *chord, chord[1] + 12)
        if notes not in sounds:
            sounds[notes] = faded(synths.pad(stems.rate, notes, n, rng), stems.rate, 0.12, 0.25)
        sound = sounds[notes]
        if bar == DROP - 1:
            sound = faded(sound[:, : stems.grid.at(0, song.GAP_STEP)], stems.rate, fade_out=0.02)
        place(stems.music, stems.grid.at(bar), sound, level)
        place(stems.to_hall, stems.grid.at(bar), sound, 0.35 * level)


def play_swell(stems: Stems, rng: np.random.Generator) -> None:
    """Supersaw chords of the riser, a filter opening over them."""
    start, end = stems.grid.at(RISER), stems.grid.at(DROP - 1, song.GAP_STEP)
    chords = np.zeros((2, end - start), dtype=np.float32)
    n = stems.grid.samples(BAR_SECONDS)
    for bar in range(RISER, DROP):
        chord = song.chord_of(bar)
        sound = synths.supersaw(stems.rate, (chord[0] - 12, *chord), n, rng, bright_hz=8_000.0)
        place(chords, stems.grid.at(bar) - start, faded(sound, stems.rate, 0.01, 0.01))
    progress = np.arange(end - start) / (end - start)
    opened = swept(chords, stems.rate, 260.0 * 30.0**progress, _opening)
    swell = opened * (0.35 + 0.65 * progress).astype(np.float32)
    stems.play(stems.music, start, faded(swell, stems.rate, 0.05, 0.012), 0.12, hall=0.3)


def play_strokes(stems: Stems, rng: np.random.Generator) -> None:
    """Supersaw chords of the drop, five strokes a bar."""
    sounds: dict[tuple[int, ...], Samples] = {}
    for bar in _DROP_BARS:
        chord = song.chord_of(bar)
        notes = (chord[0] - 12, *chord, chord[0] + 12, chord[2] + 12)
        if notes not in sounds:
            n = stems.grid.samples(BAR_SECONDS)
            sounds[notes] = synths.supersaw(stems.rate, notes, n, rng, bright_hz=7_000.0)
        for step, length in song.STROKES:
            first, size = stems.grid.at(0, step), stems.grid.at(0, 0.92 * length)
            shape = 0.45 + 0.55 * np.exp(-np.arange(size) / (0.11 * stems.rate))
            stroke = sounds[notes][:, first : first + size] * shape.astype(np.float32)
            stroke = faded(stroke, stems.rate, 0.003, 0.03)
            stems.play(stems.music, stems.grid.at(bar, step), stroke, 0.135, hall=0.18)


def play_arpeggio(stems: Stems, rng: np.random.Generator) -> None:
    """Sixteenths over the chord, accented every third, brighter as the piece goes on."""
    plucks: dict[tuple[int, float], Samples] = {}
    for bar, cutoff in _ARPEGGIO_HZ.items():
        chord = song.chord_of(bar)
        tones = (*chord, *(note + 12 for note in chord))
        steps = song.ARPEGGIO[: song.GAP_STEP] if bar == DROP - 1 else song.ARPEGGIO
        for step, tone in enumerate(steps):
            key = (tones[tone] + 12, cutoff)
            if key not in plucks:
                plucks[key] = synths.pluck(stems.rate, *key)
            accent = (1.0 if step % 3 == 0 else 0.62) * float(rng.uniform(0.9, 1.0))
            level = _ARPEGGIO_LEVEL[bar] * accent
            pan = -0.55 if step % 2 else 0.55
            at = stems.grid.swung(bar, step)
            stems.play(stems.music, at, plucks[key], level, pan=pan, hall=0.15, echo=0.4)


def play_lead(stems: Stems, rng: np.random.Generator) -> None:
    """The tune of the drop, twice, the second time with an ending."""
    notes: dict[tuple[float, ...], Samples] = {}
    previous = 0
    ending = tuple(note for note in song.MELODY if note[0] < 3) + song.MELODY_END
    for start, tune in ((DROP, song.MELODY), (DROP + 4, ending)):
        for bar, step, length, midi in tune:
            glide = previous if abs(previous - midi) <= 4 else midi
            key = (midi, length, glide)
            if key not in notes:
                notes[key] = synths.lead(stems.rate, midi, 0.9 * length * STEP_SECONDS, glide)
            level = 0.18 * float(rng.uniform(0.93, 1.0))
            at = stems.grid.at(start + bar, step)
            stems.play(stems.front, at, notes[key], level, hall=0.17, echo=0.2)
            previous = midi


def play_effects(stems: Stems, rng: np.random.Generator) -> None:
    """Riser into the drop, booms on the big downbeats."""
    start, end = stems.grid.at(RISER), stems.grid.at(DROP - 1, song.GAP_STEP)
    sweep = synths.riser(stems.rate, end - start, rng)
    place(stems.front, start, sweep, 0.34)
    place(stems.to_hall, start, sweep, 0.05)
    boom = synths.impact(stems.rate, rng, note_hz(song.ROOT_MIDI))
    for bar, level in ((BREAK, 0.30), (DROP, 0.34), (OUTRO, 0.25)):
        stems.play(stems.drums, stems.grid.at(bar), boom, level, hall=0.15)


def _opening(hz: Curve, cutoff: Curve) -> Curve:
    return np.minimum(resonant(hz, cutoff, 1.3), 2.0) * low_pass(hz, cutoff, 1)
