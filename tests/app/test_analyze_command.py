"""`v1z3r analyze` from the outside: many files, folders, pictures, live, and Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from childsignals import as_from_a_terminal
from PIL import Image
from sounds import RATE, beats, tone, write_wav

from v1z3r_core.app.main import main
from v1z3r_core.app.summary import clock, spark


def said(capsys, *arguments, status=0):
    assert main(["analyze", *(str(argument) for argument in arguments)]) == status
    return capsys.readouterr()


def running_in_group(group):
    """Processes of a group that are more than an entry nobody has asked for yet."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        if int(its_group) == group and state not in "ZX":
            found.append(stat.parent.name)
    return found


@pytest.fixture
def songs(tmp_path):
    folder = tmp_path / "songs"
    folder.mkdir()
    return [
        write_wav(folder / "long.wav", beats(4.0)),
        write_wav(folder / "short.wav", tone(1.0)),
        write_wav(folder / "silent.wav", np.zeros((RATE, 2))),
    ]


def test_the_summary_names_what_a_musician_asks_for(songs, capsys):
    lines = said(capsys, songs[0]).out.splitlines()
    assert lines[0] == str(songs[0])
    names = [line.split()[0] for line in lines[1:]]
    assert [name for name in names if name in {"length", "loudness", "onsets", "bands"}] == [
        "length",
        "loudness",
        "onsets",
        "bands",
    ]
    text = "\n".join(lines)
    assert "0:04.00, 48000 Hz" in text
    assert "LUFS, range" in text
    assert "dBTP" in text
    assert "a second" in text


def test_the_summary_tells_modulations_and_the_letters_of_the_form(tmp_path, capsys):
    seconds = np.arange(12 * RATE) / RATE
    keys = []
    for root in (261.63, 311.13):  # C and Eb
        for steps in ((0, 4, 7), (5, 9, 0), (7, 11, 2), (0, 4, 7)) * 3:
            keys.append(
                sum(np.sin(2 * np.pi * root * 2 ** (n / 12) * seconds[:RATE]) for n in steps)
            )
    song = write_wav(tmp_path / "song.wav", np.tile(0.1 * np.concatenate(keys)[:, None], 2))
    lines = said(capsys, song).out.splitlines()
    (told,) = (line for line in lines if line.split()[0] == "keys")
    assert told.split(maxsplit=1)[1] == "C major 0:00–0:12, Eb major 0:12–0:24"
    one = write_wav(tmp_path / "one.wav", beats(8.0))
    assert "keys" not in said(capsys, one).out


def test_several_files_are_done_side_by_side_in_their_order_and_a_bad_one_is_named(
    songs, tmp_path, capsys
):
    bad = tmp_path / "bad.wav"
    bad.write_text("no")
    order = [songs[0], bad, songs[2], songs[1]]
    answer = said(capsys, *order, "--json", "--jobs", "2", status=1)
    assert [found["path"] for found in json.loads(answer.out)] == [
        str(path) for path in order if path != bad
    ]
    assert answer.err.count("bad.wav") == 1
    assert "Traceback" not in answer.err
    alone = json.loads(said(capsys, songs[0], "--json").out)
    assert alone == json.loads(answer.out)[0]


def test_a_folder_takes_json_npz_and_picture_of_each(songs, tmp_path, capsys):
    out, pictures = tmp_path / "out", tmp_path / "pictures"
    answer = said(capsys, *songs, "-o", out, "--plot", pictures, "--jobs", "1")
    assert answer.out == ""
    assert answer.err.count("wrote") == 9
    stems = sorted(song.stem for song in songs)
    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"{stem}{suffix}" for stem in stems for suffix in (".json", ".npz")
    )
    assert sorted(path.name for path in pictures.iterdir()) == [f"{stem}.png" for stem in stems]
    assert json.loads((out / "short.json").read_text())["duration"] == 1.0
    with Image.open(pictures / "short.png") as picture:
        assert picture.size[0] == 1600


