"""What the beat network is taught: truth stands where the sound is, at every hop there is."""

import json

import numpy as np
import pytest
import soundfile

from benchmarks.accuracy import beat_lessons
from benchmarks.accuracy.beat_lessons import BATCH, SEQUENCE, Piece, read_piece, sample, targets
from v1z3r_core.analysis.beatplan import BANDS
from v1z3r_core.analysis.plan import hop_size
from v1z3r_core.kernels.beat_layout import DELAY_SECONDS

SECONDS = 12
BEATS = np.arange(0.7, SECONDS - 0.5, 0.61)


def clicks(folder, name, rate):
    samples = np.random.default_rng(3).normal(0, 1e-4, SECONDS * rate)
    for beat in BEATS:
        at = round(beat * rate)
        samples[at : at + rate // 200] += 0.5
    soundfile.write(folder / f"{name}.flac", samples, rate)
    truth = {"beats": BEATS.tolist(), "downbeats": BEATS[::4].tolist(), "half": "dev"}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(truth | {"kind": "synth", "source": "synth:clicks"}))
    return path


def seen_late(piece, seconds):
    """How long after each beat most of it is seen to rise, in seconds."""
    rise = piece.inputs[:, BANDS:].astype(float).sum(axis=1)
    wanted = np.round(piece.beats - DELAY_SECONDS / seconds).astype(int)
    return [(np.argmax(rise[k - 6 : k + 7]) - 6) * seconds for k in wanted if k < len(rise) - 8]


@pytest.mark.parametrize("own_rate", [44_100, 48_000])
@pytest.mark.parametrize("rate", beat_lessons.RATES_HZ)
def test_truth_stands_where_the_sound_is_whatever_the_hop(tmp_path, monkeypatch, rate, own_rate):
    monkeypatch.setattr(beat_lessons, "RATES_HZ", (rate,))
    monkeypatch.setattr(beat_lessons, "RATE_SHARES", (1.0,))
    piece = read_piece(clicks(tmp_path, "piece", own_rate), tmp_path)
    late = seen_late(piece, hop_size(rate) / rate)
    assert len(late) > 15
    assert np.ptp(late) < 0.025  # from the first beat to the last the same, to a hop or two
    assert np.all(np.abs(late) < 0.035)


def test_a_misplaced_truth_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(beat_lessons, "RATES_HZ", (48_000,))
    monkeypatch.setattr(beat_lessons, "RATE_SHARES", (1.0,))
    piece = read_piece(clicks(tmp_path, "piece", 48_000), tmp_path)
    wrong = Piece("piece", piece.inputs, piece.beats * 44_100 / 48_000, None)
    assert np.ptp(seen_late(wrong, hop_size(48_000) / 48_000)) > 0.025


def test_targets_peak_on_the_beats_however_the_piece_is_stretched():
    found = targets(np.array([10.0, 50.0, 90.0]), first=5.0, count=80, step=1.25)
    assert np.flatnonzero(found == 1).tolist() == [4, 36, 68]
    assert found.sum() == pytest.approx(3 * 2.0)


def test_a_batch_is_a_function_of_its_dice_and_keeps_to_its_ranges():
    dice = np.random.default_rng(5)
    inputs = dice.uniform(0, 1, (2_000, 2 * BANDS)).astype(np.float16)
    pieces = [Piece("known", inputs, np.arange(0.0, 2_000, 40), np.arange(0.0, 2_000, 160))]
    pieces.append(Piece("unknown", inputs, np.arange(0.0, 2_000, 40), None))
    first, again = (sample(pieces, np.random.default_rng(9)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one, other)
    x, y, known = first
    assert x.shape == (BATCH, SEQUENCE, 2 * BANDS)
    assert 0 < known.sum() < BATCH
    assert np.all(y[known == 0, :, 1] == 0)
    assert y.min() == 0
    assert y.max() <= 1
