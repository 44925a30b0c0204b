"""Every kernel once more, as plainly as NumPy allows, in double precision.

The twins share no code with the kernels and none of their tricks: convolutions instead of
running filters, whole histories instead of rings, sorting instead of insertion.
"""

import math

import naive_onset
import numpy as np
from scipy.signal import lfilter

TINY = 1e-30


# --- intake -------------------------------------------------------------------------------


def sanitize(samples):
    good = np.abs(samples) <= 1e6
    return np.where(good, samples, 0).astype(np.float32), int(np.count_nonzero(~good))


def mid(samples):
    return np.asarray(samples, np.float64).mean(axis=1)


# --- spectrum -----------------------------------------------------------------------------


def real_fft(samples, window):
    """By the definition: a product with the matrix of exp(-2πi jk/N)."""
    n = len(samples)
    angles = np.outer(np.arange(n // 2 + 1), np.arange(n)) % n
    return np.exp(-2j * np.pi * angles / n) @ (np.asarray(samples, np.float64) * window)


def radix4_pass(z, length, stride):
    """One Stockham pass over complex values: butterflies of four, then their twiddles."""
    m = length // 4
    a, b, c, d = z.reshape(4, m, stride)
    w = np.exp(-2j * np.pi * np.arange(m) / length)[:, None]
    out = np.empty((m, 4, stride), np.complex128)
    out[:, 0] = a + b + c + d
    out[:, 1] = w * (a - 1j * b - c + 1j * d)
    out[:, 2] = w**2 * (a - b + c - d)
    out[:, 3] = w**3 * (a + 1j * b - c - 1j * d)
    return out.ravel()


def split_spectrum(z):
    m = len(z)
    k = np.arange(m + 1)
    mirrored = np.conj(z[-k % m])
    z = z[k % m]
    return (z + mirrored) / 2 + np.exp(-1j * np.pi * k / m) * (z - mirrored) / 2j


def powers(bins, scale):
    power = np.abs(bins) ** 2 * scale
    power[[0, -1]] /= 4
    return power


def levels_db(power, floor_db, size):
    line = np.zeros(size)
    shown = min(size, len(power))
    line[:shown] = np.clip(1 - 10 * np.log10(power[:shown] + TINY) / floor_db, 0, 1)
    return line


def integrate(power, runs, weights):
    return np.array([power[f : f + n] @ weights[p : p + n] for f, n, p in runs])


def centroid(power, bin_hz):
    total = power.sum()
    return float(power @ np.arange(len(power)) * bin_hz / total) if total > TINY else 0.0


# --- levels -------------------------------------------------------------------------------


def follow(power, rise, fall, reference):
    return reference + (power - reference) * np.where(power > reference, rise, fall)


def loudest(reference):
    return max(1e-6, np.max(reference))


def gained(power, reference, gate, top, own_share):
    own = np.maximum(reference, top * 1e-3)
    audible = np.maximum(power - gate, 0)
    return np.minimum((audible / (own**own_share * top ** (1 - own_share))) ** 0.3, 1)


def smooth(target, attack, release, level):
    moved = level + (target - level) * np.where(target > level, attack, release)
    return np.where(moved > 1e-5, moved, 0)


def fall_peaks(level, hop_seconds, hold, fall, peak, held):
    caught = level >= peak
    waits = ~caught & (held < hold)
    new_peak = np.where(waits, peak, np.maximum(peak - fall * hop_seconds, level))
    return (
        np.where(caught, level, new_peak),
        np.where(caught, 0, np.where(waits, held + hop_seconds, held)),
    )


# --- loudness -----------------------------------------------------------------------------


def hop_energies(samples, stages, channel_weights, hop):
    """Weighted energy of each whole hop of a stream that begins at sample 0."""
    y = np.asarray(samples, np.float64)
    for b0, b1, b2, a1, a2 in stages:
        y = lfilter([b0, b1, b2], [1, a1, a2], y, axis=0)
    square = (y**2) @ channel_weights
    return square[: len(square) // hop * hop].reshape(-1, hop).sum(axis=1)


def loudness_of(energies, hops, samples):
    """Of the newest `hops` of energies; what came before them is silence."""
    newest_first = np.concatenate([energies[::-1], np.zeros(int(hops) + 1)])
    whole = int(hops)
    mean = (newest_first[:whole].sum() + (hops - whole) * newest_first[whole]) / samples
    loudness = -0.691 + 10 * math.log10(mean) if mean > 0 else -math.inf
    return loudness if loudness >= -120 else -math.inf


# --- trace --------------------------------------------------------------------------------


def thin_out(samples, factor):
    return np.asarray(samples, np.float64).reshape(-1, factor).mean(axis=1)


def between(trace, positions):
    return np.interp(positions, np.arange(len(trace)), trace)


def keep_points(trace, start, gap):
    return between(trace, start + np.add.outer(np.arange(8) * gap, np.arange(8)).ravel())


def find_start(trace, kept, shown, search):
    newest = len(trace) - shown - 10
    oldest = max(newest - search, 1)
    loudest_sample = np.abs(trace[oldest : newest + 1]).max()
    best, found, armed = math.inf, float(newest), False
    for i in range(oldest, newest):
        armed = armed or trace[i] < -0.1 * loudest_sample
        if armed and trace[i] < 0 <= trace[i + 1]:
            armed = False
            start = i + trace[i] / (trace[i] - trace[i + 1])
            distance = np.sum((keep_points(trace, start, shown // 8) - kept) ** 2)
            if distance <= 1.05 * best:
                found = start
            best = min(best, distance)
    return found


def draw_from(trace, start, spread, size):
    """Catmull-Rom through the values, from its matrix."""
    position = start + np.arange(size) / spread
    i = np.floor(position).astype(int)
    t = position - i
    basis = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
    weights = np.stack([np.ones_like(t), t, t**2, t**3], axis=1) @ basis
    return np.sum(weights * np.stack([trace[i + k] for k in (-1, 0, 1, 2)], axis=1), axis=1)


# --- a whole stream -----------------------------------------------------------------------


def analyse(samples, tables, bands=64, regions=4, line=1024, floor_db=-90.0):
    """All hops of a stream that begins at sample 0: a list of (line 0, 1, 2, scalars).

    `scalars` maps the names of `model.analysis.Scalar` to values.
    """
    clean, _ = sanitize(samples)
    hop, size, rows, gate = tables.hop, len(tables.window), bands + regions, tables.gate
    count = len(clean) // hop
    span = 4096 * tables.thinning
    heard = np.concatenate([np.zeros(max(size, span)), mid(clean)])
    energies = hop_energies(clean, tables.stages, tables.channel_weights, hop)
    reference, level = np.zeros(rows), np.zeros(rows)
    peak, held = np.zeros(bands), np.zeros(bands)
    kept, flows = np.zeros(64), np.zeros(3)
    hops, powers_seen = [], []
    for h in range(count):
        end = len(heard) - len(clean) + (h + 1) * hop
        spectrum = np.fft.rfft(heard[end - size : end] * tables.window)
        power = powers(spectrum, tables.power_scale)
        powers_seen.append(power)
        drawn_power = integrate(power, tables.runs, tables.weights)
        reference = follow(drawn_power, tables.gain_rise, tables.gain_fall, reference)
        top = loudest(reference[:bands])
        target = np.concatenate(
            [
                gained(drawn_power[:bands], reference[:bands], gate[:bands], top, 0.5),
                gained(
                    drawn_power[bands:],
                    reference[bands:],
                    gate[bands:],
                    loudest(reference[bands:]),
                    1.0,
                ),
            ]
        )
        level = smooth(target, tables.attack, tables.release, level)
        peak, held = fall_peaks(
            level[:bands], tables.hop_seconds, tables.peak_hold, tables.peak_fall, peak, held
        )

        trace = thin_out(heard[end - span : end], tables.thinning)
        shown = line // tables.spread
        start = find_start(trace, kept, shown, 2048)
        kept = keep_points(trace, start, shown // 8)

        newest = clean[h * hop : (h + 1) * hop]
        flows = flows + level[bands : bands + 3] * tables.hop_seconds
        scalars = {
            "RMS": math.sqrt(np.mean(mid(newest) ** 2)),
            "PEAK": np.abs(newest).max(),
            "BASS": level[bands],
            "MID": level[bands + 1],
            "TREBLE": level[bands + 2],
            "LEVEL": level[bands + 3],
            "CENTROID": centroid(power, tables.bin_hz),
            "LUFS_MOMENTARY": loudness_of(
                energies[: h + 1], tables.momentary_hops, tables.momentary_hops * hop
            ),
            "LUFS_SHORT": loudness_of(
                energies[: h + 1], tables.short_hops, tables.short_hops * hop
            ),
            "BASS_FLOW": flows[0],
            "MID_FLOW": flows[1],
            "TREBLE_FLOW": flows[2],
            "BIN_HZ": tables.bin_hz,
        }
        hops.append(
            (
                levels_db(power, floor_db, line),
                draw_from(trace, start, tables.spread, line),
                np.concatenate([level[:bands], peak]),
                scalars,
            )
        )
    whole = mid(clean)[: count * hop]
    for name, values in naive_onset.hear(whole, hop, powers_seen, tables.onset).items():
        for (*_, scalars), value in zip(hops, values, strict=True):
            scalars[name] = value
    return hops


def programme_loudness(samples, stages, channel_weights, rate):
    """BS.1770-5 by its text: exact blocks of 400 ms every 100 ms, two gates."""
    y = np.asarray(samples, np.float64)
    for b0, b1, b2, a1, a2 in stages:
        y = lfilter([b0, b1, b2], [1, a1, a2], y, axis=0)
    square = (y**2) @ channel_weights
    block, step = round(0.4 * rate), round(0.1 * rate)
    power = np.array(
        [square[i : i + block].mean() for i in range(0, len(square) - block + 1, step)]
    )
    loudness = -0.691 + 10 * np.log10(power + TINY)
    power, loudness = power[loudness > -70], loudness[loudness > -70]
    if len(power) == 0:
        return -math.inf
    gate = -0.691 + 10 * math.log10(power.mean()) - 10
    return -0.691 + 10 * math.log10(power[loudness > gate].mean())
