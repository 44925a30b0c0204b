"""Everything one hop says, feature by feature; each fills its places in the hop's row."""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.chroma import draw_chroma, draw_low, fold
from v1z3r_core.kernels.copying import copy
from v1z3r_core.kernels.intake import append, decimate, largest
from v1z3r_core.kernels.layout import (
    COUNT,
    CURVE,
    PARTS,
    PAST,
    RUNS,
    SCALAR,
    SUM,
    TAIL,
    Memory,
    Tables,
)
from v1z3r_core.kernels.levels import fall_peaks, follow, gained, lift, loudest, smooth
from v1z3r_core.kernels.loudness import loudness_of, settle, weighted_energy
from v1z3r_core.kernels.onset import see_onsets
from v1z3r_core.kernels.onset_layout import HEARD
from v1z3r_core.kernels.percussion import keep_steady, over_bins, over_time, rest
from v1z3r_core.kernels.policy import kernel, writes
from v1z3r_core.kernels.records import MEMORY, TABLES
from v1z3r_core.kernels.shape import centroid, dot, flatness, rolloff, spread, total
from v1z3r_core.kernels.spectrum import draw_levels, integrate, levels, octaves_of, see_power
from v1z3r_core.kernels.stereo import balance, correlation, product
from v1z3r_core.kernels.trace import draw_from, find_start, keep_points, thin_out
from v1z3r_core.kernels.tuning import OWN_SHARE, SEARCH
from v1z3r_core.model.row import (
    BANDS,
    DBA_FLOOR,
    FLOOR_DB,
    FLOW_PERIOD,
    LINE,
    LOW,
    PITCH_CLASSES,
)

Floats = NDArray[np.float32]


_F = types.float32
_ALL_OWN = np.float32(1.0)
_FLOOR = np.float32(FLOOR_DB)
_NOTHING = np.float32(0.0)
_WHOLE = BANDS + 3  # place of all bands together among references and levels


@kernel(TABLES, MEMORY, writes(_F))
def see_spectrum(tables: Tables, memory: Memory, line: Floats) -> None:
    """Transform the newest window of mid; fill the spectrum line and the band powers."""
    end = memory.counts[COUNT.HISTORY_AT] + memory.mid.shape[0] // 2
    newest = memory.mid[end - tables.short.window.shape[0] : end]
    see_power(newest, tables.short, memory.work, memory.power)
    octaves_of(memory.power, memory.octaves)
    draw_levels(memory.octaves, _FLOOR, line)
    integrate(memory.power, tables.runs, tables.weights, memory.band_power)


@kernel(TABLES, MEMORY, writes(_F))
def see_levels(tables: Tables, memory: Memory, curves: Floats) -> None:
    """Gain and smooth bands and regions; fill bands and peaks."""
    rise, fall = np.float32(tables.gain_rise), np.float32(tables.gain_fall)
    reference, target = memory.reference, memory.target
    power = memory.band_power[: reference.shape[0]]
    follow(power, rise, fall, reference)
    top = loudest(reference[:BANDS])
    gate = tables.gate
    gained(power[:BANDS], reference[:BANDS], gate[:BANDS], top, OWN_SHARE, target[:BANDS])
    top = loudest(reference[BANDS:])
    gained(power[BANDS:], reference[BANDS:], gate[BANDS:], top, _ALL_OWN, target[BANDS:])
    lift(
        np.float32(tables.ground_fall),
        np.float32(tables.ground_rise),
        memory.ground,
        target[BANDS:],
    )
    smooth(target, np.float32(tables.attack), np.float32(tables.release), memory.level)
    fall_peaks(
        memory.level[:BANDS],
        np.float32(tables.hop_seconds),
        np.float32(tables.peak_hold),
        np.float32(tables.peak_fall),
        memory.peak,
        memory.held,
    )
    copy(memory.level, curves[CURVE.BANDS : CURVE.BANDS + BANDS])
    copy(memory.peak, curves[CURVE.PEAKS : CURVE.PEAKS + BANDS])


@kernel(TABLES, MEMORY)
def part_side(tables: Tables, memory: Memory) -> None:
    """Band powers of the side signal; nothing where there is one channel."""
    if tables.stereo == 0:
        return
    end = memory.counts[COUNT.HISTORY_AT] + memory.side.shape[0] // 2
    newest = memory.side[end - tables.short.window.shape[0] : end]
    see_power(newest, tables.short, memory.work, memory.other_power)
    power = memory.part_power[0]
    integrate(memory.other_power, tables.runs, tables.weights, power[:BANDS])
    power[BANDS] = total(power[:BANDS])


