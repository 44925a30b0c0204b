"""Every kernel once more, as plainly as NumPy allows, in double precision.

The twins share no code with the kernels and none of their tricks: convolutions instead of
running filters, whole histories instead of rings, sorting instead of insertion.
"""

import math

import naive_beat
import naive_form
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


def powers(bins):
    power = np.abs(bins) ** 2
    power[[0, -1]] /= 4
    return power


def levels_db(power, floor_db, size):
    line = np.zeros(size)
    shown = min(size, len(power))
    line[:shown] = np.clip(1 - 10 * np.log10(power[:shown] + TINY) / floor_db, 0, 1)
    return line


def integrate(power, runs, weights):
    return np.array([power[f : f + n] @ weights[p : p + n] for f, n, p in runs])


def catmull_rom(values, position):
    """Between four neighbours, from the curve's matrix."""
    i = np.floor(position).astype(int)
    t = position - i
    basis = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
    weights = np.stack([np.ones_like(t), t, t**2, t**3], axis=1) @ basis
    return np.sum(weights * np.stack([values[i + k] for k in (-1, 0, 1, 2)], axis=1), axis=1)


# --- shape --------------------------------------------------------------------------------


def centroid(power):
    total = power.sum()
    return float(power @ np.arange(len(power)) / total) if total > TINY else 0.0


def spread(power):
    total = power.sum()
    if total <= TINY:
        return 0.0
    return math.sqrt(power @ (np.arange(len(power)) - centroid(power)) ** 2 / total)


def rolloff(power):
    """Where a line through the summed powers at the bins' borders reaches 85 %."""
    total = power.sum()
    if total <= TINY:
        return 0.0
    borders = np.arange(len(power) + 1) - 0.5
    sums = np.concatenate([[0], np.cumsum(power)])
    first = np.flatnonzero(sums >= 0.85 * total)[0]
    return max(
        0.0,
        float(np.interp(0.85 * total, sums[first - 1 : first + 1], borders[first - 1 : first + 1])),
    )


def flatness(power):
    mean = power.mean()
    return min(1.0, 2 ** np.mean(np.log2(power + TINY)) / mean) if mean > TINY else 0.0


# --- harmonic and percussive --------------------------------------------------------------


def over_time(history):
    """Of the last 17 spectra, oldest first."""
    return np.median(history[-17::2], axis=0)


def over_bins(power):
    mirrored = np.pad(power, 8, mode="reflect")
    return np.median([mirrored[k : k + len(power)] for k in range(0, 17, 2)], axis=0)


def keep_steady(power, steady, broad):
    return power / (1 + (broad / (steady + TINY)) ** 2)


# --- pitch classes ------------------------------------------------------------------------


def decimate(samples, taps, factor, count):
    return np.convolve(samples, taps[::-1], mode="valid")[::factor][:count]


def fold(pitch_power, gate):
    return np.sqrt(np.maximum(pitch_power - gate, 0)).reshape(12, -1).sum(axis=1)


def draw_chroma(pitches, reference, attack, release, chroma):
    target = np.minimum(pitches / max(reference, 1e-3), 1) ** 2
    return chroma + (target - chroma) * np.where(target > chroma, attack, release)


# --- stereo -------------------------------------------------------------------------------


def correlation(left, right, cross):
    silent = min(left, right) <= 1e-9 * max(left, right)
    return 0.0 if silent else max(-1.0, min(1.0, cross / math.sqrt(left * right)))


def balance(left, right):
    return (right - left) / (right + left) if right + left > 0 else 0.0


# --- levels -------------------------------------------------------------------------------


def follow(power, rise, fall, reference):
    return reference + (power - reference) * np.where(power > reference, rise, fall)


def loudest(reference):
    return max(1e-6, np.max(reference))


def gained(power, reference, gate, top, own_share):
    own = np.maximum(reference, top * 1e-3)
    audible = np.maximum(power - gate, 0)
    return np.minimum((audible / (own**own_share * top ** (1 - own_share))) ** 0.3, 1)


