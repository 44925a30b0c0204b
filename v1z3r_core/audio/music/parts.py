"""What each player of the demo track plays, bar by bar."""

from dataclasses import dataclass, field

import numpy as np

from v1z3r_core.audio.music import drums, song, synths
from v1z3r_core.audio.music.desk import place
from v1z3r_core.audio.music.grid import BAR_SECONDS, STEP_SECONDS, STEPS_PER_BAR, Grid, note_hz
from v1z3r_core.audio.music.spectral import Samples, low_pass, resonant, swept
from v1z3r_core.audio.music.voices import faded


@dataclass(slots=True)
class Stems:
    """Buses that the parts play into, and what was played when.

    Parameters
    ----------
    grid : Grid
    n : int
        Samples per channel.
    """

    grid: Grid
    n: int
    drums: Samples = field(init=False)
    bass: Samples = field(init=False)
    music: Samples = field(init=False)
    front: Samples = field(init=False)
    to_hall: Samples = field(init=False)
    to_echo: Samples = field(init=False)
    kicks: list[int] = field(default_factory=list)
    onsets: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name in ("drums", "bass", "music", "front", "to_hall", "to_echo"):
            setattr(self, name, np.zeros((2, self.n), dtype=np.float32))

    @property
    def rate(self) -> int:
        """Sample rate in Hz."""
        return self.grid.rate


def play_kick(stems: Stems, rng: np.random.Generator) -> None:
    """Four to the floor in intro, groove, drop and outro."""
    sound = drums.kick(stems.rate, rng, note_hz(song.ROOT_MIDI))
    for bar in (*range(0, 6), *range(10, 19)):
        for step in (0, 4, 8, 12):
            if bar == 5 and step == 12:
                continue  # the bar before the break runs dry
            at = stems.grid.at(bar, step)
            place(stems.drums, at, sound, 0.80)
            stems.kicks.append(at)
            stems.onsets.add(at)
    last = stems.grid.at(19)
    place(stems.drums, last, sound, 0.80)
    stems.kicks.append(last)
    stems.onsets.add(last)


def play_backbeat(stems: Stems, rng: np.random.Generator) -> None:
    """Clap over snare on two and four."""
    clap, snare = drums.clap(stems.rate, rng), drums.snare(stems.rate, rng)
    for bar in (*range(2, 6), *range(10, 19)):
        for step in (4, 12):
            at = stems.grid.at(bar, step)
            loud = 1.0 if bar >= 10 else 0.85
            place(stems.drums, at, clap, 0.34 * loud)
            place(stems.drums, at, snare, 0.26 * loud)
            place(stems.to_hall, at, clap, 0.10 * loud)
            stems.onsets.add(at)


def play_cymbals(stems: Stems, rng: np.random.Generator) -> None:
    """Hats, shaker, ride and crashes, swung and unevenly struck."""
    grid, rate = stems.grid, stems.rate
    closed = [drums.hat(rate, rng, 0.028 + 0.004 * i) for i in range(3)]
    opened, grain, ping = drums.hat(rate, rng, 0.17), drums.shaker(rate, rng), drums.ride(rate, rng)
    accents = (0.55, 0.32, 0.75, 0.36)
    for bar in (*range(0, 6), *range(10, 19)):
        for step in range(STEPS_PER_BAR):
            at = grid.swung(bar, step)
            human = 1.0 + 0.14 * float(rng.uniform(-1.0, 1.0))
            level = accents[step % 4] * human
            if step % 4 != 2 or bar < 1:
                place(stems.drums, at, closed[(step + bar) % 3], 0.13 * level, 0.15)
            elif bar >= 1:
                place(stems.drums, at, opened, 0.15 * human, 0.12)
            if bar >= 1:
                place(stems.drums, at, grain, 0.10 * level, -0.35)
            if bar >= 14 and step % 4 == 0:
                place(stems.drums, at, ping, 0.085 * human, 0.3)
            stems.onsets.add(at)
    crash = drums.crash(rate, rng)
    for bar, level in ((2, 0.2), (6, 0.20), (10, 0.30), (14, 0.24), (18, 0.24)):
        place(stems.drums, grid.at(bar), crash, level, 0.1)
        place(stems.to_hall, grid.at(bar), crash, 0.10 * level)
    backwards = faded(crash[:, ::-1], rate, 0.1, 0.004)
    for bar in (6, 10):
        place(stems.drums, grid.at(bar) - backwards.shape[1], backwards, 0.20)


