"""Everything one hop says, feature by feature; each fills its places in the hop's row."""

import math

import numpy as np
from numpy.typing import NDArray

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
from v1z3r_core.kernels.onset_layout import HEARD
from v1z3r_core.kernels.plain.chroma import draw_chroma, draw_low, fold
from v1z3r_core.kernels.plain.intake import append, decimate, largest, newest
from v1z3r_core.kernels.plain.levels import fall_peaks, follow, gained, lift, loudest, smooth
from v1z3r_core.kernels.plain.loudness import loudness_of, settle, weighted_energy
from v1z3r_core.kernels.plain.onset import see_onsets
from v1z3r_core.kernels.plain.percussion import keep_steady, over_bins, over_time, rest
from v1z3r_core.kernels.plain.shape import centroid, dot, flatness, rolloff, spread
from v1z3r_core.kernels.plain.spectrum import (
    draw_levels,
    integrate,
    levels,
    octaves_of,
    see_power,
)
from v1z3r_core.kernels.plain.stereo import balance, correlation, product
from v1z3r_core.kernels.plain.trace import draw_from, find_start, keep_points, thin_out
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

_FLOOR = np.float32(FLOOR_DB)
_ALL_OWN = np.float32(1)
_WHOLE = slice(BANDS + 3, BANDS + 4)  # all bands together among references and levels


def newest_of(memory: Memory, ring: Floats, count: int) -> Floats:
    """The last samples of `memory.mid` or `memory.side`, a view."""
    return newest(ring, int(memory.counts[COUNT.HISTORY_AT]), count)


def see_spectrum(tables: Tables, memory: Memory, line: Floats) -> None:
    """Transform the newest window of mid; fill the spectrum line and the band powers."""
    samples = newest_of(memory, memory.mid, len(tables.short.window))
    see_power(samples, tables.short, memory.work, memory.power)
    octaves_of(memory.power, memory.octaves)
    draw_levels(memory.octaves, _FLOOR, line)
    integrate(memory.power, tables.runs, tables.weights, memory.band_power)


def see_levels(tables: Tables, memory: Memory, curves: Floats) -> None:
    """Gain and smooth bands and regions; fill bands and peaks."""
    reference, target, gate = memory.reference, memory.target, tables.gate
    power = memory.band_power[: len(reference)]
    follow(power, np.float32(tables.gain_rise), np.float32(tables.gain_fall), reference)
    for part, share in ((slice(BANDS), OWN_SHARE), (slice(BANDS, None), _ALL_OWN)):
        top = loudest(reference[part])
        target[part] = gained(power[part], reference[part], gate[part], top, share)
    fall, rise = np.float32(tables.ground_fall), np.float32(tables.ground_rise)
    lift(fall, rise, memory.ground, target[BANDS:])
    smooth(target, np.float32(tables.attack), np.float32(tables.release), memory.level)
    fall_peaks(
        memory.level[:BANDS],
        np.float32(tables.hop_seconds),
        np.float32(tables.peak_hold),
        np.float32(tables.peak_fall),
        memory.peak,
        memory.held,
    )
    curves[CURVE.BANDS : CURVE.BANDS + BANDS] = memory.level[:BANDS]
    curves[CURVE.PEAKS : CURVE.PEAKS + BANDS] = memory.peak


def part_side(tables: Tables, memory: Memory) -> None:
    """Band powers of the side signal; nothing where there is one channel."""
    if not tables.stereo:
        return
    samples = newest_of(memory, memory.side, len(tables.short.window))
    see_power(samples, tables.short, memory.work, memory.other_power)
    integrate(memory.other_power, tables.runs, tables.weights, memory.part_power[0, :BANDS])


def part_strokes(tables: Tables, memory: Memory) -> None:
    """Band powers of what is held and of what is struck."""
    bins = len(memory.steady)
    row = int(memory.counts[COUNT.HOPS]) % PAST
    memory.past[row] = memory.power[:bins]
    over_time(memory.past, row, memory.steady)
    over_bins(memory.power[:bins], memory.broad)
    keep_steady(memory.power, memory.broad, memory.steady)
    held, struck = memory.part_power[1, :BANDS], memory.part_power[2, :BANDS]
    integrate(memory.steady, tables.runs, tables.weights, held)
    rest(memory.band_power[:BANDS], held, struck)


