"""The key of the music, as far as it was heard."""

import math

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.form_layout import FORM, FormMemory, FormTables
from v1z3r_core.kernels.form_tuning import (
    CLEAR_MARGIN,
    HYSTERESIS,
    LEAST_CONTRAST,
    TRUST_SECONDS,
)

Floats = NDArray[np.float32]


def see_key(tables: FormTables, memory: FormMemory, chroma: Floats) -> float:
    """Take in one hop's chroma; confidence 0 … 1 in the key now in ``values[FORM.KEY]``.

    Parameters
    ----------
    tables, memory
    chroma : float32, shape (12,), 0 … 1
        From C up; all zero where nothing tonal sounds.
    """
    values, tones = memory.values, memory.chroma
    tones *= tables.chroma_keep
    tones += chroma.astype(np.float64) * tables.hop_seconds
    values[FORM.HEARD] *= tables.chroma_keep
    if chroma.max() > 0:
        values[FORM.HEARD] += tables.hop_seconds
    contrasts = tones - tones.mean()
    length = float((contrasts * contrasts).sum())
    if length < LEAST_CONTRAST:
        return 0.0
    likeness = (tables.profiles * contrasts).sum(axis=1) / math.sqrt(length)
    winner, key = int(np.argmax(likeness)), int(values[FORM.KEY])
    shown = float(likeness[key]) if key >= 0 else -2.0
    second, best = (float(near) for near in np.partition(likeness, -2)[-2:])
    if best > shown + HYSTERESIS:
        values[FORM.KEY] = winner
    elif winner != key:
        return 0.0  # another one is about as likely
    margin = min(max((best - second) / CLEAR_MARGIN, 0.0), 1.0)
    heard = float(values[FORM.HEARD])
    return margin * max(best, 0.0) * (1.0 - math.exp(-heard / TRUST_SECONDS))
