"""Where something new begins, in which bands, and which drum it was.

Two short spectra per hop tell when, within half a hop, in low, mid and high bands; the hop's own
longer spectrum adds the notes that only finer bands tell apart.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.attack import attack_age
from v1z3r_core.kernels.copying import copy
from v1z3r_core.kernels.drums import gather, judge
from v1z3r_core.kernels.flux import largest_before, log_bands, loudest_lately, pool, rise
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
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.probe import probe
from v1z3r_core.kernels.records import record
from v1z3r_core.kernels.spectrum import integrate, see_power
from v1z3r_core.kernels.threshold import strength

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

ONSET_TABLES = record(OnsetTables, reads)
ONSET_MEMORY = record(OnsetMemory, writes)

_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)


@kernel(ONSET_TABLES, ONSET_MEMORY, reads(_F))
def see_short(tables: OnsetTables, memory: OnsetMemory, newest: Floats) -> None:
    """Fill the band powers at the end of `newest`, shape (2N,)."""
    size = tables.short.window.shape[0]
    count = tables.probes.shape[0] // 2
    probe(newest, tables.probes, memory.now[:count])
    see_power(newest[size:], tables.short, memory.work, memory.power)
    integrate(memory.power, tables.runs, tables.weights, memory.now[count:])


@kernel(ONSET_TABLES, ONSET_MEMORY, _I)
def measure_short(tables: OnsetTables, memory: OnsetMemory, at: int) -> None:
    """Take in the band powers of half-hop `at`; raise this hop's changes to theirs."""
    now, before, changes = memory.logs[at % RING], memory.before, memory.changes
    bands = now.shape[0]
    low = tables.probes.shape[0] // 2
    mid = low + tables.mid_bands
    pool(memory.now, memory.last, memory.pooled)
    memory.tops[0] = loudest_lately(memory.pooled, np.float32(tables.top_keep), memory.tops[0])
    log_bands(memory.pooled, memory.tops[0], now)
    largest_before(memory.logs, at, LOW_FIRST, LOW_LAST, 0, low, before)
    largest_before(memory.logs, at, SHORT_FIRST, SHORT_LAST, low, bands, before)
    lows = rise(now, before, 0, low, 0, low)
    mids = rise(now, before, low, mid, low, bands)
    highs = rise(now, before, mid, bands, low, bands)
    every = (lows + mids + highs) / np.float32(bands)
    changes[GROUP.LOW] = max(changes[GROUP.LOW], lows / np.float32(low))
    changes[GROUP.MID] = max(changes[GROUP.MID], mids / np.float32(mid - low))
    changes[GROUP.HIGH] = max(changes[GROUP.HIGH], highs / np.float32(max(bands - mid, 1)))
    changes[GROUP.SHORT] = max(changes[GROUP.SHORT], every)
    for b in range(bands):
        memory.slow[b] += (now[b] - memory.slow[b]) * np.float32(tables.slow_share)


@kernel(ONSET_TABLES, ONSET_MEMORY, reads(_F), _I)
def measure_fine(tables: OnsetTables, memory: OnsetMemory, power: Floats, hop: int) -> None:
    """Measure this hop's change in the fine bands."""
    now = memory.fine_logs[hop % RING]
    bands = now.shape[0]
    integrate(power, tables.fine_runs, tables.fine_weights, memory.fine_now)
    keep = np.float32(tables.top_keep * tables.top_keep)
    memory.tops[1] = loudest_lately(memory.fine_now, keep, memory.tops[1])
    log_bands(memory.fine_now, memory.tops[1], now)
    largest_before(memory.fine_logs, hop, FINE_FIRST, FINE_LAST, 0, bands, memory.fine_before)
    total = rise(now, memory.fine_before, 0, bands, 0, bands)
    memory.changes[GROUP.FINE] = total / np.float32(bands)


# The records are not handed on from here: what is passed by value costs more than what is done.


@kernel(reads(_F), _I, reads(_F), _I, writes(_F, 2), returns=_F)
def outstanding(changes: Floats, group: int, least: Floats, hop: int, past: Floats) -> np.float32:
    """How far a group's change stands out of its past, which it then joins."""
    found = strength(changes[group], past[group], least[group])
    past[group, hop % past.shape[1]] = changes[group]
    return found


@kernel(_F, _I, _F, _I, writes(_F), writes(_I), returns=_F)
def announce(
    standing_out: np.float32,
    rising: int,
    keep: np.float32,
    refractory: int,
    glow: Floats,
    counts: Integers,
) -> np.float32:
    """Strength of an onset that is news at this hop, else 0.

    Parameters
    ----------
    standing_out : float
    rising : int
        0 or 1.
    keep : float
        What one hop leaves of an afterglow.
    refractory : int, hops
    glow : float32, shape (1,)
        Afterglow.
    counts : int64, shape (2,)
        Hops since the last announcement, and announcements.
    """
    counts[0] += 1
    found = _ZERO
    if counts[0] >= refractory and standing_out > _ZERO and rising:
        found = standing_out
        counts[0] = 0
        counts[1] += 1
    left = glow[0] * keep
    glow[0] = left if left > INVISIBLE else _ZERO
    if counts[0] < refractory:
        # An attack is announced when it enters the window; the next hops see how strong it is.
        glow[0] = max(glow[0], standing_out)
    return found


