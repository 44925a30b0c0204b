"""Hydrogen's demo songs, played by Hydrogen itself: sampled drums with exact places."""

import os
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.accuracy.truth import Truth, ascending, piecewise_tempo

FOLDER = Path("/usr/share/hydrogen/data/demo_songs")
_QUARTER = 48  # ticks
_SWING_TICKS = 4  # an off sixteenth moves this far at full swing: to the triplet
_TIMEOUT = 180  # seconds; the command line waits for its sound driver before it exports
_NAMES = {"kick": ("kick", "bassdrum"), "snare": ("snare",), "hat": ("hat", "hh")}
_SOFTEST = 0.15  # of full velocity


@cache
def songs() -> tuple[Path, ...]:
    """The demo songs.

    Raises
    ------
    FileNotFoundError
        If Hydrogen is not installed.
    """
    found = tuple(sorted(FOLDER.glob("*.h2song")))
    if not found:
        raise FileNotFoundError(f"{FOLDER} holds no songs: install hydrogen")
    return found


def rendered(
    path: Path, speed: float, rate: int, seconds: float
) -> tuple[NDArray[np.float32], Truth]:
    """At most `seconds` of the song, `speed` times as fast as written.

    Hydrogen's random unevenness is switched off and its swing written into the notes, so that
    every place is known.

    Raises
    ------
    RuntimeError
        If h2cli fails.
    """
    tree = xml.parse(path)
    song = tree.getroot()
    swing = float(song.findtext("swing_factor", "0"))
    bpm = float(song.findtext("bpm", "120")) * speed
    for name, value in (("bpm", f"{bpm:.4f}"), ("humanize_time", "0"), ("humanize_velocity", "0"),
                        ("swing_factor", "0"), ("loopEnabled", "false")):  # fmt: skip
        _set(song, name, value)
    for note in song.iter("note"):
        _set(note, "position", str(swung(int(note.findtext("position", "0")), swing)))
        _set(note, "leadlag", "0")
        _set(note, "probability", "1")
    truth = _truth(song, f"hydrogen:{path.stem}", bpm)
    samples = _played(tree, rate)[: round(seconds * rate)]
    return samples, truth.cropped(0.0, len(samples) / rate)


def swung(position: int, swing: float) -> int:
    """Ticks of a note after the swing of Hydrogen's off sixteenths."""
    return position + round(_SWING_TICKS * swing) if position % 24 == 12 else position


def _truth(song: xml.Element, source: str, bpm: float) -> Truth:
    second = 60.0 / bpm / _QUARTER
    drums = {
        int(i.findtext("id", "-1")): _drum(i.findtext("name", "")) for i in song.iter("instrument")
    }
    patterns = {p.findtext("name"): p for p in song.iter("pattern")}
    struck: dict[str, list[float]] = {"kick": [], "snare": [], "hat": [], "": []}
    downbeats, start = [], 0
    for group in song.iterfind("patternSequence/group"):
        chosen = [patterns[one.text] for one in group.iterfind("patternID") if one.text in patterns]
        for pattern in chosen:
            for note in pattern.iterfind("noteList/note"):
                if float(note.findtext("velocity", "1")) >= _SOFTEST:
                    tick = start + int(note.findtext("position", "0"))
                    struck[drums.get(int(note.findtext("instrument", "-1")), "")].append(
                        tick * second
                    )
        downbeats.append(start * second)
        start += max((int(pattern.findtext("size", "192")) for pattern in chosen), default=192)
    beats = np.arange(0, start, _QUARTER) * second
    return Truth(
        kind="hydrogen",
        source=source,
        duration=start * second,
        beats=tuple(beats.tolist()),
        downbeats=tuple(downbeats),
        tempo=piecewise_tempo(beats),
        metre=(4, 4),
        key=None,
        onsets=ascending(time for times in struck.values() for time in times),
        **{name: ascending(struck[name]) for name in _NAMES},
    )


def _drum(name: str) -> str:
    words = name.lower()
    return next((drum for drum, parts in _NAMES.items() if any(p in words for p in parts)), "")


def _set(element: xml.Element, name: str, value: str) -> None:
    child = element.find(name)
    if child is None:
        child = xml.SubElement(element, name)
    child.text = value


def _played(tree: "xml.ElementTree[xml.Element]", rate: int) -> NDArray[np.float32]:
    with tempfile.TemporaryDirectory() as folder:
        song, sound = Path(folder, "song.h2song"), Path(folder, "song.wav")
        tree.write(song, encoding="utf-8", xml_declaration=True)
        run = subprocess.run(
            ["h2cli", "-d", "auto", "-s", str(song), "-o", str(sound), "-r", str(rate), "-b", "16"],
            capture_output=True, check=False, timeout=_TIMEOUT, env=os.environ | {"HOME": folder},
        )  # fmt: skip
        if run.returncode or not sound.exists():
            raise RuntimeError(f"h2cli: {run.stdout.decode(errors='replace').strip()[-200:]}")
        samples, _ = soundfile.read(sound, dtype="float32", always_2d=True)
    out: NDArray[np.float32] = samples
    return out
