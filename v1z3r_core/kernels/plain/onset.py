"""Where something new begins, in which bands, and which drum it was."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.onset_layout import (
    ALL,
    CHANNELS,
    DRUMS,
    GROUP,
    HALVES,
    HEARD,
    RING,
    OnsetMemory,
    OnsetTables,
)
from v1z3r_core.kernels.onset_tuning import (
    BLOCKS_PER_HOP,
    FINE_FIRST,
    FINE_LAST,
    INVISIBLE,
    JOINT_HOPS,
    LIKELY,
    LOW_FIRST,
    LOW_LAST,
    SHORT_FIRST,
    SHORT_LAST,
)
from v1z3r_core.kernels.plain.attack import attack_age
from v1z3r_core.kernels.plain.drums import gather, judge
from v1z3r_core.kernels.plain.flux import largest_before, log_bands, loudest_lately, pool, rise
from v1z3r_core.kernels.plain.probe import probe
from v1z3r_core.kernels.plain.spectrum import integrate, see_power
from v1z3r_core.kernels.plain.threshold import strengths

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_LOW_STEPS = np.arange(LOW_FIRST, LOW_LAST + 1)
_SHORT_STEPS = np.arange(SHORT_FIRST, SHORT_LAST + 1)
_FINE_STEPS = np.arange(FINE_FIRST, FINE_LAST + 1)
_ALL = slice(ALL, ALL + 1)
_STRUCK = slice(CHANNELS, CHANNELS + DRUMS)
_ALWAYS = np.ones(DRUMS, np.bool_)


def see_short(tables: OnsetTables, memory: OnsetMemory, newest: Floats) -> None:
    """Fill the band powers at the end of `newest`, shape (2N,)."""
    size, count = len(tables.short.window), len(tables.probes) // 2
    probe(newest, tables.probes, memory.now[:count])
    see_power(newest[size:], tables.short, memory.work, memory.power)
    integrate(memory.power, tables.runs, tables.weights, memory.now[count:])


def measure_short(tables: OnsetTables, memory: OnsetMemory, at: int) -> None:
    """Take in the band powers of half-hop `at`; raise this hop's changes to theirs."""
    logs, before, changes = memory.logs, memory.before, memory.changes
    now = logs[at % RING]
    low, mid = len(tables.probes) // 2, tables.mid_bands
    pool(memory.now, memory.last, memory.pooled)
    memory.tops[0] = loudest_lately(memory.pooled, np.float32(tables.top_keep), memory.tops[0])
    log_bands(memory.pooled, memory.tops[0], now)
    largest_before(logs, at, _SHORT_STEPS, before)
    largest_before(logs, at, _LOW_STEPS, before[:low])
    lows, others = rise(now[:low], before[:low]), rise(now[low:], before[low:])
    parts = lows, others[:mid], others[mid:]
    sums = [np.float32(part.sum()) for part in parts]
    means = [total / np.float32(max(len(part), 1)) for total, part in zip(sums, parts, strict=True)]
    means.append((sums[0] + sums[1] + sums[2]) / np.float32(len(now)))
    short = changes[GROUP.LOW : GROUP.SHORT + 1]
    np.maximum(short, means, out=short)
    memory.slow[:] += (now - memory.slow) * np.float32(tables.slow_share)


def measure_fine(tables: OnsetTables, memory: OnsetMemory, power: Floats, hop: int) -> None:
    """Measure this hop's change in the fine bands."""
    now = memory.fine_logs[hop % RING]
    integrate(power, tables.fine_runs, tables.fine_weights, memory.fine_now)
    keep = np.float32(tables.top_keep * tables.top_keep)
    memory.tops[1] = loudest_lately(memory.fine_now, keep, memory.tops[1])
    log_bands(memory.fine_now, memory.tops[1], now)
    largest_before(memory.fine_logs, hop, _FINE_STEPS, memory.fine_before)
    memory.changes[GROUP.FINE] = rise(now, memory.fine_before).mean()


def announce(
    standing_out: Floats,
    rising: Flags,
    keep: np.float32,
    refractory: int,
    glow: Floats,
    counts: Integers,
) -> Floats:
    """Strengths of the onsets that are news at this hop, else 0.

    Parameters
    ----------
    standing_out : float32, shape (n,)
    rising : bool, shape (n,)
    keep : float32
        What one hop leaves of an afterglow.
    refractory : int, hops
    glow : float32, shape (n,), written
        Afterglows.
    counts : int64, shape (n, 2), written
        Hops since the last announcement, and announcements.
    """
    since = counts[:, 0]
    since += 1
    news = (since >= refractory) & (standing_out > 0) & rising
    since[news] = 0
    counts[:, 1] += news
    glow *= keep
    glow[glow <= INVISIBLE] = 0
    # An attack is announced when it enters the window; the next hops see how strong it is.
    np.maximum(glow, standing_out, out=glow, where=since < refractory)
    return np.where(news, standing_out, np.float32(0))


