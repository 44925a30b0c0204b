"""The large panels of a track's page: spectrum, pitch classes and loudness over time."""

import math
from collections.abc import Sequence

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
    place,
)
from v1z3r_core.output.palette import Rgb, colour, heat

LOUDNESS_INK = colour(0.60, 0.14, 300)
SHORT_INK = colour(0.90, 0.06, 320)
LEGEND_INK = colour(0.80, 0.09, 300)
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


def spectrum(page: Page, box: Box, track: Track) -> None:
    """Levels over time and pitch, on the piece's own range; events as dashed lines."""
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
        x = round(place(box, event.time, track.duration))
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


def chroma(page: Page, box: Box, track: Track) -> None:
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


def loudness(page: Page, box: Box, track: Track) -> None:
    """Momentary loudness as an area, short-term as a line, the whole as a rule."""
    page.fill(box, PANEL)
    if not math.isfinite(track.loudness_lufs):
        page.caption(box, "LUFS")
        page.nothing(box, "no loudness")
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
    onward = np.append(
        line[1:], line[-1:]
    )  # each column reaches to the next: no gap where it falls
    low_edge, high_edge = np.minimum(line, onward) - 0.7, np.maximum(line, onward) + 0.7
    cover = np.clip(np.minimum(high_edge - rows + 1, rows - low_edge), 0, 1)
    # In the first and last 1.5 s there is no short-term loudness to draw.
    middle = (np.arange(box.width) + 0.5) / box.width * track.duration
    known = (middle > SHORT_DELAY_SECONDS) & (middle < track.duration - SHORT_DELAY_SECONDS)
    page.blend(box, (0.9 * cover * known).astype(np.float32), SHORT_INK)
    y = round(box.bottom - (track.loudness_lufs - low) * scale)
    dashes = np.zeros((1, box.width), np.float32)
    dashes[:, np.arange(box.width) % 12 < 7] = 1
    page.blend(Box(box.left, y, box.width, 1), dashes, ACCENT)
    legend = [("momentary", LEGEND_INK), ("short-term", SHORT_INK), ("whole piece", ACCENT)]
    _legend(page, box, [entry for entry in legend if entry[1] != SHORT_INK or known.any()])


def _legend(page: Page, box: Box, entries: Sequence[tuple[str, Rgb]]) -> None:
    """What the curves are, where the area nearly always is."""
    left = box.left + 8.0
    for name, ink in entries:
        page.text((left, box.bottom - 9), name, 12, ink)
        left += page.width_of(name, 12) + 16
