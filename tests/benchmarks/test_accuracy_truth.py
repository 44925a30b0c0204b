"""Truths: kept on disk, cut, joined and degraded without losing a beat."""

import json

import numpy as np
import pytest

from benchmarks.accuracy.material import degrade
from benchmarks.accuracy.truth import Truth, half_of, piecewise_tempo, read_truth, write_truth

RATE = 8_000


def truth(**changes) -> Truth:
    fields = {
        "kind": "test", "source": "test:one", "duration": 4.0, "beats": (0.0, 1.0, 2.0, 3.0),
        "downbeats": (0.0, 2.0), "tempo": ((0.0, 60.0),), "metre": (2, 4), "key": "C major",
        "kick": (0.0, 2.0), "onsets": (0.0, 0.5, 2.0), "notes": {"seed": [1, 2]},
    }  # fmt: skip
    return Truth(**(fields | changes))


def test_a_source_never_changes_its_half():
    # Pinned: another hash would let what was tuned on into what is reported.
    names = (
        "mma:stdlib/swing.mma",
        "mma:stdlib/waltz.mma",
        "synth:house",
        "synth:techno",
        "midi:the_hobo_redfarn.mid",
    )
    assert [half_of(name) for name in names] == ["held", "held", "dev", "held", "dev"]


def test_halves_are_halves():
    held = sum(half_of(f"mma:{number}") == "held" for number in range(2_000))
    assert 900 < held < 1_100


def test_what_is_written_is_read_back(tmp_path):
    write_truth(truth(), tmp_path / "one.json")
    assert read_truth(tmp_path / "one.json") == truth()
    assert not list(tmp_path.glob("*.part"))


def test_a_foreign_file_is_refused_by_name(tmp_path):
    (tmp_path / "odd.json").write_text(json.dumps({"beats": [1.0]}))
    with pytest.raises(ValueError, match=r"odd\.json: not a truth file"):
        read_truth(tmp_path / "odd.json")


def test_a_crop_moves_what_it_keeps_and_keeps_the_tempo_in_force():
    part = truth(tempo=((0.0, 60.0), (3.0, 90.0))).cropped(0.75, 3.5)
    assert part.beats == (0.25, 1.25, 2.25)
    assert part.downbeats == (1.25,)
    assert part.tempo == ((0.0, 60.0), (2.25, 90.0))
    assert part.duration == 2.75


def test_a_cut_into_another_piece_goes_on_with_its_beats():
    joined = truth().cropped(0.0, 2.5).followed_by(truth(key="D minor", metre=(3, 4)))
    assert joined.beats == (0.0, 1.0, 2.0, 2.5, 3.5, 4.5, 5.5)
    assert (joined.key, joined.metre, joined.duration) == (None, None, 6.5)


def test_a_gap_moves_the_truth_with_the_sound():
    sound = np.zeros((4 * RATE, 1), np.float32)
    sound[RATE] = 1.0  # the second beat
    padded, moved, _ = degrade.gap(sound, RATE, truth(), np.random.default_rng(2))
    assert moved.beats[1] == pytest.approx(int(np.argmax(padded[:, 0])) / RATE)
    assert moved.duration == len(padded) / RATE


@pytest.mark.parametrize(
    "step", [degrade.room, degrade.tilt, degrade.noise, degrade.clip, degrade.gain]
)
def test_no_step_moves_a_click(step):
    sound = np.zeros((2 * RATE, 2), np.float32)
    sound[RATE] = 0.5
    for seed in range(6):
        changed, _ = step(sound, RATE, np.random.default_rng(seed))
        assert changed.shape == sound.shape
        assert changed.dtype == np.float32
        assert abs(int(np.argmax(np.abs(changed[:, 0]))) - RATE) <= 1


@pytest.mark.parametrize("late", [-700, 0, 1105])
def test_a_codecs_delay_is_found(late):
    before = np.random.default_rng(0).standard_normal(20_000).astype(np.float32)
    assert degrade.lag(before, np.roll(before, late)) == late


def test_a_delay_no_codec_has_is_refused():
    before = np.random.default_rng(0).standard_normal(40_000).astype(np.float32)
    with pytest.raises(RuntimeError, match="9000 samples late"):
        degrade.lag(before, np.roll(before, 9_000))


def test_tempo_is_named_where_it_changes():
    beats = np.array([0.0, 0.5, 1.0, 1.4, 1.8])
    assert piecewise_tempo(beats) == pytest.approx(np.array([(0.0, 120.0), (1.0, 150.0)]))
