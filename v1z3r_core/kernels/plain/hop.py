"""One block of samples through the whole analysis, without a compiler.

Samples wait in `Memory.heard` until their hop is complete, as they do for the compiled kernels: a
running stream may go from one to the other between any two blocks.
"""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.layout import COUNT, CURVE, Memory, Tables
from v1z3r_core.kernels.plain.features import (
    see_chroma,
    see_flows,
    see_levels,
    see_long,
    see_loudness,
    see_low,
    see_onset,
    see_parts,
    see_samples,
    see_shape,
    see_spectrum,
    see_stereo,
    see_trace,
)
from v1z3r_core.kernels.plain.foresight import see_beats, see_story
from v1z3r_core.kernels.plain.intake import append, keep_tail, mix_mid, mix_side, sanitize
from v1z3r_core.model.row import BANDS, LINE

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


def advance(
    samples: Floats,
    tables: Tables,
    memory: Memory,
    rows: Floats,
    generations: Integers,
    index: int,
) -> int:
    """Take in a block of any length and fill a row for every hop that it completes.

    Parameters
    ----------
    samples : float32, shape (n, channels)
    tables, memory
    rows : float32, shape (history, ROW_FLOATS)
        Ring of rows; hop i goes to row i modulo history.
    generations : int64, shape (history, 1)
        Hop number that each row holds.
    index : int
        Number of the next hop.

    Returns
    -------
    int
        Hops completed.
    """
    done = 0
    used = 0
    counts = memory.counts
    while used < len(samples):
        at = int(counts[COUNT.IN_HOP])
        run = min(tables.hop - at, len(samples) - used)
        counts[COUNT.BAD] += sanitize(samples[used : used + run], memory.heard, at)
        counts[COUNT.IN_HOP] = at + run
        used += run
        if at + run == tables.hop:
            counts[COUNT.IN_HOP] = 0
            slot = (index + done) % len(rows)
            finish_hop(tables, memory, rows[slot])
            generations[slot, 0] = index + done
            done += 1
    return done


def finish_hop(tables: Tables, memory: Memory, row: Floats) -> None:
    """Fill one row of `ROW_FLOATS` from what was heard up to this hop's last sample."""
    spectrum, trace = row[:LINE], row[LINE : 2 * LINE]
    curves, scalars = row[2 * LINE : 3 * LINE], row[3 * LINE :]
    curves[:] = 0
    scalars[:] = 0
    curves[CURVE.EDGES : CURVE.EDGES + BANDS + 1] = tables.edges
    remember(tables, memory)
    see_spectrum(tables, memory, spectrum)
    see_trace(tables, memory, trace)
    see_levels(tables, memory, curves)
    see_parts(tables, memory, curves, scalars)
    see_long(tables, memory)
    see_low(tables, memory, curves)
    see_chroma(tables, memory, curves)
    see_onset(tables, memory, scalars)
    see_loudness(tables, memory, scalars)
    see_shape(tables, memory, scalars)
    see_stereo(tables, memory, scalars)
    see_samples(tables, memory, scalars)
    see_flows(tables, memory, scalars)
    memory.counts[COUNT.GRID] += 1
    see_beats(tables, memory, scalars)
    see_story(tables, memory, scalars)
    keep_tail(memory.heard)
    memory.counts[COUNT.HOPS] += 1


def remember(tables: Tables, memory: Memory) -> None:
    """Mix this hop and append it to the histories."""
    at = int(memory.counts[COUNT.HISTORY_AT])
    mix_mid(memory.heard, memory.fresh[0])
    memory.counts[COUNT.HISTORY_AT] = append(memory.fresh[0], memory.mid, at)
    if tables.stereo:
        mix_side(memory.heard, memory.fresh[1])
        append(memory.fresh[1], memory.side, at)
