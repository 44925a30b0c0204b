"""Form and key once more, as plainly as NumPy allows: whole series, filters, sorting."""

import numpy as np
from scipy.signal import lfilter

AUDIBLE = 1e-6


def eased(values, share):
    """What follows `values` by a share of the distance at every step."""
    return lfilter([share], [1, share - 1], values)


def form(bass, whole, tables):
    """All hops' answers about form, a dict of arrays, from the powers of bass and everything."""
    fast, slow = eased(whole, tables.fast), eased(whole, tables.slow)
    envelope, usual, missing = 0.0, 0.0, 0.0
    drops, away = [], []
    for power, loud in zip(bass, fast, strict=True):
        envelope += (power - envelope) * (
            tables.bass_rise if power > envelope else tables.bass_fall
        )
        gone = envelope < usual / 10**1.2
        back = envelope >= usual / 10**0.45
        drops.append(0.0)
        if gone or (missing > 0 and not back):
            missing += tables.hop_seconds
        else:
            if missing >= 2 and loud > AUDIBLE:
                drops[-1] = np.interp(missing, [2, 8], [0.5, 1])
            missing = 0.0
            usual += (envelope - usual) * (
                tables.usual_rise if envelope > usual else tables.usual_fall
            )
        away.append(missing)
    return {
        "DROP": np.array(drops),
        "DROP_COUNT": np.cumsum(np.array(drops) > 0),
        "ENERGY_TREND": np.clip(np.log2((fast + AUDIBLE) / (slow + AUDIBLE)) / 2, -1, 1),
        "IN_BREAK": np.where(fast > AUDIBLE, np.minimum(np.array(away) / 2, 1), 0),
    }


def key(chroma, tables):
    """Key and confidence at all hops, from their chroma."""
    keep = tables.chroma_keep
    tones = lfilter([tables.hop_seconds], [1, -keep], chroma, axis=0)
    sounding = np.any(chroma > 0, axis=1).astype(float)
    heard = lfilter([tables.hop_seconds], [1, -keep], sounding)
    shown, keys, confidences = -1, [], []
    for tone, seconds in zip(tones - tones.mean(axis=1, keepdims=True), heard, strict=True):
        confidence = 0.0
        if tone @ tone >= 1e-12:
            likeness = tables.profiles.astype(float) @ tone / np.linalg.norm(tone)
            second, best = np.sort(likeness)[-2:]
            winner = int(np.argmax(likeness))
            if shown < 0 or best > likeness[shown] + 0.03:
                shown = winner
            if winner == shown:
                margin = min((best - second) / 0.15, 1)
                confidence = margin * max(best, 0) * (1 - np.exp(-seconds / 8))
        keys.append(shown)
        confidences.append(confidence)
    return {"KEY": np.array(keys), "KEY_CONFIDENCE": np.array(confidences)}
