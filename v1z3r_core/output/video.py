"""Pictures with their sound into a video file."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import PictureFormat
from v1z3r_core.output.containers import Container, Quality, VideoCodec, container_for
from v1z3r_core.output.partial import PartialFile, cannot_write
from v1z3r_core.output.sound import SoundEncoder

MAX_SIZE_PX = 16_384  # libx264's own bound on a side
MAX_FPS = 1_000  # Matroska counts milliseconds
KEYFRAME_SECONDS = 1  # how finely players seek, and how much of an MP4 a crash may cost
WRITE_BYTES = 1 << 18  # handed to the file at a time

# AVCOL_* of ITU-T H.273: BT.709 primaries, transfer and matrix, limited range.
_BT709 = 1
_LIMITED = 1


class VideoSink:
    """Encodes frames and sound into one file that appears only when it is whole.

    Until `finish` the file is called ``OUT.partial.EXT``, and after a crash or on a full disk
    it plays up to its last full second: what was not on the disk yet is that second at most
    and the few pictures inside the encoder. Colours are converted to and tagged as BT.709
    limited range. The same frames give the same file on one machine.

    H.264 takes even sizes only; an odd width or height is made even by repeating its last
    column or row (`coded_size`). Every other size is encoded as it is.

    Parameters
    ----------
    path : Path
        ``.mp4``, ``.mov``, ``.mkv`` or ``.webm``.
    picture : PictureFormat
        Size 1 to 16,384 each way, fps above 0 and up to 1,000.
    quality : {"draft", "good", "best"}, keyword-only
        Speed against size and looks.

    Raises
    ------
    OutputError
        If the extension is unknown, the format impossible or the place cannot be written to.
    """

    def __init__(self, path: Path, picture: PictureFormat, *, quality: Quality = "good") -> None:
        container = container_for(path)
        _check_format(path, picture)
        self._path = path
        self._picture = picture
        self._time_base = 1 / picture.fps
        self.coded_size = _coded_size(picture.size, container.video)
        self._padded = _padding_buffer(picture.size, self.coded_size)
        self._origin: int | None = None
        self._last = -1
        self._closed = False
        self._reformatter = VideoReformatter()
        self._file = PartialFile(path)
        try:
            self._container = av.open(
                self._file,
                "w",
                format=container.muxer,
                container_options=_muxer_options(container, picture.fps),
                buffer_size=WRITE_BYTES,
            )
            self._video = self._add_video(container.video, quality)
            self._sound = (
                SoundEncoder(
                    self._container, container.sound, picture.sample_rate, picture.channels
                )
                if picture.channels
                else None
            )
            self._container.start_encoding()
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._file.discard()
            reason = getattr(error, "strerror", None) or str(error)  # without PyAV's call
            raise OutputError(
                f"{path}: {container.video.name} refuses {picture.size[0]}×{picture.size[1]} at "
                f"{picture.fps} fps with {picture.channels} channels of {picture.sample_rate} Hz "
                f"({reason}); choose a smaller size or another extension"
            ) from error

    def write(self, frame: Frame) -> None:
        """Encode the next picture; a gap in `frame.index` holds the one before it.

        Raises
        ------
        OutputError
            If the size differs from the announced one or the file cannot be written.
        ValueError
            If the index is not above the one before.
        """
        if frame.size != self._picture.size:
            raise OutputError(
                f"{self._path}: a picture of {frame.size[0]}×{frame.size[1]} came for a video of "
                f"{self._picture.size[0]}×{self._picture.size[1]}; a recording keeps one size"
            )
        if self._origin is None:
            self._origin = frame.index
        position = frame.index - self._origin
        if position <= self._last:
            raise ValueError(f"frame {frame.index} came after {self._last + self._origin}")
        with self._telling():
            picture = self._convert(frame.pixels)
            picture.pts = position
            picture.time_base = self._time_base
            self._mux_pictures(picture)
            self._file.settle()
        self._last = position

    def write_audio(self, block: AudioBlock) -> None:
        """Encode sound; see `SoundEncoder` for what is mended.

        Raises
        ------
        OutputError
            If the file cannot be written.
        ValueError
            If the block is not of the announced rate and channels.
        """
        if self._sound is None:
            raise ValueError("the picture format announced no sound")
        with self._telling():
            for packet in self._sound.encode(block):
                self._container.mux(packet)
            self._file.settle()

    def finish(self) -> None:
        """Write the index and put the file under its final name.

        Raises
        ------
        OutputError
            If no picture came, or the file cannot be completed.
        """
        if self._closed:
            return
        if self._last < 0:
            self.abort()
            raise OutputError(f"{self._path}: no picture was written; nothing was saved")
        with self._telling():
            self._flush()
            self._container.close()
            if self._file.error is not None:  # FFmpeg tells of a failed write later, or never
                raise self._file.error
        self._closed = True
        self._file.commit()

    def abort(self) -> None:
        """Complete what is there under the partial name; without a picture remove it."""
        if self._closed:
            return
        self._closed = True
        if self._last < 0:
            self._file.discard()
            return
        try:
            if self._file.error is None:
                with self._telling():
                    self._flush()
                    self._container.close()
            else:
                with suppress(av.error.FFmpegError, OSError):  # it repeats what was told already
                    self._container.close()
        finally:
            self._file.keep()

    def _add_video(self, codec: VideoCodec, quality: Quality) -> VideoStream:
        options = {**codec.options[quality], "flags": "+bitexact"}
        stream = cast(
            VideoStream,
            self._container.add_stream(codec.name, rate=self._picture.fps, options=options),
        )
        stream.width, stream.height = self.coded_size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = self._time_base
        context.gop_size = max(1, round(KEYFRAME_SECONDS * self._picture.fps))
        context.thread_count = _thread_count(self.coded_size)
        context.color_range = _LIMITED
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        return stream

    def _convert(self, pixels: NDArray[np.uint8]) -> VideoFrame:
        """RGB to BT.709 without a copy in between, unless the size is odd."""
        if self._padded is not None:
            height, width = pixels.shape[:2]
            self._padded[:height, :width] = pixels
            self._padded[height:] = self._padded[height - 1]
            self._padded[:, width:] = self._padded[:, width - 1 : width]
            pixels = self._padded
        source = VideoFrame.from_numpy_buffer(np.ascontiguousarray(pixels), format="rgba")
        # Area averaging costs what the default bilinear does (0.8 ms at 720p on two cores) and
        # is the exact mean of each 2×2; bilinear's chroma is off by up to 8 of 224 levels.
        return self._reformatter.reformat(
            source,
            format="yuv420p",
            interpolation=Interpolation.AREA,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
        )

    def _mux_pictures(self, picture: VideoFrame | None) -> None:
        for packet in self._video.encode(picture):
            packet.duration = 1  # left out by encoders; muxers guess it from the next picture
            self._container.mux(packet)

    def _flush(self) -> None:
        self._mux_pictures(None)
        if self._sound is not None:
            self._container.mux(self._sound.flush())
        self._file.settle()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (av.error.FFmpegError, OSError) as error:
            raise cannot_write(
                self._path, self._file.error or _as_os_error(error), kept=self._file.path
            ) from error


def _muxer_options(container: Container, fps: Fraction) -> dict[str, str]:
    # No dates or versions in the file; every finished fragment reaches the disk at once.
    options = {**container.options, "fflags": "+bitexact", "flush_packets": "1"}
    if container.muxer in ("mp4", "mov"):
        # Lengths are told in this unit: in the default milliseconds hardly any is exact.
        options["movie_timescale"] = str(fps.numerator * max(1, 48_000 // fps.numerator))
    return options


def _as_os_error(error: Exception) -> OSError:
    return error if isinstance(error, OSError) else OSError(0, str(error))


def _check_format(path: Path, picture: PictureFormat) -> None:
    width, height = picture.size
    if not (1 <= width <= MAX_SIZE_PX and 1 <= height <= MAX_SIZE_PX):
        raise OutputError(
            f"{path}: size {width}×{height} is impossible; a side is 1 to {MAX_SIZE_PX} pixels"
        )
    if not 0 < picture.fps <= MAX_FPS:
        raise OutputError(
            f"{path}: {picture.fps} fps is impossible; allowed is above 0 up to {MAX_FPS}"
        )


def _coded_size(size: tuple[int, int], codec: VideoCodec) -> tuple[int, int]:
    if not codec.even_only:
        return size
    return size[0] + size[0] % 2, size[1] + size[1] % 2


def _padding_buffer(size: tuple[int, int], coded: tuple[int, int]) -> NDArray[np.uint8] | None:
    return None if size == coded else np.empty((coded[1], coded[0], 4), np.uint8)


def _thread_count(size: tuple[int, int]) -> int:
    # By picture size and never by machine: libx264's result depends on the number of threads.
    # A quarter megapixel each keeps a core busy; below two the lookahead has nowhere to run.
    return min(max(size[0] * size[1] // 250_000, 2), 16)