def play_percussion(stems: Stems, rng: np.random.Generator) -> None:
    """Rim shots across the beat, and fills before every new section."""
    grid, rate = stems.grid, stems.rate
    rim = drums.rim(rate)
    for bar in (*range(3, 6), *range(11, 18)):
        for step in (3, 6, 9, 14):
            at = grid.swung(bar, step)
            place(stems.drums, at, rim, 0.10 * float(rng.uniform(0.7, 1.0)), 0.5 - step / 16)
            place(stems.to_echo, at, rim, 0.02)
            stems.onsets.add(at)
    toms = [drums.tom(rate, hz) for hz in (185.0, 147.0, 110.0, 87.3)]
    for bar in (5, 13, 17):
        for i, step in enumerate((10, 11, 13, 14)):
            at = grid.at(bar, step)
            place(stems.drums, at, toms[i], 0.34, 0.5 - 0.33 * i)
            place(stems.to_hall, at, toms[i], 0.08)
            stems.onsets.add(at)


def play_roll(stems: Stems, rng: np.random.Generator) -> None:
    """Snare roll of the riser: quarters, eighths, sixteenths, thirty-seconds, then a gap."""
    steps = [*range(0, 16, 4), *range(16, 24, 2), *range(24, 28, 1), *np.arange(28, 28.01)]
    start = song.SECTIONS[3][1]
    for step in steps:
        progress = step / 28.0
        at = stems.grid.at(start, float(step))
        hit = drums.snare(stems.rate, rng, 1.0 + 0.5 * progress)
        place(stems.drums, at, hit, 0.10 + 0.22 * progress**1.5)
        place(stems.to_hall, at, hit, 0.04 + 0.06 * progress)
        stems.onsets.add(at)


def play_bass(stems: Stems) -> None:
    """Syncopated line in the groove, rolling line in the drop, held roots in the break."""
    notes: dict[tuple[float, ...], Samples] = {}
    for bar in (*range(2, 6), *range(10, 18)):
        root = song.bass_root_of(bar)
        drop = bar >= 10
        for step, length, interval, accent in song.DROP_BASS if drop else song.GROOVE_BASS:
            midi = root + interval
            cutoff = (520.0 if drop else 330.0) + (1_500.0 if drop else 700.0) * accent
            glide = float(root) if step == 14 else None
            key = (midi, length, cutoff, -1.0 if glide is None else glide)
            if key not in notes:
                notes[key] = synths.bass(
                    stems.rate, midi, length * STEP_SECONDS, cutoff_hz=cutoff, glide_from=glide
                )
            at = stems.grid.swung(bar, step)
            place(stems.bass, at, notes[key], 0.42 * (0.7 + 0.3 * accent))
            stems.onsets.add(at)
    for bar in (6, 7, 18, 19):
        root = song.bass_root_of(bar) if bar < 18 else song.ROOT_MIDI
        sound = synths.bass(stems.rate, root, 0.96 * BAR_SECONDS, cutoff_hz=260.0)
        place(stems.bass, stems.grid.at(bar), sound, 0.30)


def play_keys(stems: Stems, rng: np.random.Generator) -> None:
    """Electric-piano stabs off the beat."""
    for bar in (*range(1, 8), *range(18, 20)):
        for step, length, velocity in song.STABS if bar not in (6, 7, 19) else ((0, 15.0, 0.8),):
            at = stems.grid.swung(bar, step)
            for i, note in enumerate(song.chord_of(bar) if bar < 18 else song.CHORDS[0]):
                struck = velocity * float(rng.uniform(0.88, 1.0))
                sound = synths.electric_piano(stems.rate, note, length * STEP_SECONDS, struck)
                late = stems.grid.samples(0.0018 * i)
                place(stems.music, at + late, sound, 0.105, -0.45 + 0.3 * i)
                place(stems.to_hall, at + late, sound, 0.035, 0.45 - 0.3 * i)
            stems.onsets.add(at)


def play_pads(stems: Stems, rng: np.random.Generator) -> None:
    """Soft chords under everything but the groove, widest in the break."""
    levels = {0: 0.07, 1: 0.07, 6: 0.10, 7: 0.11, 8: 0.10, 9: 0.09, 18: 0.07, 19: 0.08}
    levels |= dict.fromkeys(range(10, 18), 0.035)
    n = stems.grid.samples(BAR_SECONDS + 0.25)
    sounds: dict[tuple[int, ...], Samples] = {}
    for bar, level in levels.items():
        chord = song.chord_of(bar) if bar < 18 else song.CHORDS[0]
        notes = (chord[0] - 12, *chord, chord[1] + 12)
        if notes not in sounds:
            sounds[notes] = faded(synths.pad(stems.rate, notes, n, rng), stems.rate, 0.12, 0.25)
        place(stems.music, stems.grid.at(bar), sounds[notes], level)
        place(stems.to_hall, stems.grid.at(bar), sounds[notes], 0.35 * level)


