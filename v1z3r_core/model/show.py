"""The state of the show, and what the renderer needs to know for one picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from v1z3r_core.model.analysis import AnalysisFrame
from v1z3r_core.model.beat import Beat
from v1z3r_core.model.scene import ParameterValue
from v1z3r_core.model.tempo import TempoHold


def _nothing() -> Mapping[str, ParameterValue]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ShowState:
    """What is on: changed only by `show.apply(state, command)`.

    Parameters
    ----------
    scenes : tuple of str
        Names of the playlist in order; never empty.
    scene : str
        The one on screen.
    parameters : mapping of str to value
        Of that scene, where they differ from its defaults.
    help_visible, fullscreen, quitting : bool
    hint : str
        A short line to show at the bottom, empty for none.
    hint_until : float, show seconds
    tempo : TempoHold
        What overrides the beats that are heard.
    """

    scenes: tuple[str, ...]
    scene: str
    parameters: Mapping[str, ParameterValue] = field(default_factory=_nothing)
    help_visible: bool = field(default=False, kw_only=True)
    fullscreen: bool = field(default=False, kw_only=True)
    quitting: bool = field(default=False, kw_only=True)
    hint: str = ""
    hint_until: float = 0.0
    tempo: TempoHold = field(default_factory=TempoHold)


@dataclass(frozen=True, slots=True)
class FrameContext:
    """Everything that one picture depends on; equal contexts draw equal pictures.

    Parameters
    ----------
    index : int
        Picture number since the start.
    time, delta : float, seconds
        Show time, and since the last picture.
    size : tuple of int
        Width and height in pixels.
    analysis : AnalysisFrame
        The newest hop at or before `time`.
    show : ShowState
    seed : int, 0 … 2³²−1
    beat : Beat
        At `time`: carried on from what was heard, or what overrides it.
    """

    index: int
    time: float
    delta: float
    size: tuple[int, int]
    analysis: AnalysisFrame
    show: ShowState
    seed: int = 0
    beat: Beat = field(default_factory=Beat)