def see_parts(tables: Tables, memory: Memory, curves: Floats, scalars: Floats) -> None:
    """Draw side, held and struck on the scale of the bands and of the whole level."""
    part_side(tables, memory)
    part_strokes(tables, memory)
    power, reference, gate = memory.part_power, memory.reference, tables.gate
    power[:, BANDS] = power[:, :BANDS].sum(axis=1)
    bands = slice(BANDS)
    top, whole_top = loudest(reference[bands]), loudest(reference[BANDS:])
    target = np.hstack(
        [
            gained(power[:, bands], reference[bands], gate[bands], top, OWN_SHARE),
            gained(power[:, BANDS:], reference[_WHOLE], gate[_WHOLE], whole_top, _ALL_OWN),
        ]
    )
    level = memory.part_level
    smooth(target, np.float32(tables.attack), np.float32(tables.release), level)
    curves[CURVE.SIDE : CURVE.SIDE + PARTS * BANDS] = level[:, :BANDS].ravel()
    scalars[SCALAR.SIDE : SCALAR.SIDE + PARTS] = level[:, BANDS]


def see_long(tables: Tables, memory: Memory) -> None:
    """Thin this hop out and transform the newest 0.34 s of it."""
    factor, counts = tables.decimation, memory.counts
    samples = newest_of(memory, memory.mid, tables.hop - factor + len(tables.decimator))
    decimate(samples, tables.decimator, factor, memory.thinned)
    at = append(memory.thinned, memory.decimated, int(counts[COUNT.DECIMATED_AT]))
    counts[COUNT.DECIMATED_AT] = at
    window = newest(memory.decimated, at, len(tables.long.window))
    see_power(window, tables.long, memory.work, memory.long_power)


def see_low(tables: Tables, memory: Memory, curves: Floats) -> None:
    """Fill the low line from the long spectrum."""
    octaves_of(memory.long_power, memory.low_levels)
    low = curves[CURVE.LOW : CURVE.LOW + LOW]
    draw_low(levels(memory.low_levels, _FLOOR), tables.low_bins, tables.low_weights, low)


def see_chroma(tables: Tables, memory: Memory, curves: Floats) -> None:
    """Fill the pitch classes from the long spectrum."""
    integrate(memory.long_power, tables.pitch_runs, tables.pitch_weights, memory.pitch_power)
    strongest = float(fold(memory.pitch_power, np.float32(tables.chroma_gate), memory.pitches))
    reference = float(memory.sums[SUM.CHROMA_REFERENCE])
    reference += (strongest - reference) * (
        tables.gain_rise if strongest > reference else tables.gain_fall
    )
    memory.sums[SUM.CHROMA_REFERENCE] = reference
    draw_chroma(
        memory.pitches,
        np.float32(reference),
        np.float32(tables.attack),
        np.float32(tables.release),
        memory.chroma,
    )
    curves[CURVE.CHROMA : CURVE.CHROMA + PITCH_CLASSES] = memory.chroma


