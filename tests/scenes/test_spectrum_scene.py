"""The spectrum draws levels exactly, to a fraction of a pixel."""

import numpy as np
import pytest
from projection import Projection, hearing_row, linear

from v1z3r_core.formats.load import load_scene
from v1z3r_core.model.analysis import BANDS, LINE, AnalysisFrame, silent_frame
from v1z3r_core.model.resources import shader_folder

SIZE = (320, 180)
RANGE_PX = 0.58 * SIZE[1]  # height of a full bar, as the shader has it
FLOOR = int(0.30 * SIZE[1])


def levels(values: float | np.ndarray, peaks: float = 0.0) -> AnalysisFrame:
    row = silent_frame().row.copy()
    row[2 * LINE : 2 * LINE + BANDS] = values
    row[2 * LINE + BANDS : 2 * LINE + 2 * BANDS] = peaks
    return hearing_row(row)


def drawn(analysis: AnalysisFrame, size: tuple[int, int] = SIZE, **parameters: float) -> np.ndarray:
    """Linear light, bottom row first, without glow."""
    scene = load_scene(shader_folder() / "spectrum.glsl")
    with Projection(scene, size, **{"glow": 0.0, "reflection": 0.0, **parameters}) as projection:
        projection.draw(analysis, 2.0)
        return linear(projection.picture())[::-1]


def test_light_grows_evenly_with_the_level_by_sixteenths_of_a_pixel() -> None:
    heights_px = 60.0 + np.arange(33) / 16.0
    sums = np.array([drawn(levels(height / RANGE_PX)).sum() for height in heights_px])
    steps = np.diff(sums)
    assert steps.min() > 0.0
    whole_pixels = sums[16:] - sums[:-16]
    assert whole_pixels.max() / whole_pixels.min() < 1.05
    assert steps.max() / steps.mean() < 1.6  # 8 bits and the dither are what is left


def test_a_bars_top_row_is_lit_by_the_share_it_covers() -> None:
    row = FLOOR + 60
    dark = drawn(levels(60.0 / RANGE_PX))[row].sum()
    whole = drawn(levels(61.0 / RANGE_PX))[row].sum() - dark
    for share in (0.25, 0.5, 0.75):
        lit = drawn(levels((60.0 + share) / RANGE_PX))[row].sum() - dark
        assert lit / whole == pytest.approx(share, abs=0.04)


def test_bars_stand_on_whole_pixels() -> None:
    row = drawn(levels(0.8))[FLOOR + 40].sum(axis=1)
    bars = row > 0.5 * row.max()
    edges = np.flatnonzero(np.diff(bars.astype(int)))
    widths = np.diff(edges)
    assert len(edges) == 2 * BANDS
    assert set(widths[::2]) == {widths[0]}
    assert set(widths[1::2]) == {widths[1]}


def test_each_band_has_its_place_from_bass_to_treble() -> None:
    for band in (0, 20, 63):
        values = np.zeros(BANDS)
        values[band] = 0.9
        row = drawn(levels(values))[FLOOR + 40].sum(axis=1)
        centre = np.average(np.arange(SIZE[0]), weights=np.maximum(row - np.median(row), 0.0) ** 2)
        pitch = 4.0  # pixels: 94 % of 320 over 64 bars, whole
        expected = 0.5 * SIZE[0] - 0.5 + (band - 0.5 * (BANDS - 1)) * pitch
        assert centre == pytest.approx(expected, abs=1.0)


def test_peaks_stand_above_their_bars() -> None:
    column = drawn(levels(0.3, peaks=0.7)).sum(axis=(1, 2))
    above = FLOOR + int(0.45 * RANGE_PX)
    brightest = above + int(np.argmax(column[above:]))
    assert brightest == pytest.approx(FLOOR + 0.7 * RANGE_PX, abs=2.0)


def test_narrow_pictures_merge_bars_instead_of_blurring_them() -> None:
    row = drawn(levels(0.8), (90, 160))[int(0.30 * 160) + 30].sum(axis=1)
    bars = row > 0.5 * row.max()
    assert np.count_nonzero(np.diff(bars.astype(int)) > 0) == 16


def test_glow_and_reflection_are_light_that_can_be_turned_off() -> None:
    plain = drawn(levels(0.7))
    glowing = drawn(levels(0.7), glow=1.0)
    mirrored = drawn(levels(0.7), reflection=1.0)
    above = FLOOR + int(0.75 * RANGE_PX)
    assert glowing[above : above + 6].sum() > 1.2 * plain[above : above + 6].sum()
    assert mirrored[: FLOOR - 2].sum() > 1.5 * plain[: FLOOR - 2].sum()
    assert mirrored[FLOOR + 2 :].sum() == pytest.approx(plain[FLOOR + 2 :].sum(), rel=0.01)