def play_saws(stems: Stems, rng: np.random.Generator) -> None:
    """Supersaw chords: opening through a filter in the riser, stabbing in the drop."""
    grid = stems.grid
    n = grid.samples(BAR_SECONDS)
    start, end = grid.at(8), grid.at(9, 12)
    swell = np.zeros((2, end - start), dtype=np.float32)
    for bar in (8, 9):
        chord = song.chord_of(bar)
        sound = synths.supersaw(stems.rate, (chord[0] - 12, *chord), n, rng, bright_hz=4_500.0)
        place(swell, grid.at(bar) - start, faded(sound, stems.rate, 0.01, 0.01))
    progress = np.arange(end - start) / (end - start)
    swell = swept(
        swell, stems.rate, 260.0 * 30.0**progress, lambda hz, cut: np.minimum(resonant(hz, cut, 1.3), 2.0) * low_pass(hz, cut, 1)
    )
    swell = faded(swell * (0.35 + 0.65 * progress).astype(np.float32), stems.rate, 0.05, 0.012)
    place(stems.music, start, swell, 0.13)
    place(stems.to_hall, start, swell, 0.035)
    stab_lengths = ((0, 3), (3, 3), (6, 4), (10, 3), (13, 3))
    sounds: dict[tuple[int, ...], Samples] = {}
    for bar in range(10, 18):
        chord = song.chord_of(bar)
        notes = (chord[0] - 12, *chord, chord[0] + 12, chord[2] + 12)
        if notes not in sounds:
            sounds[notes] = synths.supersaw(stems.rate, notes, n, rng, bright_hz=3_200.0)
        for step, length in stab_lengths:
            size = grid.samples(0.92 * length * STEP_SECONDS)
            first = grid.samples(step * STEP_SECONDS)
            t = np.arange(size) / stems.rate
            shape = (0.45 + 0.55 * np.exp(-t / 0.11)).astype(np.float32)
            stab = faded(sounds[notes][:, first : first + size] * shape, stems.rate, 0.003, 0.03)
            place(stems.music, grid.at(bar, step), stab, 0.085)
            place(stems.to_hall, grid.at(bar, step), stab, 0.022)
            stems.onsets.add(grid.at(bar, step))


def play_arpeggio(stems: Stems, rng: np.random.Generator) -> None:
    """Sixteenths over the chord, accented every third, its filter opening over the piece."""
    plucks: dict[tuple[int, float], Samples] = {}
    brightness = {0: 500.0, 1: 900.0, 4: 1_200.0, 5: 1_700.0, 6: 1_500.0, 7: 2_200.0}
    brightness |= {8: 3_000.0, 9: 4_200.0} | dict.fromkeys(range(10, 18), 3_600.0)
    levels = {6: 0.13, 7: 0.13, 8: 0.12, 9: 0.11} | dict.fromkeys(range(10, 18), 0.075)
    for bar, cutoff in brightness.items():
        chord = song.chord_of(bar)
        tones = (*chord, *(note + 12 for note in chord))
        for step, tone in enumerate(song.ARPEGGIO):
            if bar == 9 and step >= 12:
                break
            note = tones[tone] + 12
            if (note, cutoff) not in plucks:
                plucks[note, cutoff] = synths.pluck(stems.rate, note, cutoff)
            at = stems.grid.swung(bar, step)
            accent = (1.0 if step % 3 == 0 else 0.62) * float(rng.uniform(0.9, 1.0))
            level = levels.get(bar, 0.10) * accent
            pan = 0.55 * (-1.0 if step % 2 else 1.0)
            place(stems.music, at, plucks[note, cutoff], level, pan)
            place(stems.to_echo, at, plucks[note, cutoff], 0.40 * level)
            place(stems.to_hall, at, plucks[note, cutoff], 0.15 * level, -pan)
            stems.onsets.add(at)


def play_lead(stems: Stems) -> None:
    """The tune of the drop, twice, the second time with another ending."""
    second = (*(n for n in song.MELODY if n[0] < 3), *song.MELODY_END)
    previous: float | None = None
    notes: dict[tuple[float, ...], Samples] = {}
    for start, tune in ((10, song.MELODY), (14, second)):
        for bar, step, length, midi in tune:
            glide = previous if previous is not None and abs(previous - midi) <= 4 else None
            key = (midi, length, -1.0 if glide is None else glide)
            if key not in notes:
                notes[key] = synths.lead(stems.rate, midi, 0.9 * length * STEP_SECONDS, glide)
            at = stems.grid.at(start + bar, step)
            place(stems.front, at, notes[key], 0.125)
            place(stems.to_echo, at, notes[key], 0.035)
            place(stems.to_hall, at, notes[key], 0.03)
            stems.onsets.add(at)
            previous = midi


def play_effects(stems: Stems, rng: np.random.Generator) -> None:
    """Riser into the drop, booms on the big downbeats."""
    grid = stems.grid
    start, end = grid.at(8), grid.at(9, 12)
    sweep = synths.riser(stems.rate, end - start, rng)
    place(stems.front, start, sweep, 0.20)
    place(stems.to_hall, start, sweep, 0.05)
    boom = synths.impact(stems.rate, rng)
    for bar, level in ((6, 0.30), (10, 0.34), (18, 0.25)):
        place(stems.drums, grid.at(bar), boom, level)
        place(stems.to_hall, grid.at(bar), boom, 0.05)
