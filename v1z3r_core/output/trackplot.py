"""A piece of music on one page: what the whole-file analysis found, over a common time axis."""

import math
from pathlib import Path

from v1z3r_core.model.track import Track
from v1z3r_core.output import tracklanes, trackpanels
from v1z3r_core.output.page import DIM, FAINT, Box, Page, tick_step

WIDTH = 1_600
LEFT, RIGHT = 96, 48  # margins; the left one holds the scales
TOP, BOTTOM = 150, 34  # of title and figures; of the time axis
GAP = 14  # between panels

# From the top: what draws it, its height, and the gap below.
PANELS = (
    (tracklanes.form, 40, GAP),
    (trackpanels.spectrum, 380, GAP),
    (tracklanes.onsets, 66, GAP),
    (tracklanes.keys, 30, 4),
    (trackpanels.chroma, 216, GAP),
    (trackpanels.loudness, 150, GAP),
)


def save_picture(track: Track, path: Path, font: Path) -> None:
    """Draw the page and write it as PNG, whole or not at all.

    Parameters
    ----------
    track : Track
    path : Path
    font : Path
        TrueType file of the lettering.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    partial = path.with_name(f"{path.stem}.partial{path.suffix}")
    try:
        draw(track, font).save(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def draw(track: Track, font: Path) -> Page:
    """The page, `WIDTH` pixels wide."""
    height = TOP + sum(height + gap for _, height, gap in PANELS) + BOTTOM
    page = Page((WIDTH, height), font)
    _head(page, track)
    top = TOP
    for panel, height, gap in PANELS:
        box = Box(LEFT, top, WIDTH - LEFT - RIGHT, height)
        panel(page, box, track)
        top += height + gap
    _time_axis(page, box, track.duration)
    return page


def _head(page: Page, track: Track) -> None:
    """Title, and the figures that a musician asks for first."""
    title = "Sound from memory" if track.path is None else track.path.name
    page.text((LEFT, 62), page.fitted(title, 30, WIDTH - LEFT - RIGHT), 30)
    left = float(LEFT)
    for caption, figure, unit in _figures(track):
        page.text((left, 95), caption, 12, FAINT)
        page.text((left, 122), figure, 22)
        unit_left = left + page.width_of(figure, 22) + 8
        page.text((unit_left, 122), unit, 14, DIM)
        right = max(unit_left + page.width_of(unit, 14), left + page.width_of(caption, 12))
        left = right + 44


def _figures(track: Track) -> list[tuple[str, str, str]]:
    """Caption, figure and unit of everything that is known."""
    if track.duration < 10:
        places = 1 if track.duration >= 1 else 3
        figures = [("LENGTH", f"{track.duration:.{places}f}", "s")]
    else:
        figures = [("LENGTH", _clock(round(track.duration), 1.0), "")]
    if track.rhythm is not None:
        figures.append(("TEMPO", f"{track.rhythm.tempo_bpm:.1f}", "BPM"))
        if track.rhythm.beats_per_bar is not None:
            figures.append(("BAR", f"{track.rhythm.beats_per_bar}", "beats"))
    if track.key is not None:
        figures.append(("KEY", track.key.name, track.key.camelot))
    if math.isfinite(track.loudness_lufs):
        figures.append(("LOUDNESS", _signed(track.loudness_lufs), "LUFS"))
        if track.loudness_range_lu is not None:
            figures.append(("RANGE", f"{track.loudness_range_lu:.1f}", "LU"))
        figures.append(("TRUE PEAK", _signed(track.true_peak_dbtp), "dBTP"))
    return figures


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _time_axis(page: Page, box: Box, duration: float) -> None:
    step = tick_step(duration, box.width, 80)
    for number in range(int(duration / step) + 1):
        time = number * step
        x = box.left + time / duration * box.width
        page.fill(Box(round(x), box.bottom + 4, 1, 6), FAINT)
        page.text((x, box.bottom + 26), _clock(time, step), 13, DIM, anchor="ms")


def _clock(time: float, step: float) -> str:
    minutes, seconds = divmod(time, 60)
    if step < 1:
        return f"{time:.{math.ceil(-math.log10(step))}f} s"
    if time < 3_600:
        return f"{int(minutes)}:{round(seconds):02}"
    return f"{int(minutes // 60)}:{int(minutes % 60):02}:{round(seconds):02}"
