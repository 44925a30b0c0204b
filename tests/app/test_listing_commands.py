"""`v1z3r analyze`, `scenes`, `devices` and `doctor` from the outside."""

import json
import os

import numpy as np
import pytest
from sounds import RATE, beats, write_wav

from v1z3r_core.app.main import main
from v1z3r_core.model.analysis import BANDS


def said(capsys, *arguments, status=0):
    assert main([str(argument) for argument in arguments]) == status
    return capsys.readouterr()


@pytest.fixture
def song(tmp_path):
    return write_wav(tmp_path / "song.wav", beats(2.0))


def test_analyze_prints_json_with_the_promised_keys(song, capsys):
    found = json.loads(said(capsys, "analyze", song, "--json").out)
    promised = {"path", "sample_rate", "duration", "tempo_bpm", "beats", "onsets", "key"}
    assert promised | {"loudness_lufs"} <= set(found)
    assert found["sample_rate"] == RATE
    assert found["duration"] == 2.0
    assert len(found["bands"]["mean"]) == BANDS
    assert len(found["bands"]["edges_hz"]) == BANDS + 1
    assert all(np.abs(np.array(found["onsets"]) - t).min() < 0.05 for t in (0.5, 1.0, 1.5))
    assert -40 < found["loudness_lufs"] < 0


def test_several_files_give_a_list_and_a_bad_one_does_not_stop_the_rest(song, tmp_path, capsys):
    bad = tmp_path / "bad.wav"
    bad.write_text("no")
    answer = said(capsys, "analyze", song, bad, song, "--json", status=1)
    assert len(json.loads(answer.out)) == 2
    assert "bad.wav" in answer.err


def test_the_analysis_goes_to_json_and_npz_files(song, tmp_path, capsys):
    said(capsys, "analyze", song, "-o", tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text())["duration"] == 2.0
    said(capsys, "analyze", song, "-o", tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["bands"].shape == (len(arrays["times"]), BANDS)
    said(capsys, "analyze", song, "-o", tmp_path / "a.csv", status=1)
    said(capsys, "analyze", song, song, "-o", tmp_path / "a.json", status=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.npz", "song.wav"]


def test_silence_has_null_loudness_in_json(tmp_path, capsys):
    quiet = write_wav(tmp_path / "q.wav", np.zeros((RATE, 2)))
    assert json.loads(said(capsys, "analyze", quiet, "--json").out)["loudness_lufs"] is None


def test_scenes_are_listed_with_their_parameters(capsys):
    listed = json.loads(said(capsys, "scenes", "--json").out)
    names = {scene["name"] for scene in listed}
    assert {"spectrum", "scope", "nebula"} <= names
    assert all(scene["title"] and scene["parameters"] for scene in listed)
    text = said(capsys, "scenes").out
    for scene in listed:
        assert f"{scene['name']}: " in text
        assert all(parameter["name"] in text for parameter in scene["parameters"])


def test_devices_are_listed_with_the_default_ones_marked(sound_server, capsys):
    listed = json.loads(said(capsys, "devices", "--json").out)
    assert any(device["is_default_input"] for device in listed)
    assert any(device["is_loopback"] for device in listed)
    assert "*" in said(capsys, "devices").out


def test_doctor_finds_this_machine_fit_and_says_what_it_has(sound_server, bare_display, capsys):
    findings = {f["subject"]: f for f in json.loads(said(capsys, "doctor", "--json").out)}
    assert findings["OpenGL"]["ok"]
    assert findings["display"]["ok"]
    assert findings["sound input"]["ok"]
    for extension in (".mp4", ".mkv", ".webm", ".mov"):
        assert findings[extension]["ok"]
    assert findings["fonts"]["ok"]
    assert findings["shaders"]["ok"]
    assert findings["kernels"]["found"].startswith(os.environ["V1Z3R_KERNELS"])


def test_doctor_names_the_cost_and_the_fix_of_what_is_missing(monkeypatch, capsys):
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    text = said(capsys, "doctor").out
    lines = text.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("MISSING  display"))
    assert lines[place + 1].strip().startswith("without it: no window")
    assert lines[place + 2].strip().startswith("fix: ")
