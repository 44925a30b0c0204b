import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v1z3r_core.formats.native import read_native
from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.scene import Parameter, Scene, Target

BODY = "vec4 scene(vec2 uv) { return vec4(uv, 0.0, 1.0); }\n"


def _read(head: str, body: str = BODY) -> Scene:
    return read_native(f"/*---\n{head}\n---*/\n{body}", "x.glsl", Path("/show/x.glsl"))


def _mistake(head: str) -> str:
    with pytest.raises(SceneError) as error:
        _read(head)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_full_head_becomes_a_scene() -> None:
    scene = _read(
        """
title = "Waves"
author = "me"
description = "What it is."
tags = ["a", "b"]
[parameters.speed]
default = 2
min = 0.5
max = 4
[parameters.steps]
kind = "int"
default = 3
min = 1
max = 8
label = "Number of steps"
[parameters.invert]
default = true
[parameters.tint]
kind = "color"
default = "#ff8000"
[parameters.centre]
kind = "point"
default = [0.25, -1.0]
min = [-1, -1]
max = [1, 1]
[targets.trail]
scale = 0.5
format = "rgba32f"
filter = "nearest"
wrap = "mirror"
persistent = true
[targets.glow]
[[passes]]
entry = "fade"
target = "trail"
inputs = ["trail"]
[[passes]]
entry = "blur"
target = "glow"
inputs = ["trail"]
"""
    )
    assert (scene.name, scene.title, scene.author) == ("x", "Waves", "me")
    assert scene.tags == ("a", "b")
    assert scene.path == Path("/show/x.glsl")
    speed, steps, invert, tint, centre = scene.parameters
    assert speed == Parameter("speed", "float", 2.0, 0.5, 4.0, "Speed")
    assert steps == Parameter("steps", "int", 3, 1, 8, "Number of steps")
    assert (invert.kind, invert.default) == ("bool", True)
    half = ((128 / 255 + 0.055) / 1.055) ** 2.4
    assert tint.default == pytest.approx((1.0, half, 0.0))
    assert (tint.minimum, tint.maximum) == ((0.0,) * 3, (1.0,) * 3)
    assert centre.default == (0.25, -1.0)
    assert scene.targets == (
        Target("trail", 0.5, "rgba32f", "nearest", "mirror", persistent=True),
        Target("glow"),
    )
    assert [(p.entry, p.target, p.inputs) for p in scene.passes] == [
        ("fade", "trail", ("trail",)),
        ("blur", "glow", ("trail",)),
        ("scene", None, ("trail", "glow")),
    ]


def test_the_body_knows_its_line_in_the_file() -> None:
    source = _read('title = "x"\ntags = []').passes[0].source
    assert (source.name, source.first_line, source.folder) == ("x.glsl", 5, Path("/show"))
    assert source.text == BODY


def test_a_scene_needs_no_head() -> None:
    scene = read_native(BODY, "plain.glsl", Path("plain.glsl"))
    assert (scene.name, scene.title, len(scene.passes)) == ("plain", "plain", 1)
    assert scene.passes[0].source.first_line == 1


