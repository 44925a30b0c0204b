import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import PictureFormat
from v1z3r_core.output.containers import H264
from v1z3r_core.output.video import VideoSink, _thread_count
from v1z3r_core.output.writer import Writer

FPS = Fraction(60)
RATE = 48_000
BLOCK = RATE // 60


def film(size: tuple[int, int], frames: int) -> list[NDArray[np.uint8]]:
    y, x = np.mgrid[0 : size[1], 0 : size[0]] / size[1]
    pictures = []
    for index in range(min(frames, 30)):
        a = np.sin(x * 9 + index / 20) + np.cos(y * 7 - index / 30)
        channels = [127 + 127 * np.sin(a * 2 + index / 60 + phase) for phase in (0, 2, 4)]
        pictures.append(np.stack([*channels, np.full_like(x, 255)], axis=2).astype(np.uint8))
    return [pictures[index % len(pictures)] for index in range(frames)]


def bare_loop(path: Path, pictures: list[NDArray[np.uint8]], sound: NDArray[np.float32]) -> None:
    """The least that PyAV asks for: nothing checked, kept safe, or tagged."""
    height, width = pictures[0].shape[:2]
    with av.open(path, "w") as container:
        options = dict(H264.options["good"])
        video = cast(VideoStream, container.add_stream("libx264", rate=FPS, options=options))
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.codec_context.thread_count = _thread_count((width, height))
        video.codec_context.gop_size = int(FPS)
        speech = cast(AudioStream, container.add_stream("aac", rate=RATE))
        speech.layout = "stereo"
        speech.bit_rate = 192_000
        for index, pixels in enumerate(pictures):
            container.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgba")))
            samples = sound[index * BLOCK : (index + 1) * BLOCK].reshape(1, -1)
            block = av.AudioFrame.from_ndarray(samples, format="flt", layout="stereo")
            block.sample_rate = RATE
            container.mux(speech.encode(block))
        container.mux(video.encode(None))
        container.mux(speech.encode(None))


def our_sink(
    path: Path, pictures: list[NDArray[np.uint8]], sound: NDArray[np.float32], *, thread: bool
) -> None:
    height, width = pictures[0].shape[:2]
    video = VideoSink(path, PictureFormat((width, height), FPS, RATE, 2))
    sink = Writer(video, blocking=True) if thread else video
    for index, pixels in enumerate(pictures):
        sink.write(Frame(index, float(index / FPS), pixels))
        samples = sound[index * BLOCK : (index + 1) * BLOCK]
        sink.write_audio(AudioBlock(index * BLOCK, RATE, samples))
    sink.finish()


@pytest.mark.parametrize(("size", "frames"), [((320, 180), 240), ((1280, 720), 12)])
def test_a_sink_is_about_as_fast_as_a_bare_loop(
    tmp_path: Path, size: tuple[int, int], frames: int
) -> None:
    pictures = film(size, frames)
    noise = np.random.default_rng(0).normal(0, 0.1, (frames * BLOCK, 2)).astype(np.float32)
    works: dict[str, Callable[[], None]] = {
        "bare": lambda: bare_loop(tmp_path / "bare.mp4", pictures, noise),
        "sink": lambda: our_sink(tmp_path / "sink.mp4", pictures, noise, thread=False),
        "writer": lambda: our_sink(tmp_path / "writer.mp4", pictures, noise, thread=True),
    }
    # Processor time, not the wall's: neighbours on the machine double the one and hardly touch
    # the other. The best of each, in turn, until the comparison is fair.
    seconds = dict.fromkeys(works, float("inf"))

    def slowest() -> float:
        return seconds["bare"] / max(seconds["sink"], seconds["writer"])

    rounds = 0
    while rounds < 2 or (slowest() < 0.9 and rounds < 5):
        rounds += 1
        for name, work in works.items():
            began = time.process_time()
            work()
            seconds[name] = min(seconds[name], time.process_time() - began)
    assert slowest() >= 0.85, seconds  # 0.93 to 1.0 on a quiet machine
