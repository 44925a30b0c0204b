import hashlib
import struct
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from clips import Clip, picture_times, pictures
from numpy.typing import NDArray

from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import PictureFormat
from v1z3r_core.output.video import VideoSink

SUFFIXES = (".mp4", ".mov", ".mkv", ".webm")
RATES = (Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(60), Fraction(144))


def silent(path: Path, frames: list[Frame], fps: Fraction = Fraction(30)) -> Path:
    sink = VideoSink(path, PictureFormat(frames[0].size, fps))
    for frame in frames:
        sink.write(frame)
    sink.finish()
    return path


def plain(index: int, size: tuple[int, int], colour: tuple[int, int, int] = (90, 90, 90)) -> Frame:
    pixels = np.full((size[1], size[0], 4), 255, np.uint8)
    pixels[:, :, :3] = colour
    return Frame(index, 0.0, pixels)


def waves(index: int, size: tuple[int, int] = (320, 180)) -> Frame:
    """A moving picture with structure at every scale."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]] / size[1]
    a = np.sin(x * 9 + index / 20) + np.cos(y * 7 - index / 30) + np.sin((x * x + y * y) * 12)
    channels = [127 + 127 * np.sin(a * 2 + index / 60 + phase) for phase in (0, 2, 4)]
    return Frame(index, 0.0, np.stack([*channels, np.full_like(x, 255)], axis=2).astype(np.uint8))


def likeness_db(frame: Frame, back: NDArray[np.uint8]) -> float:
    """Peak signal to noise ratio of a decoded picture."""
    error = np.square(frame.rgb.astype(float) - back).mean()
    return float(10 * np.log10(255**2 / error))


def probe(path: Path, entries: str) -> dict[str, str]:
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-of", "default=nw=1"]
    told = subprocess.check_output([*command, "-show_entries", entries, path], text=True)
    return dict(line.split("=", 1) for line in told.splitlines())


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("fps", RATES)
def test_rate_count_and_length_are_exact(tmp_path: Path, suffix: str, fps: Fraction) -> None:
    clip = Clip(fps=fps, frames=37, flashes=())
    path = clip.save(tmp_path / f"clip{suffix}")
    tolerance = Fraction(1, 2000) if suffix in (".mkv", ".webm") else 0  # they count milliseconds
    times = picture_times(path)
    assert len(times) == 37
    for index, time in enumerate(times):
        assert abs(time - index / fps) <= tolerance
    with av.open(path) as container:
        assert container.streams.video[0].average_rate == fps
        seconds = container.duration / 1_000_000
    if suffix in (".mp4", ".mov"):
        assert seconds == pytest.approx(float(37 / fps), abs=0.00003)
    else:
        opus_packet = 0.020
        assert float(37 / fps) - 0.001 <= seconds <= float(37 / fps) + opus_packet
    assert (
        probe(path, "stream=r_frame_rate")["r_frame_rate"] == f"{fps.numerator}/{fps.denominator}"
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_picture_is_lost_at_whatever_length(tmp_path: Path, suffix: str) -> None:
    fps = Fraction(12)
    lengths = range(1, 40)
    decoded = []
    for length in lengths:
        frames = [plain(index, (16, 16)) for index in range(length)]
        decoded.append(len(picture_times(silent(tmp_path / f"{length}{suffix}", frames, fps))))
    assert decoded == list(lengths)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (65, 47), (66, 47), (65, 48), (641, 3)])
def test_every_size_can_be_written(tmp_path: Path, suffix: str, size: tuple[int, int]) -> None:
    picture = np.zeros((size[1], size[0], 4), np.uint8)
    picture[:] = np.linspace(40, 220, size[0], dtype=np.uint8)[:, None]
    sink = VideoSink(tmp_path / f"clip{suffix}", PictureFormat(size, Fraction(30)))
    for index in range(3):
        sink.write(Frame(index, 0.0, picture))
    sink.finish()
    (first, *_) = pictures(tmp_path / f"clip{suffix}")
    even = (size[0] + size[0] % 2, size[1] + size[1] % 2)
    coded = size if suffix == ".webm" else even
    assert sink.coded_size == coded
    assert first.shape == (coded[1], coded[0], 3)
    shown = first[: size[1], : size[0], 0].astype(int)
    assert np.abs(shown - picture[:, :, 0]).mean() < 16  # tiny pictures quantise coarsely
    if coded[0] > size[0]:
        assert np.abs(first[:, -1, 0].astype(int) - first[:, -2, 0]).max() <= 16  # repeated


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_colours_are_bt709_limited_in_tags_and_in_pixels(tmp_path: Path, suffix: str) -> None:
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (200, 120, 40)]
    frames = [plain(i, (64, 64), colour) for i, colour in enumerate(colours)]
    path = silent(tmp_path / f"clip{suffix}", frames)
    tags = probe(path, "stream=color_range,color_space,color_transfer,color_primaries")
    assert tags == {
        "color_range": "tv",
        "color_space": "bt709",
        "color_transfer": "bt709",
        "color_primaries": "bt709",
    }
    with av.open(path) as container:
        stored = [frame.to_ndarray() for frame in container.decode(video=0)]
    for (red, green, blue), planes in zip(colours, stored, strict=True):
        # ITU-R BT.709-6, items 3.2 to 3.4 at 8 bits
        luma = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
        expected = (
            16 + 219 * luma,
            128 + 224 * (blue / 255 - luma) / 1.8556,
            128 + 224 * (red / 255 - luma) / 1.5748,
        )
        found = (planes[32, 32], planes[64 + 8, 8], planes[64 + 16 + 8, 8])
        assert np.array(found, float) == pytest.approx(expected, abs=3)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pictures_come_back_upright_and_close_to_what_they_were(
    tmp_path: Path, suffix: str
) -> None:
    frames = [waves(index) for index in range(12)]
    decoded = pictures(silent(tmp_path / f"clip{suffix}", frames))
    for frame, back in zip(frames, decoded, strict=True):
        assert likeness_db(frame, back) > 25  # half the chroma is lost by design


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_pictures_give_the_same_file(tmp_path: Path, suffix: str) -> None:
    # 320×180 at many moving frames is where libx264's macroblock trees waver between runs.
    frames = [waves(index) for index in range(60 if suffix == ".mp4" else 20)]
    sums = set()
    for number in range(4):
        path = silent(tmp_path / f"{number}{suffix}", frames)
        sums.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(sums) == 1


def test_the_same_sound_gives_the_same_file(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        first, second = (Clip(rate=44_100).save(tmp_path / f"{n}{suffix}") for n in "ab")
        assert first.read_bytes() == second.read_bytes(), suffix


def test_a_picture_left_out_holds_the_one_before(tmp_path: Path) -> None:
    sink = VideoSink(tmp_path / "clip.mp4", PictureFormat((64, 48), Fraction(25)))
    for index in (7, 8, 12, 13):  # the first one sets the beginning
        sink.write(plain(index, (64, 48)))
    sink.finish()
    times = picture_times(tmp_path / "clip.mp4")
    assert times == [Fraction(n, 25) for n in (0, 1, 5, 6)]


def test_a_picture_out_of_order_is_a_mistake(tmp_path: Path) -> None:
    sink = VideoSink(tmp_path / "clip.mp4", PictureFormat((64, 48), Fraction(25)))
    sink.write(plain(3, (64, 48)))
    with pytest.raises(ValueError, match="frame 3 came after 3"):
        sink.write(plain(3, (64, 48)))
    sink.abort()


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    sink = VideoSink(tmp_path / "clip.mp4", PictureFormat((64, 48), Fraction(25)))
    with pytest.raises(OutputError, match="for a video of 64×48"):
        sink.write(plain(0, (32, 48)))
    sink.abort()


def test_pixels_that_do_not_lie_in_one_piece_are_taken_too(tmp_path: Path) -> None:
    whole = waves(0)
    upside_down = Frame(0, 0.0, whole.pixels[::-1].copy()[::-1])
    first = silent(tmp_path / "a.mp4", [whole])
    second = silent(tmp_path / "b.mp4", [upside_down])
    assert first.read_bytes() == second.read_bytes()


def test_pixels_that_must_not_be_written_to_are_taken(tmp_path: Path) -> None:
    frame = waves(0)
    frame.pixels.flags.writeable = False
    assert len(pictures(silent(tmp_path / "a.mp4", [frame]))) == 1


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_a_finished_file_is_an_ordinary_one_with_an_index(tmp_path: Path, suffix: str) -> None:
    path = Clip(frames=100).save(tmp_path / f"clip{suffix}")
    boxes, data = [], path.read_bytes()
    while data:
        size, kind = struct.unpack(">I4s", data[:8])
        boxes.append(kind)
        data = data[size:]
    assert boxes == [b"ftyp", b"free" if suffix == ".mp4" else b"wide", b"mdat", b"moov"]
    with av.open(path) as container:
        assert container.streams.video[0].frames == 100


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_player_can_jump(tmp_path: Path, suffix: str) -> None:
    clip = Clip(frames=200, flashes=(150,))
    path = clip.save(tmp_path / f"clip{suffix}")
    with av.open(path) as container:
        container.seek(6_100_000)  # µs; the flash comes at 6 s
        frames = container.decode(video=0)
        first = next(frames)
        assert 5.0 <= first.time <= 6.0  # on a keyframe every second
        after = [frame for frame in (first, *frames) if frame.time == 6.0]
    assert [frame.to_ndarray(format="gray").mean() > 200 for frame in after] == [True]


@pytest.mark.parametrize(
    ("picture", "complaint"),
    [
        (PictureFormat((0, 48), Fraction(25)), "size 0×48 is impossible; a side is 1 to 16384"),
        (PictureFormat((64, 20_000), Fraction(25)), "size 64×20000 is impossible"),
        (PictureFormat((64, 48), Fraction(0)), "0 fps is impossible"),
        (PictureFormat((64, 48), Fraction(1001)), "1001 fps is impossible"),
    ],
)
def test_impossible_formats_fail_before_anything_is_drawn(
    tmp_path: Path, picture: PictureFormat, complaint: str
) -> None:
    with pytest.raises(OutputError, match=complaint):
        VideoSink(tmp_path / "clip.mp4", picture)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_each_quality_looks_better_than_the_one_before(tmp_path: Path, suffix: str) -> None:
    frames = [waves(index) for index in range(10)]
    likeness = []
    for quality in ("draft", "good", "best"):
        path = tmp_path / f"{quality}{suffix}"
        sink = VideoSink(path, PictureFormat((320, 180), Fraction(30)), quality=quality)
        for frame in frames:
            sink.write(frame)
        sink.finish()
        likeness.append(sum(map(likeness_db, frames, pictures(path))))
    assert likeness == sorted(likeness)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_sound_and_picture_lie_side_by_side_in_the_file(tmp_path: Path, suffix: str) -> None:
    path = Clip(frames=250).save(tmp_path / f"clip{suffix}")
    with av.open(path) as container:
        packets = sorted(
            (packet.pos, float(packet.pts * packet.time_base), packet.stream.type)
            for packet in container.demux()
            if packet.size
        )
    reached = {"video": 0.0, "audio": 0.0}
    for _, seconds, kind in packets:
        reached[kind] = seconds
        # a fragment or cluster is the unit: beyond it nobody has to read ahead
        assert abs(reached["video"] - reached["audio"]) < 1.2
