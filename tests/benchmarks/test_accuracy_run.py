"""Material on disk, methods asked about it, and the table they end in."""

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.accuracy import peers, run
from benchmarks.accuracy.material import build
from benchmarks.accuracy.score import Estimate
from benchmarks.accuracy.truth import Truth


@pytest.fixture(autouse=True)
def _no_degrading(monkeypatch):
    """Codecs and speech need programs that a test machine may lack."""
    monkeypatch.setattr(build, "degraded", lambda samples, _rate, truth, _rng: (samples, truth))


@pytest.fixture
def material(tmp_path):
    """Three synthesised pieces of 9 s."""
    for number in range(3):
        build.write_piece(build.Order(5, number, ("synth",), None, (9.0, 9.0)), tmp_path / "m")
    return tmp_path / "m"


def perfect(folder: Path) -> run.Method:
    truths = dict(run.pieces(folder, None))
    return run.Method("perfect", True, lambda sound: Estimate(beats=truths[sound].beats), "1")


def deaf(sound: Path) -> Estimate:
    raise RuntimeError("heard nothing")


def test_a_piece_is_the_same_each_time_and_is_not_made_twice(material, tmp_path):
    order = build.Order(5, 1, ("synth",), None, (9.0, 9.0))
    place = build.write_piece(order, tmp_path / "again")
    first, _ = soundfile.read(material / "0005-00001.flac")
    second, _ = soundfile.read(place.with_suffix(".flac"))
    assert np.array_equal(first, second)
    before = place.stat().st_mtime_ns
    assert build.write_piece(order, tmp_path / "again").stat().st_mtime_ns == before


def test_a_half_draws_only_from_its_own_sources(tmp_path):
    for half in ("dev", "held"):
        for number in range(2):
            order = build.Order(6, number, ("synth",), half, (9.0, 9.0))
            assert build.made(order)[2].half == half


def test_a_piece_is_as_long_as_its_truth_says(material):
    for sound, truth in run.pieces(material, None):
        assert soundfile.info(sound).duration == pytest.approx(truth.duration, abs=1e-4)


def test_answers_are_kept_and_asked_for_once(material, tmp_path):
    asked = []
    inner = perfect(material)
    counted = run.Method("perfect", True, lambda s: asked.append(s) or inner.ask(s), "1")
    pieces = run.pieces(material, None)
    for _ in range(2):
        results = run.run([counted], pieces, tmp_path / "answers")
        assert [one.score.f for one in results] == [1.0] * 3
    assert len(asked) == 3


def test_another_version_is_asked_again(material, tmp_path):
    pieces = run.pieces(material, None)
    run.run([perfect(material)], pieces, tmp_path / "answers")
    changed = run.Method("perfect", True, lambda _: Estimate(beats=[]), "2")
    assert {one.score.f for one in run.run([changed], pieces, tmp_path / "answers")} == {0.0}


def test_a_method_that_fails_scores_nothing_and_is_named(material, tmp_path):
    methods = [perfect(material), run.Method("deaf", False, deaf, "1")]
    results = run.run(methods, run.pieces(material, None), tmp_path / "answers")
    failed = [one for one in results if one.method == "deaf"]
    assert [(one.score.f, one.failure) for one in failed] == [(0.0, "heard nothing")] * 3
    lines = run.table(results).splitlines()
    assert lines[0] == "all, 3 pieces"
    assert next(line for line in lines if line.startswith("perfect")).split()[1:4] == [
        "causal",
        "1.000",
        "1.000",
    ]
    assert next(line for line in lines if line.startswith("deaf")).endswith("3 failed")


def test_a_peer_that_dies_says_why(tmp_path):
    place = tmp_path / "madmom" / "bin"
    place.mkdir(parents=True)
    (place / "python").symlink_to(sys.executable)  # an interpreter without madmom
    peer = next(one for one in peers.PEERS if one.name == "madmom online")
    with peers.Asked(peer, tmp_path) as asked, pytest.raises(RuntimeError, match="No module named"):
        asked.ask(tmp_path / "piece.flac")


def test_an_unknown_peer_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(ValueError, match="'nobody' is not one of aubio, BTrack"):
        run.methods("nobody", tmp_path)


def test_peers_that_are_not_installed_are_listed(tmp_path):
    found, missing = run.methods("all", tmp_path)
    assert [one.name for one in found] == ["v1z3r live", "v1z3r whole file"]
    assert len(missing) == len(peers.PEERS)


def test_a_splice_goes_on_exactly_where_the_first_part_ends():
    first = np.zeros((2_000, 1), np.float32), spliceable(duration=2.0)
    second = np.zeros((3_000, 2), np.float32), spliceable(duration=3.0)
    samples, truth = build._spliced(first, second)
    assert samples.shape == (5_000, 2)
    assert truth.beats == (0.5, 1.5, 2.5, 3.5)


def spliceable(duration: float) -> Truth:
    return Truth("test", "test:one", duration, (0.5, 1.5), (0.5,), ((0.0, 60.0),), (4, 4), None)
