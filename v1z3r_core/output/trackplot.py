"""A piece of music on one page: what the whole-file analysis found, over a common time axis."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.analysis import FLOOR_DB
from v1z3r_core.model.key import MAJOR_NAMES
from v1z3r_core.model.track import Key, Track, spectrogram_hz
from v1z3r_core.output.page import (
    ACCENT,
    DIM,
    FAINT,
    PANEL,
    RULE,
    TEXT,
    Box,
    Page,
    columns,
    tick_step,
)
from v1z3r_core.output.palette import Rgb, colour, heat

WIDTH = 1_600
LEFT, RIGHT = 96, 48  # margins; the left one holds the scales
GAP = 14  # between panels

SECTION_INK: dict[str, Rgb] = {
    "intro": colour(0.42, 0.06, 260),
    "build-up": colour(0.62, 0.13, 70),
    "drop": colour(0.57, 0.20, 10),
    "break": colour(0.50, 0.09, 200),
    "outro": colour(0.42, 0.06, 260),
    "section": colour(0.36, 0.03, 270),
}
ONSET_INK = colour(0.80, 0.11, 200)
LOUDNESS_INK = colour(0.60, 0.14, 300)
SHORT_INK = colour(0.90, 0.06, 320)
WHITE: Rgb = (255, 255, 255)

# A hop's spectrum shows the middle of its window, 2,048 samples at 44.1 and 48 kHz.
SPECTRUM_DELAY_SECONDS = 0.022
TILT_DB_PER_OCTAVE = 2.0  # music falls by about 4; half of it stays, so that the bass still leads
SPAN_DB = 62.0  # from black to white
LOUDEST_QUANTILE = 0.998
SCALE_HZ = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
MAJOR_STEPS = (0, 2, 4, 5, 7, 9, 11)
MINOR_STEPS = (0, 2, 3, 5, 7, 8, 10)
QUIETEST_LU = 30.0  # below the loudness of the whole: where sound is as good as gone
FULL_ABOVE_LU = 15.0  # above that, pitches are drawn at full strength
MOMENTARY_DELAY_SECONDS = 0.2  # half of the 400 ms that it covers
SHORT_DELAY_SECONDS = 1.5  # likewise
CLOSEST_PX = 7  # beats drawn nearer than this would be a grey bar
BEATS_HEIGHT = 20
DENSITY_PX = 9  # over which crowded onsets are averaged


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
    width = WIDTH - LEFT - RIGHT
    heights = {"form": 40, "spectrum": 380, "onsets": 66, "chroma": 216, "loudness": 150}
    boxes, top = {}, 150
    for name, height in heights.items():
        boxes[name] = Box(LEFT, top, width, height)
        top += height + GAP
    page = Page((WIDTH, top + 34), font)
    _head(page, track)
    _form(page, boxes["form"], track)
    _spectrum(page, boxes["spectrum"], track)
    _onsets(page, boxes["onsets"], track)
    _chroma(page, boxes["chroma"], track)
    _loudness(page, boxes["loudness"], track)
    _time_axis(page, boxes["loudness"], track.duration)
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
        figures = [("LENGTH", f"{track.duration:.1f}", "s")]
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


def _form(page: Page, box: Box, track: Track) -> None:
    """A coloured block for each section."""
    _caption(page, box, "form")
    page.fill(box, PANEL, radius=4)
    if not track.sections:
        page.text((box.left + 8, box.top + box.height / 2), "no turns", 14, FAINT, anchor="lm")
    for section in track.sections:
        left, right = (round(_x(box, track, time)) for time in (section.start, section.end))
        block = Box(left, box.top, max(2, right - left - 2), box.height)
        page.fill(block, SECTION_INK[section.label], radius=4)
        named = section.label != "section"
        if named and page.width_of(section.label, 14) + 12 <= block.width:
            page.text((left + 8, box.top + box.height / 2), section.label, 14, TEXT, anchor="lm")


def _spectrum(page: Page, box: Box, track: Track) -> None:
    page.fill(box, PANEL)
    if len(track.times):
        times = track.times - SPECTRUM_DELAY_SECONDS
        levels = columns(times, track.spectrogram, track.duration, box.width)
        page.paste(box, heat()[_shades(levels)].transpose(1, 0, 2)[::-1])
    hz = spectrogram_hz()
    for frequency in SCALE_HZ:
        label = f"{frequency // 1_000}k" if frequency >= 1_000 else f"{frequency}"
        share = math.log(frequency / hz[0]) / math.log(hz[-1] / hz[0])
        y = box.bottom - share * box.height
        page.text((box.left - 10, y), label, 13, DIM, anchor="rm")
        line = Box(box.left, round(y), box.width, 1)
        page.blend(line, np.full((1, box.width), 0.10, np.float32), WHITE)
    page.text((box.left - 10, box.top + 8), "Hz", 12, FAINT, anchor="rm")
    for event in track.events:
        x = round(_x(box, track, event.time))
        cover = np.full((box.height, 1), 0.25 + 0.5 * event.strength, np.float32)
        cover[2::4] = cover[3::4] = 0  # dashes
        page.blend(Box(min(x, box.right - 1), box.top, 1, box.height), cover, WHITE)


def _shades(levels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Places in the colour map, the loudest near its end; silence at its beginning."""
    tilt = TILT_DB_PER_OCTAVE * np.log2(spectrogram_hz() / 1_000)
    level_db = np.where(levels > 0, (levels - 1) * -FLOOR_DB + tilt, -np.inf)
    top = np.quantile(level_db, LOUDEST_QUANTILE, method="higher")
    if not np.isfinite(top):
        return np.zeros(levels.shape, np.uint8)
    return np.asarray(np.rint(255 * np.clip(1 + (level_db - top) / SPAN_DB, 0, 1)), np.uint8)


