"""What happened at a window."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyPress:
    """A key went down (repeats are left out).

    Parameters
    ----------
    key : str
        Lower-case name: a letter or digit, or "escape", "space", "left", "f1", …
    time : float, seconds
        On the surface's monotonic clock.
    """

    key: str
    time: float


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """The window's close button, or the desktop, asked to end."""


@dataclass(frozen=True, slots=True)
class Resize:
    """The framebuffer has a new size in pixels."""

    width: int
    height: int


SurfaceEvent = KeyPress | CloseRequest | Resize