P = "[parameters.a]\ndefault = 0.5\nmin = 0.0\nmax = 1.0\n"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ('titel = "x"', "x.glsl:2: unknown key 'titel'; did you mean title?"),
        ("title = 3", "x.glsl:2: title is 3, expected text"),
        ("tags = [1]", "x.glsl:2: tags is [1], expected a list of texts"),
        ("\n\ntitle = ", "x.glsl:4: the head is not TOML"),
        ("[parameters.a]\nmin = 0.0\nmax = 1.0", "x.glsl:2: parameter 'a' has no default"),
        ("[parameters.a]\ndefault = 0.5\nmin = 0.0", "x.glsl:2: parameter 'a' has no max"),
        (
            "[parameters.glow]\ndefault = 3.0\nmin = 0.0\nmax = 2.0",
            "x.glsl:3: parameter 'glow' has default 3, outside min 0 … max 2",
        ),
        (
            '[parameters.a]\nkind = "color"\ndefault = [0.0, 2.0, 0.0]',
            "x.glsl:4: parameter 'a' has default 2, outside min 0 … max 1",
        ),
        ("[parameters.a]\ndefault = 1\nmin = 2\nmax = 0", "x.glsl:4: min 2 is above max 0"),
        (P + "maximum = 1", "x.glsl:6: unknown key 'maximum'"),
        (P + 'kind = "flaot"', "x.glsl:6: kind is 'flaot'; did you mean float?"),
        (P + "label = 3", "x.glsl:6: label is 3, expected text"),
        (
            '[parameters.a]\nkind = "int"\ndefault = 0.5\nmin = 0\nmax = 1',
            "x.glsl:4: default is 0.5, expected a whole number",
        ),
        ('[parameters.a]\nkind = "bool"\ndefault = 1', "x.glsl:4: default is 1, expected true or"),
        (
            "[parameters.a]\ndefault = nan\nmin = 0.0\nmax = 1.0",
            "x.glsl:3: default is nan, expected a number",
        ),
        (
            '[parameters.a]\nkind = "color"\ndefault = "red"',
            "x.glsl:4: default is 'red', expected \"#rrggbb\" or 3 numbers",
        ),
        (
            '[parameters.a]\nkind = "point"\ndefault = [1.0]',
            "x.glsl:4: default is [1.0], expected 2 numbers",
        ),
        ('[parameters."2x"]\ndefault = true', "x.glsl:2: parameter '2x' is not a GLSL name"),
        ("[parameters.bass]\ndefault = true", "'bass' is one of the engine's own values"),
        ("[parameters.float]\ndefault = true", "x.glsl:2: parameter 'float' is a word of GLSL"),
        ("[parameters.mix]\ndefault = true", "x.glsl:2: parameter 'mix' is a function of GLSL"),
        ("[parameters.gl_x]\ndefault = true", "x.glsl:2: parameter 'gl_x' is reserved"),
        ("[parameters.scene]\ndefault = true", "'scene' is the function that draws the picture"),
        ("[[parameters]]\ndefault = true", "x.glsl:2: write [parameters.NAME], one table for each"),
        ("[targets.a]\nscale = 0", "x.glsl:3: scale is 0, expected more than 0, at most 4"),
        ("[targets.a]\nscale = true", "x.glsl:3: scale is True, expected more than 0"),
        ('[targets.a]\nformat = "rgb8"', "x.glsl:3: format is 'rgb8'; did you mean rgba8?"),
        (
            '[targets.a]\npersistent = "yes"',
            "x.glsl:3: persistent is 'yes', expected true or false",
        ),
        ("[targets.a]\nsize = 3", "x.glsl:3: unknown key 'size'"),
        ('passes = "x"', "x.glsl:2: write [[passes]], one for each"),
        ('[[passes]]\ntarget = "a"', 'x.glsl:2: a pass needs entry = "NAME"'),
        ('[targets.a]\n[[passes]]\nentry = "f"', 'x.glsl:3: a pass needs target = "NAME"'),
        (
            '[targets.trail]\n[[passes]]\nentry = "f"\ntarget = "trial"',
            "x.glsl:5: no target is named 'trial'; did you mean trail?",
        ),
        (
            '[targets.a]\n[[passes]]\nentry = "f"\ntarget = "a"\n[[passes]]\nentry = "g"\n'
            'target = "a"\ninputs = ["b"]',
            "x.glsl:9: no target is named 'b'",
        ),
        (
            '[targets.a]\n[[passes]]\nentry = "scene"\ntarget = "a"',
            "x.glsl:4: scene draws the picture by itself, last",
        ),
        (
            '[targets.a]\n[[passes]]\nentry = "a b"\ntarget = "a"',
            "x.glsl:4: entry 'a b' is not a GLSL name",
        ),
        (
            '[targets.a]\n[[passes]]\nentry = "f"\ntarget = "a"\ninputs = "a"',
            "x.glsl:6: inputs is 'a', expected names",
        ),
        ("[targets.a]\n" + P, "x.glsl:3: 'a' is a target already; rename one"),
    ],
)
def test_each_mistake_is_one_line_with_its_place(head: str, message: str) -> None:
    assert message in _mistake(head)


def test_a_head_that_never_ends_is_told() -> None:
    with pytest.raises(SceneError, match=r"x.glsl:1: the head opens with /\*--- but"):
        read_native(f"/*---\ntitle = 'x'\n{BODY}", "x.glsl", None)


TOML_BITS = st.sampled_from(
    ["[parameters.a]", "[targets.b]", "[[passes]]", "default = 1", "min = []", "max = 'x'",
     "kind = 'int'", "entry = 'f'", "target = 'b'", "inputs = ['b']", "title = 1", "[", "x", "=",
     "scale = inf", "[parameters]", "a = {default = 1}", "persistent = true", "\ufeff", "'''"]
)  # fmt: skip


@given(st.lists(TOML_BITS, max_size=8).map("\n".join))
def test_whatever_the_head_says_it_is_a_scene_or_one_line(head: str) -> None:
    try:
        scene = _read(head)
    except SceneError as refusal:
        line = str(refusal)
        assert line.startswith("x.glsl:"), line
        assert "\n" not in line
    else:
        for parameter in scene.parameters:
            if parameter.kind in ("float", "int"):
                assert isinstance(parameter.default, int | float)
                assert math.isfinite(parameter.default)


@given(st.text(max_size=200))
def test_any_text_is_a_scene_or_one_line(text: str) -> None:
    try:
        read_native(text, "x.glsl", None)
    except SceneError as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017
