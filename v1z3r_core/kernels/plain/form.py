"""The form of the music as it unfolds: rising and falling, breaks, drops."""

import math

from v1z3r_core.kernels.form_layout import FORM, FormMemory, FormTables
from v1z3r_core.kernels.form_tuning import (
    AUDIBLE,
    BACK,
    BREAK_SECONDS,
    FULL_BREAK_SECONDS,
    GONE,
    TREND_OCTAVES,
)


def see_form(tables: FormTables, memory: FormMemory, bass: float, whole: float) -> float:
    """Follow one hop; the strength of the drop announced at it, 0 where there is none.

    Parameters
    ----------
    tables, memory
    bass, whole : float
        Power of 30 to 150 Hz, and of everything, of this hop.
    """
    values = memory.values.tolist()  # single numbers are faster there than in an array
    values[FORM.FAST] += tables.fast * (whole - values[FORM.FAST])
    values[FORM.SLOW] += tables.slow * (whole - values[FORM.SLOW])
    distance = bass - values[FORM.BASS]
    values[FORM.BASS] += distance * (tables.bass_rise if distance > 0.0 else tables.bass_fall)
    usual, away = values[FORM.USUAL_BASS], values[FORM.MISSING]
    dropped = 0.0
    gone = values[FORM.BASS] < GONE * usual
    if gone or (away > 0.0 and values[FORM.BASS] < BACK * usual):  # neither gone nor back
        values[FORM.MISSING] += tables.hop_seconds
    else:
        if away >= BREAK_SECONDS and values[FORM.FAST] > AUDIBLE:
            span = FULL_BREAK_SECONDS - BREAK_SECONDS
            dropped = 0.5 + 0.5 * min((away - BREAK_SECONDS) / span, 1.0)
            values[FORM.DROPS] += 1.0
        values[FORM.MISSING] = 0.0
        distance = values[FORM.BASS] - usual  # a break does not wear down what is usual
        share = tables.usual_rise if distance > 0.0 else tables.usual_fall
        values[FORM.USUAL_BASS] += distance * share
    memory.values[:] = values
    return dropped


def trend(memory: FormMemory) -> float:
    """Whether the music rises (to 1) or falls (to -1): its last 2 s against its last 12 s."""
    fast, slow = float(memory.values[FORM.FAST]), float(memory.values[FORM.SLOW])
    octaves = math.log2((fast + AUDIBLE) / (slow + AUDIBLE))
    return min(max(octaves / TREND_OCTAVES, -1.0), 1.0)


def in_break(memory: FormMemory) -> float:
    """How surely this is a break, 0 … 1: 1 when the bass was away for 2 s and music is there."""
    if memory.values[FORM.FAST] <= AUDIBLE:
        return 0.0
    return min(float(memory.values[FORM.MISSING]) / BREAK_SECONDS, 1.0)
