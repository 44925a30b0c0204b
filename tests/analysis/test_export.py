"""A track as JSON and NPZ: everything measured is there, nothing else is, and it is documented."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from pieces import RATE, cadence, collected, dance_track

from v1z3r_core.analysis.export import arrays, described, save_npz
from v1z3r_core.analysis.track import BY_HOP
from v1z3r_core.model.track import Rhythm

PAGE = (Path(__file__).parents[2] / "docs" / "analysis.md").read_text(encoding="utf-8")
RHYTHM = Rhythm(120.0, 0.9, np.arange(0, 4, 0.5), np.arange(0, 4, 2.0), 4, 0.8)


@pytest.fixture(scope="module")
def track():
    return dataclasses.replace(collected(dance_track()), path=Path("a b/song.flac"), rhythm=RHYTHM)


def test_json_says_what_was_found(track):
    found = json.loads(json.dumps(described(track), allow_nan=False))
    assert found["path"] == "a b/song.flac"
    assert (found["tempo_bpm"], found["metre"], found["tempo_confidence"]) == (120, 4, 0.9)
    assert found["beats"] == RHYTHM.beats.tolist()
    assert found["downbeats"] == [0, 2]
    assert [part["label"] for part in found["sections"]][-1] == "outro"
    assert next(part["letter"] for part in found["sections"]) == "A"
    assert found["events"][0].keys() == {"time", "kind", "strength"}
    assert len(found["onsets"]) == len(found["onset_strengths"]) == len(track.onsets)
    assert -30 < found["loudness_lufs"] < 0 < found["loudness_range_lu"]


def test_what_cannot_be_said_of_silence_is_null():
    found = described(collected(np.zeros(RATE * 2)))
    nulls = {name for name, value in found.items() if value is None}
    assert nulls == {
        "path",
        "tempo_bpm",
        "tempo_confidence",
        "beats",
        "downbeats",
        "downbeat_confidence",
        "metre",
        "key",
        "key_confidence",
        "key_camelot",
        "tuning_cents",
        "loudness_lufs",
        "loudness_range_lu",
        "true_peak_dbtp",
    }
    assert found["onsets"] == found["sections"] == found["events"] == found["keys"] == []
    json.dumps(found, allow_nan=False)


def test_the_key_is_named_with_its_camelot_code():
    found = described(collected(np.tile(cadence(7, "minor"), 2)))
    assert (found["key"], found["key_camelot"]) == ("G minor", "6A")
    assert 0 < found["key_confidence"] <= 1
    assert abs(found["tuning_cents"]) < 3


def test_the_key_over_time_is_told_beside_the_key():
    music = np.concatenate([np.tile(cadence(tonic, "major"), 5) for tonic in (0, 3)])
    track = collected(music)
    found = described(track)
    assert [(span["key"], span["camelot"]) for span in found["keys"]] == [
        ("C major", "8B"),
        ("Eb major", "5B"),
    ]
    assert found["keys"][0]["end"] == found["keys"][1]["start"] == pytest.approx(20, abs=1)
    rows = arrays(track)
    assert rows["key_names"].tolist() == ["C major", "Eb major"]
    for name, key in (("key_starts", "start"), ("key_ends", "end")):
        np.testing.assert_allclose(rows[name], [span[key] for span in found["keys"]], atol=0.001)
    assert (rows["key_confidences"] > 0).all()


def test_npz_gives_back_every_array(track, tmp_path):
    save_npz(track, tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz") as loaded:
        assert set(loaded.files) == set(arrays(track))
        for name, value in arrays(track).items():
            np.testing.assert_array_equal(loaded[name], value)
            assert loaded[name].dtype == value.dtype
        for name in BY_HOP:
            assert len(loaded[name]) == len(track.times)
        assert loaded["beats"].tolist() == RHYTHM.beats.tolist()
        assert loaded["section_labels"][-1] == "outro"
    assert [path.name for path in tmp_path.iterdir()] == ["t.npz"]


def test_an_npz_that_cannot_be_written_leaves_nothing(track, tmp_path):
    (tmp_path / "t.npz").mkdir()
    with pytest.raises(OSError, match="directory"):
        save_npz(track, tmp_path / "t.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["t.npz"]


def test_every_key_and_every_array_is_documented(track):
    for name in {*described(track), *arrays(track)}:
        assert f"`{name}`" in PAGE, name
