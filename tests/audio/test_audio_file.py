"""Sound files: every sample, in its place, whatever the format; and every bad file in one line."""

import itertools
import math
import os
import subprocess
import wave

import numpy as np
import pytest
from encoded import clicks, encode, lag
from hypothesis import given, settings
from hypothesis import strategies as st

from v1z3r_core.audio.clean import finite
from v1z3r_core.audio.file import FileSource
from v1z3r_core.model.errors import AudioFileError

SECONDS = 3.0
LOSSLESS = [
    ("s16.wav", "pcm_s16le", 1 / 32768),
    ("s24.wav", "pcm_s24le", 2.0**-23),
    ("s32.wav", "pcm_s32le", 2.0**-23),
    ("f32.wav", "pcm_f32le", 0.0),
    ("f64.wav", "pcm_f64le", 0.0),
    ("u8.wav", "pcm_u8", 1 / 128),
    ("s16.flac", "flac", 1 / 32768),
    ("alac.m4a", "alac", 1 / 32768),
    ("pcm.mov", "pcm_s16le", 1 / 32768),
    ("flac.mkv", "flac", 1 / 32768),
]
LOSSY = [
    ("vorbis.ogg", "vorbis", 44_100),
    ("mp3.mp3", "libmp3lame", 44_100),
    ("mp3.mp3", "libmp3lame", 22_050),
    ("aac.m4a", "aac", 44_100),
    ("aac.m4a", "aac", 48_000),
    ("opus.opus", "libopus", 48_000),
    ("opus.webm", "libopus", 48_000),
    ("vorbis.mkv", "vorbis", 44_100),
    ("mp3.mp4", "libmp3lame", 44_100),
]
CODEC_FRAME = {"vorbis": 2048, "libmp3lame": 1152, "aac": 1024, "libopus": 960}


def everything(source):
    block = source.read(math.inf)
    assert source.ended
    source.close()
    return block.samples


@pytest.fixture(scope="session")
def numbered(tmp_path_factory):
    """A WAV and its samples, no two of them equal."""
    samples = np.linspace(-0.9, 0.9, 30_011, dtype=np.float32)[:, np.newaxis].repeat(2, axis=1)
    path = tmp_path_factory.mktemp("numbered") / "numbered.wav"
    return encode(path, samples, 22_050, "pcm_f32le"), samples


@pytest.mark.parametrize(("name", "codec", "step"), LOSSLESS)
def test_lossless_files_give_back_every_sample(tmp_path, name, codec, step):
    wanted = clicks(SECONDS, 44_100)
    source = FileSource(encode(tmp_path / name, wanted, 44_100, codec))
    assert (source.rate, source.channels, source.frames) == (44_100, 2, len(wanted))
    heard = everything(source)
    assert heard.shape == wanted.shape
    assert heard.dtype == np.float32
    assert np.abs(heard - wanted).max() <= 1.01 * step


@pytest.mark.parametrize(("name", "codec", "rate"), LOSSY)
def test_lossy_files_start_on_time_and_have_their_length(tmp_path, name, codec, rate):
    wanted = clicks(SECONDS, rate)
    source = FileSource(encode(tmp_path / name, wanted, rate, codec))
    frames, duration = source.frames, source.duration
    heard = everything(source)
    assert abs(lag(heard[:, 0], wanted[:, 0], rate)) <= 1.0
    assert 0 <= len(heard) - len(wanted) <= CODEC_FRAME[codec]
    assert len(heard) == frames
    assert duration == frames / rate


@pytest.mark.parametrize("name", ["mp3.mp3", "aac.m4a", "opus.opus"])
def test_gapless_formats_have_exactly_the_length_that_was_encoded(tmp_path, name):
    codec = dict(entry[:2] for entry in LOSSY)[name]
    wanted = clicks(SECONDS, 48_000)
    assert FileSource(encode(tmp_path / name, wanted, 48_000, codec)).frames == len(wanted)


def test_ogg_vorbis_has_exactly_the_length_that_libvorbis_encoded(tmp_path):
    wanted = clicks(SECONDS, 44_100)  # FFmpeg's own encoder pads; PyAV brings no other
    wav = encode(tmp_path / "in.wav", wanted, 44_100, "pcm_f32le")
    ogg = tmp_path / "out.ogg"
    command = ["ffmpeg", "-v", "error", "-i", str(wav), "-c:a", "libvorbis", str(ogg)]
    subprocess.run(command, check=True)
    heard = everything(FileSource(ogg))
    assert heard.shape == wanted.shape
    assert abs(lag(heard[:, 0], wanted[:, 0], 44_100)) <= 1.0


