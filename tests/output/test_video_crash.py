import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from clips import (
    Clip,
    click_seconds,
    picture_times,
    sound_by_timestamps,
)

from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import PictureFormat
from v1z3r_core.output.video import VideoSink

SUFFIXES = (".mp4", ".mov", ".mkv", ".webm")
NOISE = np.random.default_rng(5).integers(0, 256, (48, 64, 4), np.uint8)

# Writes pictures forever, telling how far it is, until somebody kills it.
ENDLESS = """
import sys
from pathlib import Path
from clips import Clip
from v1z3r_core.output.video import VideoSink
clip = Clip(frames=3000, flashes=tuple(range(0, 3000, 10)))
sink = VideoSink(Path(sys.argv[1]), clip.format)
sound = clip.sound()
for index in range(clip.frames):
    clip.write(sink, frames=[index])
    print(index, flush=True)
    if index == int(sys.argv[2]):
        sys.stdin.read()
"""


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_after_a_kill_the_file_plays_in_sync_up_to_its_last_second(
    tmp_path: Path, suffix: str
) -> None:
    written = 200  # 8 s at 25 fps
    clip = Clip(frames=written + 1, flashes=tuple(range(0, written, 10)))
    program = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, tmp_path / f"clip{suffix}", str(written)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": f"{Path(__file__).parent}:{Path(__file__).parents[2]}"},
    )
    assert program.stdin is not None
    assert program.stdout is not None
    with program.stdin, program.stdout:
        for line in program.stdout:
            if int(line) == written:
                break
        program.send_signal(signal.SIGKILL)
        program.wait()
    assert files(tmp_path) == [f"clip.partial{suffix}"]
    partial = tmp_path / f"clip.partial{suffix}"
    times = picture_times(partial)
    held = 26 if suffix == ".webm" else 8  # pictures inside the encoder, to choose among
    lost = 1.0 + held / 25
    assert float(times[-1]) >= written / 25 - lost
    sound, rate = sound_by_timestamps(partial)
    assert len(sound) / rate >= written / 25 - lost
    inside = clip.flash_seconds[clip.flash_seconds < min(float(times[-1]), len(sound) / rate) - 0.1]
    assert len(inside) > 10
    assert click_seconds(sound, rate, inside) == pytest.approx(inside, abs=0.001)


class SmallDisk:
    """A real disk of that size where one may be mounted, else a limit on the size of files."""

    def __init__(self, folder: Path, kilobytes: int) -> None:
        self.folder = folder / "disk"
        self.folder.mkdir()
        self._bytes = kilobytes << 10
        options = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs"]
        mount = subprocess.run(["mount", *options, self.folder], check=False, capture_output=True)
        self._mounted = mount.returncode == 0
        self.complaint = "the disk is full"
        self._limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        if not self._mounted:
            self.complaint = "the file grew beyond the allowed size"
            resource.setrlimit(resource.RLIMIT_FSIZE, (self._bytes, self._limits[1]))

    def __enter__(self) -> "SmallDisk":
        return self

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._limits)
        if self._mounted:
            subprocess.run(["umount", self.folder], check=True)

    def fill_up(self) -> None:
        """Leave no room for another byte."""
        if self._mounted:
            room = os.statvfs(self.folder)
            (self.folder / "ballast").write_bytes(b"x" * room.f_bavail * room.f_bsize)
        else:
            size = max(path.stat().st_size for path in self.folder.iterdir())
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, self._limits[1]))


def fill(sink: VideoSink, frames: int) -> int:
    """Write pictures that hardly compress, until it raises; return how many it took."""
    for index in range(frames):
        sink.write(Frame(index, 0.0, np.roll(NOISE, index, axis=0)))
    return frames


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_is_told_in_one_line_and_costs_only_the_end(
    tmp_path: Path, suffix: str
) -> None:
    with SmallDisk(tmp_path, 600) as disk:
        sink = VideoSink(disk.folder / f"clip{suffix}", PictureFormat((64, 48), Fraction(25)))
        with pytest.raises(OutputError) as failure:
            fill(sink, 2000)
        sink.abort()
        text = str(failure.value)
        assert "\n" not in text
        assert f"clip{suffix}: {disk.complaint}" in text
        assert f"clip.partial{suffix}" in text
        assert files(disk.folder) == [f"clip.partial{suffix}"]
        assert len(picture_times(disk.folder / f"clip.partial{suffix}")) > 50


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_disk_that_fills_while_finishing_leaves_the_good_part_playable(
    tmp_path: Path, suffix: str
) -> None:
    with SmallDisk(tmp_path, 600) as disk:
        sink = VideoSink(disk.folder / f"clip{suffix}", PictureFormat((64, 48), Fraction(25)))
        fill(sink, 80)
        disk.fill_up()
        with pytest.raises(OutputError, match=disk.complaint):
            sink.finish()
        sink.abort()
        assert f"clip{suffix}" not in files(disk.folder)
        assert len(picture_times(disk.folder / f"clip.partial{suffix}")) >= 25


