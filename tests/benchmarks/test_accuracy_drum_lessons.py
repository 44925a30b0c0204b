"""What the drum network is taught: strokes stand where the sound is."""

import json

import numpy as np
import soundfile

from benchmarks.accuracy.train_drums import HEARD_SECONDS, LAGS, hear, targets

RATE, SECONDS = 48_000, 6
KICKS = np.arange(0.6, SECONDS - 0.5, 0.47)


def test_strokes_are_taught_at_the_hop_that_hears_them(tmp_path):
    samples = np.random.default_rng(3).normal(0, 1e-4, SECONDS * RATE)
    ring = np.arange(RATE // 5) / RATE
    for kick in KICKS:
        at = round(kick * RATE)
        samples[at : at + len(ring)] += 0.6 * np.sin(2 * np.pi * 60 * ring) * np.exp(-ring / 0.05)
    soundfile.write(tmp_path / "piece.flac", samples, RATE)
    truth = {"source": "synth:kicks", "kind": "synth", "kick": KICKS.tolist(), "snare": []}
    (tmp_path / "piece.json").write_text(json.dumps(truth | {"hat": []}))
    piece = hear(tmp_path / "piece.flac")
    wanted, weight = targets(piece)
    taught = np.flatnonzero(wanted[:, 0])
    assert len(taught) == len(KICKS)
    heard_until = (taught + 1) * piece.hop_seconds - KICKS
    assert np.all(heard_until >= HEARD_SECONDS)
    assert np.all(heard_until < HEARD_SECONDS + piece.hop_seconds + 1e-9)
    # The newest of the rows that it sees has just risen, once their mean has settled.
    later = taught[2:]
    newest = piece.seen[:, : piece.seen.shape[1] // (len(LAGS) + 1)].sum(axis=1)
    assert np.all(newest[later] > newest[later - 3] + 1)
    assert np.all(weight[:, 1:][wanted[:, 1:] == 0] <= 1)
