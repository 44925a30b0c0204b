"""The front page does what it says."""

import re
from pathlib import Path

import numpy as np
from sounds import beats, write_wav

from v1z3r_core import load_scene, render

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_example_scene_draws(tmp_path):
    (code,) = blocks("glsl")
    (tmp_path / "pulse.glsl").write_text(code)
    song = write_wav(tmp_path / "song.wav", beats(0.3))
    frames = list(render(song, load_scene(tmp_path / "pulse.glsl"), fps=10, size=(64, 36)))
    assert frames[-1].rgb.std() > 5


def test_pictures_and_analysis_in_python(tmp_path, monkeypatch):
    pictures, _attached, analysis = blocks("python")  # docs/embedding.md's test runs the host's
    monkeypatch.chdir(tmp_path)
    write_wav(tmp_path / "track.flac", beats(0.3))  # FFmpeg looks at what is inside
    names = {"samples": np.zeros((48_000, 2), np.float32)}
    exec(pictures, names)
    assert names["frame"].rgb.shape == (360, 640, 3)
    exec("from v1z3r_core import Analyzer, AudioBlock, analyze\n" + analysis, names)
    assert names["track"].duration == 0.3
    assert len(names["frames"]) == 93


def test_every_file_and_command_it_names_exists():
    root = Path(__file__).parents[2]
    for target in re.findall(r"\]\(([\w/.]+)\)", README):
        assert (root / target).is_file(), target
    for command in re.findall(r"`v1z3r (\w+)", README):
        assert (root / "v1z3r_core" / "app" / f"{command}.py").is_file(), command