@kernel(TABLES, MEMORY)
def part_strokes(tables: Tables, memory: Memory) -> None:
    """Band powers of what is held and of what is struck."""
    bins = memory.steady.shape[0]
    newest = memory.counts[COUNT.HOPS] % PAST
    copy(memory.power, memory.past[newest])
    over_time(memory.past, newest, memory.steady)
    over_bins(memory.power[:bins], memory.mirrored, memory.broad)
    keep_steady(memory.power, memory.broad, memory.steady)
    held, struck = memory.part_power[1], memory.part_power[2]
    integrate(memory.steady, tables.runs, tables.weights, held[:BANDS])
    rest(memory.band_power, held[:BANDS], struck[:BANDS])
    held[BANDS] = total(held[:BANDS])
    struck[BANDS] = total(struck[:BANDS])


@kernel(TABLES, MEMORY, writes(_F), writes(_F))
def see_parts(tables: Tables, memory: Memory, curves: Floats, scalars: Floats) -> None:
    """Draw side, held and struck on the scale of the bands and of the whole level."""
    part_side(tables, memory)
    part_strokes(tables, memory)
    reference, gate, target = memory.reference, tables.gate, memory.part_target
    attack, release = np.float32(tables.attack), np.float32(tables.release)
    top = loudest(reference[:BANDS])
    whole = slice(_WHOLE, _WHOLE + 1)
    whole_top = loudest(reference[BANDS:])
    for part in range(PARTS):
        power, level = memory.part_power[part], memory.part_level[part]
        gained(power[:BANDS], reference[:BANDS], gate[:BANDS], top, OWN_SHARE, target[:BANDS])
        gained(power[BANDS:], reference[whole], gate[whole], whole_top, _ALL_OWN, target[BANDS:])
        smooth(target, attack, release, level)
        first = CURVE.SIDE + part * BANDS
        copy(level, curves[first : first + BANDS])
        scalars[SCALAR.SIDE + part] = level[BANDS]


@kernel(TABLES, MEMORY)
def see_long(tables: Tables, memory: Memory) -> None:
    """Thin this hop out and transform the newest 0.34 s of it."""
    hop, taps = tables.hop, tables.decimator.shape[0]
    end = memory.counts[COUNT.HISTORY_AT] + memory.mid.shape[0] // 2
    newest = memory.mid[end - hop + tables.decimation - taps : end]
    decimate(newest, tables.decimator, tables.decimation, memory.thinned)
    at = append(memory.thinned, memory.decimated, memory.counts[COUNT.DECIMATED_AT])
    memory.counts[COUNT.DECIMATED_AT] = at
    length = memory.decimated.shape[0] // 2
    see_power(memory.decimated[at : at + length], tables.long, memory.work, memory.long_power)


@kernel(TABLES, MEMORY, writes(_F))
def see_low(tables: Tables, memory: Memory, curves: Floats) -> None:
    """Fill the low line from the long spectrum."""
    octaves_of(memory.long_power, memory.low_levels)
    levels(memory.low_levels, _FLOOR, memory.low_levels)
    low = curves[CURVE.LOW : CURVE.LOW + LOW]
    draw_low(memory.low_levels, tables.low_bins, tables.low_weights, low)


@kernel(TABLES, MEMORY, writes(_F))
def see_chroma(tables: Tables, memory: Memory, curves: Floats) -> None:
    """Fill the pitch classes from the long spectrum."""
    integrate(memory.long_power, tables.pitch_runs, tables.pitch_weights, memory.pitch_power)
    strongest = fold(memory.pitch_power, np.float32(tables.chroma_gate), memory.pitches)
    reference = memory.sums[SUM.CHROMA_REFERENCE]
    share = tables.gain_rise if strongest > reference else tables.gain_fall
    reference += (strongest - reference) * share
    memory.sums[SUM.CHROMA_REFERENCE] = reference
    draw_chroma(
        memory.pitches,
        np.float32(reference),
        np.float32(tables.attack),
        np.float32(tables.release),
        memory.chroma,
    )
    copy(memory.chroma, curves[CURVE.CHROMA : CURVE.CHROMA + PITCH_CLASSES])


