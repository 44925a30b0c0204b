"""Keys of the window become commands."""

from collections.abc import Sequence

from v1z3r_core.model.command import (
    Command,
    FollowSound,
    NextScene,
    Nudge,
    Quit,
    SetFullscreen,
    ShowHint,
    Tap,
    ToggleHelp,
)
from v1z3r_core.model.input import KeyPress

NUDGE_SECONDS = 0.010  # half of what an attentive viewer notices between beat and picture
QUIT_WINDOW_SECONDS = 2.0  # long enough for a deliberate second press, short enough to forget one

KEY_HELP: tuple[tuple[str, str], ...] = (
    ("SPACE  →", "next scene"),
    ("←", "previous scene"),
    ("T T T", "tap the tempo"),
    (",  .", "beats 10 ms earlier, later"),
    ("R", "tempo from the sound again"),
    ("F", "fullscreen"),
    ("H", "this help"),
    ("ESC", "leave fullscreen"),
    ("ESC ESC", "quit"),
)
"""What each key does, in the order people look for it."""

_SIMPLE: dict[str, Command] = {
    "space": NextScene(),
    "right": NextScene(),
    "left": NextScene(-1),
    "f": SetFullscreen(),
    "h": ToggleHelp(),
    "comma": Nudge(-NUDGE_SECONDS),
    "period": Nudge(NUDGE_SECONDS),
    "r": FollowSound(),
}


class Keyboard:
    """Remembers the last ESC, because two of them in a row mean something else than one."""

    def __init__(self) -> None:
        self._escape_time = float("-inf")

    def commands(self, press: KeyPress, *, fullscreen: bool, show_time: float) -> Sequence[Command]:
        """What the key asks for.

        Parameters
        ----------
        press : KeyPress
        fullscreen : bool
            Whether the window is fullscreen now.
        show_time : float, seconds
            When a hint put up by this key should begin to count, and when a tap was.
        """
        if press.key == "t":
            return (Tap(show_time),)
        if press.key != "escape":
            simple = _SIMPLE.get(press.key)
            return () if simple is None else (simple,)
        if press.time - self._escape_time <= QUIT_WINDOW_SECONDS:
            return (Quit(),)
        self._escape_time = press.time
        hint = ShowHint("press ESC again to quit", show_time + QUIT_WINDOW_SECONDS)
        return (SetFullscreen(on=False), hint) if fullscreen else (hint,)
