"""A user's mistake ends in one line and leaves nothing half-made under the final name."""

import os
import subprocess
import sys

import numpy as np
import pytest
from sounds import tone, write_wav

from v1z3r_core.app.main import main

SMALL = ["--size", "64x36", "--fps", "25"]


@pytest.fixture
def song(tmp_path):
    return write_wav(tmp_path / "song.wav", tone(1.0))


def refused(arguments, capsys, *words, status=1):
    """Run it, and demand that exit status with a single line that has all the words."""
    assert main([str(argument) for argument in arguments]) == status
    said = capsys.readouterr().err.strip()
    assert "\n" not in said, said
    assert said.startswith("v1z3r: ")
    for word in words:
        assert word in said, f"{word!r} not in {said!r}"


def broken_files(folder):
    (folder / "empty.wav").touch()
    (folder / "text.mp3").write_text("this is not music\n" * 50)
    (folder / "noise.flac").write_bytes(np.random.default_rng(1).bytes(4096))
    write_wav(folder / "zero.wav", np.zeros((0, 2)))
    (folder / "folder.wav").mkdir()
    return ["empty.wav", "text.mp3", "noise.flac", "zero.wav", "folder.wav", "missing.flac"]


def test_files_that_hold_no_sound_are_named_by_every_command(tmp_path, capsys):
    for name in broken_files(tmp_path):
        path = tmp_path / name
        out = tmp_path / "out.mp4"
        refused(["render", path, "-o", out, *SMALL], capsys, name)
        assert not out.exists()
        refused(["analyze", path], capsys, name)
        refused(["run", path, "--headless", "--duration", "5", *SMALL], capsys, name)


def test_a_truncated_file_plays_as_far_as_it_goes(tmp_path, capsys):
    whole = write_wav(tmp_path / "whole.wav", tone(2.0)).read_bytes()
    cut = tmp_path / "cut.wav"
    cut.write_bytes(whole[: len(whole) // 2])
    out = tmp_path / "out.mp4"
    assert main(["render", str(cut), "-o", str(out), *SMALL]) == 0
    assert out.exists()


def test_nan_and_inf_in_a_file_neither_stop_the_picture_nor_reach_the_encoder(tmp_path):
    import av

    samples = tone(0.5).astype(np.float32)
    samples[1000:1100] = np.nan
    samples[5000] = np.inf
    song = tmp_path / "nan.wav"
    with av.open(str(song), "w") as file:
        stream = file.add_stream("pcm_f32le", rate=48_000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.reshape(1, -1)), format="flt", layout="stereo"
        )
        frame.sample_rate = 48_000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    out = tmp_path / "out.mp4"
    assert main(["render", str(song), "-o", str(out), *SMALL]) == 0
    with av.open(str(out)) as file:
        for frame in file.decode(audio=0):
            assert np.isfinite(frame.to_ndarray()).all()


def test_an_unknown_scene_is_answered_with_the_likely_one(song, tmp_path, capsys):
    out = tmp_path / "out.mp4"
    refused(["render", song, "-o", out, "--scene", "specrtum", *SMALL], capsys, "spectrum")


def test_a_shader_that_does_not_compile_is_named_with_its_line(song, tmp_path, capsys):
    scene = tmp_path / "broken.glsl"
    scene.write_text(
        '/*---\ntitle = "Broken"\n---*/\nvec4 scene(vec2 uv) {\n'
        "    return vec4(uv, nosuch, 1.0);\n}\n"
    )
    out = tmp_path / "out.mp4"
    refused(
        ["render", song, "-o", out, "--scene", scene, *SMALL], capsys, "broken.glsl:5", "nosuch"
    )
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("nosuch=1", ["no parameter 'nosuch'"]),
        ("FIRST=1e9", ["allowed"]),
        ("FIRST=loud", ["a number", "loud"]),
    ],
)
def test_parameters_are_checked(setting, words, song, tmp_path, capsys):
    from v1z3r_core import load_scene

    first = next(p.name for p in load_scene("spectrum").parameters if p.kind == "float")
    arguments = ["render", song, "-o", tmp_path / "o.mp4", "--scene", "spectrum", *SMALL]
    refused([*arguments, "--set", setting.replace("FIRST", first)], capsys, *words, status=2)


def test_places_that_cannot_be_written_are_refused_before_the_work(song, tmp_path, capsys):
    nowhere = tmp_path / "no" / "such" / "folder"
    refused(["render", song, "-o", nowhere / "out.mp4", *SMALL], capsys, "folder")
    refused(["render", song, "-o", tmp_path / "out.xyz", *SMALL], capsys, "out.xyz", ".mp4")
    refused(
        ["render", song, "-o", tmp_path / "o.mp4", "--report", nowhere / "r.json", *SMALL],
        capsys,
        "r.json",
    )
    assert not list(tmp_path.glob("o*.mp4"))


