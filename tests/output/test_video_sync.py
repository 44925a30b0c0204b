import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from clips import (
    Clip,
    click_seconds,
    picture_times,
    pictures,
    sound_by_timestamps,
    sound_from_start,
    sound_of_ffmpeg,
)

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.output.video import VideoSink

SUFFIXES = (".mp4", ".mov", ".mkv", ".webm")
NTSC = Fraction(30_000, 1001)


def flash_seconds(path: Path) -> list[float]:
    times = picture_times(path)
    white = [index for index, picture in enumerate(pictures(path)) if picture.mean() > 200]
    return [float(times[index]) for index in white]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(("rate", "fps"), [(48_000, Fraction(25)), (44_100, NTSC), (192_000, NTSC)])
def test_clicks_lie_on_flashes_however_the_file_is_read(
    tmp_path: Path, suffix: str, rate: int, fps: Fraction
) -> None:
    clip = Clip(rate=rate, fps=fps)
    path = clip.save(tmp_path / f"clip{suffix}")
    flashes = flash_seconds(path)
    assert flashes == pytest.approx(clip.flash_seconds, abs=0.0006)  # Matroska counts ms
    for read in (sound_from_start, sound_by_timestamps, sound_of_ffmpeg):
        clicks = click_seconds(*read(path), clip.flash_seconds)
        assert clicks == pytest.approx(flashes, abs=0.001), read.__name__


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 96_000])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_unusual_rates_keep_sync_and_length(tmp_path: Path, suffix: str, rate: int) -> None:
    clip = Clip(rate=rate)
    sound, decoded_rate = sound_from_start(clip.save(tmp_path / f"clip{suffix}"))
    clicks = click_seconds(sound, decoded_rate, clip.flash_seconds)
    assert clicks == pytest.approx(clip.flash_seconds, abs=0.001)
    longest_aac_frame = 1024 / decoded_rate
    assert 0 <= len(sound) / decoded_rate - 2.0 <= longest_aac_frame


def test_a_sync_check_notices_a_millisecond_and_a_half(tmp_path: Path) -> None:
    clip = Clip()
    sink = VideoSink(tmp_path / "late.mp4", clip.format)
    late = np.roll(clip.sound(), 72, axis=0)
    for index in range(clip.frames):
        sink.write(clip.frame(index))
    sink.write_audio(AudioBlock(0, clip.rate, late))
    sink.finish()
    clicks = click_seconds(*sound_from_start(tmp_path / "late.mp4"), clip.flash_seconds)
    assert clicks != pytest.approx(clip.flash_seconds, abs=0.001)


def test_matroska_keeps_every_sample_bit_for_bit(tmp_path: Path) -> None:
    clip = Clip(rate=44_100, fps=NTSC)
    steps = np.random.default_rng(1).integers(-(2**23), 2**23, (clip.samples, 2))
    sound = (steps / 2**23).astype(np.float32)
    sink = VideoSink(tmp_path / "clip.mkv", clip.format)
    for index in range(clip.frames):
        sink.write(clip.frame(index))
    sink.write_audio(AudioBlock(0, clip.rate, sound))
    sink.finish()
    decoded, rate = sound_from_start(tmp_path / "clip.mkv")
    assert rate == clip.rate
    np.testing.assert_array_equal(decoded, sound)


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_blocks_of_any_size_give_the_same_sound(tmp_path: Path, suffix: str) -> None:
    clip = Clip(rate=44_100)
    noise = np.random.default_rng(2).uniform(-0.5, 0.5, (clip.samples, 2)).astype(np.float32)
    decoded = []
    for number, size in enumerate((735, 4_096, clip.samples)):
        sink = VideoSink(tmp_path / f"{number}{suffix}", clip.format)
        for index in range(clip.frames):
            sink.write(clip.frame(index))
        for first in range(0, len(noise), size):
            sink.write_audio(AudioBlock(first, clip.rate, noise[first : first + size]))
        sink.finish()
        decoded.append(sound_from_start(tmp_path / f"{number}{suffix}")[0])
    np.testing.assert_array_equal(decoded[0], decoded[1])
    np.testing.assert_array_equal(decoded[0], decoded[2])