def announce_onsets(tables: OnsetTables, memory: OnsetMemory, hop: int) -> None:
    """Compare this hop's changes with the recent ones; fill what is answered about onsets."""
    out, glow, counts, past = memory.heard, memory.glow, memory.counts, memory.past
    changes, keep, rest = memory.changes, np.float32(tables.glow_keep), tables.refractory
    louder = changes > memory.changes_before
    every = strengths(changes, past, tables.least)[GROUP.SHORT :].max()
    # Beside an onset in all bands less change will do in each.
    joint = every > 0 or counts[ALL, 0] < JOINT_HOPS
    least = tables.joint if joint else tables.least
    standing_out = strengths(changes[:ALL], past[:ALL], least[:ALL])
    past[:, hop % past.shape[1]] = changes
    every = np.maximum(every, standing_out.max(keepdims=True))
    rising = louder.copy()
    rising[:ALL] &= standing_out > 0
    rising[_ALL] = rising.any()
    found = announce(standing_out, louder[:ALL], keep, rest, glow[:ALL], counts[:ALL])
    out[HEARD.ONSET_LOW : HEARD.ONSET_LOW + ALL] = found
    out[HEARD.ONSET_LOW_DECAY : HEARD.ONSET_LOW_DECAY + ALL] = glow[:ALL]
    out[HEARD.ONSET_LOW_COUNT : HEARD.ONSET_LOW_COUNT + ALL] = counts[:ALL, 1]
    memory.clock[1] = 0 if every[0] > 0 else memory.clock[1] + 1
    out[HEARD.ONSET] = announce(every, rising[_ALL], keep, rest, glow[_ALL], counts[_ALL])[0]
    out[HEARD.FLUX] = changes[GROUP.SHORT :].max()
    out[HEARD.ONSET_AGE] = 0
    out[HEARD.ONSET_DECAY] = glow[ALL]
    out[HEARD.ONSET_COUNT] = counts[ALL, 1]


def announce_drums(tables: OnsetTables, memory: OnsetMemory, at: int) -> None:
    """Judge the spectra up to half-hop `at`; fill what is answered about drums."""
    out, glow, counts, chances = memory.heard, memory.glow, memory.counts, memory.chances
    gather(tables.drums.lags, memory.logs, memory.before, memory.slow, at, memory.seen)
    judge(tables.drums, memory.seen, memory.hidden, chances)
    if memory.clock[1] >= JOINT_HOPS:
        chances[:] = 0  # nothing was struck where nothing stands out
    struck = np.where(chances >= LIKELY, chances, np.float32(0))
    keep, rest = np.float32(tables.glow_keep), tables.refractory
    announce(struck, _ALWAYS, keep, rest, glow[_STRUCK], counts[_STRUCK])
    out[HEARD.KICK : HEARD.KICK + DRUMS] = chances
    out[HEARD.KICK_DECAY : HEARD.KICK_DECAY + DRUMS] = glow[_STRUCK]
    out[HEARD.KICK_COUNT : HEARD.KICK_COUNT + DRUMS] = counts[_STRUCK, 1]


def see_onsets(tables: OnsetTables, memory: OnsetMemory, history: Floats, power: Floats) -> None:
    """Hear one hop: onsets by band, their moment, and drums; the answers lie in `memory.heard`.

    Parameters
    ----------
    tables, memory
    history : float32, shape (at least 4N,)
        Mid signal up to the hop's last sample.
    power : float32, shape (bins,)
        Of the hop's own spectrum.
    """
    size, hop = len(tables.short.window), int(memory.clock[0])
    memory.changes_before[:] = memory.changes
    memory.changes[:] = 0
    for half in range(HALVES):
        end = len(history) - (HALVES - 1 - half) * (size // HALVES)
        see_short(tables, memory, history[end - 2 * size : end])
        measure_short(tables, memory, HALVES * hop + half)
    measure_fine(tables, memory, power, hop)
    announce_onsets(tables, memory, hop)
    if memory.heard[HEARD.ONSET] > 0:
        age = attack_age(history, size // BLOCKS_PER_HOP, memory.blocks)
        memory.heard[HEARD.ONSET_AGE] = age * tables.sample_seconds
    announce_drums(tables, memory, HALVES * hop + HALVES - 1)
    memory.clock[0] = hop + 1
