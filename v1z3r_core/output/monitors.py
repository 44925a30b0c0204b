"""The monitors of this desktop, and which one a window is on."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.suggest import did_you_mean
from v1z3r_core.output.library import Library

Rect = tuple[int, int, int, int]
"""Left, top, width, height in screen coordinates."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitor as it is now.

    Parameters
    ----------
    index : int
        Its number for `--monitor`; 0 is the primary one.
    name : str
        What the desktop calls it.
    rect : Rect
    refresh_hz : float or None
        Nominal, of its present mode; None where the display does not say.
    """

    index: int
    name: str
    rect: Rect
    refresh_hz: float | None


def monitors() -> tuple[Monitor, ...]:
    """All monitors, the primary one first.

    Raises
    ------
    GraphicsError
        If there is no display.
    """
    library = Library()
    try:
        return tuple(monitor for monitor, _ in connected(library))
    finally:
        library.close()


def connected(library: Library) -> list[tuple[Monitor, object]]:
    """Every monitor with GLFW's handle of it, the primary one first."""
    glfw = library.glfw
    found: list[tuple[Monitor, object]] = []
    with library.errors():  # one unplugged at this moment has no mode; it is left out
        for handle in glfw.get_monitors():
            mode = _mode(glfw, handle)
            if mode is None:
                continue
            name = glfw.get_monitor_name(handle) or b""
            rect = (*glfw.get_monitor_pos(handle), mode.size.width, mode.size.height)
            refresh = float(mode.refresh_rate) or None
            found.append(
                (Monitor(len(found), name.decode(errors="replace"), rect, refresh), handle)
            )
    return found


def choose(which: int | str, known: Sequence[Monitor]) -> Monitor:
    """The monitor with that number or name.

    A name may be in any case, a part of the whole one will do where only one has it, and a
    number may come as text.

    Raises
    ------
    GraphicsError
        If there is none, or several.
    """
    text = str(which).strip().casefold()
    if text.isdecimal():
        if int(text) < len(known):
            return known[int(text)]
        listed = ", ".join(f"{each.index} {each.name}" for each in known)
        raise GraphicsError(f"no monitor {text}; there is: {listed}")
    exact = [each for each in known if each.name.casefold() == text]
    partial = [each for each in known if text in each.name.casefold()]
    for found in (exact, partial):
        if len(found) == 1:
            return found[0]
    if partial:
        listed = ", ".join(f"{each.index} {each.name}" for each in partial)
        raise GraphicsError(f"monitor '{which}' fits several: {listed}; give its number")
    raise GraphicsError(f"no monitor '{which}'{did_you_mean(text, (each.name for each in known))}")


def most_covered(window: Rect, screens: Sequence[Rect]) -> int:
    """Position in `screens` of the one that shows most of the window; 0 if none shows any."""
    areas = [_overlap(window, screen) for screen in screens]
    return areas.index(max(areas))


def moved_into(window: Rect, screens: Sequence[Rect]) -> Rect:
    """The window's place, moved and shrunk as needed to lie inside one of the screens."""
    left, top, width, height = screens[most_covered(window, screens)]
    wide, high = min(window[2], width), min(window[3], height)
    return (
        min(max(window[0], left), left + width - wide),
        min(max(window[1], top), top + height - high),
        wide,
        high,
    )


def _mode(glfw: ModuleType, handle: object) -> Any:
    try:
        return glfw.get_video_mode(handle)
    except ValueError:  # the binding follows GLFW's null pointer
        return None


def _overlap(a: Rect, b: Rect) -> int:
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(wide, 0) * max(high, 0)
