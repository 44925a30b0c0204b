"""The beat tracker's kernels once more, as plainly as NumPy allows, in double precision."""

import numpy as np


def features(short_power, long_power, tables, kept_top, logs_before):
    """Inputs of the network, log bands and the loudest band; `logs_before`: those `lag` ago."""
    bands = np.concatenate(
        [
            [power[f : f + n] @ weights[p : p + n] for f, n, p in runs]
            for power, runs, weights in (
                (short_power, tables.short_runs, tables.short_weights),
                (long_power, tables.long_runs, tables.long_weights),
            )
        ]
    )
    top = max(kept_top, bands.max())
    logs = np.log2(1 + bands / max(top * 1e-6, 1e-13))
    rises = []
    shorts = len(tables.short_runs)
    for part in (slice(0, shorts), slice(shorts, None)):
        then = np.pad(logs_before[part], 1, mode="edge")
        widest = np.max([then[:-2], then[1:-1], then[2:]], axis=0)
        rises.append(np.maximum(logs[part] - widest, 0))
    return np.concatenate([0.1 * logs, 0.25 * np.concatenate(rises)]), logs, top


def logistic(x):
    return 1 / (1 + np.exp(-x))


def recur(w, x, h):
    m = len(h)
    both = logistic(w.gates @ np.concatenate([x, h]) + w.gate_bias)
    reset, update = both[:m], both[m:]
    fresh = np.tanh(w.fresh @ x + w.fresh_bias + reset * (w.kept @ h + w.kept_bias))
    return (1 - update) * fresh + update * h


def network(net, rows):
    """Activations of many hops, shape (hops, 2)."""
    h, g = np.zeros(len(net.first.kept)), np.zeros(len(net.second.kept))
    out = []
    for row in rows:
        h = recur(net.first, np.tanh(net.enter @ row + net.enter_bias), h)
        g = recur(net.second, h, g)
        out.append(logistic(net.leave @ g + net.leave_bias))
    return np.array(out)


def activations(brief_powers, powers, tables):
    """Of all hops of a stream, from the power spectra of its short and long windows."""
    top, rows = 0.0, []
    logs = [np.zeros(len(tables.short_runs) + len(tables.long_runs))] * tables.lag
    for brief, power in zip(brief_powers, powers, strict=True):
        row, now, top = features(brief, power, tables, top * tables.top_keep, logs[-tables.lag])
        logs.append(now)
        rows.append(row)
    beat, downbeat = network(tables.net, rows).T
    return {"BEAT_ACTIVATION": beat, "DOWNBEAT_ACTIVATION": downbeat}


def beat_model(tables, activations, leak=1e-5, least=0.05, most=0.95, odds=5.0):
    """Mass of every tempo and phase after each hop, cells moved one by one: a list by tempo."""
    lengths = np.diff(tables.starts)
    tempos, reach = len(lengths), tables.jumps.shape[1] // 2
    mass = [np.full(n, p / n) for n, p in zip(lengths, tables.preference, strict=True)]
    for a in activations:
        total = sum(m.sum() for m in mass)
        ends = np.array([m[-1] for m in mass])
        moved = []
        for j in range(tempos):
            arriving = leak * total * tables.preference[j]
            for i in range(max(0, j - reach), min(tempos, j + reach + 1)):
                arriving += ends[i] * tables.jumps[j, i - j + reach]
            cells = np.concatenate([[arriving * tables.leaning[j]], mass[j][:-1]])
            heard = np.clip(a, least, most)
            cells[: tables.widths[j]] *= odds * heard / (1 - heard)
            moved.append(cells)
        mass = moved
    return mass


def best_score(tables, activations, least=0.05, most=0.95, odds=5.0):
    """Logarithm of the best course's likelihood: every cell, every hop."""
    lengths = np.diff(tables.starts)
    tempos, reach = len(lengths), tables.jumps.shape[1] // 2
    score = [np.full(n, np.log(p / n)) for n, p in zip(lengths, tables.preference, strict=True)]
    with np.errstate(divide="ignore"):
        jumps, leaning = np.log(tables.jumps), np.log(tables.leaning)
    for a in activations:
        heard = np.clip(a, least, most)
        ends = [s[-1] for s in score]
        moved = []
        for j in range(tempos):
            near = range(max(0, j - reach), min(tempos, j + reach + 1))
            first = max(ends[i] + jumps[j, i - j + reach] for i in near) + leaning[j]
            cells = np.concatenate([[first], score[j][:-1]])
            cells[: tables.widths[j]] += np.log(odds * heard / (1 - heard))
            moved.append(cells)
        score = moved
    return max(s.max() for s in score)


def bar(mass_by_metre, likelihood, usual, first, middle, surprise=0.005, least=0.04, most=0.94):
    """One beat of the bar model; mass as one array per metre, nepers as (bias, slope)."""
    heard = np.clip(likelihood, least, most)
    odds = np.log(heard / (1 - heard))
    turned = [np.roll(m, 1) for m in mass_by_metre]
    for m in turned:
        m[0] *= np.exp(first[0] + first[1] * odds)
        if len(m) in (4, 6):
            m[len(m) // 2] *= np.exp(middle[0] + middle[1] * odds)
    total = sum(m.sum() for m in turned)
    return [
        (1 - surprise) * m / total + surprise * u / len(m)
        for m, u in zip(turned, usual, strict=True)
    ]
