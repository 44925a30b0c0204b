"""What every scene that ships promises, whatever it draws."""

import itertools

import numpy as np
import pytest
from projection import (
    Picture,
    Projection,
    at,
    difference,
    heard,
    hearing_row,
    luminance,
    marking_bad_numbers,
    showing,
)

from v1z3r_core.audio.compose import compose
from v1z3r_core.formats.load import load_scene
from v1z3r_core.model.analysis import BANDS, LINE, ROW_FLOATS, AnalysisFrame, Scalar, silent_frame
from v1z3r_core.model.resources import shader_folder
from v1z3r_core.model.scene import Scene

NAMES = ("spectrum", "scope", "nebula")
SMALL = (160, 90)
DROP = 19.2  # seconds: where the demo track is loudest, a kick on the first beat
Sound = list[AnalysisFrame]


def scene_named(name: str) -> Scene:
    return load_scene(shader_folder() / f"{name}.glsl")


@pytest.fixture(scope="module")
def music() -> Sound:
    track = compose()
    return heard(track.samples[: 22 * track.rate], track.rate)


@pytest.fixture(params=NAMES)
def scene(request: pytest.FixtureRequest) -> Scene:
    return scene_named(request.param)


def loud_row(rng: np.random.Generator) -> np.ndarray:
    """Everything at its upper end."""
    row = np.zeros(ROW_FLOATS, dtype=np.float32)
    row[:LINE] = 1.0
    row[LINE : 2 * LINE] = rng.choice([-4.0, 4.0], LINE)
    row[2 * LINE : 2 * LINE + 2 * BANDS] = 1.0
    row[3 * LINE : 3 * LINE + len(Scalar)] = 1.0
    row[3 * LINE + Scalar.CENTROID] = 20_000.0
    row[3 * LINE + Scalar.BASS_FLOW : 3 * LINE + Scalar.ONSET_COUNT + 1] = 1e5
    row[3 * LINE + Scalar.BIN_HZ] = 48_000 / (2 * LINE)
    return row


def faults(scene: Scene, analysis: AnalysisFrame, time: float = 3.0) -> Picture:
    with Projection(scene, SMALL) as projection:
        for i in range(3):
            projection.draw(analysis, time + i / 60.0)
        return projection.picture()


@pytest.mark.parametrize("size", [(320, 180), (102, 180), (320, 90), (33, 19)])
def test_music_is_visible_at_every_shape(scene: Scene, size: tuple[int, int], music: Sound) -> None:
    with Projection(scene, size) as projection:
        picture = projection.after(music, DROP, 0.5, fps=30.0)
    light = luminance(picture)
    assert light.std() > 0.02
    assert light.mean() > 0.01
    assert np.mean(picture.max(axis=2) == 255) < 0.30  # not clipped to mush


def test_music_moves_the_picture(scene: Scene, music: Sound) -> None:
    with Projection(scene, SMALL) as projection:
        pictures = list(projection.play(music, DROP, 0.5))
    assert difference(pictures[-16], pictures[-1]) > 1.0
    assert min(difference(a, b) for a, b in itertools.pairwise(pictures[5:])) > 0.02


def test_a_kick_shows(scene: Scene, music: Sound) -> None:
    with Projection(scene, SMALL) as loud, Projection(scene, SMALL) as quiet:
        kicked = loud.after(music, DROP, 0.2)
        silent = quiet.after([silent_frame()], DROP, 0.2)
    assert difference(kicked, silent) > 4.0


def test_silence_is_calm_but_not_dead(scene: Scene) -> None:
    with Projection(scene, SMALL) as projection:
        projection.after([silent_frame()], 0.0, 1.5)
        pictures = list(projection.play([silent_frame()], 1.5, 0.5))
    means = np.array([luminance(picture).mean() for picture in pictures])
    assert means.min() > 0.0005
    assert np.abs(np.diff(means)).max() < 0.002
    assert luminance(pictures[-1]).std() > 0.002


def test_no_picture_flashes(scene: Scene, music: Sound) -> None:
    """WCAG 2.2, general flash: pairs of opposite changes of a tenth of full luminance."""
    with Projection(scene, SMALL) as projection:
        projection.after(music, DROP - 0.5, 0.5)
        means = [luminance(picture).mean() for picture in projection.play(music, DROP, 1.0)]
    turns = 0
    low = high = means[0]
    for mean in means:
        low, high = min(low, mean), max(high, mean)
        if high - low > 0.1:
            turns += 1
            low = high = mean
    assert turns < 6


def test_equal_shows_draw_equal_pictures(scene: Scene, music: Sound) -> None:
    pictures = []
    for _ in range(2):
        with Projection(scene, SMALL) as projection:
            pictures.append(projection.after(music, DROP, 0.25))
    assert np.array_equal(*pictures)


def test_frame_rate_does_not_change_the_look(scene: Scene, music: Sound) -> None:
    means = []
    for fps in (30.0, 120.0):
        with Projection(scene, SMALL) as projection:
            means.append(luminance(projection.after(music, DROP, 0.5, fps=fps)).mean())
    assert means[0] == pytest.approx(means[1], rel=0.12)


def test_no_pass_yields_nan_or_infinity(scene: Scene) -> None:
    loud = hearing_row(loud_row(np.random.default_rng(3)))
    for entry in (single.entry for single in scene.passes):
        probe = marking_bad_numbers(scene, entry)
        assert faults(probe, loud).max() == 0, entry
        assert faults(probe, silent_frame(), time=0.0).max() == 0, entry


def test_the_search_for_bad_numbers_finds_one() -> None:
    scene = scene_named("spectrum")
    planted = showing(scene, "scene(uv) / (uv.x > 0.5 ? delta - delta : 1.0)")
    shown = faults(marking_bad_numbers(planted, "probe_of_a_test"), silent_frame())
    assert shown[:, SMALL[0] // 2 + 1 :].min() > 0
    assert shown[:, : SMALL[0] // 2 - 1].max() == 0


def test_every_parameter_changes_the_picture(scene: Scene, music: Sound) -> None:
    def drawn(**changed: object) -> Picture:
        with Projection(scene, (96, 54), **changed) as projection:  # type: ignore[arg-type]
            return projection.after(music, DROP, 0.4, fps=30.0)

    usual = drawn()
    for parameter in scene.parameters:
        ends = [parameter.minimum, parameter.maximum]
        seen = max(difference(usual, drawn(**{parameter.name: end})) for end in ends)
        assert seen > 0.05, parameter.name


def test_pictures_follow_the_sound_not_its_past(scene: Scene, music: Sound) -> None:
    """A second of silence after the drop leaves what silence alone would have drawn."""
    with Projection(scene, SMALL) as projection:
        loud = projection.after(music, DROP, 0.3)
        faded = projection.after([silent_frame()], DROP + 0.3, 2.0)
    with Projection(scene, SMALL) as projection:
        silent = projection.after([silent_frame()], DROP + 0.3, 2.0)
    assert difference(faded, silent) < 0.2 * difference(loud, silent)
    assert at(music, DROP + 0.2).bass > 0.5
