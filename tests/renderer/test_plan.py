import pytest
from hypothesis import given
from hypothesis import strategies as st

from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.scene import Pass, Scene, ShaderSource, Target
from v1z3r_core.renderer.plan import RenderPlan, plan

SOURCE = ShaderSource("", "s.glsl")
LIMIT = 4096


def _pass(name: str, target: str | None, *inputs: str) -> Pass:
    return Pass(name, SOURCE, name, target, inputs)


def _scene(targets: tuple[Target, ...], *passes: Pass) -> Scene:
    return Scene("s", "S", passes, targets)


def _error(scene: Scene, size: tuple[int, int] = (64, 32)) -> str:
    with pytest.raises(SceneError) as error:
        plan(scene, size, LIMIT)
    return str(error.value)


NAMES = st.sampled_from(["a", "b", "c", "d"])
TARGETS = st.lists(
    st.builds(Target, NAMES, st.floats(0.01, 2.0), persistent=st.booleans()), max_size=4
)
PASSES = st.lists(
    st.builds(
        _pass, st.sampled_from("pqrstu"), st.none() | NAMES, NAMES, NAMES
    ) | st.builds(_pass, st.sampled_from("pqrstu"), st.none() | NAMES),
    max_size=5,
)  # fmt: skip
SIZES = st.tuples(st.integers(1, LIMIT), st.integers(1, LIMIT))


@given(targets=TARGETS, passes=PASSES, size=SIZES)
def test_a_plan_is_valid_or_refused(
    targets: list[Target], passes: list[Pass], size: tuple[int, int]
) -> None:
    scene = _scene(tuple(targets), *passes)
    try:
        made = plan(scene, size, LIMIT)
    except SceneError:
        assert _mistakes(scene, size)
    else:
        assert not _mistakes(scene, size)
        _simulate(made)


def _mistakes(scene: Scene, size: tuple[int, int]) -> bool:
    """Whether the scene is wrong, by the rules as the docs state them."""
    declared = [target.name for target in scene.targets]
    written = [p.target for p in scene.passes if p.target is not None]
    persistent = {target.name for target in scene.targets if target.persistent}
    names = [p.name for p in scene.passes]
    early = any(
        name not in persistent
        and name not in [earlier.target for earlier in scene.passes[:position]]
        for position, p in enumerate(scene.passes)
        for name in p.inputs
    )
    large = any(round(side * target.scale) > LIMIT for target in scene.targets for side in size)
    return bool(
        len(set(declared)) < len(declared)
        or sorted(written) != sorted(declared)
        or len(set(names)) < len(names)
        or [p.target for p in scene.passes].count(None) != 1
        or any(name not in declared for p in scene.passes for name in p.inputs)
        or early
        or large
    )


def _simulate(made: RenderPlan) -> None:
    """Two frames on paper: nobody reads what was never drawn, or what is being drawn."""
    frames_in = {planned.target.name: [-1] * planned.buffers for planned in made.targets}
    front = dict.fromkeys(frames_in, 0)
    for frame in (0, 1):
        for step in made.passes:
            for name in step.source.inputs:
                shown = frames_in[name][front[name]]
                assert shown == (frame - 1 if name in step.previous else frame)
            target = step.source.target
            if target is None:
                assert step.size == made.size
                continue
            back = (front[target] + 1) % len(frames_in[target])
            if target in step.source.inputs:
                assert back != front[target]
            frames_in[target][back] = frame
            front[target] = back


def test_readers_before_the_writer_see_the_previous_frame() -> None:
    scene = _scene(
        (Target("trail", persistent=True), Target("copy")),
        _pass("before", "copy", "trail"),
        _pass("writer", "trail", "trail"),
        _pass("scene", None, "trail", "copy"),
    )
    made = plan(scene, (64, 32), LIMIT)
    assert [set(step.previous) for step in made.passes] == [{"trail"}, {"trail"}, set()]
    assert [planned.buffers for planned in made.targets] == [2, 1]


def test_targets_are_scaled_and_never_vanish() -> None:
    scene = _scene((Target("a", 0.25),), _pass("p", "a"), _pass("scene", None, "a"))
    assert plan(scene, (640, 360), LIMIT).targets[0].size == (160, 90)
    assert plan(scene, (1, 1), LIMIT).targets[0].size == (1, 1)


@pytest.mark.parametrize(
    ("scene", "message"),
    [
        (
            _scene((Target("trail"),), _pass("p", "trial"), _pass("scene", None)),
            "pass 'p' writes unknown target 'trial'; did you mean trail?",
        ),
        (
            _scene((Target("a"),), _pass("p", "a", "b"), _pass("scene", None)),
            "pass 'p' reads unknown target 'b'",
        ),
        (
            _scene((Target("a"),), _pass("scene", None, "a"), _pass("p", "a")),
            "pass 'scene' reads target 'a' before it is written",
        ),
        (_scene((Target("a"),), _pass("scene", None)), "target 'a' is never written"),
        (
            _scene((Target("a"),), _pass("p", "a"), _pass("q", "a"), _pass("scene", None)),
            "target 'a' is written twice",
        ),
        (
            _scene((Target("a"), Target("a")), _pass("p", "a"), _pass("scene", None)),
            "target 'a' is declared twice",
        ),
        (_scene((), _pass("p", None), _pass("p", None)), "two passes are named 'p'"),
        (_scene((), _pass("p", None), _pass("q", None)), "passes p, q all draw the picture"),
        (_scene(()), "no pass draws the picture"),
        (
            _scene((Target("a", 100.0),), _pass("p", "a"), _pass("scene", None)),
            "target 'a' is 6400×3200 at scale 100, this GPU allows 4096; lower its scale",
        ),
    ],
)
def test_mistakes_say_what_and_what_to_do(scene: Scene, message: str) -> None:
    assert message in _error(scene)


def test_more_inputs_than_texture_units_are_refused() -> None:
    targets = tuple(Target(f"t{i}") for i in range(15))
    writers = [_pass(f"p{i}", f"t{i}") for i in range(15)]
    scene = _scene(targets, *writers, _pass("scene", None, *(t.name for t in targets)))
    assert "has 15 inputs, at most 14 fit" in _error(scene)