def _onsets(page: Page, box: Box, track: Track) -> None:
    """What was struck and how strongly; below it the beats, the first of each bar longer."""
    page.fill(box, PANEL)
    rhythm = track.rhythm
    beats_height = 0 if rhythm is None else BEATS_HEIGHT
    stems = Box(box.left, box.top, box.width, box.height - beats_height)
    _caption(page, stems, "onsets")
    crowded = len(track.onsets) * CLOSEST_PX > 2 * box.width
    cover = _density(stems, track) if crowded else _stems(stems, track)
    page.blend(stems, cover.astype(np.float32), ONSET_INK)
    if rhythm is None:
        return
    row = Box(box.left, stems.bottom, box.width, beats_height)
    if len(rhythm.beats) * CLOSEST_PX <= box.width:
        _caption(page, row, "beats")
        _marks(page, row, track, rhythm.beats, 0.5, FAINT)
        _marks(page, row, track, rhythm.downbeats, 0.9, ACCENT)
        return
    apart = 1
    while len(rhythm.downbeats) * CLOSEST_PX > apart * box.width:
        apart *= 2
    _caption(page, row, "bars" if apart == 1 else f"{apart} bars")
    _marks(page, row, track, rhythm.downbeats[::apart], 0.9, ACCENT)


def _stems(box: Box, track: Track) -> NDArray[np.float64]:
    """A stem as high as each onset is strong, as cover of the box."""
    heights = np.zeros(box.width + 2)
    places = np.array([int(_x(box, track, time)) - box.left for time in track.onsets], np.int64)
    for step in range(2):
        np.maximum.at(heights, places + step, track.onset_strengths)
    heights = heights[: box.width]
    rows = np.arange(box.height, 0, -1)[:, np.newaxis]
    cover = np.clip(heights * (box.height - 6) - rows + 1, 0, 1) * (0.35 + 0.65 * heights)
    return np.asarray(cover, np.float64)


def _density(box: Box, track: Track) -> NDArray[np.float64]:
    """Strength of the onsets per time, where they stand too close to be told apart."""
    places = np.minimum(track.onsets / track.duration * box.width, box.width - 1).astype(np.int64)
    per_column = np.bincount(places, track.onset_strengths, minlength=box.width)
    around = np.hanning(DENSITY_PX + 2)
    smooth = np.convolve(per_column, around / around.sum(), mode="same")
    rows = np.arange(box.height, 0, -1)[:, np.newaxis]
    heights = smooth / smooth.max() * (box.height - 6)
    cover = np.clip(heights - rows + 1, 0, 1) * (0.25 + 0.65 * rows / box.height)
    return np.asarray(cover, np.float64)


def _marks(
    page: Page, box: Box, track: Track, times: NDArray[np.float64], part: float, ink: Rgb
) -> None:
    """A tick for each time."""
    height = round(part * box.height)
    for time in times:
        page.fill(Box(round(_x(box, track, time)), box.bottom - height, 2, height), ink)