@pytest.mark.parametrize(
    ("rate", "channels"),
    [*itertools.product((8_000, 192_000), range(1, 9)), (11_025, 1), (96_000, 2)],
)
def test_any_rate_and_up_to_eight_channels_are_read_as_they_are(tmp_path, rate, channels):
    wanted = clicks(0.6, rate, channels) * np.linspace(1, 0.3, channels, dtype=np.float32)
    source = FileSource(encode(tmp_path / "any.wav", wanted, rate, "pcm_f32le"))
    assert (source.rate, source.channels) == (rate, channels)
    np.testing.assert_array_equal(everything(source), wanted)


@pytest.mark.parametrize(("name", "codec"), [e[:2] for e in LOSSLESS + LOSSY])
@pytest.mark.parametrize("start", [0.0001, 0.3, 1.7])
def test_a_later_start_drops_samples_and_changes_none(tmp_path, name, codec, start):
    path = encode(tmp_path / name, clicks(SECONDS, 48_000), 48_000, codec)
    whole = everything(FileSource(path))
    first = math.floor(start * 48_000 + 1e-4)
    part = everything(FileSource(path, start=start, duration=0.5))
    np.testing.assert_array_equal(part, whole[first : first + 24_000])


def test_the_sound_of_a_video_is_read(tmp_path):
    wanted = clicks(1.0, 44_100)
    path = encode(tmp_path / "sound.mp4", wanted, 44_100, "aac")
    assert len(everything(FileSource(path))) == len(wanted)


@given(steps=st.lists(st.floats(0, 0.4), max_size=12))
@settings(max_examples=60, deadline=None)
def test_reading_in_any_steps_gives_the_same_consecutive_samples(numbered, steps):
    path, samples = numbered
    source = FileSource(path)
    blocks = [source.read(until) for until in [*itertools.accumulate(steps), math.inf]]
    blocks = [block for block in blocks if block is not None]
    assert [block.start for block in blocks] == [0, *(block.end for block in blocks[:-1])]
    np.testing.assert_array_equal(np.concatenate([block.samples for block in blocks]), samples)
    source.close()


def test_read_stops_at_the_sample_before_the_time_asked_for(numbered):
    source = FileSource(numbered[0])
    assert source.read(0.35).end == 7_717  # 7,717.5
    assert source.read(0.35) is None
    assert source.read(1.0).end == 22_050
    assert not source.ended


def test_a_product_that_rounds_below_a_whole_number_still_counts_as_it(numbered):
    rate = 44_100
    assert 0.35 * rate < 15_435  # the trap
    path = encode(numbered[0].with_name("trap.wav"), numbered[1], rate, "pcm_f32le")
    assert FileSource(path).read(0.35).end == 15_435


def test_a_loop_goes_on_without_a_gap_and_never_ends(numbered):
    path, samples = numbered
    source = FileSource(path, start=0.1, duration=0.25, loop=True)
    part = samples[2_205 : 2_205 + 5_512]
    block = source.read(0.6)
    np.testing.assert_array_equal(block.samples, np.concatenate([part] * 3)[:13_230])
    assert not source.ended
    assert source.duration is None
    assert source.frames == 5_512
    with pytest.raises(ValueError, match="no end"):
        source.read(math.inf)


def test_ended_is_known_with_the_last_sample(numbered):
    source = FileSource(numbered[0], duration=0.5)
    source.read(0.5)
    assert source.ended
    assert source.read(9.0) is None


def test_samples_that_are_not_numbers_pass_and_can_be_silenced(tmp_path):
    samples = clicks(0.2, 8_000)
    samples[100:200] = np.nan
    samples[300] = np.inf
    heard = everything(FileSource(encode(tmp_path / "nan.wav", samples, 8_000, "pcm_f32le")))
    np.testing.assert_array_equal(heard, samples)
    cleaned = finite(heard)
    assert np.isfinite(cleaned).all()
    assert not cleaned[100:200].any()
    np.testing.assert_array_equal(cleaned[200:300], samples[200:300])
    assert finite(cleaned) is cleaned


