"""What stands in front of the picture: the key map, and a line that fades."""

from v1z3r_core.control.keyboard import KEY_HELP
from v1z3r_core.model.overlay import Overlay, Panel
from v1z3r_core.model.show import ShowState
from v1z3r_core.model.tempo import TempoHold

FADE_SECONDS = 0.5


def overlay_of(state: ShowState, time: float) -> Overlay | None:
    """Panels for the state at that show time, or None when nothing is to be said."""
    panels = []
    if state.help_visible:
        panels.append(Panel(_help_lines(state), "center"))
    left = state.hint_until - time
    if state.hint and left > 0:
        panels.append(Panel((state.hint,), "bottom", min(1.0, left / FADE_SECONDS)))
    return Overlay(tuple(panels)) if panels else None


def tempo_line(hold: TempoHold) -> str:
    """What leads the beats now, in a few words."""
    if hold.bpm is not None:
        line = f"{hold.bpm:.1f} BPM held"
    elif len(hold.taps) == 1:
        line = "tap on"
    else:
        line = "tempo from the sound"
    return f"{line}, beats {1e3 * hold.shift:+.0f} ms" if hold.shift else line


def _help_lines(state: ShowState) -> tuple[str, ...]:
    width = max(len(key) for key, _ in KEY_HELP) + 3
    place = state.scenes.index(state.scene) + 1
    return (
        f"{state.scene}  {place}/{len(state.scenes)}",
        "",
        *(f"{key:<{width}}{meaning}" for key, meaning in KEY_HELP),
    )
