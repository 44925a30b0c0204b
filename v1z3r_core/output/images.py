"""Pictures as PNG files, tagged sRGB, without alpha."""

import errno
import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import VideoFrame
from av.codec.context import ThreadType
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorPrimaries, ColorTrc, VideoReformatter

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import PictureFormat
from v1z3r_core.output.partial import PartialFile, cannot_write, partial_path

FAST_LEVEL = 1  # 720p: 23 ms a picture on one core where Pillow's fastest takes 56; level 3 40
SMALL_LEVEL = 6  # a quarter smaller than level 1, in 100 ms


class PngEncoder:
    """Turns frames into PNG files in memory, several at a time on as many cores.

    FFmpeg's encoder, not Pillow: at equal size it takes half the time, and it works on
    consecutive pictures in parallel. Opened at the first picture.
    """

    def __init__(self, level: int) -> None:
        self._level = level
        self._reformatter = VideoReformatter()
        self._context: VideoCodecContext | None = None

    def encode(self, frame: Frame) -> list[bytes]:
        """Files that are ready, in order; they lag by the number of cores."""
        if self._context is None:
            self._context = self._open(frame.size)
        pixels = np.ascontiguousarray(frame.pixels)
        source = VideoFrame.from_numpy_buffer(pixels, format="rgba")
        picture = self._reformatter.reformat(source, format="rgb24")
        picture.color_primaries = ColorPrimaries.BT709
        picture.color_trc = ColorTrc.IEC61966_2_1  # both together make the encoder say sRGB
        picture.pts = None
        return [bytes(packet) for packet in self._context.encode(picture)]

    def flush(self) -> list[bytes]:
        """The files still being made."""
        return [] if self._context is None else [bytes(p) for p in self._context.encode(None)]

    def _open(self, size: tuple[int, int]) -> VideoCodecContext:
        context = av.CodecContext.create("png", "w")
        context.width, context.height = size
        context.pix_fmt = "rgb24"
        context.time_base = Fraction(1, 1)
        context.sample_aspect_ratio = Fraction(1, 1)
        context.thread_type = ThreadType.FRAME
        context.thread_count = 0
        context.options = {"pred": "up", "compression_level": str(self._level)}
        return context


class PngSink:
    """One picture in one PNG file, under its name only when whole.

    Raises
    ------
    OutputError
        If the place cannot be written to.
    """

    def __init__(self, path: Path, picture: PictureFormat) -> None:
        self._size = picture.size
        self._path = path
        self._file = PartialFile(path)
        self._written = False
        self._closed = False

    def write(self, frame: Frame) -> None:
        """Write the picture.

        Raises
        ------
        OutputError
            If a second picture comes, or the file cannot be written.
        """
        if self._written:
            raise OutputError(
                f"{self._path}: a PNG file holds one picture; "
                "choose its time with --at, or give a folder for all of them"
            )
        encoder = PngEncoder(SMALL_LEVEL)
        (data,) = [*encoder.encode(frame), *encoder.flush()]
        try:
            self._file.write(data)
        except OSError as error:
            raise cannot_write(self._path, error) from error
        self._written = True

    def write_audio(self, block: AudioBlock) -> None:
        """Ignore it: a picture is silent."""

    def finish(self) -> None:
        """Put the file under its name.

        Raises
        ------
        OutputError
            If no picture came, or the disk refuses.
        """
        if not self._written:
            self.abort()
            raise OutputError(f"{self._path}: no picture was written; nothing was saved")
        self._file.commit()

    def abort(self) -> None:
        """Remove what was begun."""
        self._file.discard()


class FolderSink:
    """Numbered pictures ``000000.png``, ``000001.png`` … in a folder.

    The folder is made if its parent exists. Each file appears whole. Pictures of an earlier,
    longer run that continue the numbering are removed by `finish`, so that the folder holds
    one sequence.

    Raises
    ------
    OutputError
        If the folder cannot be made or written to.
    """

    def __init__(self, folder: Path, picture: PictureFormat) -> None:
        self._folder = folder
        self._size = picture.size
        self._encoder = PngEncoder(FAST_LEVEL)
        self._count = 0
        try:
            folder.mkdir(exist_ok=True)
        except FileExistsError as error:
            raise OutputError(f"{folder}: is a file; give a folder or another name") from error
        except OSError as error:
            raise cannot_write(folder, error) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise cannot_write(folder, PermissionError(errno.EACCES, ""))

    def write(self, frame: Frame) -> None:
        """Encode the next picture.

        Raises
        ------
        OutputError
            If the size differs from the announced one or a file cannot be written.
        """
        if frame.size != self._size:
            raise OutputError(
                f"{self._folder}: a picture of {frame.size[0]}×{frame.size[1]} came for a "
                f"sequence of {self._size[0]}×{self._size[1]}; a sequence keeps one size"
            )
        self._save(self._encoder.encode(frame))

    def write_audio(self, block: AudioBlock) -> None:
        """Ignore it: pictures are silent."""

    def finish(self) -> None:
        """Write the last pictures; remove an earlier run's that follow them.

        Raises
        ------
        OutputError
            If no picture came, or a file cannot be written.
        """
        self._save(self._encoder.flush())
        if self._count == 0:
            raise OutputError(f"{self._folder}: no picture was written; nothing was saved")
        number = self._count
        while (stale := self._path(number)).exists():
            stale.unlink()
            number += 1

    def abort(self) -> None:
        """Write the pictures that were taken; all of them are whole."""
        self._save(self._encoder.flush())

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06d}.png"

    def _save(self, files: list[bytes]) -> None:
        for data in files:
            final = self._path(self._count)
            partial = partial_path(final)
            try:
                partial.write_bytes(data)
                partial.replace(final)
            except OSError as error:
                partial.unlink(missing_ok=True)
                raise cannot_write(final, error) from error
            self._count += 1
