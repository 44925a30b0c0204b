"""What a person or another machine says about the tempo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EarLink:
    """Which of the beats that are heard are the ones that a hand tapped.

    Parameters
    ----------
    octave : int, -1 … 1
        The hand's beats are 2^octave times as fast as the ear's.
    downbeat : float
        Count of the ear's beats, at a downbeat of the hand's.
    """

    octave: int
    downbeat: float


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
    link : EarLink or None
        Where the ear hears the tapped tempo: then it says where exactly the beats lie.
    """

    bpm: float | None = None
    anchor: float = 0.0
    beats_per_bar: int = 4
    shift: float = 0.0
    taps: tuple[float, ...] = ()
    link: EarLink | None = None
