"""What one step of the engine cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepStats:
    """Times of one step, in seconds.

    Parameters
    ----------
    started : float
        On the engine's clock.
    analysis, update, draw, present : float
        Duration of each stage.
    missed : bool
        Presented after its slot.
    """

    started: float
    analysis: float
    update: float
    draw: float
    present: float
    missed: bool