def test_a_size_limit_is_told_like_a_full_disk(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    sink = VideoSink(tmp_path / "clip.mkv", PictureFormat((64, 48), Fraction(25)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        with pytest.raises(OutputError, match=r"clip\.mkv: the file grew beyond the allowed size"):
            fill(sink, 2000)
        sink.abort()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(picture_times(tmp_path / "clip.partial.mkv")) > 25


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_work_that_is_broken_off_keeps_every_picture_under_the_partial_name(
    tmp_path: Path, suffix: str
) -> None:
    clip = Clip()
    sink = VideoSink(tmp_path / f"clip{suffix}", clip.format)
    clip.write(sink, frames=range(33))
    sink.abort()
    sink.abort()
    assert files(tmp_path) == [f"clip.partial{suffix}"]
    assert len(picture_times(tmp_path / f"clip.partial{suffix}")) == 33


def test_work_without_a_picture_leaves_nothing(tmp_path: Path) -> None:
    VideoSink(tmp_path / "a.mp4", Clip().format).abort()
    with pytest.raises(OutputError, match=r"b\.mp4: no picture was written"):
        VideoSink(tmp_path / "b.mp4", Clip().format).finish()
    assert files(tmp_path) == []


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    final = tmp_path / "clip.mp4"
    final.write_bytes(b"older")
    clip = Clip()
    broken = VideoSink(final, clip.format)
    clip.write(broken, frames=range(10))
    broken.abort()
    assert final.read_bytes() == b"older"
    clip.save(final)
    assert len(picture_times(final)) == clip.frames
    assert files(tmp_path) == ["clip.mp4"]


def test_two_programs_cannot_write_one_file(tmp_path: Path) -> None:
    clip = Clip()
    sink = VideoSink(tmp_path / "clip.mp4", clip.format)
    with pytest.raises(OutputError, match=r"clip\.mp4: another program is writing it"):
        VideoSink(tmp_path / "clip.mp4", clip.format)
    clip.write(sink)
    sink.finish()
    assert len(picture_times(tmp_path / "clip.mp4")) == clip.frames


@contextmanager
def nobody() -> Iterator[None]:
    """Root may write anywhere; act as somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_places_that_cannot_be_written_are_told_in_one_line(tmp_path: Path) -> None:
    picture = Clip().format
    (tmp_path / "taken.mp4").mkdir()
    (tmp_path / "file").touch()
    cases = {
        tmp_path / "absent" / "clip.mp4": "the folder does not exist; create it first",
        tmp_path / "taken.mp4": "is a folder; give a file name inside it",
        tmp_path / "file" / "clip.mp4": "part of the path is a file",
        tmp_path / f"{'x' * 300}.mp4": "the name is too long",
    }
    for path, complaint in cases.items():
        with pytest.raises(OutputError) as failure:
            VideoSink(path, picture)
        assert str(failure.value).startswith(f"{path}: {complaint}")
    tmp_path.chmod(0o555)
    try:
        with nobody(), pytest.raises(OutputError, match="permission denied; choose a folder"):
            VideoSink(tmp_path / "clip.mp4", picture)
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("clip.mp5", r"unknown video extension '\.mp5'; did you mean \.mp4\?"),
        ("clip.xyz", r"unknown video extension '\.xyz'; known: \.mkv, \.mov, \.mp4, \.webm"),
        ("clip", "unknown video extension ''"),
    ],
)
def test_unknown_extensions_are_told_with_what_is_known(
    tmp_path: Path, name: str, complaint: str
) -> None:
    with pytest.raises(OutputError, match=complaint):
        VideoSink(tmp_path / name, Clip().format)
    assert files(tmp_path) == []
