"""Scores against cases whose result is known without a program."""

import numpy as np
import pytest

from benchmarks.accuracy.ours import estimate_from
from benchmarks.accuracy.score import Estimate, Score, merged, score, summary
from benchmarks.accuracy.truth import Truth

BEATS = tuple((np.arange(100) * 0.5 + 1.0).tolist())  # 120 BPM


def truth(**changes) -> Truth:
    fields = {
        "kind": "test", "source": "test:one", "duration": 55.0, "beats": BEATS,
        "downbeats": BEATS[::4], "tempo": ((1.0, 120.0),), "metre": (4, 4), "key": "C major",
        "kick": BEATS[::2], "onsets": BEATS,
    }  # fmt: skip
    return Truth(**(fields | changes))


def test_the_truth_itself_scores_full_marks():
    perfect = Estimate(
        beats=BEATS,
        downbeats=BEATS[::4],
        onsets=BEATS,
        kick=BEATS[::2],
        tempo_bpm=120.0,
        key="C major",
    )
    got = score(truth(), perfect)
    assert (got.f, got.cmlt, got.amlt, got.downbeat_f, got.onset_f, got.kick_f) == (
        1,
        1,
        1,
        1,
        1,
        1,
    )
    assert (got.tempo_exact, got.tempo_octave, got.key) == (1, 1, 1)
    assert (got.error_ms, got.bias_ms) == (0, 0)


@pytest.mark.parametrize("late_ms", [-30.0, 20.0])
def test_a_constant_shift_is_the_bias_and_costs_no_match(late_ms):
    got = score(truth(), Estimate(beats=[time + late_ms / 1e3 for time in BEATS]))
    assert got.f == 1
    assert got.bias_ms == pytest.approx(late_ms, abs=1e-6)
    assert got.error_ms == pytest.approx(abs(late_ms), abs=1e-6)


def test_a_shift_beyond_70_ms_matches_nothing_and_has_no_error_to_report():
    got = score(truth(), Estimate(beats=[time + 0.08 for time in BEATS]))
    assert (got.f, got.error_ms, got.bias_ms) == (0, None, None)


def test_half_tempo_is_wrong_by_f_right_by_amlt_and_an_octave_by_tempo():
    got = score(truth(), Estimate(beats=BEATS[::2], tempo_bpm=60.0))
    assert got.f == pytest.approx(2 / 3)  # all of its beats match, half of the truth is missed
    assert got.cmlt == 0
    assert got.amlt == 1
    assert (got.tempo_exact, got.tempo_octave) == (0, 1)


def test_the_first_beats_count_from_the_first_second():
    late = score(truth(), Estimate(beats=BEATS[8:]))  # the first at 5 s
    assert late.f == pytest.approx(2 * 92 / (92 + 100))


def test_only_the_first_minute_counts():
    longer = truth(beats=tuple((np.arange(240) * 0.5).tolist()))
    assert score(longer, Estimate(beats=longer.beats[:120])).f == 1


def test_finding_nothing_is_zero_and_not_saying_is_none():
    nothing, silent = score(truth(), Estimate(beats=[], onsets=[])), score(truth(), Estimate())
    assert (nothing.f, nothing.cmlt, nothing.amlt, nothing.onset_f) == (0, 0, 0, 0)
    assert silent == Score()


@pytest.mark.parametrize(
    ("heard", "weight"),
    [("C major", 1), ("G major", 0.5), ("A minor", 0.3), ("C minor", 0.2), ("D major", 0)],
)
def test_keys_weigh_as_in_mirex(heard, weight):
    assert score(truth(), Estimate(key=heard)).key == pytest.approx(weight)


def test_a_piece_without_one_tempo_has_none_to_name():
    accelerating = tuple(np.cumsum(np.linspace(0.6, 0.4, 100)).tolist())
    got = score(truth(beats=accelerating), Estimate(beats=accelerating, tempo_bpm=120.0))
    assert (got.tempo_exact, got.tempo_octave, got.f) == (None, None, 1)


def test_a_strummed_chord_is_one_onset():
    assert merged([1.0, 1.01, 1.02, 1.5]).tolist() == [1.0, 1.5]


def test_announcements_are_read_as_leads():
    printed = {
        "beats": [{"time": 1.0, "announced_at": 0.8}, {"time": 1.5, "announced_at": 1.48}],
        "tempo_bpm": 120,
        "key": {"name": "A minor", "confidence": 0.7},
        "drums": {"kick": [1.0]},
    }
    estimate = estimate_from(printed)
    assert (estimate.beats, estimate.key, estimate.kick) == ([1.0, 1.5], "A minor", [1.0])
    got = score(truth(), estimate)
    assert got.lead_ms == pytest.approx(110)
    assert got.lead_share == 0.5


def test_keys_not_printed_are_not_scored():
    assert estimate_from({"onsets": [0.5], "tempo_bpm": None}) == Estimate(onsets=[0.5])


def test_a_summary_takes_means_of_scores_and_medians_of_times():
    got = summary([Score(f=0.0, error_ms=1.0), Score(f=1.0, error_ms=2.0), Score(error_ms=60.0)])
    assert (got["f"], got["error_ms"], got["key"]) == (0.5, 2.0, None)
