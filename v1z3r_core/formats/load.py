"""From a name or a path to a `Scene`."""

import re
from pathlib import Path

from v1z3r_core.formats.native import read_native
from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.resources import shader_folder
from v1z3r_core.model.scene import Scene
from v1z3r_core.model.suggest import did_you_mean

SUFFIX = ".glsl"
MAX_BYTES = 1 << 20  # the largest shader we have seen in the wild is 200 kB
READS_NOW = "scenes are read in the native format: vec4 scene(vec2 uv), see docs/scenes.md"

_NATIVE = re.compile(r"\A\s*/\*---|\bvec4\s+scene\s*\(")
_SHADERTOY = re.compile(r"\bvoid\s+mainImage\s*\(")
_ISF = re.compile(r"\A\s*/\*\s*\{")


def load_scene(name_or_path: str | Path) -> Scene:
    """The scene of that name among those that ship, or the one in that file.

    Parameters
    ----------
    name_or_path : str or Path
        A bare word is a name; whatever has a suffix or a folder is a path.

    Raises
    ------
    SceneError
        If there is none, or it is not what `READS_NOW` says; at ``file:line`` if it is malformed.
    """
    path = Path(name_or_path)
    if path.suffix or len(path.parts) > 1 or isinstance(name_or_path, Path):
        return read_scene(path)
    shipped = shader_folder() / f"{name_or_path}{SUFFIX}"
    if not name_or_path or not shipped.is_file():
        names = [file.stem for file in _shipped()]
        raise SceneError(f"no scene is named {name_or_path!r}{did_you_mean(name_or_path, names)}")
    return read_scene(shipped)


def list_scenes() -> list[Scene]:
    """Every scene that ships, by name.

    Raises
    ------
    SceneError
        If one of them is malformed.
    """
    return [read_scene(path) for path in _shipped()]


def read_scene(path: Path) -> Scene:
    """The scene in that file.

    Raises
    ------
    SceneError
        As `load_scene`.
    """
    name = _shown(path)
    text = _read(path, name)
    if not text.strip():
        raise SceneError(f"{name}: the file is empty; {READS_NOW}")
    if _NATIVE.search(text):
        return read_native(text, name, path.resolve())
    raise SceneError(f"{name}: {_foreign(text, path)}; {READS_NOW}")


def _shipped() -> list[Path]:
    return sorted(shader_folder().glob(f"*{SUFFIX}"))


def _read(path: Path, name: str) -> str:
    try:
        if path.is_dir():
            raise SceneError(f"{path}: is a folder; name a scene file in it")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SceneError(f"{name}: has {size} bytes, a scene has at most {MAX_BYTES}")
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as mistake:
        raise SceneError(
            f"{name}: is not UTF-8 at byte {mistake.start}; save it as UTF-8"
        ) from None
    except FileNotFoundError:
        near = [file.name for file in path.parent.glob(f"*{SUFFIX}")]
        raise SceneError(f"{name}: no such file{did_you_mean(path.name, near)}") from None
    except (OSError, ValueError) as reason:  # ValueError: a NUL in the path
        raise SceneError(f"{name}: cannot be read: {reason}") from None


def _foreign(text: str, path: Path) -> str:
    if _SHADERTOY.search(text):
        return "is a Shadertoy shader (mainImage)"
    if _ISF.match(text):
        return "is an ISF shader (a JSON head)"
    if path.suffix.lower() in (".milk", ".milk2"):
        return "is a MilkDrop preset"
    return "has no function vec4 scene(vec2 uv)"


def _shown(path: Path) -> str:
    """The path as short as it can be said from here."""
    here = Path.cwd()
    absolute = path if path.is_absolute() else here / path
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)
