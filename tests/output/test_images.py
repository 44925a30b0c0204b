import struct
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import PictureFormat
from v1z3r_core.output.images import FolderSink, PngSink

PICTURE = PictureFormat((37, 21), Fraction(30))


def noise(seed: int, size: tuple[int, int] = (37, 21)) -> Frame:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 4), np.uint8)
    return Frame(seed, 0.0, pixels)


def read(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        assert image.mode == "RGB"
        return np.asarray(image)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_one_picture_comes_back_exactly_without_its_alpha(tmp_path: Path) -> None:
    sink = PngSink(tmp_path / "a.png", PICTURE)
    sink.write(noise(1))
    sink.write_audio(AudioBlock(0, 48_000, np.zeros((800, 2), np.float32)))
    assert files(tmp_path) == ["a.partial.png"]
    sink.finish()
    assert files(tmp_path) == ["a.png"]
    np.testing.assert_array_equal(read(tmp_path / "a.png"), noise(1).rgb)


def test_pictures_say_that_they_are_srgb_with_square_pixels(tmp_path: Path) -> None:
    sink = PngSink(tmp_path / "a.png", PICTURE)
    sink.write(noise(1))
    sink.finish()
    data, chunks, place = (tmp_path / "a.png").read_bytes(), {}, 8
    while place < len(data):
        (size,) = struct.unpack(">I", data[place : place + 4])
        body = data[place + 4 : place + 8 + size]
        assert zlib.crc32(body) == int.from_bytes(data[place + 8 + size : place + 12 + size])
        chunks[body[:4]] = body[4:]
        place += 12 + size
    assert len(chunks[b"sRGB"]) == 1
    assert chunks[b"gAMA"] == struct.pack(">I", 45_455)  # PNG 11.3.2.5: what goes with sRGB
    assert chunks[b"pHYs"][:8] == struct.pack(">II", 1, 1)


def test_a_second_picture_does_not_fit_into_one_file(tmp_path: Path) -> None:
    sink = PngSink(tmp_path / "a.png", PICTURE)
    sink.write(noise(1))
    with pytest.raises(OutputError, match=r"a\.png: a PNG file holds one picture"):
        sink.write(noise(2))
    sink.abort()
    assert files(tmp_path) == []


def test_without_a_picture_nothing_is_saved(tmp_path: Path) -> None:
    sink = PngSink(tmp_path / "a.png", PICTURE)
    with pytest.raises(OutputError, match=r"a\.png: no picture was written"):
        sink.finish()
    assert files(tmp_path) == []
    folder = FolderSink(tmp_path / "b", PICTURE)
    with pytest.raises(OutputError, match="b: no picture was written"):
        folder.finish()


def test_a_folder_holds_every_picture_in_order(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path / "out", PICTURE)
    for index in range(30):  # more than are encoded at a time
        sink.write(noise(index))
    sink.write_audio(AudioBlock(0, 48_000, np.zeros((800, 2), np.float32)))
    sink.finish()
    assert files(tmp_path / "out") == [f"{index:06d}.png" for index in range(30)]
    for index in range(30):
        np.testing.assert_array_equal(read(tmp_path / "out" / f"{index:06d}.png"), noise(index).rgb)


def test_the_same_pictures_give_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        sink = FolderSink(tmp_path / name, PICTURE)
        for index in range(8):
            sink.write(noise(index))
        sink.finish()
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_the_tail_of_a_longer_run_goes_and_other_files_stay(tmp_path: Path) -> None:
    for name in ("000000.png", "000003.png", "000004.png", "000006.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"older")
    sink = FolderSink(tmp_path, PICTURE)
    for index in range(3):
        sink.write(noise(index))
    sink.finish()
    assert files(tmp_path) == ["000000.png", "000001.png", "000002.png", "000006.png", "notes.txt"]


def test_work_that_is_broken_off_keeps_whole_pictures_only(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path, PICTURE)
    for index in range(5):
        sink.write(noise(index))
    sink.abort()
    assert files(tmp_path) == [f"{index:06d}.png" for index in range(5)]
    np.testing.assert_array_equal(read(tmp_path / "000004.png"), noise(4).rgb)


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path, PICTURE)
    with pytest.raises(OutputError, match="8×8 came for a sequence of 37×21"):
        sink.write(noise(0, (8, 8)))


def test_a_folder_that_disappears_is_told_in_one_line(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path / "out", PICTURE)
    (tmp_path / "out").rmdir()

    def work() -> None:
        sink.write(noise(0))  # where there is one core it fails here, else it is still encoded
        sink.finish()

    with pytest.raises(OutputError, match=r"000000\.png: the folder does not exist"):
        work()


def test_places_that_cannot_be_written_are_told_before_anything_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file: is a file; give a folder"):
        FolderSink(tmp_path / "file", PICTURE)
    with pytest.raises(OutputError, match="absent/out: the folder does not exist; create it"):
        FolderSink(tmp_path / "absent" / "out", PICTURE)
    with pytest.raises(OutputError, match=r"absent/a\.png: the folder does not exist; create it"):
        PngSink(tmp_path / "absent" / "a.png", PICTURE)
