"""MIDI to sound through FluidSynth, with its delay measured and taken away."""

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import mido
import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.accuracy.material.midi import DRUM_CHANNEL, tempo_map

# Debian's banks. fluidr3mono and MuseScore_General descend from FluidR3, sf_GMbank from TimGM6mb:
# their drums are alike, so that both halves of the material hear both families.
FONTS = (
    Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),
    Path("/usr/share/sounds/sf2/TimGM6mb.sf2"),
    Path("/usr/share/sounds/sf2/OPL-3_FM_128M.sf2"),
    Path("/usr/share/sounds/sf3/MuseScore_General_Lite.sf3"),
)
# Programs of the percussion bank (General MIDI 2 / GS): standard, room, power, electronic, TR-808,
# jazz, brush. A bank without one falls back to its standard kit.
KITS = (0, 8, 16, 24, 25, 32, 40)
_CLICKS = (36, 38, 37, 42)  # kick, snare, side stick, closed hat
_CLICK_COUNT = 24
_CLICK_BPM = 137.0  # no beat of it falls on a block of 64 samples twice in a row
_TICKS_PER_SECOND = 10_000  # of the default tempo, 120 BPM
_RISE = 0.05  # of a stroke's peak: -26 dB, where its start stands out of the FM bank's click


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a MIDI file is to sound.

    Parameters
    ----------
    font : Path
    kit : int
        Program of the drum channel.
    reverb, chorus : bool
    gain : float
    rate : int, Hz
    """

    font: Path
    kit: int = 0
    reverb: bool = True
    chorus: bool = False
    gain: float = 0.5
    rate: int = 44_100


def fonts() -> tuple[Path, ...]:
    """Banks that are installed.

    Raises
    ------
    FileNotFoundError
        If there is none; says what to install.
    """
    found = tuple(path for path in FONTS if path.exists())
    if not found:
        raise FileNotFoundError(
            "no sound font: install fluid-soundfont-gm, timgm6mb-soundfont, opl3-soundfont or "
            "musescore-general-soundfont-small"
        )
    return found


def render(midi: mido.MidiFile, how: Rendering) -> NDArray[np.float32]:
    """Stereo sound of `midi`, a drum stroke's rise at its note's time to better than 2 ms.

    The player acts once per 64 samples (1.5 ms at 44.1 kHz) and banks differ in how long their
    drums take to rise (2 ms to 9 ms): both are in `delay` and cut off at the front.

    Raises
    ------
    RuntimeError
        If fluidsynth fails.
    """
    samples = _played(midi, how)
    return samples[round(delay(how.font, how.kit, how.rate) * how.rate) :]


@cache
def delay(font: Path, kit: int, rate: int) -> float:
    """Seconds from a drum's note-on to its rise in the file: the median over 24 strokes."""
    midi, times = _clicks()
    level = np.abs(_played(midi, Rendering(font, kit, reverb=False, rate=rate))).max(axis=1)
    late = []
    for time in times:
        first = int(time * rate)
        stroke = level[first : first + rate // 8]
        late.append(int(np.argmax(stroke > _RISE * stroke.max())) / rate)
    return float(np.median(late))


def _clicks() -> tuple[mido.MidiFile, list[float]]:
    """Drum strokes half a second and more apart, and where they are."""
    midi, track = mido.MidiFile(ticks_per_beat=480), mido.MidiTrack()
    tempo = mido.bpm2tempo(_CLICK_BPM)
    track.append(mido.MetaMessage("set_tempo", tempo=tempo))
    times, tick = [], 0
    for number in range(_CLICK_COUNT):
        wait = 700 + 37 * number % 400
        pitch = _CLICKS[number % len(_CLICKS)]
        track.append(_stroke("note_on", pitch, wait))
        track.append(_stroke("note_off", pitch, 60))
        times.append((tick + wait) * tempo / 480e6)
        tick += wait + 60
    midi.tracks.append(track)
    return midi, times


def _stroke(kind: str, pitch: int, wait: int) -> mido.Message:
    return mido.Message(kind, channel=DRUM_CHANNEL, note=pitch, velocity=110, time=wait)


def ready(midi: mido.MidiFile, kit: int) -> mido.MidiFile:
    """A copy in ticks of 0.1 ms that plays its drums on `kit`, whatever the file asks for.

    FluidSynth rounds its place to whole ticks at every change of tempo: a hundred changes at 192
    ticks per quarter add up to 15 ms. One tempo throughout leaves nothing to round.
    """
    seconds = tempo_map(midi)
    copy = mido.MidiFile(type=1, ticks_per_beat=_TICKS_PER_SECOND // 2)
    copy.tracks.append(
        mido.MidiTrack([mido.Message("program_change", channel=DRUM_CHANNEL, program=kit)])
    )
    for track in midi.tracks:
        kept, tick, written = mido.MidiTrack(), 0, 0
        for message in track:
            tick += message.time
            ours = message.type == "program_change" and message.channel == DRUM_CHANNEL
            if not ours and message.type != "set_tempo":
                place = round(float(seconds.at(np.array([tick]))[0]) * _TICKS_PER_SECOND)
                kept.append(message.copy(time=place - written))
                written = place
        copy.tracks.append(kept)
    return copy


def _played(midi: mido.MidiFile, how: Rendering) -> NDArray[np.float32]:
    with tempfile.TemporaryDirectory() as folder:
        score, sound = Path(folder, "score.mid"), Path(folder, "sound.wav")
        ready(midi, how.kit).save(score)
        switches = ["-R", str(int(how.reverb)), "-C", str(int(how.chorus)), "-g", f"{how.gain:g}"]
        run = subprocess.run(
            ["fluidsynth", "-niq", *switches, "-r", str(how.rate), "-O", "float", "-T", "wav",
             "-F", str(sound), str(how.font), str(score)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if run.returncode or not sound.exists():
            raise RuntimeError(f"fluidsynth: {run.stderr.strip().splitlines()[-1:]}")
        samples, _ = soundfile.read(sound, dtype="float32", always_2d=True)
    out: NDArray[np.float32] = samples
    return out
