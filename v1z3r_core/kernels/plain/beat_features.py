"""What the beat network sees of a hop: log bands of two spectra, and what rose in them."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import BeatMemory, BeatTables
from v1z3r_core.kernels.beat_tuning import FLOOR, LARGEST, LOG_SCALE, RISE_SCALE, SPAN
from v1z3r_core.kernels.plain.flux import rise
from v1z3r_core.kernels.plain.spectrum import integrate

Floats = NDArray[np.float32]


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
        1 where a full-scale sine stands.
    top : float32
        What this function gave at the last hop; 0 before the first.
    hop : int
        Hops since the stream began.

    Returns
    -------
    float32
        Power of the loudest band lately.
    """
    shorts = len(tables.short_runs)
    bands, logs = memory.bands, memory.logs
    values, rises = memory.inputs.reshape(2, -1)
    integrate(short_power, tables.short_runs, tables.short_weights, bands[:shorts])
    integrate(long_power, tables.long_runs, tables.long_weights, bands[shorts:])
    bands[~(bands < LARGEST)] = 0  # NaN compares false
    top = max(top * np.float32(tables.top_keep), np.float32(bands.max()))
    now, then = logs[hop % len(logs)], logs[(hop - tables.lag) % len(logs)]
    np.log2(np.float32(1) + bands * (np.float32(1) / max(top * SPAN, FLOOR)), out=now)
    np.multiply(now, LOG_SCALE, out=values)
    for part in (slice(shorts), slice(shorts, None)):
        np.multiply(rise(now[part], then[part]), RISE_SCALE, out=rises[part])
    return top
