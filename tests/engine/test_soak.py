"""A show that is pushed around at random for a long time, and leaves nothing behind."""

import random

import pytest

from v1z3r_core import Engine, EngineOptions
from v1z3r_core.audio.synth import SynthSource
from v1z3r_core.formats.load import list_scenes, load_scene
from v1z3r_core.model.command import NextScene, SetParameter, SetScene, ShowHint, ToggleHelp
from v1z3r_core.model.input import KeyPress, Resize
from v1z3r_core.output.headless import OffscreenSurface
from v1z3r_core.telemetry.memory import ResidentMemory

SIZE = (64, 36)
SIZES = ((64, 36), (37, 91), (0, 0), (128, 72), (1, 1))


def pushed_around(engine, surface, steps, seed):
    """Step the engine while a careless hand does anything it likes."""
    hand = random.Random(seed)
    for number in range(steps):
        match hand.randrange(60):
            case 0:
                engine.post(NextScene(hand.choice((-1, 1, 2))))
            case 1:
                surface.inject(Resize(*hand.choice(SIZES)))
            case 2:
                name = hand.choice(("glow", "nosuch", "gain"))
                engine.post(SetParameter(name, hand.choice((0.0, 1.0, 1e9))))
            case 3:
                engine.post(SetScene("nowhere"))
            case 4:
                surface.inject(KeyPress(hand.choice(("h", "f", "q", "left")), float(number)))
            case 5:
                engine.post(ShowHint("hello", engine.time + 0.1))
            case 6:
                engine.post(ToggleHelp())
        engine.step()


def settled(engine, surface):
    """GL objects and bytes once the first scene is back at its first size."""
    surface.inject(Resize(*SIZE))
    engine.post(SetScene("spectrum"))
    for _ in range(5):
        engine.step()
    use = engine.report()["gl"]
    return use["objects"], use["bytes"]


def soak(tmp_path, steps):
    broken = tmp_path / "broken.glsl"
    broken.write_text("vec4 scene(vec2 uv) { return oops; }\n")
    scenes = (load_scene("spectrum"), *list_scenes(), load_scene(broken))
    scenes = tuple({scene.name: scene for scene in scenes}.values())
    surface, said, memory = OffscreenSurface(SIZE), [], ResidentMemory()
    options = EngineOptions(size=SIZE, fps=1_000, notify=said.append)
    with Engine.open(scenes, SynthSource(), options, surface=surface, headless=True) as engine:
        pushed_around(engine, surface, steps // 2, seed=1)
        objects, half_way = settled(engine, surface), memory.sample()
        pushed_around(engine, surface, steps // 2, seed=2)
        assert settled(engine, surface) == objects
        growth = memory.sample() - half_way
        assert not engine.done
    memory.close()
    assert any("broken.glsl:1" in line for line in said)
    return growth


def test_a_careless_hand_leaves_no_gl_object_behind(tmp_path):
    soak(tmp_path, steps=1_200)


@pytest.mark.long
def test_a_careless_hand_leaves_no_memory_behind_in_a_long_show(tmp_path):
    assert soak(tmp_path, steps=60_000) < 8.0  # MB over the second half: 0.3 KB a picture
