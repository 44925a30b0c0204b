"""The scope holds a steady tone still and draws its line without gaps."""

import numpy as np
import pytest
from projection import Projection, difference, heard, hearing_row, luminance, showing

from v1z3r_core.formats.load import load_scene
from v1z3r_core.model.analysis import LINE, AnalysisFrame, silent_frame
from v1z3r_core.model.resources import shader_folder
from v1z3r_core.model.scene import Scene

RATE = 48_000
SIZE = (320, 180)


@pytest.fixture
def scene() -> Scene:
    return load_scene(shader_folder() / "scope.glsl")


def tone(hz: float, seconds: float) -> list[AnalysisFrame]:
    time = np.arange(round(seconds * RATE)) / RATE
    return heard((0.5 * np.sin(2.0 * np.pi * hz * time)).astype(np.float32)[:, None], RATE)


def trace_of(samples: np.ndarray) -> AnalysisFrame:
    row = silent_frame().row.copy()
    row[LINE : 2 * LINE] = samples
    return hearing_row(row)


@pytest.mark.parametrize("hz", [440.0, 441.3, 97.0])
def test_a_steady_tone_stands_still(scene: Scene, hz: float) -> None:
    frames = tone(hz, 3.0)
    with Projection(scene, SIZE) as projection:
        before = projection.after(frames, 0.5, 1.0)
        later = projection.after(frames, 1.5, 1.0)
    assert difference(before, later) < 0.5
    assert luminance(before).std() > 0.02


def test_another_tone_is_another_picture(scene: Scene) -> None:
    pictures = []
    for hz in (440.0, 660.0):
        with Projection(scene, SIZE) as projection:
            pictures.append(projection.after(tone(hz, 1.5), 0.5, 0.5))
    assert difference(*pictures) > 4.0


def test_the_line_has_no_gaps_however_steep(scene: Scene) -> None:
    wave = 0.5 * np.sin(2.0 * np.pi * 9.0 * np.arange(LINE) / LINE)
    with Projection(scene, SIZE, graticule=0.0) as projection:
        picture = projection.after([trace_of(wave)], 0.0, 0.5)
    light = luminance(picture)
    assert light.max(axis=0)[16:-16].min() > 0.2
    highest, lowest = (np.flatnonzero((light > 0.2).any(axis=1))[i] for i in (0, -1))
    assert (light[highest : lowest + 1].max(axis=1) > 0.2).all()


@pytest.mark.parametrize("size", [(100, 56), (180, 320), (320, 180)])
def test_a_flat_line_is_as_bright_at_every_size(scene: Scene, size: tuple[int, int]) -> None:
    with Projection(scene, size, graticule=0.0) as projection:
        light = luminance(projection.after([silent_frame()], 0.0, 0.5, fps=30.0))
    assert light.max(axis=0)[size[0] // 2] > 0.75
    along = light.max(axis=0)[size[0] // 10 : -size[0] // 10]
    assert along.std() / along.mean() < 0.03


def test_a_slanted_line_is_lit_evenly(scene: Scene) -> None:
    """Antialiasing: a slow ramp lights every column alike, wherever between pixels it passes."""
    ramp = np.linspace(-0.25, 0.25, LINE)
    beam = showing(scene, "0.5 * texture(trace, uv).rrrr")
    with Projection(beam, SIZE, focus=0.5) as projection:
        light = luminance(projection.after([trace_of(ramp)], 0.0, 0.02))
    columns = light.sum(axis=0)[20:-20]
    assert columns.std() / columns.mean() < 0.01
    assert np.count_nonzero(light[:, 160] > 0.02) <= 5


def test_the_afterglow_fades_in_the_time_it_says(scene: Scene) -> None:
    wave = 0.5 * np.sin(2.0 * np.pi * 4.0 * np.arange(LINE) / LINE)
    left = []
    for seconds in (0.05, 0.8):
        with Projection(scene, SIZE, afterglow=seconds, drift=0.0, graticule=0.0) as projection:
            projection.after([trace_of(wave)], 0.0, 0.5)
            light = luminance(projection.after([silent_frame()], 0.5, 0.25))
        left.append(light[30:70].sum())
    assert left[0] < 0.25 * left[1]
