"""The live street, off screen: real scenes, real sound, an injected keyboard."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from v1z3r_core import AudioBlock, Engine, EngineOptions, SceneError
from v1z3r_core.audio.feed import FeedSource
from v1z3r_core.formats.load import load_scene
from v1z3r_core.model.command import NextScene, SetFullscreen, SetParameter, SetScene
from v1z3r_core.model.errors import AudioFileError, GraphicsError, OutputError
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.input import CloseRequest, KeyPress, Resize
from v1z3r_core.output.headless import OffscreenSurface

SIZE = (64, 36)
RATE = 48_000
PLAIN = '/*---\ntitle = "Plain"\n---*/\nvec4 scene(vec2 uv) {{ return vec4({}, 1.0); }}\n'


class Kept:
    """A sink that keeps every picture and all sound."""

    def __init__(self):
        self.frames, self.sound, self.finished, self.aborted = [], [], 0, 0

    def write(self, frame):
        self.frames.append(Frame(frame.index, frame.time, frame.pixels.copy()))

    def write_audio(self, block):
        self.sound.append(AudioBlock(block.start, block.rate, block.samples.copy()))

    def finish(self):
        self.finished += 1

    def abort(self):
        self.aborted += 1


def plain(tmp_path, name, colour):
    path = tmp_path / f"{name}.glsl"
    path.write_text(PLAIN.format(colour))
    return load_scene(path)


@pytest.fixture
def scenes(tmp_path):
    return (
        plain(tmp_path, "red", "vec3(1.0, 0.0, 0.0)"),
        plain(tmp_path, "green", "vec3(0.0, 1.0, 0.0)"),
        plain(tmp_path, "blue", "vec3(0.0, 0.0, 1.0)"),
    )


@pytest.fixture
def said():
    return []


def opened(scenes, said, source=None, *, surface=None, sink=None, fps=200):
    options = EngineOptions(size=SIZE, fps=fps, notify=said.append, sink=sink)
    source = FeedSource(RATE) if source is None else source
    surface = surface or OffscreenSurface(SIZE)
    return Engine.open(scenes, source, options, surface=surface, headless=True)


def colour_of(frame):
    return ("red", "green", "blue")[int(frame.rgb.reshape(-1, 3).mean(axis=0).argmax())]


def shown(engine, kept, steps=4):
    """Colour on screen a few steps later: the readback is some frames late."""
    for _ in range(steps):
        engine.step()
    return colour_of(kept.frames[-1])


def test_keys_change_scenes_and_two_escapes_quit(scenes, said):
    surface, kept = OffscreenSurface(SIZE), Kept()
    with opened(scenes, said, surface=surface, sink=kept) as engine:
        assert shown(engine, kept) == "red"
        surface.inject(KeyPress("space", 0.0))
        assert shown(engine, kept) == "green"
        surface.inject(KeyPress("left", 0.0), KeyPress("left", 0.0))
        assert shown(engine, kept) == "blue"
        surface.inject(KeyPress("escape", 1.0))
        engine.step()
        assert not engine.done
        surface.inject(KeyPress("escape", 2.5))
        engine.step()
        assert engine.done
        switches = engine.report()["switches"]
        assert [switch["scene"] for switch in switches] == ["green", "blue"]
        assert all(0 < switch["ms"] < 5_000 for switch in switches)


def test_the_close_button_ends_the_show(scenes, said):
    surface = OffscreenSurface(SIZE)
    with opened(scenes, said, surface=surface) as engine:
        surface.inject(CloseRequest())
        report = engine.run(duration=60)
    assert report["frames"] == 1


def test_commands_come_from_any_thread(scenes, said):
    kept = Kept()
    with opened(scenes, said, sink=kept) as engine:
        thread = threading.Thread(target=engine.post, args=(SetScene("blue"),))
        thread.start()
        thread.join()
        assert shown(engine, kept) == "blue"


def test_a_scene_that_does_not_compile_keeps_the_last_picture_and_says_where(
    scenes, said, tmp_path
):
    broken = plain(tmp_path, "broken", "nosuch")
    kept = Kept()
    with opened((scenes[0], broken, scenes[1]), said, sink=kept) as engine:
        engine.post(NextScene())
        assert shown(engine, kept) == "red"
        assert len(said) == 1
        assert "broken.glsl:4" in said[0]
        engine.post(NextScene())
        assert shown(engine, kept) == "green"


def test_a_mistaken_command_is_reported_once_and_changes_nothing(scenes, said):
    kept = Kept()
    with opened(scenes, said, sink=kept) as engine:
        engine.post(SetScene("gren"))
        assert shown(engine, kept) == "red"
    assert said == ["scene 'gren' is not in the show; did you mean green?"]


def test_saving_the_scene_s_file_changes_the_picture_and_a_mistake_does_not(scenes, said, tmp_path):
    kept = Kept()

    def shows(colour, seconds):
        until = engine.time + seconds
        while engine.time < until:
            engine.step()
            if kept.frames and colour_of(kept.frames[-1]) == colour:
                return True
        return False

    with opened(scenes[:1], said, sink=kept) as engine:
        assert shows("red", 1.0)
        (tmp_path / "red.glsl").write_text(PLAIN.format("vec3(0.0, 1.0, 0.0)"))
        assert shows("green", 1.0)
        (tmp_path / "red.glsl").write_text(PLAIN.format("vec3(oops)"))
        assert not shows("red", 0.6)
        assert colour_of(kept.frames[-1]) == "green"
        assert [line for line in said if "red.glsl:4" in line and "oops" in line] == said
        (tmp_path / "red.glsl").write_text(PLAIN.format("vec3(0.0, 0.0, 1.0)"))
        assert shows("blue", 1.0)


def test_the_picture_hears_what_the_source_says(tmp_path, said):
    scene = plain(tmp_path, "level", "vec3(clamp(rms * 4.0, 0.0, 1.0), 0.0, 0.0)")
    time = np.arange(RATE // 2) / RATE
    tone = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    kept, feed = Kept(), FeedSource(RATE)
    with opened(scene, said, feed, sink=kept) as engine:
        for _ in range(5):
            engine.step()
        silent = kept.frames[-1].rgb[..., 0].mean()
        feed.push(tone)
        for _ in range(5):
            engine.step()
        loud = kept.frames[-1].rgb[..., 0].mean()
    assert silent < 2
    assert loud > 200


def test_resizing_and_minimising_are_followed(scenes, said):
    surface = OffscreenSurface(SIZE)
    with opened(scenes, said, surface=surface) as engine:
        engine.step()
        for size in ((128, 72), (0, 0), (31, 17)):
            surface.inject(Resize(*size))
            engine.step()
            engine.step()
        frames_drawn = engine.report()["frames"]
    assert frames_drawn == 7
    assert said == []


def test_a_recording_ends_properly_when_the_window_changes_its_size(scenes, said):
    surface, kept = OffscreenSurface(SIZE), Kept()
    with opened(scenes, said, surface=surface, sink=kept) as engine:
        for _ in range(5):
            engine.step()
        surface.inject(Resize(128, 72))
        engine.step()
        engine.step()
    assert kept.finished == 1
    assert kept.aborted == 0
    assert {frame.size for frame in kept.frames} == {SIZE}
    assert any("recording finished" in line for line in said)


@pytest.mark.parametrize("where", ["write", "write_audio", "finish"])
def test_a_recording_that_fails_is_told_once_and_the_show_goes_on(scenes, said, where):
    class Full(Kept):
        pass

    def refuse(self, *_):
        raise OutputError("live.mp4: the disk is full")

    setattr(Full, where, refuse)
    kept, feed = Full(), FeedSource(RATE)
    with opened(scenes, said, feed, sink=kept) as engine:
        for _ in range(12):
            feed.push(np.zeros(512, np.float32))
            engine.step()
        engine.finish()
        engine.step()
        assert engine.report()["frames"] == 13
        assert engine.recording_failure is not None
    assert said == ["live.mp4: the disk is full"]
    assert kept.aborted == (where != "finish")


def test_an_unfinished_recording_is_aborted_by_close(scenes, said):
    kept = Kept()
    with opened(scenes, said, sink=kept) as engine:
        engine.step()
    assert (kept.finished, kept.aborted) == (0, 1)


def test_a_source_that_cannot_be_opened_ends_the_run_with_its_own_error(scenes, said):
    with (
        opened(scenes, said, "/nowhere/song.flac") as engine,
        pytest.raises(AudioFileError, match=r"song\.flac"),
    ):
        engine.run(duration=10)


def test_the_show_ends_with_its_sound(scenes, said, tmp_path):
    from sounds import tone, write_wav

    song = write_wav(tmp_path / "short.wav", tone(0.3))
    with opened(scenes, said, str(song)) as engine:
        report = engine.run(duration=60)
    assert report["seconds"] < 20


def test_parameters_reach_the_picture_and_reset_with_the_scene(tmp_path, said):
    path = tmp_path / "tinted.glsl"
    path.write_text(
        '/*---\ntitle = "Tinted"\n[parameters.amount]\ndefault = 0.0\nmin = 0.0\n'
        "max = 1.0\n---*/\nvec4 scene(vec2 uv) { return vec4(amount, 0.0, 0.2, 1.0); }\n"
    )
    kept = Kept()
    other = plain(tmp_path, "green", "vec3(0.0, 1.0, 0.0)")
    with opened((load_scene(path), other), said, sink=kept) as engine:
        assert shown(engine, kept) == "blue"
        engine.post(SetParameter("amount", 1.0))
        assert shown(engine, kept) == "red"
        engine.post(NextScene())
        engine.post(NextScene())
        assert shown(engine, kept) == "blue"


def test_a_display_that_refuses_fullscreen_does_not_stop_the_show(scenes, said):
    class Stubborn(OffscreenSurface):
        def set_fullscreen(self, on):  # noqa: ARG002
            raise GraphicsError("cannot change to fullscreen: no monitor is connected")

    with opened(scenes, said, surface=Stubborn(SIZE)) as engine:
        engine.post(SetFullscreen())
        engine.step()
        engine.step()
        assert not engine.show.fullscreen
    assert said == ["cannot change to fullscreen: no monitor is connected"]


def test_two_engines_in_one_process_do_not_meet(scenes, said):
    one, two = Kept(), Kept()
    with (
        opened(scenes[0], said, sink=one) as first,
        opened(scenes[1], said, sink=two) as second,
    ):
        for _ in range(8):
            first.step()
            second.step()
        assert colour_of(one.frames[-1]) == "red"
        assert colour_of(two.frames[-1]) == "green"
        first.close()
        assert shown(second, two) == "green"


def test_two_scenes_of_one_name_are_refused(scenes, said):
    with pytest.raises(SceneError, match="two scenes are called 'red'"):
        opened((scenes[0], replace(scenes[1], name="red")), said)


def test_a_first_scene_that_fails_leaves_nothing_open(tmp_path, said):
    before = threading.active_count()
    with pytest.raises(SceneError, match=r"broken\.glsl:4"):
        opened(plain(tmp_path, "broken", "nosuch"), said)
    assert threading.active_count() == before


def test_live_pictures_keep_to_the_frame_rate(scenes, said):
    with opened(scenes, said, fps=50) as engine:
        engine.run(duration=1.0)  # warm: kernels loaded, shaders compiled
        before = engine.report()["frames"]
        began = engine.time
        engine.run(duration=began + 1.0)
        frames = engine.report()["frames"] - before
        elapsed = engine.time - began
    assert frames <= elapsed * 50 + 1
    assert engine.done is False
