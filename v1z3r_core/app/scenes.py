"""`v1z3r scenes`: what can be shown."""

import argparse
import json
from pathlib import Path

from v1z3r_core.app.console import note, table
from v1z3r_core.model.colour import hex_from_light
from v1z3r_core.model.scene import Parameter, ParameterValue, Scene

EXAMPLE = "v1z3r scenes --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """List the built-in scenes and those of installed plugins."""
    from v1z3r_core.app import plugins
    from v1z3r_core.formats.load import list_scenes

    scenes = {**{scene.name: scene for scene in list_scenes()}, **plugins.scenes(note)}
    if arguments.json:
        print(json.dumps([_described(scene) for scene in scenes.values()], indent=2))
        return 0
    for scene in scenes.values():
        print(f"{scene.name}: {scene.description or scene.title}")
        if scene.parameters:
            print(table([_row(parameter) for parameter in scene.parameters], indent="    "))
    return 0


def _row(parameter: Parameter) -> tuple[str, str, str]:
    if parameter.kind == "color" and isinstance(parameter.default, tuple):
        return parameter.name, hex_from_light(parameter.default), parameter.label
    extent = f"{_text(parameter.minimum)} … {_text(parameter.maximum)}  "
    extent = "" if parameter.kind == "bool" else extent
    return parameter.name, _text(parameter.default), extent + parameter.label


def _text(value: ParameterValue) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{part:g}" for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def _described(scene: Scene) -> dict[str, object]:
    path: Path | None = scene.path
    return {
        "name": scene.name,
        "title": scene.title,
        "author": scene.author,
        "description": scene.description,
        "tags": list(scene.tags),
        "path": None if path is None else str(path),
        "parameters": [
            {
                "name": parameter.name,
                "kind": parameter.kind,
                "default": parameter.default,
                "minimum": parameter.minimum,
                "maximum": parameter.maximum,
                "label": parameter.label,
            }
            for parameter in scene.parameters
        ],
    }
