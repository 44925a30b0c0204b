"""The onset kernels once more, as plainly as NumPy allows, in double precision.

Whole histories instead of rings, sorting instead of insertion, no kernel shared.
"""

import numpy as np


def pool(powers):
    """Each row with the one before."""
    return powers + np.vstack([np.zeros_like(powers[:1]), powers[:-1]])


def tops(powers, keep):
    top, found = 0.0, []
    for most in powers.max(axis=1):
        top *= keep
        if most > top:
            top = top + (most - top) * 0.25 if top * 1e-5 > 1e-13 else most
        found.append(top)
    return np.array(found)


def logs(powers, top):
    return np.log2(1 + powers / np.maximum(top * 1e-5, 1e-13)[:, None])


def before(logs, first, last):
    """Largest of the rows `last` … `first` before each; zeros before the beginning."""
    padded = np.vstack([np.zeros((last, logs.shape[1])), logs])
    return np.array([padded[i : i + last - first + 1].max(axis=0) for i in range(len(logs))])


def rises(logs, first, last):
    """What each band exceeds the largest of three neighbours before by."""
    padded = np.pad(before(logs, first, last), ((0, 0), (1, 1)), mode="edge")
    widest = np.maximum(np.maximum(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    return np.maximum(logs - widest, 0)


def strengths(changes, least, recent):
    """Of a whole series."""
    padded = np.concatenate([np.zeros(recent), changes])
    means = np.array([padded[i : i + recent].mean() for i in range(len(changes))])
    return np.maximum(0, 1 - (means + least) / np.maximum(changes, 1e-30))


def announced(standing, rising, keep, refractory):
    """What is announced, and the afterglow, of a whole series."""
    since, glow, found, glows = refractory, 0.0, [], []
    for strength, up in zip(standing, rising, strict=True):
        since += 1
        news = since >= refractory and strength > 0 and up
        since = 0 if news else since
        glow = glow * keep if glow * keep > 1e-5 else 0.0
        glow = max(glow, strength) if since < refractory else glow
        found.append(strength if news else 0.0)
        glows.append(glow)
    return np.array(found), np.array(glows)


def attack_age(history, length, blocks):
    steps = np.diff(history)[-blocks * length :]
    energy = (steps**2).reshape(blocks, length).sum(axis=1)
    floor = energy.max() * 1e-3 + 1e-30
    ratios = {
        k: (energy[k : k + 4].sum() + floor) / (energy[k - 12 : k].sum() + floor)
        for k in range(12, blocks - 3)
    }
    return (blocks - max(ratios, key=ratios.__getitem__)) * length


def chances(seen, drums):
    hidden = np.maximum(seen @ drums.hidden_weights.T + drums.hidden_bias, 0)
    return 1 / (1 + np.exp(-(hidden @ drums.weights.T + drums.bias)))


def integrated(power, runs, weights):
    return np.array([power[f : f + n] @ weights[p : p + n] for f, n, p in runs])


def band_powers(heard, step, count, tables):
    """Powers of probes and short bands at the end of every step of a padded signal."""
    size, rows = len(tables.short.window), []
    lead = len(heard) - step * count
    for i in range(1, count + 1):
        newest = heard[lead + i * step - 2 * size : lead + i * step]
        waves = tables.probes[::2] + 1j * tables.probes[1::2]
        probed = np.abs(waves @ newest) ** 2
        spectrum = np.fft.rfft(newest[size:] * tables.short.window)
        power = np.abs(spectrum) ** 2
        power[[0, -1]] /= 4
        rows.append(np.concatenate([probed, integrated(power, tables.runs, tables.weights)]))
    return np.array(rows)


def hear(samples, hop, fine_power, tables):
    """All hops of a mono stream that begins at sample 0: a dict of arrays by `Heard`'s names.

    Parameters
    ----------
    samples : shape (hops · hop,)
    hop : int
    fine_power : shape (hops, bins)
        Of the hop's own spectrum.
    tables : OnsetTables
    """
    size, hops = len(tables.short.window), len(samples) // hop
    heard = np.concatenate([np.zeros(4 * size), samples])
    powers = pool(band_powers(heard, hop // 2, 2 * hops, tables))
    short = logs(powers, tops(powers, tables.top_keep))
    low = len(tables.probes) // 2
    mid = low + tables.mid_bands
    rise = np.hstack([rises(short[:, :low], 3, 16), rises(short[:, low:], 3, 10)])
    groups = [rise[:, :low], rise[:, low:mid], rise[:, mid:], rise]
    changes = [group.mean(axis=1).reshape(hops, 2).max(axis=1) for group in groups]
    fine = np.array([integrated(p, tables.fine_runs, tables.fine_weights) for p in fine_power])
    fine = logs(fine, tops(fine, tables.top_keep**2))
    changes.append(rises(fine, 1, 6).mean(axis=1))

    def standing(group, least):
        return strengths(changes[group], least[group], tables.refractory - 1)

    rising = [np.diff(change, prepend=0) > 0 for change in changes]
    every = np.maximum(standing(3, tables.least), standing(4, tables.least))
    alone = [standing(group, tables.least) for group in range(3)]
    joint = [standing(group, tables.joint) for group in range(3)]
    answers, total = decided(every, alone, joint, rising, tables)
    padded = np.concatenate([[False, False], total > 0])
    recent = padded[2:] | padded[1:-1] | padded[:-2]
    recent[:2] = True  # as if something had been before the beginning
    ages = [
        attack_age(heard[: 4 * size + end], size // 16, 48) for end in hop * np.arange(1, hops + 1)
    ]
    return answers | {
        "FLUX": np.maximum(changes[3], changes[4]),
        "ONSET_AGE": np.where(answers["ONSET"] > 0, ages, 0) * tables.sample_seconds,
        **drums_heard(short, low, hops, recent, tables),
    }


def decided(every, alone, joint, rising, tables):
    """Announcements: beside an onset in all bands, at most 3 hops old, less change will do."""
    hops, since = len(every), tables.refractory
    total, up = every.copy(), rising[3] | rising[4]
    bands = [values.copy() for values in alone]
    for h in range(hops):
        if every[h] > 0 or since < 3:
            for g in range(3):
                bands[g][h] = joint[g][h]
        for g in range(3):
            total[h] = max(total[h], bands[g][h])
            up[h] |= bands[g][h] > 0 and rising[g][h]
        since += 1
        since = 0 if since >= tables.refractory and total[h] > 0 and up[h] else since
    answers = {}
    for name, values, louder in (
        ("ONSET", total, up),
        ("ONSET_LOW", bands[0], rising[0]),
        ("ONSET_MID", bands[1], rising[1]),
        ("ONSET_HIGH", bands[2], rising[2]),
    ):
        found, glow = announced(values, louder, tables.glow_keep, tables.refractory)
        answers |= {name: found, f"{name}_DECAY": glow, f"{name}_COUNT": np.cumsum(found > 0)}
    return answers, total


def drums_heard(short, low, hops, recent, tables):
    """Likelihoods where something stood out in the last 3 hops, `recent`; else 0."""
    mean, slow = np.zeros(short.shape[1]), []
    for row in short:
        mean = mean + (row - mean) * tables.slow_share
        slow.append(mean)
    padded = np.vstack([np.zeros((32, short.shape[1])), short])
    newest = 32 + 2 * np.arange(hops) + 1
    seen = [(padded[newest - lag] - np.array(slow)[1::2]) / 4 for lag in tables.drums.lags]
    old = np.hstack([before(short[:, :low], 3, 16), before(short[:, low:], 3, 10)])
    seen.append((old[1::2] - np.array(slow)[1::2]) / 4)
    likely = chances(np.hstack(seen), tables.drums) * recent[:, None]
    answers = {}
    for drum, name in enumerate(("KICK", "SNARE", "HAT")):
        struck = np.where(likely[:, drum] >= 0.5, likely[:, drum], 0)
        found, glow = announced(struck, struck > 0, tables.glow_keep, tables.refractory)
        answers |= {
            name: likely[:, drum],
            f"{name}_DECAY": glow,
            f"{name}_COUNT": np.cumsum(found > 0),
        }
    return answers