@kernel(TABLES, MEMORY, writes(_F))
def see_onset(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Hear onsets and drums at the end of the history and fill their scalars."""
    length = memory.mid.shape[0] // 2
    at = memory.counts[COUNT.HISTORY_AT]
    see_onsets(tables.onset, memory.onset, memory.mid[at : at + length], memory.power)
    heard = memory.onset.heard
    scalars[SCALAR.FLUX] = heard[HEARD.FLUX]
    scalars[SCALAR.ONSET] = heard[HEARD.ONSET]
    scalars[SCALAR.ONSET_DECAY] = heard[HEARD.ONSET_DECAY]
    scalars[SCALAR.ONSET_COUNT] = heard[HEARD.ONSET_COUNT]
    copy(heard[HEARD.ONSET_LOW :], scalars[SCALAR.ONSET_LOW : SCALAR.HAT_COUNT + 1])


@kernel(TABLES, MEMORY, writes(_F))
def see_trace(tables: Tables, memory: Memory, line: Floats) -> None:
    """Fill the waveform line, started so that a steady tone stands still."""
    end = memory.counts[COUNT.HISTORY_AT] + memory.mid.shape[0] // 2
    span = memory.trace.shape[0] * tables.thinning
    thin_out(memory.mid[end - span : end], tables.thinning, memory.trace)
    shown = LINE // tables.spread
    start = find_start(memory.trace, memory.kept, shown, SEARCH)
    keep_points(memory.trace, start, shown // RUNS, memory.kept)
    draw_from(memory.trace, start, tables.spread, line)


@kernel(TABLES, MEMORY, writes(_F))
def see_loudness(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Weigh this hop's energy and fill the loudness of the last 400 ms and 3 s."""
    at = memory.counts[COUNT.HOPS] % memory.energies.shape[0]
    memory.energies[at] = weighted_energy(
        memory.heard,
        tables.fir,
        tables.poles,
        tables.channel_weights,
        memory.weighted,
        memory.filters,
    )
    settle(memory.filters)
    hops, samples = tables.momentary_hops, tables.hop
    scalars[SCALAR.LUFS_MOMENTARY] = loudness_of(memory.energies, at, hops, hops * samples)
    hops = tables.short_hops
    scalars[SCALAR.LUFS_SHORT] = loudness_of(memory.energies, at, hops, hops * samples)


@kernel(TABLES, MEMORY, writes(_F))
def see_shape(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Fill centroid, spread, rolloff, flatness and the A-weighted level."""
    power, bin_hz = memory.power, np.float32(tables.bin_hz)
    whole = total(power)
    centre = centroid(power, whole)
    scalars[SCALAR.CENTROID] = centre * bin_hz
    scalars[SCALAR.SPREAD_HZ] = spread(power, whole, centre) * bin_hz
    scalars[SCALAR.ROLLOFF_HZ] = rolloff(power, whole) * bin_hz
    audible = slice(tables.first_bin, memory.steady.shape[0])
    scalars[SCALAR.FLATNESS] = flatness(power[audible], memory.octaves[audible])
    weighted = np.float64(dot(power, tables.a_short)) + dot(memory.long_power, tables.a_long)
    level = 10.0 * math.log10(weighted) if weighted > 0.0 else DBA_FLOOR
    scalars[SCALAR.LEVEL_DBA] = max(level, DBA_FLOOR)


@kernel(TABLES, MEMORY, writes(_F))
def see_stereo(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Fill correlation and balance of the last moment."""
    left = memory.heard[0, TAIL:]
    right = memory.heard[tables.stereo, TAIL:]
    sums, keep = memory.sums, tables.stereo_keep
    share = 1.0 - keep
    sums[SUM.LEFT] = keep * sums[SUM.LEFT] + share * product(left, left)
    sums[SUM.RIGHT] = keep * sums[SUM.RIGHT] + share * product(right, right)
    sums[SUM.CROSS] = keep * sums[SUM.CROSS] + share * product(left, right)
    scalars[SCALAR.CORRELATION] = correlation(sums[SUM.LEFT], sums[SUM.RIGHT], sums[SUM.CROSS])
    scalars[SCALAR.BALANCE] = balance(sums[SUM.LEFT], sums[SUM.RIGHT])


@kernel(TABLES, MEMORY, writes(_F))
def see_samples(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Fill RMS, peak and crest."""
    mid = memory.fresh[0]
    scalars[SCALAR.RMS] = math.sqrt(product(mid, mid))
    peak = _NOTHING
    for c in range(memory.heard.shape[0]):
        peak = max(peak, largest(memory.heard[c, TAIL:]))
    scalars[SCALAR.PEAK] = peak
    end = memory.counts[COUNT.HISTORY_AT] + memory.mid.shape[0] // 2
    window = memory.mid[end - tables.short.window.shape[0] : end]
    power = product(window, window)
    scalars[SCALAR.CREST] = largest(window) / math.sqrt(power) if power > _NOTHING else _NOTHING


@kernel(TABLES, MEMORY, writes(_F))
def see_flows(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Fill the smoothed regions and their integrals."""
    scalars[SCALAR.LEVEL] = memory.level[_WHOLE]
    for region in range(3):
        level = memory.level[BANDS + region]
        flow = memory.sums[SUM.BASS_FLOW + region] + level * tables.hop_seconds
        memory.sums[SUM.BASS_FLOW + region] = flow % FLOW_PERIOD
        scalars[SCALAR.BASS + region] = level
        scalars[SCALAR.BASS_FLOW + region] = memory.sums[SUM.BASS_FLOW + region]
    scalars[SCALAR.BIN_HZ] = tables.bin_hz
