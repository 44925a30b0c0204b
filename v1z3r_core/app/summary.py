"""A track in a few lines that a musician can read."""

import math
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from v1z3r_core.app.console import table

if TYPE_CHECKING:
    from v1z3r_core.engine.listening import Listened
    from v1z3r_core.model.track import Key, Rhythm, Track

STRONGEST_ONSETS = 8  # shown to a person; --json has them all
LINE_WIDTH = 100
_INDENT = "  "


def of_track(track: "Track", name: str) -> str:
    """Name, then one line for each thing that was found."""
    from v1z3r_core.analysis.export import mean_bands

    rows = [("length", f"{clock(track.duration, places=2)}, {track.sample_rate} Hz")]
    if track.rhythm is not None:
        rows.append(("tempo", _tempo(track.rhythm)))
    if track.key is not None:
        rows.append(("key", _key(track.key)))
    if len(track.keys) > 1:
        spans = (_span(part.name, part.start, part.end) for part in track.keys)
        rows += _wrapped("keys", spans)
    rows.append(("loudness", _loudness(track)))
    rows.append(("onsets", _onsets(track)))
    rows += _wrapped("form", (_span(part.name, part.start, part.end) for part in track.sections))
    if len(track.bands):
        rows.append(("bands", f"30 Hz {spark(mean_bands(track))} 16 kHz"))
    return f"{name}\n{table(rows, indent=_INDENT)}"


def of_listened(listened: "Listened") -> str:
    """What was announced live: how much, and how early."""
    rows = [("length", f"{clock(listened.duration, places=2)}, {listened.sample_rate} Hz")]
    leads = sorted(beat.time - beat.announced_at for beat in listened.beats)
    early = f", half of them {leads[len(leads) // 2] * 1000:.0f} ms ahead" if leads else ""
    if listened.tempo_bpm is not None:
        rows.append(("tempo", f"{listened.tempo_bpm:.1f} BPM"))
    rows.append(("beats", f"{len(leads)} announced{early}"))
    if listened.key is not None:
        rows.append(("key", f"{listened.key}, {listened.key_confidence:.0%} sure at the end"))
    rows.append(("onsets", f"{len(listened.onsets)} announced"))
    return f"{listened.path}\n{table(rows, indent=_INDENT)}"


def clock(seconds: float, *, places: int = 0) -> str:
    """Like "3:05" or, with places, "3:05.25"; hours where there are any."""
    ticks = round(seconds * 10**places)
    whole, fraction = divmod(ticks, 10**places)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{text}.{fraction:0{places}}" if places else text


def spark(levels: list[float]) -> str:
    """The shape of the levels: auto-gain has made them alike, so only differences are drawn."""
    blocks = "▁▂▃▄▅▆▇█"
    low = min(levels)
    step = (max(levels) - low) / (len(blocks) - 1) or 1.0
    return "".join(blocks[round((level - low) / step)] for level in levels)


def _tempo(rhythm: "Rhythm") -> str:
    bar = "" if rhythm.beats_per_bar is None else f", {rhythm.beats_per_bar} beats in a bar"
    return f"{rhythm.tempo_bpm:.1f} BPM{bar}, {rhythm.tempo_confidence:.0%} sure"


def _key(key: "Key") -> str:
    return f"{key.name} ({key.camelot}), relative {key.relative}, {key.confidence:.0%} sure"


def _loudness(track: "Track") -> str:
    if not math.isfinite(track.loudness_lufs):
        return "too quiet or short for a loudness"
    parts = [f"{track.loudness_lufs:.1f} LUFS"]
    if track.loudness_range_lu is not None:
        parts.append(f"range {track.loudness_range_lu:.1f} LU")
    return ", ".join([*parts, f"true peak {track.true_peak_dbtp:+.1f} dBTP"])


def _onsets(track: "Track") -> str:
    count = len(track.onsets)
    if count == 0:
        return "0 onsets"
    strongest = track.onset_strengths.argsort()[::-1][:STRONGEST_ONSETS]
    times = sorted(float(track.onsets[place]) for place in strongest)
    listed = " ".join(f"{time:.2f}" for time in times)
    return f"{count}, {count / track.duration:.1f} a second, strongest at {listed} s"


def _span(name: str, start: float, end: float) -> str:
    """Name and times, not to be torn apart at the end of a line."""
    return f"{name} {clock(start)}–{clock(end)}".replace(" ", "\N{NO-BREAK SPACE}")


def _wrapped(name: str, items: Iterable[str]) -> list[tuple[str, str]]:
    """Rows of the table that hold all items, the first under that name."""
    lines = textwrap.wrap(
        ", ".join(items), LINE_WIDTH - 12, break_long_words=False, break_on_hyphens=False
    )
    return [
        ("" if place else name, line.replace("\N{NO-BREAK SPACE}", " "))
        for place, line in enumerate(lines)
    ]