def test_a_still_needs_a_moment_inside_the_sound_and_a_picture_s_name(song, tmp_path, capsys):
    def refused_as_usage(out, *extra):
        arguments = ["render", song, "-o", tmp_path / out, *extra[:-1], *SMALL]
        refused(arguments, capsys, extra[-1], status=2)

    refused_as_usage("a.png", "--at")
    refused_as_usage("a.mp4", "--at", "1", "OUT.png")
    refused_as_usage("a.png", "--at", "9", "beyond")


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "v1z3r_core", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def one_line(result, *words):
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if line]
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0]


def test_without_a_display_a_window_is_refused_with_the_way_out(song):
    result = command("run", song, "--duration", "1", DISPLAY="", WAYLAND_DISPLAY="")
    one_line(result, "display", "--headless")


def test_without_opengl_the_failure_is_one_line(song, tmp_path):
    out = tmp_path / "out.mp4"
    result = command(
        "render", song, "-o", out, *SMALL, __EGL_VENDOR_LIBRARY_FILENAMES="/nonexistent"
    )
    one_line(result, "OpenGL")
    assert not out.exists()


def test_a_full_disk_ends_in_one_line_and_a_playable_part(tmp_path):
    song = write_wav(
        tmp_path / "song.wav", np.random.default_rng(3).uniform(-0.5, 0.5, (48_000 * 8, 2))
    )
    out = tmp_path / "out.mp4"
    # A file-size limit stands for the full disk: the same write fails in the same place.
    limited = (
        "import resource, sys, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000));"
        "from v1z3r_core.app.main import main; sys.exit(main(sys.argv[1:]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", limited, "render", str(song), "-o", str(out), "--size", "160x90"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert not out.exists()
    partial = tmp_path / "out.partial.mp4"
    assert partial.exists()
    import av

    with av.open(str(partial)) as file:
        assert sum(1 for _ in file.decode(video=0)) > 30


def test_names_that_no_file_can_have_are_one_line_too(tmp_path, capsys):
    refused(["analyze", "a" * 300 + ".mp3"], capsys, "name too long")
    refused(
        ["run", "a" * 300 + ".mp3", "--headless", "--duration", "9", *SMALL], capsys, "too long"
    )


def test_a_size_that_the_encoder_refuses_is_said_in_plain_words(song, tmp_path, capsys):
    out = tmp_path / "out.mp4"
    said = ["render", song, "-o", out, "--size", "16384x16384", "--duration", "0.1"]
    refused(said, capsys, "16384×16384", "choose a smaller size")
    assert list(tmp_path.iterdir()) == [song]


def test_a_duration_beyond_the_sound_s_end_stops_at_the_end(song, tmp_path):
    import av

    out = tmp_path / "out.mkv"
    assert main(["render", str(song), "-o", str(out), "--duration", "20", *SMALL]) == 0
    with av.open(str(out)) as file:
        assert sum(1 for _ in file.decode(video=0)) == 25


def test_a_source_that_fails_after_the_show_is_over_is_still_reported(tmp_path, capsys):
    missing = tmp_path / "missing.wav"
    refused(["run", missing, "--headless", "--duration", "0.001", *SMALL], capsys, "missing.wav")


def test_a_sound_shorter_than_a_hop_is_analysed_and_rendered(tmp_path, capsys):
    blip = write_wav(tmp_path / "blip.wav", tone(0.005))
    assert main(["analyze", str(blip)]) == 0
    assert main(["analyze", str(blip), "--json"]) == 0
    assert "0 onsets" in capsys.readouterr().out
    assert main(["render", str(blip), "-o", str(tmp_path / "blip.mp4"), *SMALL]) == 0


def test_a_scene_that_is_a_folder_is_named_as_it_was_written(song, tmp_path, capsys):
    folder = tmp_path / "scenes"
    folder.mkdir()
    arguments = ["render", song, "-o", tmp_path / "o.mp4", "--scene", folder, *SMALL]
    refused(arguments, capsys, str(folder), "is a folder")


def test_the_sound_itself_is_never_written_over(tmp_path, capsys):
    song = write_wav(tmp_path / "song.mp4", tone(0.5))
    before = song.read_bytes()
    refused(["render", song, "-o", song, *SMALL], capsys, "is the sound itself")
    live = ["--record", song, "--headless", "--duration", "1", *SMALL]
    refused(["run", song, *live], capsys, "is the sound itself")
    assert song.read_bytes() == before


def test_a_start_beyond_the_built_in_track_is_one_line(tmp_path, capsys):
    refused(
        ["render", "synth", "-o", tmp_path / "o.mp4", "--start", "100", *SMALL], capsys, "start"
    )


def test_what_the_system_refuses_is_one_line(tmp_path, capsys):
    long = tmp_path / ("a" * 300 + ".json")
    refused(["analyze", write_wav(tmp_path / "s.wav", tone(0.3)), "-o", long], capsys, "too long")


def test_a_terminal_without_utf8_and_a_full_one_get_no_traceback():
    ascii_only = command("scenes", PYTHONIOENCODING="ascii")
    assert ascii_only.returncode == 0, ascii_only.stderr
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "v1z3r_core", "scenes"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert "Traceback" not in result.stderr
