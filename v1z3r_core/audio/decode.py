"""Any sound file, or the sound of a video, as float32 samples."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet
from numpy.typing import NDArray

from v1z3r_core.audio.wholeness import require_readable, stops_early
from v1z3r_core.model.audio import MAX_RATE_HZ, MIN_RATE_HZ
from v1z3r_core.model.errors import AudioFileError

Samples = NDArray[np.float32]

# Where a time stamp is a sample number, seeking lands on the sample. Other decoders carry state
# over from before (bit reservoir, overlap, preroll), for them the beginning is the safe place.
_SEEKABLE_CODECS = ("pcm_", "flac", "alac")
_SEEK_MARGIN_SECONDS = 0.5

_BROKEN_OFF_SECONDS = 0.25  # Matroska and MP3 state their length in ms or whole codec frames


class Decoder:
    """Owns an open file and yields its samples from a given frame on.

    Encoder delay and padding are left out as the container states them. One that states none
    (raw AAC, MP3 without a Xing header) begins with the encoder's delay, as in any player.

    Parameters
    ----------
    path : Path
    start : int, frames
        Samples before it are decoded and dropped, or skipped where seeking is exact.

    Attributes
    ----------
    rate, channels : int
        Of every chunk.
    declared : int or None
        Length in frames from the file's beginning, as the container states it, if it does.
    lossless : bool
        The codec's time stamps are sample numbers, so `declared` is exact in a whole file.
    damaged : int
        Packets so far that could not be decoded; silence stands in for them.
    broken_off : bool
        Known once all chunks were taken: the file ends before it should.

    Raises
    ------
    AudioFileError
        If the file is missing, empty, unreadable, or holds no sound.
    """

    def __init__(self, path: Path, start: int = 0) -> None:
        self._path = path
        self.damaged = 0
        self.broken_off = False
        self._skip = start
        self._end = 0
        require_readable(path)
        try:
            self._container = av.open(str(path), metadata_errors="replace")
        except (av.error.FFmpegError, OSError) as error:
            raise AudioFileError(
                f"{path}: not a sound file that can be read ({_reason(error)}); "
                "convert it to WAV, FLAC, OGG, MP3, M4A or Opus"
            ) from error
        try:
            self._begin(start)
        except BaseException:
            self._container.close()
            raise

    def chunks(self) -> Iterator[Samples]:
        """Consecutive samples, each of shape (n, channels), n ≥ 1, the caller's to keep."""
        for frame in self._frames:
            chunk = self._samples_of(frame)
            if chunk.shape[1] != self.channels or frame.sample_rate != self.rate:
                self.broken_off = True  # chained with a stream of another format: ends here
                return
            chunk = self._after_start(chunk)
            if len(chunk):
                yield chunk
        missing = 0 if self.declared is None else self.declared - self._end
        if missing > _BROKEN_OFF_SECONDS * self.rate or stops_early(self._path):
            self.broken_off = True

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._container.close()

    def _begin(self, start: int) -> None:
        self._stream = self._best_stream()
        self._frames = self._decoded()
        first = next(self._frames, None)
        if first is None:
            raise AudioFileError(f"{self._path}: holds no sound, 0 samples; choose another file")
        self.rate = first.sample_rate
        self.channels = first.layout.nb_channels
        if not MIN_RATE_HZ <= self.rate <= MAX_RATE_HZ:
            raise AudioFileError(
                f"{self._path}: sample rate is {self.rate} Hz, allowed {MIN_RATE_HZ} to "
                f"{MAX_RATE_HZ}; resample it"
            )
        codec = self._stream.codec_context.name
        stamps_count = self._stream.time_base == Fraction(1, self.rate)
        self.lossless = codec.startswith(_SEEKABLE_CODECS) and stamps_count
        self.declared = self._declared()
        margin = round(_SEEK_MARGIN_SECONDS * self.rate)
        if self.lossless and start > margin and self._seek(start - margin):
            return
        self._frames = _chain(first, self._frames)

    def _best_stream(self) -> AudioStream:
        streams = self._container.streams.audio
        if not streams:
            raise AudioFileError(f"{self._path}: holds no sound; choose a file with an audio track")
        best = self._container.streams.best("audio")
        return best if isinstance(best, AudioStream) else streams[0]

    def _declared(self) -> int | None:
        if self._stream.duration is not None and self._stream.time_base is not None:
            return round(self._stream.duration * self._stream.time_base * self.rate)
        if self._container.duration is not None:
            return round(Fraction(self._container.duration, av.time_base) * self.rate)
        return None

    def _seek(self, target: int) -> bool:
        """Go near `target`; False, at the beginning, where the file does not let us."""
        try:
            self._container.seek(target, stream=self._stream)
            frames = self._decoded()
            first = next(frames, None)
        except av.error.FFmpegError:
            first = None
        if first is None or first.pts is None or not 0 <= first.pts <= target:
            self._container.seek(0)
            self._frames = self._decoded()
            return False
        self._end = first.pts
        self._skip -= first.pts
        self._frames = _chain(first, frames)
        return True

    def _decoded(self) -> Iterator[AudioFrame]:
        """Frames in order; silent ones in place of damaged packets, except at the end."""
        lost = 0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError):
                self.broken_off = True  # the file's structure ends here
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                self.damaged += 1
                lost += self._frames_in(packet)
                continue
            for frame in frames:
                if isinstance(frame, AudioFrame) and frame.samples:
                    if lost:
                        yield _silence_like(frame, lost)
                        lost = 0
                    yield frame

    def _frames_in(self, packet: "Packet[AudioStream]") -> int:
        if packet.duration is None or packet.time_base is None:
            return 0
        return round(packet.duration * packet.time_base * self._stream.codec_context.sample_rate)

    def _samples_of(self, frame: AudioFrame) -> Samples:
        """The frame's samples without what the container says lies beyond the end."""
        samples = to_float32(frame)
        stated = frame.duration
        if "mp4" in self._container.format.name and frame.time_base == Fraction(1, self.rate):
            # The last packet's padding: MP4 states it as the packet's duration alone.
            samples = samples[: stated if 0 < stated < len(samples) else None]
        return samples

    def _after_start(self, chunk: Samples) -> Samples:
        self._end += len(chunk)
        if self._skip <= 0:
            return chunk
        dropped = min(self._skip, len(chunk))
        self._skip -= dropped
        return chunk[dropped:]


def to_float32(frame: AudioFrame) -> Samples:
    """Samples of a decoded frame, shape (n, channels), integers scaled to [-1, 1)."""
    raw = frame.to_ndarray()
    channels = frame.layout.nb_channels
    raw = raw.T if frame.format.is_planar else raw.reshape(-1, channels)
    if raw.dtype == np.uint8:
        return (raw.astype(np.float32) - 128) / np.float32(128)
    samples = np.ascontiguousarray(raw, dtype=np.float32)
    if raw.dtype.kind == "i":
        samples *= np.float32(2.0 ** (1 - 8 * raw.dtype.itemsize))
    return samples


def _silence_like(frame: AudioFrame, samples: int) -> AudioFrame:
    silence = AudioFrame(format="flt", layout=frame.layout, samples=samples)
    silence.sample_rate = frame.sample_rate
    for plane in silence.planes:
        plane.update(bytes(plane.buffer_size))
    return silence


def _chain(first: AudioFrame, rest: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    yield first
    yield from rest


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".").lower()