@kernel(ONSET_TABLES, ONSET_MEMORY, _I)
def announce_onsets(tables: OnsetTables, memory: OnsetMemory, hop: int) -> None:
    """Compare this hop's changes with the recent ones; fill what is answered about onsets."""
    out, glow, counts, past = memory.heard, memory.glow, memory.counts, memory.past
    changes, before = memory.changes, memory.changes_before
    keep, rest = np.float32(tables.glow_keep), tables.refractory
    every = outstanding(changes, GROUP.SHORT, tables.least, hop, past)
    every = max(every, outstanding(changes, GROUP.FINE, tables.least, hop, past))
    # Beside an onset in all bands less change will do in each.
    joint = every > _ZERO or counts[ALL, 0] < JOINT_HOPS
    least = tables.joint if joint else tables.least
    rising = int(
        changes[GROUP.SHORT] > before[GROUP.SHORT] or changes[GROUP.FINE] > before[GROUP.FINE]
    )
    for group in range(ALL):
        standing_out = outstanding(changes, group, least, hop, past)
        louder = int(changes[group] > before[group])
        if standing_out > _ZERO:
            every, rising = max(every, standing_out), max(rising, louder)
        out[HEARD.ONSET_LOW + group] = announce(
            standing_out, louder, keep, rest, glow[group : group + 1], counts[group]
        )
        out[HEARD.ONSET_LOW_DECAY + group] = glow[group]
        out[HEARD.ONSET_LOW_COUNT + group] = np.float32(counts[group, 1])
    memory.clock[1] = 0 if every > _ZERO else memory.clock[1] + 1
    out[HEARD.ONSET] = announce(every, rising, keep, rest, glow[ALL : ALL + 1], counts[ALL])
    out[HEARD.FLUX] = max(changes[GROUP.SHORT], changes[GROUP.FINE])
    out[HEARD.ONSET_AGE] = _ZERO
    out[HEARD.ONSET_DECAY] = glow[ALL]
    out[HEARD.ONSET_COUNT] = np.float32(counts[ALL, 1])


@kernel(ONSET_TABLES, ONSET_MEMORY, _I)
def announce_drums(tables: OnsetTables, memory: OnsetMemory, at: int) -> None:
    """Judge the spectra up to half-hop `at`; fill what is answered about drums."""
    out, glow, counts, chances = memory.heard, memory.glow, memory.counts, memory.chances
    keep = np.float32(tables.glow_keep)
    gather(tables.drums.lags, memory.logs, memory.before, memory.slow, at, memory.seen)
    judge(tables.drums, memory.seen, memory.hidden, chances)
    if memory.clock[1] >= JOINT_HOPS:
        chances[:] = _ZERO  # nothing was struck where nothing stands out
    for drum in range(DRUMS):
        which = CHANNELS + drum
        struck = chances[drum] if chances[drum] >= LIKELY else _ZERO
        announce(struck, 1, keep, tables.refractory, glow[which : which + 1], counts[which])
        out[HEARD.KICK + drum] = chances[drum]
        out[HEARD.KICK_DECAY + drum] = glow[which]
        out[HEARD.KICK_COUNT + drum] = np.float32(counts[which, 1])


@kernel(ONSET_TABLES, ONSET_MEMORY, reads(_F), reads(_F))
def see_onsets(tables: OnsetTables, memory: OnsetMemory, history: Floats, power: Floats) -> None:
    """Hear one hop: onsets by band, their moment, and drums; the answers lie in `memory.heard`.

    Parameters
    ----------
    tables, memory
    history : float32, shape (at least 4N,)
        Mid signal up to the hop's last sample.
    power : float32, shape (bins,)
        Of the hop's own spectrum, as `kernels.spectrum.powers` gives it.
    """
    size = tables.short.window.shape[0]
    hop = memory.clock[0]
    copy(memory.changes, memory.changes_before)
    memory.changes[:] = _ZERO
    for half in range(HALVES):
        end = history.shape[0] - (HALVES - 1 - half) * (size // HALVES)
        see_short(tables, memory, history[end - 2 * size : end])
        measure_short(tables, memory, HALVES * hop + half)
    measure_fine(tables, memory, power, hop)
    announce_onsets(tables, memory, hop)
    if memory.heard[HEARD.ONSET] > _ZERO:
        age = attack_age(history, size // BLOCKS_PER_HOP, memory.blocks)
        memory.heard[HEARD.ONSET_AGE] = np.float32(age * tables.sample_seconds)
    announce_drums(tables, memory, HALVES * hop + HALVES - 1)
    memory.clock[0] = hop + 1
