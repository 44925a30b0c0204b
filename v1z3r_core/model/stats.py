"""What one step of the engine cost, and what the renderer holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepStats:
    """Times of one step.

    Parameters
    ----------
    presented : float, seconds
        On the engine's clock, when `present` had returned.
    analysis, update, draw, present : float, seconds
        Duration of each stage: sound and analysis; commands, events and overlay; the GL calls
        of the picture; the surface's `present`.
    missed : bool or None
        The picture was presented after its slot; None where only a host can know.
    """

    presented: float
    analysis: float
    update: float
    draw: float
    present: float
    missed: bool | None


@dataclass(frozen=True, slots=True)
class GraphicsUse:
    """GL objects alive and the bytes they are known to take."""

    objects: int
    bytes: int


@dataclass(frozen=True, slots=True)
class SceneSwitch:
    """A change of scene and the milliseconds from asking to the first picture drawn."""

    scene: str
    ms: float
