"""From what the command line names to scenes and parameter values."""

import argparse
from collections.abc import Mapping, Sequence

from v1z3r_core.app import plugins
from v1z3r_core.app.console import note
from v1z3r_core.formats.load import list_scenes, load_scene
from v1z3r_core.model.colour import light_from_hex
from v1z3r_core.model.errors import UsageError
from v1z3r_core.model.scene import Parameter, ParameterValue, Scene
from v1z3r_core.model.suggest import did_you_mean

FIRST_SCENE = "nebula"  # the showpiece opens the show when nobody asks for another


def scenes(arguments: argparse.Namespace) -> tuple[Scene, ...]:
    """The playlist: what `--scene` names, or every scene there is, the showpiece first.

    Raises
    ------
    SceneError
        If one is unknown or cannot be read.
    """
    brought = plugins.scenes(note)
    if arguments.scene:
        return tuple(brought.get(name) or load_scene(name) for name in arguments.scene)
    everything = {**{scene.name: scene for scene in list_scenes()}, **brought}
    first = everything.pop(FIRST_SCENE)
    return (first, *everything.values())


def parameters(
    scene: Scene, assignments: Sequence[tuple[str, str]]
) -> Mapping[str, ParameterValue]:
    """Values of `--set`, checked against what the scene declares.

    Raises
    ------
    UsageError
        If the scene has no such parameter, or the value is not of its kind or range.
    """
    declared = {parameter.name: parameter for parameter in scene.parameters}
    values: dict[str, ParameterValue] = {}
    for name, text in assignments:
        if name not in declared:
            raise UsageError(f"{scene.name}: no parameter '{name}'{did_you_mean(name, declared)}")
        values[name] = _value(scene, declared[name], text)
    return values


def _value(scene: Scene, parameter: Parameter, text: str) -> ParameterValue:
    try:
        value = _parse(parameter, text)
    except ValueError:
        raise UsageError(
            f"{scene.name}: parameter '{parameter.name}' is {_KINDS[parameter.kind]}, not '{text}'"
        ) from None
    lowest, highest = _components(parameter.minimum), _components(parameter.maximum)
    for part, low, high in zip(_components(value), lowest, highest, strict=True):
        if not low <= part <= high:
            raise UsageError(
                f"{scene.name}: parameter '{parameter.name}' is {part:g}, "
                f"allowed {low:g} to {high:g}"
            )
    return value


_KINDS = {
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "color": "a colour like #ff7a1a, or three numbers like 1,0.5,0",
    "point": "two numbers like 0.5,0.5",
}
_WORDS = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}


def _parse(parameter: Parameter, text: str) -> ParameterValue:
    match parameter.kind:
        case "float":
            return float(text)
        case "int":
            return int(text)
        case "bool":
            if text.lower() not in _WORDS:
                raise ValueError(text)
            return _WORDS[text.lower()]
        case "color" if text.startswith("#"):
            return light_from_hex(text)
        case "color" | "point":
            parts = tuple(float(part) for part in text.split(","))
            if len(parts) != (3 if parameter.kind == "color" else 2):
                raise ValueError(text)
            return parts


def _components(value: ParameterValue) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (float(value),)
