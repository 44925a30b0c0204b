"""What a hand, a controller or another program asks of the show."""

import math
from dataclasses import dataclass, field

from v1z3r_core.model.beat import Beat
from v1z3r_core.model.scene import ParameterValue

LEAST_BPM, MOST_BPM = 20.0, 400.0
MOST_BEATS_PER_BAR = 32


def _check_finite(name: str, seconds: float) -> None:
    if not math.isfinite(seconds):
        raise ValueError(f"{name} is {seconds}, expected seconds")


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
class Tap:
    """Say "now" on the beat; from the second tap on the tempo of the taps holds.

    Parameters
    ----------
    time : float, show seconds
        When; `Engine.time` is now.
    heard : Beat
        What the ear says about that moment; the engine fills it in.

    Raises
    ------
    ValueError
        If `time` is not finite.
    """

    time: float
    heard: Beat = field(default_factory=Beat)

    def __post_init__(self) -> None:
        _check_finite("time", self.time)


@dataclass(frozen=True, slots=True)
class Nudge:
    """Show the beats so many seconds later, earlier if negative.

    Raises
    ------
    ValueError
        If `seconds` is not finite.
    """

    seconds: float

    def __post_init__(self) -> None:
        _check_finite("seconds", self.seconds)


@dataclass(frozen=True, slots=True)
class HoldTempo:
    """Let another clock lead: a tempo and the show time of one of its downbeats.

    Raises
    ------
    ValueError
        If `bpm` is not 20 … 400, `beats_per_bar` not 1 … 32, or `downbeat_time` not finite.
    """

    bpm: float
    downbeat_time: float
    beats_per_bar: int = 4

    def __post_init__(self) -> None:
        if not LEAST_BPM <= self.bpm <= MOST_BPM:
            raise ValueError(f"bpm is {self.bpm}, allowed {LEAST_BPM} to {MOST_BPM}")
        _check_finite("downbeat_time", self.downbeat_time)
        if not 1 <= self.beats_per_bar <= MOST_BEATS_PER_BAR:
            raise ValueError(
                f"beats_per_bar is {self.beats_per_bar}, allowed 1 to {MOST_BEATS_PER_BAR}"
            )


@dataclass(frozen=True, slots=True)
class FollowSound:
    """Let the sound lead again: no taps, no other clock, no nudges."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the show."""


Command = (
    NextScene
    | SetScene
    | SetParameter
    | ToggleHelp
    | SetFullscreen
    | ShowHint
    | Tap
    | Nudge
    | HoldTempo
    | FollowSound
    | Quit
)
