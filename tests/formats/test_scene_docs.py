"""The page that pins the format is held to its word."""

import re
from pathlib import Path

import pytest

from v1z3r_core.formats.load import list_scenes
from v1z3r_core.formats.native import (
    _PARAMETER_KEYS,
    _PASS_KEYS,
    _TARGET_KEYS,
    _TOP_KEYS,
    read_native,
)
from v1z3r_core.model.analysis import silent_frame
from v1z3r_core.model.glsl import name_problem
from v1z3r_core.model.resources import shader_folder
from v1z3r_core.model.scene import Scene
from v1z3r_core.model.show import FrameContext, ShowState
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.renderer import Renderer
from v1z3r_core.renderer.uniforms import FRAME_BLOCK

PAGE = (Path(__file__).parents[2] / "docs" / "scenes.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```glsl\n(.*?)```", PAGE, re.DOTALL)


def _draw(scene: Scene) -> None:
    with Gpu.standalone() as gpu:
        renderer = Renderer(gpu, (64, 36))
        renderer.prepare(scene)
        show = ShowState((scene.name,), scene.name)
        for index in range(2):
            renderer.draw(FrameContext(index, index / 60, 1 / 60, (64, 36), silent_frame(), show))
        assert gpu.gl.glGetError() == 0
        renderer.close()


@pytest.mark.parametrize("example", range(len(EXAMPLES)))
def test_every_example_of_the_page_draws(example: int) -> None:
    _draw(read_native(EXAMPLES[example], f"docs example {example}", None))


def test_the_page_has_a_short_a_full_and_a_musical_example() -> None:
    short, full, musical = EXAMPLES
    assert len(short.splitlines()) == 3
    assert "beat_phase" in musical
    for word in ("[parameters.", "[targets.", "[[passes]]", "#include", "persistent"):
        assert word in full


@pytest.mark.parametrize("scene", list_scenes(), ids=lambda scene: scene.name)
def test_every_scene_that_ships_draws(scene: Scene) -> None:
    _draw(scene)


def test_the_page_names_every_key_of_the_head() -> None:
    for key in (*_TOP_KEYS, *_PARAMETER_KEYS, *_TARGET_KEYS, *_PASS_KEYS):
        assert f"`{key}`" in PAGE or f"[{key}" in PAGE, key


def test_the_page_names_every_value_and_function_a_scene_can_read() -> None:
    library = (shader_folder() / "lib" / "audio.glsl").read_text()
    functions = re.findall(r"^float (?!v1z3r_)(\w+)\(", library, re.MULTILINE)
    assert len(functions) == 14
    for name in (*functions, *(field.name for field in FRAME_BLOCK.fields)):
        assert re.search(rf"\b{name}\b", PAGE), name


def test_library_functions_that_every_scene_has_are_reserved() -> None:
    library = (shader_folder() / "lib" / "audio.glsl").read_text()
    for name in re.findall(r"^float (\w+)\(", library, re.MULTILINE):
        assert name_problem(name) is not None, name


@pytest.mark.parametrize("file", ["color.glsl", "noise.glsl"])
def test_the_page_names_every_function_of_the_library(file: str) -> None:
    text = (shader_folder() / "lib" / file).read_text()
    for name in re.findall(r"^(?:float|vec3|uvec3) (\w+)\(", text, re.MULTILINE):
        assert f"`{name}`" in PAGE, name
