"""`v1z3r run` from the outside: a real window, a real keyboard, a real sound server."""

import contextlib
import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image, ImageGrab
from sounds import RATE, tone, write_wav

PATIENCE_SECONDS = 30.0
PLAIN = '/*---\ntitle = "Plain"\n---*/\nvec4 scene(vec2 uv) {{ return vec4({}, 1.0); }}\n'
CONTRACT = {
    "frames",
    "seconds",
    "fps",
    "first_frame_s",
    "interval_ms",
    "missed",
    "stage_ms",
    "gpu_ms",
    "rss_mb",
    "gl",
    "audio",
    "switches",
}


@contextlib.contextmanager
def running(*arguments):
    """The command as a process of its own; killed at the end if it is still there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "v1z3r_core", "run", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process):
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    return out, err


def screen():
    return np.asarray(ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).convert("RGB")).astype(int)


def becomes(condition, seconds=PATIENCE_SECONDS):
    """Whether the screen satisfies the condition in time: another process draws on it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition(screen()):
            return True
        time.sleep(0.05)
    return False


def mostly(channel):
    """Whether most of a 320 × 240 window, wherever it is, shows that primary colour."""

    def condition(picture):
        others = [other for other in range(3) if other != channel]
        pure = (picture[..., channel] > 180) & (picture[..., others].max(axis=-1) < 60)
        return pure.sum() > 0.8 * 320 * 240

    return condition


def letters(picture):
    """Nearly white pixels: letters, for the scenes here have no white."""
    return int((picture.min(axis=-1) > 180).sum())


def press(*keys):
    for key in keys:
        subprocess.run(["xdotool", "key", key], check=True)


@pytest.fixture
def scenes(tmp_path):
    files = []
    for name, colour in (("red", "1.0, 0.0, 0.0"), ("green", "0.0, 1.0, 0.0")):
        file = tmp_path / f"{name}.glsl"
        file.write_text(PLAIN.format(colour))
        files.append(file)
    return files


@pytest.fixture
def song(tmp_path):
    return write_wav(tmp_path / "song.wav", tone(60.0, level=0.1))


def playlist(scenes):
    return [word for scene in scenes for word in ("--scene", scene)]


def test_the_same_loop_runs_off_screen_and_reports_the_contract_s_keys(song):
    arguments = [song, "--headless", "--duration", "1.5", "--size", "64x36"]
    with running(*arguments, "--report", "-") as app:
        report = json.loads(ended(app)[0])
    assert set(report) == CONTRACT
    assert report["frames"] > 5
    assert report["first_frame_s"] > 0
    assert report["audio"]["xruns"] == 0
    assert report["gl"]["objects"] > 0


def test_a_window_shows_the_scene_and_obeys_the_keyboard(desktop, scenes, song):
    with running(song, *playlist(scenes), "--size", "320x240") as app:
        assert becomes(mostly(0)), "the first scene is not on screen"
        press("space")
        assert becomes(mostly(1)), "SPACE did not bring the next scene"
        before = letters(screen())  # the window manager's frame has some
        press("h")
        assert becomes(lambda picture: letters(picture) > before + 200), "H showed no help"
        press("h")
        assert becomes(lambda picture: letters(picture) <= before), "H did not hide the help"
        press("Escape", "Escape")
        ended(app)


def test_saving_the_shader_changes_the_window_and_a_mistake_names_its_line(desktop, scenes, song):
    with running(song, *playlist(scenes[:1]), "--size", "320x240") as app:
        assert becomes(mostly(0))
        scenes[0].write_text(PLAIN.format("0.0, 0.0, 1.0"))
        assert becomes(mostly(2), 5.0), "a saved shader was not reloaded"
        scenes[0].write_text(PLAIN.format("oops"))
        time.sleep(1.0)  # long enough for the mistake to be found and the picture to stay
        assert mostly(2)(screen())
        scenes[0].write_text(PLAIN.format("0.0, 1.0, 0.0"))
        assert becomes(mostly(1), 5.0)
        press("Escape", "Escape")
        _, err = ended(app)
    assert "red.glsl:4" in err
    assert "oops" in err


def test_fullscreen_fills_the_monitor_and_one_escape_leaves_it(desktop, scenes, song):
    def filled(picture):
        corners = [picture[5, 5], picture[-5, -5], picture[5, -5], picture[-5, 5]]
        return all(corner[0] > 150 for corner in corners)

    with running(song, *playlist(scenes), "--size", "320x240") as app:
        assert becomes(mostly(0))
        press("f")
        assert becomes(filled), "F did not fill the screen"
        press("Escape")
        assert becomes(lambda picture: not filled(picture)), "ESC did not leave fullscreen"
        time.sleep(2.1)  # ESC counts as the first of two for two seconds
        press("Escape", "Escape")
        ended(app)


