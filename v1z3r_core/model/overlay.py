"""Text in front of the picture, as plain data."""

from dataclasses import dataclass
from typing import Literal

Anchor = Literal[
    "top-left",
    "top",
    "top-right",
    "left",
    "center",
    "right",
    "bottom-left",
    "bottom",
    "bottom-right",
]


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines of text on a dark, translucent, rounded panel.

    Parameters
    ----------
    lines : tuple of str
        In a monospaced font, so that columns made with spaces stand in line.
    anchor : Anchor
        Where on the screen.
    opacity : float, 0…1
        Of panel and text together; 0 draws nothing.
    """

    lines: tuple[str, ...]
    anchor: Anchor = "center"
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Overlay:
    """Panels, the later ones in front."""

    panels: tuple[Panel, ...]
