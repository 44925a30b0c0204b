"""What a person or another machine says about the tempo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TempoHold:
    """A grid of beats that overrides the one that was heard, and a shift of whichever holds.

    Parameters
    ----------
    bpm : float or None
        None follows the sound.
    anchor : float, show seconds
        A downbeat of the held grid.
    beats_per_bar : int, ≥ 1
        Of the held grid.
    shift : float, seconds
        By which beats are shown later than heard or held; negative is earlier.
    taps : tuple of float, show seconds
        The taps of the present series, oldest first.
    """

    bpm: float | None = None
    anchor: float = 0.0
    beats_per_bar: int = 4
    shift: float = 0.0
    taps: tuple[float, ...] = ()
