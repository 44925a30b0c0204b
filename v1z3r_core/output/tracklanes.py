"""The narrow lanes of a track's page: form, onsets, beats and keys over time."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.track import KeySpan, Section, Track
from v1z3r_core.output.page import ACCENT, FAINT, LABEL_PX, PANEL, TEXT, Box, Page, place
from v1z3r_core.output.palette import Rgb, colour

SECTION_INK: dict[str, Rgb] = {
    "intro": colour(0.42, 0.06, 260),
    "build-up": colour(0.62, 0.13, 70),
    "drop": colour(0.57, 0.20, 10),
    "break": colour(0.50, 0.09, 200),
    "outro": colour(0.42, 0.06, 260),
}
ONSET_INK = colour(0.80, 0.11, 200)
GOLDEN_DEGREES = 137.508  # from letter to letter: neighbours in the alphabet never look alike
CLOSEST_PX = 7  # beats drawn nearer than this would be a grey bar
BEATS_HEIGHT = 20
DENSITY_PX = 9  # over which crowded onsets are averaged


def form(page: Page, box: Box, track: Track) -> None:
    """A block for each section, in the colour of its role or else of its letter."""
    blocks = [
        (part.start, part.end, section_ink(part), (part.name, part.letter))
        for part in track.sections
    ]
    _blocks(page, box, track.duration, blocks, "form", "no turns")


def keys(page: Page, box: Box, track: Track) -> None:
    """A block for each key, related keys in related colours, minor ones darker."""
    blocks = [
        (
            span.start,
            span.end,
            key_ink(span),
            (f"{span.name}  {span.camelot}", span.name, span.short),
        )
        for span in track.keys
    ]
    _blocks(page, box, track.duration, blocks, "key", "no key")


def section_ink(section: Section) -> Rgb:
    """Of its role, or for one without a role a muted colour of its letter."""
    if section.label in SECTION_INK:
        return SECTION_INK[section.label]
    number = sum(26**power * (ord(sign) - 64) for power, sign in enumerate(section.letter[::-1]))
    return colour(0.40, 0.05, 275 + GOLDEN_DEGREES * (number - 1))


def key_ink(span: KeySpan) -> Rgb:
    """A hue for each step of the circle of fifths."""
    hue = 30.0 * int(span.camelot[:-1])
    return colour(0.56, 0.11, hue) if span.mode == "major" else colour(0.43, 0.10, hue)


def _blocks(
    page: Page,
    box: Box,
    duration: float,
    blocks: Iterable[tuple[float, float, Rgb, tuple[str, ...]]],
    *captions: str,
) -> None:
    """Start, end, colour and labels of each block; the first label that has room is written."""
    name, nothing = captions
    page.caption(box, name)
    page.fill(box, PANEL, radius=4)
    middle = box.top + box.height / 2
    empty = True
    for start, end, ink, labels in blocks:
        empty = False
        left, right = (round(place(box, time, duration)) for time in (start, end))
        block = Box(left, box.top, max(2, right - left - 2), box.height)
        page.fill(block, ink, radius=min(4, block.width // 2))
        for label in labels:
            inset = min(8.0, (block.width - page.width_of(label, LABEL_PX)) / 2)
            if inset >= 2:
                page.text((left + inset, middle), label, LABEL_PX, TEXT, anchor="lm")
                break
    if empty:
        page.nothing(box, nothing)


def onsets(page: Page, box: Box, track: Track) -> None:
    """What was struck and how strongly; below it the beats, the first of each bar longer."""
    page.fill(box, PANEL)
    rhythm = track.rhythm
    beats_height = 0 if rhythm is None else BEATS_HEIGHT
    stems = Box(box.left, box.top, box.width, box.height - beats_height)
    page.caption(stems, "onsets")
    if len(track.onsets) == 0:
        page.nothing(stems, "no onsets")
    crowded = len(track.onsets) * CLOSEST_PX > 2 * box.width
    cover = _density(stems, track) if crowded else _stems(stems, track)
    page.blend(stems, cover.astype(np.float32), ONSET_INK)
    if rhythm is None:
        return
    row = Box(box.left, stems.bottom, box.width, beats_height)
    if len(rhythm.beats) * CLOSEST_PX <= box.width:
        page.caption(row, "beats")
        _marks(page, row, track, rhythm.beats, 0.5, FAINT)
        _marks(page, row, track, rhythm.downbeats, 0.9, ACCENT)
        return
    apart = 1
    while len(rhythm.downbeats) * CLOSEST_PX > apart * box.width:
        apart *= 2
    page.caption(row, "bars" if apart == 1 else f"{apart} bars")
    _marks(page, row, track, rhythm.downbeats[::apart], 0.9, ACCENT)


def _stems(box: Box, track: Track) -> NDArray[np.float64]:
    """A stem as high as each onset is strong, as cover of the box."""
    heights = np.zeros(box.width + 2)
    places = np.array(
        [int(place(box, time, track.duration)) - box.left for time in track.onsets], np.int64
    )
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
        page.fill(Box(round(place(box, time, track.duration)), box.bottom - height, 2, height), ink)
