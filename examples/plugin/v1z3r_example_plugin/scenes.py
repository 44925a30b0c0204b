"""The scenes of this package."""

from collections.abc import Sequence
from pathlib import Path

from v1z3r_core import load_scene
from v1z3r_core.model.scene import Scene


def scenes() -> Sequence[Scene]:
    """Every shader that lies beside this module, as `OpenScenes` asks."""
    return [load_scene(path) for path in sorted(Path(__file__).parent.glob("*.glsl"))]
