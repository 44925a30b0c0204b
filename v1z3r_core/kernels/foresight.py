"""What of a hop is musical: beat, bar, form and key; each fills its places in the hop's row."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.beat import see_beat
from v1z3r_core.kernels.beat_layout import BEAT_VALUE
from v1z3r_core.kernels.form import in_break, see_form, trend
from v1z3r_core.kernels.form_layout import FORM
from v1z3r_core.kernels.layout import COUNT, SCALAR, Memory, Tables
from v1z3r_core.kernels.policy import kernel, writes
from v1z3r_core.kernels.records import MEMORY, TABLES
from v1z3r_core.kernels.spectrum import see_power
from v1z3r_core.kernels.tonality import see_key
from v1z3r_core.model.row import BANDS, COUNT_PERIOD

Floats = NDArray[np.float32]

_F = types.float32
_BASS = BANDS  # place of the bass among the band powers
_WHOLE = BANDS + 3


@kernel(TABLES, MEMORY, writes(_F))
def see_beats(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Follow the beat; needs the power of this hop's window."""
    end = memory.counts[COUNT.HISTORY_AT] + memory.mid.shape[0] // 2
    newest = memory.mid[end - tables.brief.window.shape[0] : end]
    see_power(newest, tables.brief, memory.work, memory.brief_power)
    now = memory.counts[COUNT.GRID] * tables.hop_seconds
    said = memory.beat_values
    see_beat(tables.beat, memory.beat, memory.brief_power, memory.power, now, said)
    scalars[SCALAR.BEAT_PHASE] = said[BEAT_VALUE.PHASE]
    scalars[SCALAR.BEAT_PERIOD] = said[BEAT_VALUE.PERIOD]
    scalars[SCALAR.BEAT_CONFIDENCE] = said[BEAT_VALUE.CONFIDENCE]
    scalars[SCALAR.BEAT_PLACE] = said[BEAT_VALUE.BEAT_IN_BAR]
    scalars[SCALAR.BEATS_PER_BAR] = said[BEAT_VALUE.BEATS_PER_BAR]
    scalars[SCALAR.BAR_CONFIDENCE] = said[BEAT_VALUE.BAR_CONFIDENCE]
    scalars[SCALAR.BEAT_COUNT] = said[BEAT_VALUE.COUNT] % COUNT_PERIOD
    scalars[SCALAR.BEATS_ANNOUNCED] = said[BEAT_VALUE.ANNOUNCED_COUNT] % COUNT_PERIOD
    if said[BEAT_VALUE.ANNOUNCED_COUNT] > 0.0:
        scalars[SCALAR.ANNOUNCED_IN] = said[BEAT_VALUE.ANNOUNCED_TIME] - now
    scalars[SCALAR.ANNOUNCED_FIRST] = said[BEAT_VALUE.ANNOUNCED_FIRST]
    scalars[SCALAR.BEAT_ACTIVATION] = said[BEAT_VALUE.ACTIVATION]
    scalars[SCALAR.DOWNBEAT_ACTIVATION] = said[BEAT_VALUE.DOWNBEAT_ACTIVATION]


@kernel(TABLES, MEMORY, writes(_F))
def see_story(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Follow form and key; needs the band powers and the chroma of this hop."""
    bass, whole = memory.band_power[_BASS], memory.band_power[_WHOLE]
    form = memory.form
    scalars[SCALAR.DROP] = see_form(tables.form, form, np.float64(bass), np.float64(whole))
    scalars[SCALAR.DROP_COUNT] = form.values[FORM.DROPS]
    scalars[SCALAR.ENERGY_TREND] = trend(form)
    scalars[SCALAR.IN_BREAK] = in_break(form)
    scalars[SCALAR.KEY_CONFIDENCE] = see_key(tables.form, form, memory.chroma)
    scalars[SCALAR.KEY] = form.values[FORM.KEY]