# -- bad files ------------------------------------------------------------------------------------


def refusal(path, **options):
    with pytest.raises(AudioFileError) as caught:
        FileSource(path, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message


def test_a_missing_file_is_named(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.wav")


def test_a_folder_is_not_a_sound(tmp_path):
    assert "is a folder" in refusal(tmp_path)


def test_an_empty_file_is_told_from_a_damaged_one(tmp_path):
    path = tmp_path / "empty.wav"
    path.touch()
    assert "0 bytes" in refusal(path)


def test_a_text_file_is_not_a_sound(tmp_path):
    path = tmp_path / "words.mp3"
    path.write_text("not a sound " * 50)
    assert "convert it" in refusal(path)


def test_random_bytes_are_not_a_sound(tmp_path):
    path = tmp_path / "noise.ogg"
    path.write_bytes(np.random.default_rng(1).bytes(20_000))
    refusal(path)


def test_a_video_without_sound_says_so(tmp_path):
    import av

    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    assert "audio track" in refusal(path)


def test_a_file_without_a_sample_holds_no_sound(tmp_path):
    path = tmp_path / "none.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 8_000, 0, "NONE", ""))
    assert "0 samples" in refusal(path)


def test_a_rate_no_engine_runs_at_is_refused(tmp_path):
    path = encode(tmp_path / "slow.wav", clicks(1.0, 8_000), 8_000, "pcm_s16le")
    head = bytearray(path.read_bytes())
    head[24:28] = (100).to_bytes(4, "little")
    path.write_bytes(head)
    assert "100 Hz" in refusal(path)


def test_a_start_beyond_the_end_is_refused(numbered):
    assert "choose an earlier start" in refusal(numbered[0], start=2.0)
    assert "choose an earlier start" in refusal(numbered[0], start=2.0, loop=True)


@pytest.mark.parametrize(("start", "duration"), [(-1.0, None), (math.nan, None), (0.0, 0.0)])
def test_a_part_that_makes_no_sense_is_a_value_error(numbered, start, duration):
    with pytest.raises(ValueError, match="expected"):
        FileSource(numbered[0], start=start, duration=duration)


def test_a_file_without_permission_is_named(numbered, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may read whatever chmod says
    assert "chmod" in refusal(numbered[0])


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("s16.wav", "pcm_s16le"),
        ("s16.flac", "flac"),
        ("vorbis.ogg", "vorbis"),
        ("mp3.mp3", "libmp3lame"),
        ("opus.opus", "libopus"),
        ("opus.webm", "libopus"),
    ],
)
def test_a_file_cut_off_plays_what_is_there_and_says_so_once(tmp_path, name, codec):
    path = encode(tmp_path / name, clicks(6.0, 48_000), 48_000, codec)
    whole = everything(FileSource(path))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    notices = []
    source = FileSource(path, notify=notices.append)
    assert source.frames < 0.75 * len(whole)
    heard = everything(source)
    assert len(heard) == source.frames > 0.2 * len(whole)
    np.testing.assert_allclose(heard[: len(heard) // 2], whole[: len(heard) // 2], atol=1e-3)
    assert len(notices) == 1
    assert str(path) in notices[0]
    assert "cut off" in notices[0]


def test_an_m4a_without_its_index_is_refused(tmp_path):
    path = encode(tmp_path / "cut.m4a", clicks(1.0, 44_100), 44_100, "aac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "convert it" in refusal(path)


def test_a_whole_file_gives_no_notice(tmp_path):
    for name, codec, *_ in LOSSLESS + LOSSY:
        path = encode(tmp_path / name, clicks(0.8, 48_000), 48_000, codec)
        notices = []
        everything(FileSource(path, notify=notices.append))
        assert notices == [], name


def test_damage_inside_a_file_leaves_what_follows_in_its_place(tmp_path):
    wanted = clicks(4.0, 44_100)
    path = encode(tmp_path / "scratched.flac", wanted, 44_100, "flac")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3_000] = bytes(3_000)
    path.write_bytes(content)
    notices = []
    heard = everything(FileSource(path, notify=notices.append))
    assert len(notices) == 1
    tail = 44_100
    assert abs(lag(heard[-tail:, 0], wanted[-tail:, 0], 44_100)) <= 1.0
