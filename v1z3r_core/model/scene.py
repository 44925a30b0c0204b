"""A visual as plain data: what every reader of a format makes and the renderer draws."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ParameterKind = Literal["float", "int", "bool", "color", "point"]
PixelFormat = Literal["rgba8", "rgba16f", "rgba32f"]
Filter = Literal["linear", "nearest"]
Wrap = Literal["clamp", "repeat", "mirror"]
ParameterValue = float | int | bool | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of a scene that a person or a sound may move.

    Parameters
    ----------
    name : str
        A GLSL identifier; the shader reads it as a global constant of that name.
    kind : ParameterKind
        "color" is linear RGB in three floats, "point" two floats.
    default, minimum, maximum : ParameterValue
        Of the kind's type; the default lies within the bounds.
    label : str
        What people read.
    """

    name: str
    kind: ParameterKind
    default: ParameterValue
    minimum: ParameterValue
    maximum: ParameterValue
    label: str


@dataclass(frozen=True, slots=True)
class Target:
    """A picture that one pass writes and others read.

    Parameters
    ----------
    name : str
    scale : float, > 0
        Of the output's width and height.
    persistent : bool, keyword-only
        Kept from frame to frame; readers that draw before its writer, and the writer itself,
        see the previous frame's picture.
    """

    name: str
    scale: float = 1.0
    pixel_format: PixelFormat = "rgba16f"
    filter: Filter = "linear"
    wrap: Wrap = "clamp"
    persistent: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class ShaderSource:
    """GLSL text and where it came from, so that a compiler's complaint finds its line.

    Parameters
    ----------
    text : str
    name : str
        What messages call it: a path, or a made-up name for text from memory.
    first_line : int
        Line of the file at which `text` begins.
    folder : Path or None
        Where `#include "…"` looks first.
    """

    text: str
    name: str
    first_line: int = 1
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """One full-screen draw.

    Parameters
    ----------
    name : str
    source : ShaderSource
    entry : str
        The function `vec4 entry(vec2 uv)` that colours a pixel; uv is 0…1, origin bottom left.
    target : str or None
        None draws the picture itself.
    inputs : tuple of str
        Names of the targets it samples; the shader reads each as a `sampler2D` of that name.
    """

    name: str
    source: ShaderSource
    entry: str
    target: str | None
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A complete visual: passes in drawing order, the targets between them, its parameters."""

    name: str
    title: str
    passes: tuple[Pass, ...]
    targets: tuple[Target, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    author: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    path: Path | None = None
