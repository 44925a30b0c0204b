"""What the beat network sees of a hop: log bands of two spectra, and what rose in them.

A short window tells when, a long one tells which notes. Everything is measured against the
loudest band of the last seconds, so that a gain changes nothing.

References
----------
S. Böck and G. Widmer, "Maximum filter vibrato suppression for onset detection", DAFx-13
(2013): rise of log bands over the widest neighbour some time ago.
"""

import math

import numpy as np
from numba import types

from v1z3r_core.kernels.arrays import Floats
from v1z3r_core.kernels.beat_layout import BeatMemory, BeatTables
from v1z3r_core.kernels.beat_tuning import FLOOR, LARGEST, LOG_SCALE, RISE_SCALE, SPAN
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.records import record
from v1z3r_core.kernels.spectrum import integrate

BEAT_TABLES = record(BeatTables, reads)
BEAT_MEMORY = record(BeatMemory, writes)

_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(writes(_F))
def contain(bands: Floats) -> None:
    """Count powers that are no numbers, or beyond any sound, as silence."""
    for b in range(bands.shape[0]):
        if not bands[b] < LARGEST:  # NaN compares false
            bands[b] = _ZERO


@kernel(reads(_F), _F, returns=_F)
def follow_top(bands: Floats, kept: np.float32) -> np.float32:
    """The loudest band's power, or what is kept of an earlier one if that is more."""
    top = kept
    for b in range(bands.shape[0]):
        top = max(top, bands[b])
    return top


@kernel(reads(_F), _F, writes(_F), writes(_F))
def log_inputs(bands: Floats, top: np.float32, logs: Floats, inputs: Floats) -> None:
    """Powers in octaves over what is audible next to `top`; scaled ones go to `inputs`."""
    scale = _ONE / max(top * SPAN, FLOOR)
    for b in range(bands.shape[0]):
        logs[b] = math.log2(_ONE + bands[b] * scale)
        inputs[b] = logs[b] * LOG_SCALE


@kernel(reads(_F), reads(_F), writes(_F))
def rise_inputs(now: Floats, then: Floats, inputs: Floats) -> None:
    """Rise of each log band over the largest of three neighbours then, scaled."""
    last = now.shape[0] - 1
    for b in range(now.shape[0]):
        before = max(then[b], then[max(b - 1, 0)], then[min(b + 1, last)])
        inputs[b] = max(now[b] - before, _ZERO) * RISE_SCALE


@kernel(BEAT_TABLES, BEAT_MEMORY, reads(_F), reads(_F), _F, _I, returns=_F)
def see_features(
    tables: BeatTables,
    memory: BeatMemory,
    short_power: Floats,
    long_power: Floats,
    top: np.float32,
    hop: int,
) -> np.float32:
    """Fill `memory.inputs` from the spectra of two windows that end at the hop's last sample.

    Parameters
    ----------
    tables, memory
    short_power, long_power : float32, shape (bins,)
        1 where a full-scale sine stands, see `kernels.spectrum.powers`.
    top : float
        What this function gave at the last hop; 0 before the first.
    hop : int
        Hops since the stream began.

    Returns
    -------
    float
        Power of the loudest band lately.
    """
    shorts = tables.short_runs.shape[0]
    total = memory.bands.shape[0]
    bands, inputs = memory.bands, memory.inputs
    integrate(short_power, tables.short_runs, tables.short_weights, bands[:shorts])
    integrate(long_power, tables.long_runs, tables.long_weights, bands[shorts:])
    contain(bands)
    top = follow_top(bands, top * np.float32(tables.top_keep))
    ring = memory.logs.shape[0]
    now, then = memory.logs[hop % ring], memory.logs[(hop + ring - tables.lag) % ring]
    log_inputs(bands, top, now, inputs[:total])
    rise_inputs(now[:shorts], then[:shorts], inputs[total : total + shorts])
    rise_inputs(now[shorts:], then[shorts:], inputs[total + shorts :])
    return top
