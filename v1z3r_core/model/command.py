"""What a hand, a controller or another program asks of the show."""

from dataclasses import dataclass

from v1z3r_core.model.scene import ParameterValue


@dataclass(frozen=True, slots=True)
class NextScene:
    """Go `step` scenes on in the playlist, round and round."""

    step: int = 1


@dataclass(frozen=True, slots=True)
class SetScene:
    """Show the scene of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class SetParameter:
    """Give one of the current scene's parameters a value."""

    name: str
    value: ParameterValue


@dataclass(frozen=True, slots=True)
class ToggleHelp:
    """Show or hide the key map."""


@dataclass(frozen=True, slots=True)
class SetFullscreen:
    """Enter or leave fullscreen; None changes to the other."""

    on: bool | None = None


@dataclass(frozen=True, slots=True)
class ShowHint:
    """Put a short line on the screen for a while."""

    text: str
    until: float


@dataclass(frozen=True, slots=True)
class Quit:
    """End the show."""


Command = NextScene | SetScene | SetParameter | ToggleHelp | SetFullscreen | ShowHint | Quit
