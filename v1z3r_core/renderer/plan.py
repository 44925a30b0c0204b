"""What is drawn, in which order and at which size: decided without a GPU."""

from dataclasses import dataclass

from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.scene import Pass, Scene, Target
from v1z3r_core.model.suggest import did_you_mean

MAX_INPUTS = 14  # of the 16 units of a 3.3 fragment shader: one hears, one is for uploads


@dataclass(frozen=True, slots=True)
class PlannedTarget:
    """A target with its size.

    Parameters
    ----------
    target : Target
    size : tuple of int
        Width and height in pixels, each at least 1.
    buffers : int
        Textures behind it: 2 for a persistent one, whose writer reads one and fills the other.
    """

    target: Target
    size: tuple[int, int]
    buffers: int


@dataclass(frozen=True, slots=True)
class PlannedPass:
    """A pass with the size it is drawn at.

    Parameters
    ----------
    source : Pass
    size : tuple of int
    previous : frozenset of str
        Those of its inputs that show the previous frame: persistent targets whose writer has not
        had its turn yet. The other inputs were drawn earlier in this frame.
    """

    source: Pass
    size: tuple[int, int]
    previous: frozenset[str]


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """Targets to have and passes to draw, in order; exactly one pass draws the picture."""

    size: tuple[int, int]
    targets: tuple[PlannedTarget, ...]
    passes: tuple[PlannedPass, ...]


def plan(scene: Scene, size: tuple[int, int], max_size: int) -> RenderPlan:
    """How to draw that scene at that size.

    Parameters
    ----------
    scene : Scene
    size : tuple of int
        Width and height of the picture in pixels, at least 1.
    max_size : int
        Largest width or height of a texture.

    Raises
    ------
    SceneError
        A target that is unknown, declared or written twice, never written, read before it is
        written without being persistent, or too large; a pass name used twice; no picture or two.
    """
    where = str(scene.path) if scene.path is not None else scene.name
    targets = _targets(scene, size, max_size, where)
    _check_passes(scene, where)
    passes: list[PlannedPass] = []
    written: set[str] = set()
    for source in scene.passes:
        previous = _previous(source, targets, written, where)
        if source.target is None:
            passes.append(PlannedPass(source, size, previous))
            continue
        _check_known(source.target, targets, f"{where}: pass {source.name!r} writes")
        if source.target in written:
            raise SceneError(
                f"{where}: target {source.target!r} is written twice; give pass {source.name!r} "
                "a target of its own"
            )
        written.add(source.target)
        passes.append(PlannedPass(source, targets[source.target].size, previous))
    for name in targets:
        if name not in written:
            raise SceneError(f"{where}: target {name!r} is never written; add a pass or remove it")
    return RenderPlan(size, tuple(targets.values()), tuple(passes))


def _targets(
    scene: Scene, size: tuple[int, int], max_size: int, where: str
) -> dict[str, PlannedTarget]:
    planned: dict[str, PlannedTarget] = {}
    for target in scene.targets:
        if target.name in planned:
            raise SceneError(f"{where}: target {target.name!r} is declared twice")
        width, height = (max(1, round(side * target.scale)) for side in size)
        if max(width, height) > max_size:
            raise SceneError(
                f"{where}: target {target.name!r} is {width}×{height} at scale {target.scale:g}, "
                f"this GPU allows {max_size}; lower its scale"
            )
        buffers = 2 if target.persistent else 1
        planned[target.name] = PlannedTarget(target, (width, height), buffers)
    return planned


def _check_passes(scene: Scene, where: str) -> None:
    names = [source.name for source in scene.passes]
    for name in names:
        if names.count(name) > 1:
            raise SceneError(f"{where}: two passes are named {name!r}")
    pictures = [source.name for source in scene.passes if source.target is None]
    if len(pictures) != 1:
        found = "no pass draws" if not pictures else f"passes {', '.join(pictures)} all draw"
        raise SceneError(f"{where}: {found} the picture; exactly one pass has no target")


def _previous(
    source: Pass, targets: dict[str, PlannedTarget], written: set[str], where: str
) -> frozenset[str]:
    reader = f"{where}: pass {source.name!r}"
    if len(set(source.inputs)) > MAX_INPUTS:
        raise SceneError(f"{reader} has {len(set(source.inputs))} inputs, at most {MAX_INPUTS} fit")
    previous = set()
    for name in source.inputs:
        _check_known(name, targets, f"{reader} reads")
        if name in written:
            continue
        if not targets[name].target.persistent:
            raise SceneError(
                f"{reader} reads target {name!r} before it is written; draw it earlier or set "
                "persistent = true to read the previous frame"
            )
        previous.add(name)
    return frozenset(previous)


def _check_known(name: str, targets: dict[str, PlannedTarget], reader: str) -> None:
    if name not in targets:
        raise SceneError(f"{reader} unknown target {name!r}{did_you_mean(name, targets)}")
