"""What an engine needs to know beyond its scenes and its sound."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from v1z3r_core.model.analysis import AnalyzerSettings
from v1z3r_core.model.ports import FrameSink, Notify
from v1z3r_core.model.scene import ParameterValue


def _nothing() -> Mapping[str, ParameterValue]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Settings with defaults that suit a show.

    Parameters
    ----------
    size : tuple of int
        Width and height in pixels; of the window it is only the first size.
    fps : Fraction or None, > 0
        None: the display's refresh rate, or 60 where there is none.
    seed : int, 0 … 2³²−1
        Changes everything random in the scenes and nothing else.
    parameters : mapping of str to value
        Of the first scene, where they differ from its defaults.
    notify : function (str) -> None
        Takes one line at a time for the person at the desk, in the engine's thread.
    sink : FrameSink or None
        Receives every picture and its sound. Made for a size and a rate, so give both here. One
        that fails ends an offline render, while a live show is told and goes on.
    analysis : AnalyzerSettings

    Raises
    ------
    ValueError
        If a value is outside its range.
    """

    size: tuple[int, int] = (1280, 720)
    fps: Fraction | None = None
    seed: int = 0
    parameters: Mapping[str, ParameterValue] = field(default_factory=_nothing)
    notify: Notify = logging.getLogger("v1z3r_core").warning
    sink: FrameSink | None = None
    analysis: AnalyzerSettings = field(default_factory=AnalyzerSettings)

    def __post_init__(self) -> None:
        if min(self.size) < 1:
            raise ValueError(f"size is {self.size[0]}x{self.size[1]}, expected at least 1x1")
        if self.fps is not None and self.fps <= 0:
            raise ValueError(f"fps is {self.fps}, expected more than 0")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}, expected 0 to {2**32 - 1}")