def _chroma(page: Page, box: Box, track: Track) -> None:
    """A row for each pitch class, C at the bottom; the key's own notes are written brighter."""
    page.fill(box, PANEL)
    cell = box.height // 12
    if len(track.tone_times):
        strength = columns(track.tone_times, track.tone_chroma, track.duration, box.width)
        strength = np.clip(strength, 0, 1) ** 1.5 * _presence(track, box.width)[:, np.newaxis]
        shades = np.rint(220 * strength).astype(np.uint8)
        pixels = np.repeat(heat()[shades].transpose(1, 0, 2)[::-1], cell, axis=0)
        pixels[cell - 1 :: cell] = PANEL  # a line between rows
        page.paste(Box(box.left, box.top, box.width, 12 * cell), pixels)
    for pitch, name in enumerate(MAJOR_NAMES):
        y = box.top + (11.5 - pitch) * cell
        page.text((box.left - 10, y), name, 13, _note_ink(track.key, pitch), anchor="rm")


def _presence(track: Track, width: int) -> NDArray[np.float32]:
    """How much there is to hear at each column against the whole piece, 0…1."""
    if len(track.times) == 0 or not math.isfinite(track.loudness_lufs):
        return np.ones(width, np.float32)
    quiet = track.loudness_lufs - QUIETEST_LU
    above = np.maximum(track.momentary_lufs, quiet) - np.float32(quiet)
    presence = columns(track.times - MOMENTARY_DELAY_SECONDS, above, track.duration, width)
    return np.asarray(np.clip(presence / FULL_ABOVE_LU, 0, 1), np.float32)


def _note_ink(key: Key | None, pitch: int) -> Rgb:
    if key is None:
        return FAINT
    steps = MAJOR_STEPS if key.mode == "major" else MINOR_STEPS
    degree = (pitch - key.tonic) % 12
    if degree == 0:
        return ACCENT
    return TEXT if degree in steps else FAINT


def _loudness(page: Page, box: Box, track: Track) -> None:
    """Momentary loudness as an area, short-term as a line, the whole as a rule."""
    page.fill(box, PANEL)
    if not math.isfinite(track.loudness_lufs):
        _caption(page, box, "LUFS")
        page.text((box.left + 16, box.top + box.height / 2), "none", 13, FAINT, anchor="lm")
        return
    loudest = float(track.momentary_lufs.max())
    top = math.ceil((loudest + 1) / 5) * 5
    low = top - max(QUIETEST_LU, 5 * math.ceil((top - track.loudness_lufs + 10) / 5))
    for level in range(int(low) + 10, int(top), 10):
        y = box.bottom - (level - low) / (top - low) * box.height
        page.fill(Box(box.left, round(y), box.width, 1), RULE)
        page.text((box.left - 10, y), f"{level}".replace("-", "−"), 13, DIM, anchor="rm")
    page.text((box.left - 10, box.top + 8), "LUFS", 12, FAINT, anchor="rm")
    scale = box.height / (top - low)
    rows = np.arange(box.height, 0, -1)[:, np.newaxis]

    def heights(values: NDArray[np.float32], delay: float) -> NDArray[np.float32]:
        floored = np.maximum(values, low - 1).astype(np.float32)
        return (columns(track.times - delay, floored, track.duration, box.width) - low) * scale

    area = np.clip(heights(track.momentary_lufs, MOMENTARY_DELAY_SECONDS) - rows + 1, 0, 1)
    page.blend(box, (area * (0.25 + 0.65 * rows / box.height)).astype(np.float32), LOUDNESS_INK)
    line = heights(track.short_lufs, SHORT_DELAY_SECONDS)
    steep = np.abs(np.gradient(line)) / 2 + 1.2
    cover = np.clip(steep - np.abs(line - rows + 0.5), 0, 1)
    # In the first and last 1.5 s there is no short-term loudness to draw.
    middle = (np.arange(box.width) + 0.5) / box.width * track.duration
    known = (middle > SHORT_DELAY_SECONDS) & (middle < track.duration - SHORT_DELAY_SECONDS)
    page.blend(box, (0.9 * cover * known).astype(np.float32), SHORT_INK)
    y = round(box.bottom - (track.loudness_lufs - low) * scale)
    dashes = np.zeros((1, box.width), np.float32)
    dashes[:, np.arange(box.width) % 12 < 7] = 1
    page.blend(Box(box.left, y, box.width, 1), dashes, ACCENT)


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
        return f"{time:.1f} s"
    if time < 3_600:
        return f"{int(minutes)}:{round(seconds):02}"
    return f"{int(minutes // 60)}:{int(minutes % 60):02}:{round(seconds):02}"


def _caption(page: Page, box: Box, name: str) -> None:
    page.text((box.left - 10, box.top + box.height / 2), name, 13, FAINT, anchor="rm")


def _x(box: Box, track: Track, time: float) -> float:
    return box.left + min(max(time / track.duration, 0.0), 1.0) * (box.width - 1)