def see_onset(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Hear onsets and drums at the end of the history and fill their scalars."""
    history = newest_of(memory, memory.mid, len(memory.mid) // 2)
    see_onsets(tables.onset, memory.onset, history, memory.power)
    heard = memory.onset.heard
    scalars[SCALAR.FLUX] = heard[HEARD.FLUX]
    scalars[SCALAR.ONSET] = heard[HEARD.ONSET]
    scalars[SCALAR.ONSET_DECAY] = heard[HEARD.ONSET_DECAY]
    scalars[SCALAR.ONSET_COUNT] = heard[HEARD.ONSET_COUNT]
    scalars[SCALAR.ONSET_LOW : SCALAR.HAT_COUNT + 1] = heard[HEARD.ONSET_LOW :]


def see_trace(tables: Tables, memory: Memory, line: Floats) -> None:
    """Fill the waveform line, started so that a steady tone stands still."""
    samples = newest_of(memory, memory.mid, len(memory.trace) * tables.thinning)
    thin_out(samples, tables.thinning, memory.trace)
    shown = LINE // tables.spread
    start = find_start(memory.trace, memory.kept, shown, SEARCH)
    keep_points(memory.trace, start, shown // RUNS, memory.kept)
    draw_from(memory.trace, start, tables.spread, line)


def see_loudness(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Weigh this hop's energy and fill the loudness of the last 400 ms and 3 s."""
    at = int(memory.counts[COUNT.HOPS]) % len(memory.energies)
    memory.energies[at] = weighted_energy(
        memory.heard, tables.fir, tables.poles, tables.channel_weights, memory.filters
    )
    settle(memory.filters)
    for place, hops in (
        (SCALAR.LUFS_MOMENTARY, tables.momentary_hops),
        (SCALAR.LUFS_SHORT, tables.short_hops),
    ):
        scalars[place] = loudness_of(memory.energies, at, hops, hops * tables.hop)


def see_shape(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Fill centroid, spread, rolloff, flatness and the A-weighted level."""
    power, bin_hz = memory.power, tables.bin_hz
    whole = float(power.sum())
    centre = centroid(power, whole)
    scalars[SCALAR.CENTROID] = centre * bin_hz
    scalars[SCALAR.SPREAD_HZ] = spread(power, whole, centre) * bin_hz
    scalars[SCALAR.ROLLOFF_HZ] = rolloff(power, whole) * bin_hz
    audible = slice(tables.first_bin, len(memory.steady))
    scalars[SCALAR.FLATNESS] = flatness(power[audible], memory.octaves[audible])
    weighted = dot(power, tables.a_short) + dot(memory.long_power, tables.a_long)
    level = 10.0 * math.log10(weighted) if weighted > 0.0 else DBA_FLOOR
    scalars[SCALAR.LEVEL_DBA] = max(level, DBA_FLOOR)


def see_stereo(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Fill correlation and balance of the last moment."""
    left, right = memory.heard[0, TAIL:], memory.heard[tables.stereo, TAIL:]
    sums, keep = memory.sums, tables.stereo_keep
    pairs = ((SUM.LEFT, left, left), (SUM.RIGHT, right, right), (SUM.CROSS, left, right))
    for place, a, b in pairs:
        sums[place] = keep * sums[place] + (1.0 - keep) * product(a, b)
    powers = float(sums[SUM.LEFT]), float(sums[SUM.RIGHT])
    scalars[SCALAR.CORRELATION] = correlation(*powers, float(sums[SUM.CROSS]))
    scalars[SCALAR.BALANCE] = balance(*powers)


def see_samples(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Fill RMS, peak and crest."""
    mid = memory.fresh[0]
    scalars[SCALAR.RMS] = math.sqrt(product(mid, mid))
    scalars[SCALAR.PEAK] = largest(memory.heard[:, TAIL:])
    window = newest_of(memory, memory.mid, len(tables.short.window))
    power = product(window, window)
    scalars[SCALAR.CREST] = float(largest(window)) / math.sqrt(power) if power > 0.0 else 0.0


def see_flows(tables: Tables, memory: Memory, scalars: Floats) -> None:
    """Fill the smoothed regions and their integrals."""
    regions = memory.level[BANDS : BANDS + 3]
    flows = memory.sums[SUM.BASS_FLOW : SUM.BASS_FLOW + 3]
    flows[:] = (flows + regions.astype(np.float64) * tables.hop_seconds) % FLOW_PERIOD
    scalars[SCALAR.BASS : SCALAR.BASS + 3] = regions
    scalars[SCALAR.BASS_FLOW : SCALAR.BASS_FLOW + 3] = flows
    scalars[SCALAR.LEVEL] = memory.level[_WHOLE][0]
    scalars[SCALAR.BIN_HZ] = tables.bin_hz
