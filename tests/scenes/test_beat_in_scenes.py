"""Beats and drops reach the pictures of the scenes that ship, and only where they are sure."""

import dataclasses

import numpy as np
import pytest
from projection import Picture, Projection, hearing_row, linear, luminance

from v1z3r_core.formats.load import load_scene
from v1z3r_core.model.analysis import LINE, AnalysisFrame, Scalar, silent_frame
from v1z3r_core.model.resources import shader_folder
from v1z3r_core.model.scene import Scene

SIZE = (160, 90)
TIME = 2.0
FLOOR = int(0.30 * SIZE[1])  # of the spectrum, as the shader has it
ON, OFF = 0.02, 0.6  # phases: a picture after the beat, and between two
FPS = 60.0


def scene_named(name: str) -> Scene:
    return load_scene(shader_folder() / f"{name}.glsl")


def silence_with(time: float = TIME, **scalars: float) -> AnalysisFrame:
    row = silent_frame().row.copy()
    for name, value in scalars.items():
        row[3 * LINE + Scalar[name.upper()]] = value
    return dataclasses.replace(hearing_row(row), time=time)


def drawn(name: str, **scalars: float) -> Picture:
    with Projection(scene_named(name), SIZE) as projection:
        projection.draw(silence_with(**scalars), TIME)
        return projection.picture()


def on_and_off(name: str, **scalars: float) -> tuple[Picture, Picture]:
    return drawn(name, beat_phase=ON, **scalars), drawn(name, beat_phase=OFF, **scalars)


@pytest.mark.parametrize("name", ["spectrum", "scope", "nebula"])
def test_a_beat_that_is_not_sure_changes_no_picture(name: str) -> None:
    on, off = on_and_off(name, beat_confidence=0.25, bar_confidence=1.0)
    assert np.array_equal(on, off)


def test_the_floor_of_the_spectrum_lights_up_on_the_beat_from_the_middle() -> None:
    on, off = on_and_off("spectrum", beat_confidence=1.0, beat_place=2.0)
    light = [linear(picture)[::-1][FLOOR].sum(axis=1) for picture in (on, off)]
    gained = light[0] - light[1]
    assert gained[70:90].min() > 0.1
    assert np.abs(gained[:20]).max() < 0.01


def test_the_whole_floor_lights_up_on_the_downbeat() -> None:
    on, off = on_and_off("spectrum", beat_confidence=1.0, bar_confidence=1.0)
    gained = (linear(on) - linear(off))[::-1][FLOOR].sum(axis=1)
    assert gained[20:-20].min() > 0.05


def test_the_star_of_the_nebula_shines_on_the_beat() -> None:
    on, off = on_and_off("nebula", beat_confidence=1.0)
    around = slice(SIZE[1] // 2 - 8, SIZE[1] // 2 + 8), slice(SIZE[0] // 2 - 8, SIZE[0] // 2 + 8)
    assert luminance(on)[around].mean() > 1.1 * luminance(off)[around].mean()


def brightness_of_nebula(*drops: int) -> list[float]:
    """Mean luminance of one picture after the other, each with that many drops so far."""
    with Projection(scene_named("nebula"), SIZE) as projection:
        means = []
        for i, count in enumerate(drops):
            time = TIME + i / FPS
            projection.draw(silence_with(time, drop_count=float(count)), time, FPS)
            means.append(float(luminance(projection.picture()).mean()))
        return means


def test_a_drop_flares_and_fades() -> None:
    means = brightness_of_nebula(*[3] * 5, *[4] * 175)
    assert means[9] > 1.3 * means[4]
    assert means[-1] < 1.05 * means[4]


def test_a_drop_before_the_scene_began_does_not_flare() -> None:
    assert brightness_of_nebula(7, 7, 7) == pytest.approx(brightness_of_nebula(0, 0, 0), rel=1e-6)
