"""`v1z3r render` from the outside: real files in, real files out."""

import json
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image
from sounds import RATE, beats, tone, write_wav

from v1z3r_core.app.main import main

SMALL = ["--size", "96x54", "--fps", "30"]


@pytest.fixture
def song(tmp_path):
    return write_wav(tmp_path / "song.wav", beats(2.0))


def pictures_of(path):
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]


@pytest.mark.parametrize("extension", ["mp4", "mkv", "webm", "mov"])
def test_a_video_has_the_exact_length_rate_and_number_of_frames(extension, song, tmp_path, capsys):
    out = tmp_path / f"out.{extension}"
    assert main(["render", str(song), "-o", str(out), *SMALL]) == 0
    with av.open(str(out)) as file:
        stream = file.streams.video[0]
        assert stream.average_rate == Fraction(30)
        assert (stream.width, stream.height) == (96, 54)
        times = [frame.time for frame in file.decode(video=0)]
    assert len(times) == 60
    assert times == pytest.approx([n / 30 for n in range(60)], abs=0.0006)
    assert not list(tmp_path.glob("*.partial.*"))
    assert str(out) in capsys.readouterr().out


def test_the_same_seed_gives_the_same_frames_and_another_sound_gives_others(song, tmp_path):
    quiet = write_wav(tmp_path / "quiet.wav", 0.001 * tone(2.0))
    folders = []
    for name, source in (("a", song), ("b", song), ("c", quiet)):
        folder = tmp_path / name
        folder.mkdir()
        arguments = ["render", str(source), "-o", str(folder), "--duration", "0.5", *SMALL]
        assert main(arguments) == 0
        folders.append([np.asarray(Image.open(file)) for file in sorted(folder.glob("*.png"))])
    same, again, other = folders
    assert len(same) == 15
    assert all(np.array_equal(one, two) for one, two in zip(same, again, strict=True))
    assert any(not np.array_equal(one, two) for one, two in zip(same, other, strict=True))


@pytest.mark.parametrize("scene", ["spectrum", "nebula"])
def test_a_still_equals_that_frame_of_the_whole_render(scene, song, tmp_path):
    still, folder = tmp_path / "still.png", tmp_path / "all"
    folder.mkdir()
    chosen = [str(song), "--scene", scene, *SMALL]
    assert main(["render", *chosen, "-o", str(still), "--at", "0.7"]) == 0
    assert main(["render", *chosen, "-o", str(folder), "--duration", "0.8"]) == 0
    frame = sorted(folder.glob("*.png"))[21]
    assert np.array_equal(np.asarray(Image.open(still)), np.asarray(Image.open(frame)))


def test_start_and_duration_take_a_part(song, tmp_path):
    out = tmp_path / "part.mp4"
    arguments = ["render", str(song), "-o", str(out), "--start", "0.5", "--duration", "1", *SMALL]
    assert main(arguments) == 0
    assert len(pictures_of(out)) == 30


def test_the_report_is_written_with_what_was_measured(song, tmp_path):
    report = tmp_path / "report.json"
    out = str(tmp_path / "out.mp4")
    assert main(["render", str(song), "-o", out, "--report", str(report), *SMALL]) == 0
    measured = json.loads(report.read_text())
    assert measured["frames"] == 60
    assert measured["missed"] == 0
    assert measured["gl"]["objects"] > 0
    assert measured["stage_ms"]["draw"]["p50"] > 0
    assert measured["audio"] == {"xruns": 0, "latency_ms": None}


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6, 8])
def test_any_rate_and_channel_count_renders(rate, channels, tmp_path):
    song = write_wav(tmp_path / "x.wav", tone(0.4, rate=rate, channels=channels), rate)
    out = tmp_path / "x.mp4"
    assert main(["render", str(song), "-o", str(out), "--size", "32x18", "--fps", "25"]) == 0
    assert len(pictures_of(out)) == 10


def test_the_built_in_track_renders(tmp_path):
    out = tmp_path / "demo.mkv"
    assert main(["render", "synth", "-o", str(out), "--duration", "0.5", *SMALL]) == 0
    assert len(pictures_of(out)) == 15


def test_a_parameter_changes_the_picture(song, tmp_path):
    from v1z3r_core import load_scene

    parameter = next(p for p in load_scene("spectrum").parameters if p.kind == "float")
    pictures = []
    for value in (parameter.minimum, parameter.maximum):
        still = tmp_path / f"{value}.png"
        arguments = ["render", str(song), "-o", str(still), "--at", "1.0", "--scene", "spectrum"]
        assert main([*arguments, *SMALL, "--set", f"{parameter.name}={value}"]) == 0
        pictures.append(np.asarray(Image.open(still)))
    assert not np.array_equal(*pictures)


def test_odd_frame_rates_are_exact(song, tmp_path):
    out = tmp_path / "ntsc.mp4"
    assert (
        main(["render", str(song), "-o", str(out), "--size", "32x18", "--fps", "24000/1001"]) == 0
    )
    with av.open(str(out)) as file:
        assert file.streams.video[0].average_rate == Fraction(24000, 1001)
        assert sum(1 for _ in file.decode(video=0)) == 48


def test_sound_and_picture_stay_together(tmp_path):
    """A click in the file is at the same moment in the video's sound, to a millisecond."""
    samples = np.zeros((2 * RATE, 2))
    clicks = [0.25, 0.9, 1.6]
    for click in clicks:
        samples[round(click * RATE) : round(click * RATE) + 48] = 0.9
    song = write_wav(tmp_path / "clicks.wav", samples)
    for extension in ("mp4", "mkv", "webm", "mov"):
        out = tmp_path / f"clicks.{extension}"
        assert main(["render", str(song), "-o", str(out), "--size", "32x18", "--fps", "30"]) == 0
        with av.open(str(out)) as file:
            resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
            heard = [
                (float(part.pts * part.time_base), part.to_ndarray()[0])
                for frame in file.decode(audio=0)
                for part in resampler.resample(frame)
            ]
        sound = np.zeros(3 * RATE)
        for time, part in heard:
            first = round(time * RATE)
            skipped = max(0, -first)
            sound[first + skipped : first + len(part)] += part[skipped:]
        truth = np.zeros(3 * RATE)
        truth[: len(samples)] = samples[:, 0]
        span = RATE // 50
        lags = range(-span, span + 1)
        best = max(lags, key=lambda lag: float(np.dot(np.roll(truth, lag), sound)))
        assert abs(best) <= RATE // 1000, f"{extension}: lag {best} samples"
