"""One block of samples through the whole analysis, without a compiler.

Whole hops only: samples wait in `Memory.clean` until theirs is complete, and all of it is then
heard at once, so that a block's length cannot matter. The compiled kernels filter each sample as
it comes instead and keep nothing in `clean`. Both leave the same memory behind at the end of a
hop, and only there may a running stream go from one to the other: see `until_hop_ends`.
"""

import math

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.layout import COUNT, RUNS, SCALAR, SUM, Memory, Tables
from v1z3r_core.kernels.plain.fft import real_fft
from v1z3r_core.kernels.plain.intake import mid, newest, remember, sanitize
from v1z3r_core.kernels.plain.levels import fall_peaks, follow, gained, loudest, smooth
from v1z3r_core.kernels.plain.loudness import loudness_of, settle, weighted_energy
from v1z3r_core.kernels.plain.onset import flux, log_bands, recent_mean, strength
from v1z3r_core.kernels.plain.spectrum import centroid, integrate, levels_db, powers
from v1z3r_core.kernels.plain.trace import draw_from, find_start, keep_points, thin_out
from v1z3r_core.kernels.tuning import OWN_SHARE, SEARCH
from v1z3r_core.model.analysis import BANDS, FLOOR_DB, LINE

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


def until_hop_ends(tables: Tables, memory: Memory) -> int:
    """Samples after which a stream may change between these kernels and compiled ones.

    0 … hop - 1. Whoever changes over feeds that many to the kernels that began the hop, and
    what follows to the others.
    """
    return -int(memory.counts[COUNT.IN_HOP]) % tables.hop


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
        counts[COUNT.BAD] += sanitize(samples[used : used + run], memory.clean[at : at + run])
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
    counts = memory.counts
    heard = mid(memory.clean)
    counts[COUNT.HISTORY_AT] = remember(heard, memory.history, int(counts[COUNT.HISTORY_AT]))
    scalars = row[3 * LINE :]
    scalars[:] = 0
    see_spectrum(tables, memory, row[:LINE])
    see_trace(tables, memory, row[LINE : 2 * LINE])
    see_levels(tables, memory, row[2 * LINE : 3 * LINE])
    see_onset(tables, memory, scalars)
    see_loudness(tables, memory, scalars)
    see_scalars(tables, memory, heard, scalars)
    counts[COUNT.HOPS] += 1


def see_spectrum(tables: Tables, memory: Memory, line: Floats) -> None:
    """Transform the newest window; fill the spectrum line and the band powers."""
    window = tables.window
    samples = newest(memory.history, int(memory.counts[COUNT.HISTORY_AT]), len(window))
    real_fft(samples, window, memory.bins)
    powers(memory.bins, np.float32(tables.power_scale), memory.power)
    levels_db(memory.power, np.float32(FLOOR_DB), line)
    integrate(memory.power, tables.runs, tables.weights, memory.band_power)


def see_levels(tables: Tables, memory: Memory, line: Floats) -> None:
    """Gain and smooth bands and regions; fill the band line."""
    reference, target, gate = memory.reference, memory.target, tables.gate
    power = memory.band_power[: len(reference)]
    follow(power, np.float32(tables.gain_rise), np.float32(tables.gain_fall), reference)
    for part, share in ((slice(BANDS), OWN_SHARE), (slice(BANDS, None), np.float32(1))):
        top = loudest(reference[part])
        target[part] = gained(power[part], reference[part], gate[part], top, share)
    smooth(target, np.float32(tables.attack), np.float32(tables.release), memory.level)
    fall_peaks(
        memory.level[:BANDS],
        np.float32(tables.hop_seconds),
        np.float32(tables.peak_hold),
        np.float32(tables.peak_fall),
        memory.peak,
        memory.held,
    )
    line[:BANDS] = memory.level[:BANDS]
    line[BANDS : 2 * BANDS] = memory.peak
    line[2 * BANDS :] = 0


