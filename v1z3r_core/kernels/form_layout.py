"""What the kernels of musical form and key work on."""

from enum import IntEnum
from typing import NamedTuple

from v1z3r_core.kernels.arrays import Doubles, Floats2, constants


class FormTables(NamedTuple):
    """Constants of one hop length; shares are the parts of a distance that one hop covers."""

    bass_rise: float
    bass_fall: float
    usual_rise: float
    usual_fall: float
    fast: float
    slow: float
    hop_seconds: float
    profiles: Floats2  # (24, 12): mean 0, length 1; 12 major keys from C, then 12 minor ones
    chroma_keep: float  # what one hop leaves of the chroma so far


class FormMemory(NamedTuple):
    """What changes from hop to hop."""

    values: Doubles  # see `Form`
    chroma: Doubles  # (12,): leaky sum of the hops' chroma


class Form(IntEnum):
    """Place of each running quantity in `FormMemory.values`."""

    BASS = 0  # envelope of the power below 150 Hz
    USUAL_BASS = 1  # what that envelope reaches in this music
    FAST = 2  # power of everything, smoothed
    SLOW = 3
    MISSING = 4  # seconds for which the bass has been away
    DROPS = 5
    KEY = 6  # as shown; -1 before any
    HEARD = 7  # leaky seconds of tonal sound


FORM = constants(Form)
