"""The key of the music, as far as it was heard.

References
----------
C. L. Krumhansl, "Cognitive Foundations of Musical Pitch" (1990), chapter 4: the key is the one
whose profile of tones correlates best with the tones that sounded.
"""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.form import FORM_MEMORY, FORM_TABLES
from v1z3r_core.kernels.form_layout import FORM, FormMemory, FormTables
from v1z3r_core.kernels.form_tuning import (
    CLEAR_MARGIN,
    HYSTERESIS,
    KEYS,
    LEAST_CONTRAST,
    TONES,
    TRUST_SECONDS,
)
from v1z3r_core.kernels.policy import kernel, reads

Floats = NDArray[np.float32]

_D = types.float64


@kernel(FORM_TABLES, FORM_MEMORY, reads(types.float32), returns=_D)
def see_key(tables: FormTables, memory: FormMemory, chroma: Floats) -> float:
    """Take in one hop's chroma; confidence 0 … 1 in the key now in ``values[FORM.KEY]``.

    Parameters
    ----------
    tables, memory
    chroma : float32, shape (12,), 0 … 1
        From C up; all zero where nothing tonal sounds.
    """
    values, tones = memory.values, memory.chroma
    loudest = 0.0
    mean = 0.0
    for tone in range(TONES):
        tones[tone] = tables.chroma_keep * tones[tone] + chroma[tone] * tables.hop_seconds
        loudest = max(loudest, np.float64(chroma[tone]))
        mean += tones[tone] / TONES
    values[FORM.HEARD] *= tables.chroma_keep
    if loudest > 0.0:
        values[FORM.HEARD] += tables.hop_seconds
    length = 0.0
    for tone in range(TONES):
        length += (tones[tone] - mean) * (tones[tone] - mean)
    if length < LEAST_CONTRAST:
        return 0.0
    scale = 1.0 / math.sqrt(length)
    best, second, winner, shown = -2.0, -2.0, 0, -2.0
    for key in range(KEYS):
        likeness = 0.0
        for tone in range(TONES):
            likeness += tables.profiles[key, tone] * (tones[tone] - mean)
        likeness *= scale
        if key == values[FORM.KEY]:
            shown = likeness
        if likeness > best:
            best, second, winner = likeness, best, key
        elif likeness > second:
            second = likeness
    if best > shown + HYSTERESIS:
        values[FORM.KEY] = winner
    elif winner != values[FORM.KEY]:
        return 0.0  # another one is about as likely
    margin = min(max((best - second) / CLEAR_MARGIN, 0.0), 1.0)
    return margin * max(best, 0.0) * (1.0 - math.exp(-values[FORM.HEARD] / TRUST_SECONDS))