def see_onset(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Measure the change since `lag` hops ago and announce an onset where it stands out."""
    counts, sums = memory.counts, memory.sums
    hops = int(counts[COUNT.HOPS])
    ring = len(memory.logs)
    now, then = memory.logs[hops % ring], memory.logs[(hops - tables.lag) % ring]
    now[:] = log_bands(
        memory.band_power[len(memory.reference) :], loudest(memory.reference[:BANDS])
    )
    change = flux(now, then)
    at = hops % len(memory.flux_past)
    # Not as far back as the last onset: its own attack must not hide the next one.
    lately = recent_mean(memory.flux_past, at, tables.refractory - 1)
    standing_out = strength(change, memory.flux_sorted, lately)
    memory.flux_past[at] = change
    memory.flux_sorted[:] = np.sort(memory.flux_past)
    counts[COUNT.SINCE_ONSET] += 1
    rested = counts[COUNT.SINCE_ONSET] >= tables.refractory
    found = np.float32(0)
    if rested and standing_out > 0 and change > sums[SUM.LAST_FLUX]:
        found = standing_out
        counts[COUNT.SINCE_ONSET] = 0
        counts[COUNT.ONSETS] += 1
    sums[SUM.LAST_FLUX] = change
    sums[SUM.AFTERGLOW] *= tables.afterglow_keep
    if counts[COUNT.SINCE_ONSET] < tables.refractory:
        # An attack is announced when it enters the window; the next hops see how strong it is.
        sums[SUM.AFTERGLOW] = max(sums[SUM.AFTERGLOW], standing_out)
    scalars[SCALAR.FLUX] = change
    scalars[SCALAR.ONSET] = found
    scalars[SCALAR.ONSET_DECAY] = sums[SUM.AFTERGLOW]
    scalars[SCALAR.ONSET_COUNT] = counts[COUNT.ONSETS]


def see_trace(tables: Tables, memory: Memory, line: Floats) -> None:
    """Fill the waveform line, started so that a steady tone stands still."""
    span = len(memory.trace) * tables.thinning
    samples = newest(memory.history, int(memory.counts[COUNT.HISTORY_AT]), span)
    thin_out(samples, tables.thinning, memory.trace)
    shown = LINE // tables.spread
    start = find_start(memory.trace, memory.kept, shown, SEARCH)
    keep_points(memory.trace, start, shown // RUNS, memory.kept)
    draw_from(memory.trace, start, tables.spread, line)


def see_loudness(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Weigh this hop and fill the loudness of the last 400 ms and 3 s."""
    at = int(memory.counts[COUNT.HOPS]) % len(memory.energies)
    memory.energies[at] = weighted_energy(
        memory.clean, tables.stages, tables.channel_weights, memory.filters
    )
    settle(memory.filters)
    for place, hops in (
        (SCALAR.LUFS_MOMENTARY, tables.momentary_hops),
        (SCALAR.LUFS_SHORT, tables.short_hops),
    ):
        scalars[place] = loudness_of(memory.energies, at, hops, hops * tables.hop)


def see_scalars(tables: Tables, memory: Memory, heard: Floats, scalars: Floats) -> None:
    """Fill what is left of the scalars; `heard` is the hop's mid signal."""
    for region, (level_at, flow_at, flow) in enumerate(
        (
            (SCALAR.BASS, SCALAR.BASS_FLOW, SUM.BASS_FLOW),
            (SCALAR.MID, SCALAR.MID_FLOW, SUM.MID_FLOW),
            (SCALAR.TREBLE, SCALAR.TREBLE_FLOW, SUM.TREBLE_FLOW),
        ),
        start=BANDS,
    ):
        level = float(memory.level[region])
        memory.sums[flow] += level * tables.hop_seconds
        scalars[level_at], scalars[flow_at] = level, memory.sums[flow]
    scalars[SCALAR.LEVEL] = memory.level[BANDS + 3]
    scalars[SCALAR.RMS] = math.sqrt((heard * heard).mean())
    scalars[SCALAR.PEAK] = np.abs(memory.clean).max()
    scalars[SCALAR.CENTROID] = centroid(memory.power, np.float32(tables.bin_hz))
    scalars[SCALAR.BIN_HZ] = tables.bin_hz
