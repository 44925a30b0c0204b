"""One block of samples through the whole analysis, in one call."""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.fft import real_fft
from v1z3r_core.kernels.intake import largest, remember_mid, sanitize
from v1z3r_core.kernels.layout import COUNT, RUNS, SCALAR, SUM, Memory, Tables
from v1z3r_core.kernels.levels import fall_peaks, follow, gained, loudest, smooth
from v1z3r_core.kernels.loudness import loudness_of, settle, weighted_energy
from v1z3r_core.kernels.onset import see_onsets
from v1z3r_core.kernels.onset_layout import HEARD
from v1z3r_core.kernels.policy import REDUCE, kernel, reads, writes
from v1z3r_core.kernels.records import MEMORY, TABLES
from v1z3r_core.kernels.spectrum import centroid, integrate, levels_db, powers
from v1z3r_core.kernels.trace import draw_from, find_start, keep_points, thin_out
from v1z3r_core.model.analysis import BANDS, FLOOR_DB, LINE

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

OWN_SHARE = np.float32(0.5)  # half of the spectrum's slope stays: bass leads, cymbals show
SEARCH = 2048  # values of the trace: a whole period of anything from 23 Hz up

_F = types.float32
_I = types.int64
_ALL_OWN = np.float32(1.0)
_FLOOR = np.float32(FLOOR_DB)
_NOTHING = np.float32(0.0)


@kernel(TABLES, MEMORY, writes(_F))
def see_spectrum(tables: Tables, memory: Memory, line: Floats) -> None:
    """Transform the newest window; fill the spectrum line and the band powers."""
    length = memory.history.shape[0] // 2
    end = memory.counts[COUNT.HISTORY_AT] + length
    newest = memory.history[end - tables.window.shape[0] : end]
    real_fft(newest, tables.window, tables.passes, tables.split, memory.work, memory.bins)
    powers(memory.bins, np.float32(tables.power_scale), memory.power)
    levels_db(memory.power, _FLOOR, line)
    integrate(memory.power, tables.runs, tables.weights, memory.band_power)


@kernel(TABLES, MEMORY, writes(_F))
def see_levels(tables: Tables, memory: Memory, line: Floats) -> None:
    """Gain and smooth bands and regions; fill the band line."""
    rise, fall = np.float32(tables.gain_rise), np.float32(tables.gain_fall)
    reference, target = memory.reference, memory.target
    power = memory.band_power[: reference.shape[0]]
    follow(power, rise, fall, reference)
    top = loudest(reference[:BANDS])
    gate = tables.gate
    gained(power[:BANDS], reference[:BANDS], gate[:BANDS], top, OWN_SHARE, target[:BANDS])
    top = loudest(reference[BANDS:])
    gained(power[BANDS:], reference[BANDS:], gate[BANDS:], top, _ALL_OWN, target[BANDS:])
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
    line[2 * BANDS :] = _NOTHING


