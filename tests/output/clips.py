"""Short clips for the tests of video files: write them, read them back in three ways."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import AudioResampler
from numpy.typing import NDArray

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import PictureFormat
from v1z3r_core.output.video import VideoSink

SIZE = (64, 48)


@dataclass(frozen=True)
class Clip:
    """Pictures that flash white where the sound clicks."""

    fps: Fraction = Fraction(25)
    frames: int = 50
    rate: int = 48_000
    channels: int = 2
    size: tuple[int, int] = SIZE
    flashes: tuple[int, ...] = (0, 11, 30, 47)

    @property
    def format(self) -> PictureFormat:
        return PictureFormat(self.size, self.fps, self.rate, self.channels)

    @property
    def samples(self) -> int:
        return int(self.frames / self.fps * self.rate)

    def frame(self, index: int) -> Frame:
        pixels = np.full((self.size[1], self.size[0], 4), 30, np.uint8)
        if index in self.flashes:
            pixels[:] = 255
        return Frame(index, float(index / self.fps), pixels)

    def sound(self) -> NDArray[np.float32]:
        sound = np.zeros((self.samples, self.channels), np.float32)
        for flash in self.flashes:
            sound[round(flash / self.fps * self.rate)] = 0.9
        return sound

    def write(self, sink: VideoSink, *, frames: Sequence[int] | None = None) -> None:
        """Give the sink every picture with its stretch of sound, as the engine does."""
        sound = self.sound() if self.channels else None
        for index in range(self.frames) if frames is None else frames:
            sink.write(self.frame(index))
            if sound is not None:
                first, last = (int(n / self.fps * self.rate) for n in (index, index + 1))
                sink.write_audio(AudioBlock(first, self.rate, sound[first:last]))

    def save(self, path: Path) -> Path:
        sink = VideoSink(path, self.format)
        self.write(sink)
        sink.finish()
        return path

    @property
    def flash_seconds(self) -> NDArray[np.float64]:
        return np.array([float(flash / self.fps) for flash in self.flashes])


def sound_frames(path: Path) -> Iterator[tuple[float, NDArray[np.float32], int]]:
    """Decoded sound: presentation time, samples (n, channels) and rate of each piece.

    Through a resampler to interleaved samples: PyAV 18.1 counts nine planes in eight planar
    channels and reads beyond them.
    """
    with av.open(path) as container:
        stream = container.streams.audio[0]
        rate = stream.rate
        packed = AudioResampler(format="flt", layout=stream.layout, rate=rate)
        for frame in container.decode(stream):
            for piece in packed.resample(frame):
                samples = piece.to_ndarray().reshape(-1, stream.layout.nb_channels)
                yield float(piece.pts * piece.time_base), samples, rate


def sound_from_start(path: Path) -> tuple[NDArray[np.float32], int]:
    """Decoded sound one piece after the other, as a player without timestamps hears it."""
    pieces = list(sound_frames(path))
    return np.concatenate([samples for _, samples, _ in pieces]), pieces[0][2]


def sound_by_timestamps(path: Path) -> tuple[NDArray[np.float32], int]:
    """Decoded sound, each piece where the container's timestamp puts it."""
    pieces = list(sound_frames(path))
    rate = pieces[0][2]
    end = round(pieces[-1][0] * rate) + len(pieces[-1][1])
    sound = np.zeros((end, pieces[0][1].shape[1]), np.float32)
    for seconds, samples, _ in pieces:
        first = round(seconds * rate)
        skipped = max(-first, 0)
        kept = samples[skipped:]
        sound[first + skipped : first + skipped + len(kept)] = kept
    return sound, rate


def sound_of_ffmpeg(path: Path) -> tuple[NDArray[np.float32], int]:
    """What the ffmpeg program decodes: another version of FFmpeg than PyAV's."""
    with av.open(path) as container:
        stream = container.streams.audio[0]
        channels, rate = stream.layout.nb_channels, stream.rate
    command = ["ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-f", "f32le", "-"]
    data = subprocess.check_output(command)
    return np.frombuffer(data, "<f4").reshape(-1, channels), rate


def click_seconds(sound: NDArray[np.float32], rate: int, near: NDArray[np.float64]) -> list[float]:
    """Time of the loudest sample within 60 ms of each expected click; NaN where it is quiet."""
    mono = np.abs(sound[:, 0])
    found = []
    for seconds in near:
        first = max(round((seconds - 0.06) * rate), 0)
        stretch = mono[first : round((seconds + 0.06) * rate)]
        loud = len(stretch) and stretch.max() > 0.1
        found.append((first + int(stretch.argmax())) / rate if loud else np.nan)
    return found


def picture_times(path: Path) -> list[Fraction]:
    """Presentation time of every decoded picture."""
    with av.open(path) as container:
        return [frame.pts * frame.time_base for frame in container.decode(video=0)]


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    """Every decoded picture as RGB, by the matrix and range that the file is tagged with."""
    with av.open(path) as container:
        return [
            frame.to_ndarray(format="rgb24", src_colorspace="ITU709", src_color_range="MPEG")
            for frame in container.decode(video=0)
        ]