def test_lost_sound_becomes_silence_and_what_follows_stays_in_place(tmp_path: Path) -> None:
    clip = Clip()
    sound = clip.sound()
    sink = VideoSink(tmp_path / "clip.mkv", clip.format)
    for index in range(clip.frames):
        sink.write(clip.frame(index))
    sink.write_audio(AudioBlock(0, clip.rate, sound[:10_000]))
    sink.write_audio(AudioBlock(30_000, clip.rate, sound[30_000:80_000]))
    sink.write_audio(AudioBlock(70_000, clip.rate, sound[70_000:]))  # 10,000 come twice
    sink.finish()
    decoded, _ = sound_from_start(tmp_path / "clip.mkv")
    expected = sound.copy()
    expected[10_000:30_000] = 0.0
    np.testing.assert_allclose(decoded, expected, atol=2**-23)


def test_numbers_that_are_none_never_reach_the_encoder(tmp_path: Path) -> None:
    clip = Clip(channels=1)
    sound = np.full((clip.samples, 1), 0.25, np.float32)
    sound[1000], sound[2000], sound[3000], sound[4000] = np.nan, np.inf, -np.inf, 7.0
    sink = VideoSink(tmp_path / "clip.mkv", clip.format)
    for index in range(clip.frames):
        sink.write(clip.frame(index))
    sink.write_audio(AudioBlock(0, clip.rate, sound))
    sink.finish()
    decoded, _ = sound_from_start(tmp_path / "clip.mkv")
    full = 1 - 2**-23  # the largest of 24 bits
    assert decoded[[1000, 2000, 3000, 4000], 0] == pytest.approx([0, full, -1, full], abs=1e-7)
    assert decoded[5000, 0] == 0.25


WIDER = {(".webm", 5): 6, (".webm", 7): 8, (".mp4", 7): 8, (".mov", 7): 8}
LFE = {6: 3, 7: 3, 8: 3}  # the bass channel's place: codecs cut it off above 120 Hz


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("channels", [1, 3, 4, 5, 6, 7, 8])
def test_up_to_eight_channels_stay_apart(tmp_path: Path, suffix: str, channels: int) -> None:
    clip = Clip(frames=15, channels=channels, flashes=())
    seconds = np.arange(clip.samples) / clip.rate
    hertz = 300 + 37 * np.arange(channels)
    sound = (0.3 * np.sin(2 * np.pi * seconds[:, None] * hertz)).astype(np.float32)
    sink = VideoSink(tmp_path / f"clip{suffix}", clip.format)
    for index in range(clip.frames):
        sink.write(clip.frame(index))
    sink.write_audio(AudioBlock(0, clip.rate, sound))
    sink.finish()
    decoded, rate = sound_from_start(tmp_path / f"clip{suffix}")
    assert decoded.shape[1] == WIDER.get((suffix, channels), channels)
    stretch = decoded[4_000:20_000]
    spectrum = np.abs(np.fft.rfft(stretch * np.hanning(len(stretch))[:, None], axis=0))
    loudest = spectrum.argmax(axis=0) * rate / len(stretch)
    expected = list(hertz)
    places = list(range(channels))
    if decoded.shape[1] == 6 and channels == 5:
        places = [0, 1, 2, 4, 5]  # the same without the bass channel
    if decoded.shape[1] == 8 and channels == 7:
        expected = [*hertz[:4], hertz[4], hertz[4], *hertz[5:]]  # the rear centre, left and right
        places = list(range(8))
    heard = [place for place in places if place != LFE.get(channels)]
    wanted = [tone for place, tone in zip(places, expected, strict=True) if place in heard]
    assert loudest[heard] == pytest.approx(wanted, abs=6)


def test_more_than_eight_channels_are_mixed_to_stereo(tmp_path: Path) -> None:
    clip = Clip(frames=5, channels=10, flashes=())
    sound = np.zeros((clip.samples, 10), np.float32)
    sound[:, 0::2], sound[:, 1::2] = 0.5, -0.25
    sink = VideoSink(tmp_path / "clip.mkv", clip.format)
    for index in range(clip.frames):
        sink.write(clip.frame(index))
    sink.write_audio(AudioBlock(0, clip.rate, sound))
    sink.finish()
    decoded, _ = sound_from_start(tmp_path / "clip.mkv")
    np.testing.assert_array_equal(decoded, np.tile(np.float32([0.5, -0.25]), (len(sound), 1)))


def test_the_ffmpeg_program_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        path = Clip().save(tmp_path / f"clip{suffix}")
        command = ["ffmpeg", "-v", "warning", "-i", path, "-f", "null", "-"]
        assert subprocess.run(command, check=True, capture_output=True).stderr == b"", suffix