@pytest.mark.parametrize(
    ("extra", "names"),
    [
        (["--plot", "p.jpg"], "p.jpg: write OUT.png"),
        (["--plot", "missing/p.png"], "missing"),
        (["-o", "o.csv"], "o.csv: write OUT.json or OUT.npz, or a folder"),
        (["-o", "o.npz", "--live"], "o.npz: write OUT.json"),
        (["--plot", "p.png", "--live"], "--live has no picture"),
    ],
)
def test_what_cannot_be_written_is_refused_before_any_work(
    extra, names, songs, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    answer = said(capsys, songs[0], *extra, status=1)
    assert names in answer.err
    assert answer.out == ""
    assert sorted(tmp_path.iterdir()) == before


def test_two_sounds_of_one_name_are_not_written_over_each_other(songs, tmp_path, capsys):
    other = write_wav(tmp_path / "long.flac", tone(0.2))
    answer = said(capsys, songs[0], other, "-o", tmp_path / "out", status=1)
    assert "would both be long" in answer.err
    answer = said(capsys, songs[0], songs[0], "-o", tmp_path / "out", status=1)
    assert "is named twice" in answer.err
    answer = said(capsys, songs[0], songs[1], "--plot", tmp_path / "p.png", status=1)
    assert "name a folder" in answer.err


def test_the_built_in_track_is_analysed_like_a_file(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = said(capsys, "synth", "--plot", "p.png").out.splitlines()
    assert lines[0] == "synth"
    assert "G minor" in "\n".join(lines)
    with Image.open("p.png") as picture:
        assert picture.size[0] == 1600
    assert json.loads(said(capsys, "synth", "--live", "--json").out)["path"] == "synth"


def test_a_file_called_like_the_built_in_track_is_reached_by_its_path(
    songs, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    songs[1].rename(tmp_path / "synth")
    assert json.loads(said(capsys, "./synth", "--json").out)["duration"] == 1.0


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_wrong_usage(name, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["analyze", name])
    assert stop.value.code == 2
    assert "names no sound" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1e3", "99999"])
def test_a_number_of_jobs_is_a_number(jobs, songs, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["analyze", str(songs[0]), "--jobs", jobs])
    assert stop.value.code == 2
    assert "whole number" in capsys.readouterr().err


def test_live_says_what_was_announced_and_when(songs, tmp_path, capsys):
    found = json.loads(said(capsys, songs[0], "--live", "--json").out)
    assert found["live"] is True
    assert found["duration"] == 4.0
    onsets, announced = np.array(found["onsets"]), np.array(found["onsets_announced_at"])
    assert len(onsets) == len(announced) > 4
    assert (announced >= onsets).all()
    assert (announced - onsets).max() < 0.05
    assert "onsets" in said(capsys, songs[0], "--live").out
    said(capsys, songs[0], "--live", "-o", tmp_path / "live.json")
    assert json.loads((tmp_path / "live.json").read_text()) == found


def test_ctrl_c_ends_at_once_with_one_line_and_no_process_left(tmp_path):
    songs = [write_wav(tmp_path / f"{n}.wav", beats(60.0)) for n in range(4)]
    process = subprocess.Popen(
        [sys.executable, "-m", "v1z3r_core", "analyze", *map(str, songs), "--jobs", "2"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=as_from_a_terminal,  # noqa: PLW1509  nothing else runs in this child yet
    )
    deadline = time.monotonic() + 60
    while len(running_in_group(process.pid)) < 2:  # the first worker is being started
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.3)  # somewhere between then and the end of the work
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=30)
    if process.returncode == 0:
        pytest.fail(f"it was done before the interrupt: {out}")
    assert process.returncode == 130
    assert err.splitlines() == ["v1z3r: interrupted"]
    until = time.monotonic() + 2.0  # what the interpreter started for itself ends a moment later
    while running_in_group(process.pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert running_in_group(process.pid) == []


def test_clocks_and_sparks():
    assert clock(61.26, places=2) == "1:01.26"
    assert clock(59.999, places=2) == "1:00.00"
    assert clock(3_725.0) == "1:02:05"
    assert spark([0.0, 0.5, 1.0]) == "▁▅█"
    assert spark([0.3, 0.3]) == "▁▁"
