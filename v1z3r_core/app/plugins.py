"""Scenes, sources and sinks that other installed packages bring along.

A package declares an entry point in one of the groups `v1z3r.scenes`, `v1z3r.sources` and
`v1z3r.sinks`; the ports are `OpenScenes`, `OpenSource` and `OpenSink` of `model.ports`.
"""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any, cast

from v1z3r_core.model.errors import PluginError, SceneError, V1z3rError
from v1z3r_core.model.ports import Notify, OpenScenes, OpenSink, OpenSource
from v1z3r_core.model.scene import Scene


def sources() -> Mapping[str, OpenSource]:
    """Sources by the name that `v1z3r run NAME` uses; loaded when they are opened."""
    return {
        point.name: cast(OpenSource, _Later(point.load, f"source '{point.name}'"))
        for point in entry_points(group="v1z3r.sources")
    }


def sinks() -> Mapping[str, OpenSink]:
    """Sinks by the name that `v1z3r render -o NAME:PATH` uses; loaded when they are opened."""
    return {
        point.name: cast(OpenSink, _Later(point.load, f"sink '{point.name}'"))
        for point in entry_points(group="v1z3r.sinks")
    }


def scenes(notify: Notify) -> Mapping[str, Scene]:
    """Scenes of all plugins by name; a plugin that fails is reported and left out."""
    found: dict[str, Scene] = {}
    for point in entry_points(group="v1z3r.scenes"):
        opener = cast(OpenScenes, _Later(point.load, f"scenes '{point.name}'"))
        try:
            found.update({scene.name: scene for scene in opener()})
        except (PluginError, SceneError) as failure:
            notify(str(failure))
    return found


class _Later:
    """An entry point that is imported when it is called, and blamed for whatever goes wrong."""

    def __init__(self, load: Callable[[], Any], what: str) -> None:
        self._load = load
        self._what = what

    def __call__(self, *arguments: object, **keywords: object) -> object:
        try:
            function = self._load()
        except Exception as failure:
            raise PluginError(f"plugin {self._what} cannot be loaded: {failure!r}") from failure
        try:
            return function(*arguments, **keywords)
        except V1z3rError:
            raise
        except Exception as failure:
            raise PluginError(f"plugin {self._what} failed: {failure!r}") from failure
