"""The form of the music as it unfolds: rising and falling, breaks, drops.

A break is heard as a bass that stays away while the music goes on, a drop as its return: the two
events by which dancers know where they are. All of it is causal and relative to what this music
did before, so that gain does not matter.

References
----------
K. Yadati et al., "Detecting drops in electronic dance music: content based approaches to a
socially significant music event", ISMIR 2014: a build-up or break before, then the low end's
sudden return.
"""

import math

from numba import types

from v1z3r_core.kernels.form_layout import FORM, FormMemory, FormTables
from v1z3r_core.kernels.form_tuning import (
    AUDIBLE,
    BACK,
    BREAK_SECONDS,
    FULL_BREAK_SECONDS,
    GONE,
    TREND_OCTAVES,
)
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.records import record

FORM_TABLES = record(FormTables, reads)
FORM_MEMORY = record(FormMemory, writes)

_D = types.float64


@kernel(FORM_TABLES, FORM_MEMORY, _D, _D, returns=_D)
def see_form(tables: FormTables, memory: FormMemory, bass: float, whole: float) -> float:
    """Follow one hop; the strength of the drop announced at it, 0 where there is none.

    Parameters
    ----------
    tables, memory
    bass, whole : float
        Power of 30 to 150 Hz, and of everything, of this hop.

    Returns
    -------
    float, 0 … 1
        Half of it for a bass that was away for 2 s, all of it for 8 s and more.
    """
    values = memory.values
    values[FORM.FAST] += tables.fast * (whole - values[FORM.FAST])
    values[FORM.SLOW] += tables.slow * (whole - values[FORM.SLOW])
    distance = bass - values[FORM.BASS]
    values[FORM.BASS] += distance * (tables.bass_rise if distance > 0.0 else tables.bass_fall)
    usual = values[FORM.USUAL_BASS]
    away = values[FORM.MISSING]
    dropped = 0.0
    if values[FORM.BASS] < GONE * usual:
        values[FORM.MISSING] += tables.hop_seconds
    elif away > 0.0 and values[FORM.BASS] < BACK * usual:
        values[FORM.MISSING] += tables.hop_seconds  # neither gone nor back: as it was
    else:
        if away >= BREAK_SECONDS and values[FORM.FAST] > AUDIBLE:
            span = FULL_BREAK_SECONDS - BREAK_SECONDS
            dropped = 0.5 + 0.5 * min((away - BREAK_SECONDS) / span, 1.0)
            values[FORM.DROPS] += 1.0
        values[FORM.MISSING] = 0.0
    if values[FORM.MISSING] == 0.0:  # a break does not wear down what is usual
        distance = values[FORM.BASS] - usual
        values[FORM.USUAL_BASS] += distance * (
            tables.usual_rise if distance > 0.0 else tables.usual_fall
        )
    return dropped


@kernel(FORM_MEMORY, returns=_D)
def trend(memory: FormMemory) -> float:
    """Whether the music rises (to 1) or falls (to -1): its last 2 s against its last 12 s."""
    fast, slow = memory.values[FORM.FAST], memory.values[FORM.SLOW]
    octaves = math.log2((fast + AUDIBLE) / (slow + AUDIBLE))
    return min(max(octaves / TREND_OCTAVES, -1.0), 1.0)


@kernel(FORM_MEMORY, returns=_D)
def in_break(memory: FormMemory) -> float:
    """How surely this is a break, 0 … 1: 1 when the bass was away for 2 s and music is there."""
    if memory.values[FORM.FAST] <= AUDIBLE:
        return 0.0
    missing: float = memory.values[FORM.MISSING]
    return min(missing / BREAK_SECONDS, 1.0)