@kernel(TABLES, MEMORY, writes(_F))
def see_onset(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Hear onsets and drums at the end of the history and fill their scalars."""
    length = memory.history.shape[0] // 2
    at = memory.counts[COUNT.HISTORY_AT]
    see_onsets(tables.onset, memory.onset, memory.history[at : at + length], memory.power)
    heard = memory.onset.heard
    scalars[SCALAR.FLUX] = heard[HEARD.FLUX]
    scalars[SCALAR.ONSET] = heard[HEARD.ONSET]
    scalars[SCALAR.ONSET_DECAY] = heard[HEARD.ONSET_DECAY]
    scalars[SCALAR.ONSET_COUNT] = heard[HEARD.ONSET_COUNT]
    scalars[SCALAR.ONSET_LOW : SCALAR.HAT_COUNT + 1] = heard[HEARD.ONSET_LOW :]


@kernel(TABLES, MEMORY, writes(_F))
def see_trace(tables: Tables, memory: Memory, line: Floats) -> None:
    """Fill the waveform line, started so that a steady tone stands still."""
    length = memory.history.shape[0] // 2
    end = memory.counts[COUNT.HISTORY_AT] + length
    span = memory.trace.shape[0] * tables.thinning
    thin_out(memory.history[end - span : end], tables.thinning, memory.trace)
    shown = LINE // tables.spread
    start = find_start(memory.trace, memory.kept, shown, SEARCH)
    keep_points(memory.trace, start, shown // RUNS, memory.kept)
    draw_from(memory.trace, start, tables.spread, line)


@kernel(TABLES, MEMORY, writes(_F))
def see_loudness(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Close this hop's energy and fill the loudness of the last 400 ms and 3 s."""
    settle(memory.filters)
    at = memory.counts[COUNT.HOPS] % memory.energies.shape[0]
    memory.energies[at] = memory.sums[SUM.ENERGY]
    memory.sums[SUM.ENERGY] = 0.0
    hops, samples = tables.momentary_hops, tables.hop
    scalars[SCALAR.LUFS_MOMENTARY] = loudness_of(memory.energies, at, hops, hops * samples)
    hops = tables.short_hops
    scalars[SCALAR.LUFS_SHORT] = loudness_of(memory.energies, at, hops, hops * samples)


@kernel(reads(_F), returns=_F, fastmath=REDUCE)
def root_mean_square(samples: Floats) -> np.float32:
    """Root mean square of the samples."""
    total = _NOTHING
    for i in range(samples.shape[0]):
        total += samples[i] * samples[i]
    return np.float32(math.sqrt(total / np.float32(samples.shape[0])))


@kernel(TABLES, MEMORY, writes(_F))
def see_scalars(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Fill what is left of the scalars."""
    length = memory.history.shape[0] // 2
    end = memory.counts[COUNT.HISTORY_AT] + length
    bass, mid, treble = memory.level[BANDS], memory.level[BANDS + 1], memory.level[BANDS + 2]
    memory.sums[SUM.BASS_FLOW] += bass * tables.hop_seconds
    memory.sums[SUM.MID_FLOW] += mid * tables.hop_seconds
    memory.sums[SUM.TREBLE_FLOW] += treble * tables.hop_seconds
    scalars[SCALAR.RMS] = root_mean_square(memory.history[end - tables.hop : end])
    scalars[SCALAR.PEAK] = memory.sums[SUM.PEAK]
    memory.sums[SUM.PEAK] = 0.0
    scalars[SCALAR.BASS], scalars[SCALAR.MID], scalars[SCALAR.TREBLE] = bass, mid, treble
    scalars[SCALAR.LEVEL] = memory.level[BANDS + 3]
    scalars[SCALAR.BASS_FLOW] = memory.sums[SUM.BASS_FLOW]
    scalars[SCALAR.MID_FLOW] = memory.sums[SUM.MID_FLOW]
    scalars[SCALAR.TREBLE_FLOW] = memory.sums[SUM.TREBLE_FLOW]
    scalars[SCALAR.CENTROID] = centroid(memory.power, np.float32(tables.bin_hz))
    scalars[SCALAR.BIN_HZ] = tables.bin_hz


@kernel(TABLES, MEMORY, writes(_F))
def finish_hop(tables: Tables, memory: Memory, row: Floats) -> None:
    """Fill one row of `ROW_FLOATS` from what was heard up to this hop's last sample."""
    scalars = row[3 * LINE :]
    scalars[:] = _NOTHING
    see_spectrum(tables, memory, row[:LINE])
    see_trace(tables, memory, row[LINE : 2 * LINE])
    see_levels(tables, memory, row[2 * LINE : 3 * LINE])
    see_onset(tables, memory, scalars)
    see_loudness(tables, memory, scalars)
    see_scalars(tables, memory, scalars)
    memory.counts[COUNT.HOPS] += 1


@kernel(reads(_F, 2), TABLES, MEMORY, writes(_F, 2), writes(_I, 2), _I, returns=_I)
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
    counts, sums = memory.counts, memory.sums
    while used < samples.shape[0]:
        run = min(tables.hop - counts[COUNT.IN_HOP], samples.shape[0] - used)
        counts[COUNT.BAD] += sanitize(samples, used, run, memory.clean)
        counts[COUNT.HISTORY_AT] = remember_mid(
            memory.clean, run, memory.history, counts[COUNT.HISTORY_AT]
        )
        sums[SUM.PEAK] = largest(memory.clean, run, np.float32(sums[SUM.PEAK]))
        sums[SUM.ENERGY] = weighted_energy(
            memory.clean,
            run,
            tables.stages,
            tables.channel_weights,
            memory.filters,
            sums[SUM.ENERGY],
        )
        counts[COUNT.IN_HOP] += run
        used += run
        if counts[COUNT.IN_HOP] == tables.hop:
            counts[COUNT.IN_HOP] = 0
            slot = (index + done) % rows.shape[0]
            finish_hop(tables, memory, rows[slot])
            generations[slot, 0] = index + done
            done += 1
    return done