def test_a_show_that_starts_in_fullscreen_leaves_it_with_one_escape(desktop, scenes, song):
    def filled(picture):
        return all(picture[row, column][0] > 150 for row in (5, -5) for column in (5, -5))

    with running(song, *playlist(scenes), "--size", "320x240", "--fullscreen") as app:
        assert becomes(filled), "--fullscreen did not fill the screen"
        press("Escape")
        assert becomes(mostly(0)), "ESC did not bring the window back"
        press("Escape")
        ended(app)


def test_a_window_is_recorded_at_its_own_size_and_the_asked_rate(desktop, scenes, song, tmp_path):
    import av

    out = tmp_path / "window.mp4"
    arguments = [song, *playlist(scenes), "--size", "322x241", "--duration", "2"]
    with running(*arguments, "--record", out, "--report", "-") as app:
        report = json.loads(ended(app)[0])
    with av.open(str(out)) as file:
        stream = file.streams.video[0]
        assert (stream.width, stream.height) == (322, 242)  # H.264 wants it even
        last = [frame.time for frame in file.decode(video=0)][-1]
    assert last == pytest.approx(report["seconds"], abs=0.5)


def test_without_any_sound_device_the_built_in_track_is_shown():
    silent = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PULSE", "ALSA", "XDG_RUNTIME"))
    }

    def command(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "v1z3r_core", *arguments],
            capture_output=True,
            text=True,
            env=silent,
            timeout=60,
            check=False,
        )

    if any(device["inputs"] for device in json.loads(command("devices", "--json").stdout)):
        pytest.skip("this machine has a sound input of its own")
    result = command("run", "--headless", "--duration", "2", "--size", "64x36")
    assert result.returncode == 0, result.stderr
    assert "built-in track" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_live_recording_holds_the_picture_and_the_sound(song, tmp_path):
    import av

    out = tmp_path / "live.mkv"
    arguments = [song, "--headless", "--duration", "2", "--size", "64x36", "--fps", "30"]
    with running(*arguments, "--record", out, "--report", "-") as app:
        report = json.loads(ended(app)[0])
    with av.open(str(out)) as file:
        times = [frame.time for frame in file.decode(video=0)]
        file.seek(0)
        seconds = sum(frame.samples for frame in file.decode(audio=0)) / RATE
    assert report["dropped"] + len(times) <= report["frames"]
    assert times[-1] == pytest.approx(2.0, abs=0.3)
    assert seconds == pytest.approx(times[-1], abs=0.3)


def test_what_a_device_hears_moves_the_picture(sound_server, tmp_path):
    """A file plays into the null sink; `run device` sees its monitor."""
    scene = tmp_path / "level.glsl"
    scene.write_text(PLAIN.format("step(0.02, rms), 0.0, 0.0"))
    music = write_wav(tmp_path / "music.wav", tone(20.0, level=0.3))
    out = tmp_path / "seen.mkv"
    player = subprocess.Popen(["paplay", str(music)])
    try:
        arguments = ["device", "--headless", "--duration", "3", "--size", "32x18", "--fps", "30"]
        with running(*arguments, "--scene", scene, "--record", out, "--report", "-") as app:
            report = json.loads(ended(app)[0])
    finally:
        player.kill()
        player.wait()
    still = tmp_path / "still.png"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-ss", "1.5", "-i", out, "-frames:v", "1", still], check=True
    )
    assert np.asarray(Image.open(still).convert("RGB"))[..., 0].mean() > 150
    assert report["audio"]["xruns"] == 0
    assert report["audio"]["latency_ms"] > 0


def test_a_device_that_was_named_and_is_absent_ends_in_one_line(sound_server):
    with running("device:Theremin", "--headless", "--duration", "5", "--size", "64x36") as app:
        _, err = app.communicate(timeout=PATIENCE_SECONDS)
    assert app.returncode == 1
    assert "Theremin" in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_the_first_frame_counts_from_the_start_of_the_process(song):
    began = time.monotonic()
    with running(
        song, "--headless", "--duration", "0.5", "--size", "64x36", "--report", "-"
    ) as app:
        report = json.loads(ended(app)[0])
    whole = time.monotonic() - began
    bare = time.monotonic()
    subprocess.run([sys.executable, "-c", "import numpy, moderngl"], check=True)
    imports = time.monotonic() - bare
    assert 0.5 * imports < report["first_frame_s"] < whole