def lift(fall, rise, ground, target):
    ground = ground + (target - ground) * np.where(target < ground, fall, rise)
    return ground, np.maximum(target - 0.7 * ground, 0) / (1 - 0.7 * ground)


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


def hop_energies(samples, fir, poles, channel_weights, hop):
    """Weighted energy of each whole hop of a stream that begins at sample 0."""
    y = lfilter(fir, [1], np.asarray(samples, np.float64), axis=0)
    for a1, a2 in np.reshape(poles, (2, 2)):
        y = lfilter([1], [1, a1, a2], y, axis=0)
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
    return catmull_rom(trace, start + np.arange(size) / spread)


# --- a whole stream -----------------------------------------------------------------------


def analyse(samples, tables, bands=64, regions=4, line=1024, floor_db=-90.0):
    """All hops of a stream that begins at sample 0: a list of (line 0, 1, curves, scalars).

    `curves` and `scalars` map the names of `model.row.Curve` and `Scalar` to values.
    """
    clean, _ = sanitize(samples)
    hop, size, rows, gate = tables.hop, len(tables.short.window), bands + regions, tables.gate
    count = len(clean) // hop
    span = 4096 * tables.thinning
    zeros = np.zeros(max(size, span, len(tables.decimator) + hop))
    heard = np.concatenate([zeros, mid(clean)])
    stereo = clean.shape[1] > 1
    left, right = clean[:, 0].astype(float), clean[:, int(stereo)].astype(float)
    sides = np.concatenate([zeros, (left - right) / 2])
    energies = hop_energies(clean, tables.fir, tables.poles, tables.channel_weights, hop)
    factor, long = tables.decimation, len(tables.long.window)
    thin = np.zeros(long)
    reference, level, ground = np.zeros(rows), np.zeros(rows), np.zeros(regions)
    peak, held, parts = np.zeros(bands), np.zeros(bands), np.zeros((3, bands + 1))
    bins = int(np.max(tables.runs[:bands, 0] + tables.runs[:bands, 1]))
    past = [np.zeros(bins)] * 17
    chroma, loud_pitch, stereo_sums = np.zeros(12), 0.0, np.zeros(3)
    kept, flows, hops = np.zeros(64), np.zeros(3), []
    fine_powers, brief_powers, chromas = [], [], []
    basses, wholes = np.zeros((2, count))

    def power_of(newest, transform):
        return powers(np.fft.rfft(newest * transform.window.astype(float)))

    for h in range(count):
        end = len(heard) - len(clean) + (h + 1) * hop
        now = slice(h * hop, (h + 1) * hop)
        power = power_of(heard[end - size : end], tables.short)
        drawn_power = integrate(power, tables.runs, tables.weights)
        fine_powers.append(power)
        brief_powers.append(power_of(heard[end - size // 2 : end], tables.brief))
        basses[h], wholes[h] = drawn_power[bands], drawn_power[-1]

        reference = follow(drawn_power, tables.gain_rise, tables.gain_fall, reference)
        top, whole_top = loudest(reference[:bands]), loudest(reference[bands:])
        wide = gained(drawn_power[bands:], reference[bands:], gate[bands:], whole_top, 1.0)
        ground, wide = lift(tables.ground_fall, tables.ground_rise, ground, wide)
        drawn = gained(drawn_power[:bands], reference[:bands], gate[:bands], top, 0.5)
        target = np.concatenate([drawn, wide])
        level = smooth(target, tables.attack, tables.release, level)
        peak, held = fall_peaks(
            level[:bands], tables.hop_seconds, tables.peak_hold, tables.peak_fall, peak, held
        )

        past.append(power[:bins])
        steady = keep_steady(power[:bins], over_time(past), over_bins(power[:bins]))
        steady_bands = integrate(steady, tables.runs[:bands], tables.weights)
        side_power = power_of(sides[end - size : end], tables.short)
        for p, part in enumerate(
            [
                integrate(side_power, tables.runs[:bands], tables.weights),
                steady_bands,
                np.maximum(drawn_power[:bands] - steady_bands, 0),
            ]
        ):
            target = np.append(
                gained(part, reference[:bands], gate[:bands], top, 0.5),
                gained(part.sum(), reference[-1:], gate[-1:], whole_top, 1.0),
            )
            parts[p] = smooth(target, tables.attack, tables.release, parts[p])

        first = end - hop + factor - len(tables.decimator)
        fresh = decimate(heard[first:end], tables.decimator, factor, hop // factor)
        thin = np.concatenate([thin, fresh])[-long:]
        long_power = power_of(thin, tables.long)
        decibels = 1 - 10 * np.log10(long_power + TINY) / floor_db
        low_hz = np.geomspace(20, 200, 128)
        low = np.clip(
            catmull_rom(decibels, low_hz * long * factor * tables.hop_seconds / hop), 0, 1
        )
        pitches = fold(
            integrate(long_power, tables.pitch_runs, tables.pitch_weights), tables.chroma_gate
        )
        share = tables.gain_rise if pitches.max() > loud_pitch else tables.gain_fall
        loud_pitch += (pitches.max() - loud_pitch) * share
        chroma = draw_chroma(pitches, loud_pitch, tables.attack, tables.release, chroma)
        chromas.append(chroma)

        trace = thin_out(heard[end - span : end], tables.thinning)
        shown = line // tables.spread
        start = find_start(trace, kept, shown, 2048)
        kept = keep_points(trace, start, shown // 8)

        newest, window = clean[now], heard[end - size : end]
        pair = left[now], right[now]
        keep = tables.stereo_keep
        means = [np.mean(a * b) for a, b in (pair[:1] * 2, pair[1:] * 2, pair)]
        stereo_sums = keep * stereo_sums + (1 - keep) * np.array(means)
        audible = power[tables.first_bin : bins]
        weighted = power @ tables.a_short + long_power[: len(tables.a_long)] @ tables.a_long
        rms = math.sqrt(np.mean(window**2))
        flows = flows + level[bands : bands + 3] * tables.hop_seconds
        scalars = {
            "RMS": math.sqrt(np.mean(mid(newest) ** 2)),
            "PEAK": np.abs(newest).max(),
            "BASS": level[bands],
            "MID": level[bands + 1],
            "TREBLE": level[bands + 2],
            "LEVEL": level[bands + 3],
            "CENTROID": centroid(power) * tables.bin_hz,
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
            "LEVEL_DBA": max(10 * math.log10(weighted + TINY), -120),
            "CREST": np.abs(window).max() / rms if rms > 0 else 0.0,
            "SPREAD_HZ": spread(power) * tables.bin_hz,
            "ROLLOFF_HZ": rolloff(power) * tables.bin_hz,
            "FLATNESS": flatness(audible),
            "CORRELATION": correlation(*stereo_sums),
            "BALANCE": balance(*stereo_sums[:2]),
            "SIDE": parts[0, bands],
            "HARMONIC": parts[1, bands],
            "PERCUSSIVE": parts[2, bands],
        }
        curves = {
            "BANDS": level[:bands],
            "PEAKS": peak,
            "SIDE": parts[0, :bands].copy(),
            "HARMONIC": parts[1, :bands].copy(),
            "PERCUSSIVE": parts[2, :bands].copy(),
            "LOW": low,
            "CHROMA": chroma,
            "EDGES": tables.edges,
        }
        hops.append(
            (
                levels_db(power, floor_db, line),
                draw_from(trace, start, tables.spread, line),
                curves,
                scalars,
            )
        )
    later = {
        **naive_onset.hear(heard[len(zeros) :][: count * hop], hop, fine_powers, tables.onset),
        **naive_beat.activations(brief_powers, fine_powers, tables.beat),
        **naive_form.form(basses, wholes, tables.form),
        **naive_form.key(np.array(chromas), tables.form),
    }
    for h, (_, _, _, scalars) in enumerate(hops):
        scalars.update({name: values[h] for name, values in later.items()})
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
