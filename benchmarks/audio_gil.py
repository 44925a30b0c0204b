"""What a blocked interpreter costs each way of recording.

The main thread sits in a call that keeps the GIL for 400 ms, again and again, as moderngl does
in a synchronous read or a compile. Meanwhile a counting signal is played into a null sink and
its monitor is recorded: every sample carries its own number, so that lost ones are counted and
nobody's flag is believed.

Run ``python benchmarks/audio_gil.py`` (needs pulseaudio, pactl and ALSA's pulse plugin). It
starts a sound server of its own.
"""

import argparse
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "audio"))
from counting import COUNTER, RATE, CountingSource, numbers
from pulse import SoundServer

from v1z3r_core.audio import device as device_module
from v1z3r_core.audio.device import DeviceSource
from v1z3r_core.audio.playback import PlaybackSource

HOG_SECONDS = 0.4

Samples = NDArray[np.float32]


class Native:
    """The engine's own source: a compiled callback fills a ring."""

    def __init__(self, block: int, latency: float) -> None:
        device_module.BLOCK_FRAMES, device_module.LATENCY_SECONDS = block, latency
        self._source = DeviceSource(notify=print)
        self.flags = 0

    def take(self) -> Samples | None:
        block = self._source.read(0.0)
        return None if block is None else block.samples.copy()

    def close(self) -> None:
        self._source.close()


class Polled:
    """PortAudio's blocking mode: its buffer is emptied whenever Python comes by."""

    def __init__(self, block: int, latency: float) -> None:
        import sounddevice

        self._stream = sounddevice.InputStream(
            RATE, block, channels=2, dtype="float32", latency=latency
        )
        self.flags = 0
        self._stream.start()

    def take(self) -> Samples | None:
        ready = self._stream.read_available
        if not ready:
            return None
        samples, overflowed = self._stream.read(ready)
        self.flags += bool(overflowed)
        return samples.copy()

    def close(self) -> None:
        self._stream.close()


class PythonCallback:
    """PortAudio calls Python, which needs the GIL."""

    def __init__(self, block: int, latency: float) -> None:
        import sounddevice

        self.flags = 0
        self._blocks: list[Samples] = []
        self._stream = sounddevice.InputStream(
            RATE, block, channels=2, dtype="float32", latency=latency, callback=self._receive
        )
        self._stream.start()

    def take(self) -> Samples | None:
        blocks, self._blocks = self._blocks, []
        return np.concatenate(blocks) if blocks else None

    def close(self) -> None:
        self._stream.close()

    def _receive(self, samples: Samples, _frames: int, _time: Any, status: Any) -> None:
        self.flags += bool(status.input_overflow)
        self._blocks.append(samples.copy())


@dataclass(frozen=True)
class Row:
    """One way of recording, and how long the GIL is held at a time."""

    name: str
    kind: Callable[[int, float], Any]
    block: int
    latency_seconds: float
    hog_seconds: float = HOG_SECONDS


@dataclass(frozen=True)
class Loss:
    """What one run lost, by the numbers in the samples."""

    received: int
    lost: int
    breaks: int
    stopped_ms: float
    flags: int
    age_ms: tuple[float, float]


def hog(seconds: float) -> None:
    """Keep the GIL without a pause; PyDLL does not let go of it around the call."""
    ctypes.PyDLL(None).usleep(int(seconds * 1e6))


def run(row: Row, player: PlaybackSource, seconds: float) -> Loss:
    """Age of the newest sample while nothing blocks, then losses while the GIL is hogged."""
    recorder = row.kind(row.block, row.latency_seconds)
    try:
        ages = list(_ages(recorder, player, seconds / 2))
        taken = [_numbers(recorder.take())]
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            hog(row.hog_seconds)
            taken.append(_numbers(recorder.take()))
            time.sleep(0.001)  # the frame's other work, which lets other threads run
        time.sleep(0.1)
        taken.append(_numbers(recorder.take()))
        end = player.time() * RATE
        heard = np.concatenate(taken)
    finally:
        recorder.close()
    steps = np.diff(heard)
    if np.any(steps < 1):
        raise RuntimeError("samples came back out of order: the monitor is not bit-exact here")
    stopped_ms = max(0.0, 1e3 * (end - heard[-1]) / RATE)
    median, late = np.percentile(ages, [50, 95])
    lost, breaks = int(np.sum(steps - 1)), int(np.sum(steps > 1))
    return Loss(len(heard), lost, breaks, stopped_ms, recorder.flags, (median, late))


def _ages(recorder: Any, player: PlaybackSource, seconds: float) -> Iterator[float]:
    """Milliseconds since the newest sample in hand was heard, at each of many looks."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        heard = player.time()
        samples = recorder.take()
        if samples is not None and samples[-1, 0] > 0 and time.monotonic() > deadline - seconds / 2:
            yield 1e3 * (heard - samples[-1, 0] * COUNTER / RATE)
        time.sleep(0.001)


def _numbers(samples: Samples | None) -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64) if samples is None else numbers(samples)


@contextmanager
def private_server() -> Iterator[None]:
    """A null sink whose own latency is pinned by one more listener, so that ages compare."""
    with tempfile.TemporaryDirectory(prefix="v1z3r-bench-") as folder:
        server = SoundServer(Path(folder))
        os.environ.update(server.environment)
        server.start()
        listen = ["parec", "--device=vsink.monitor", "--latency-msec=5"]
        listener = subprocess.Popen(listen, stdout=subprocess.DEVNULL)
        try:
            yield
        finally:
            listener.terminate()
            listener.wait()
            server.kill()


ROWS = (
    Row("native callback", Native, 128, 0.01),
    Row("native callback", Native, 256, 0.02),
    Row("native callback", Native, 512, 0.05),
    Row("Python callback", PythonCallback, 256, 0.02),
    Row("Python callback", PythonCallback, 512, 0.05),
    Row("polled buffer", Polled, 256, 0.02),
    Row("polled buffer", Polled, 512, 0.05),
    Row("polled buffer", Polled, 512, 0.5),
    Row("polled buffer", Polled, 512, 1.0),
    Row("native callback", Native, 256, 0.02, 2.0),
    Row("Python callback", PythonCallback, 256, 0.02, 2.0),
    Row("polled buffer", Polled, 512, 1.0, 2.0),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0, help="of hogging per row")
    seconds = parser.parse_args().seconds
    print(
        "lost, breaks: samples missing between others, and in how many places; tail: how far\n"
        "behind the sound the last sample was at the end (the recording stopped); flags: reads\n"
        "or callbacks that the driver marked; age: of the newest sample while nothing blocks\n"
    )
    print(
        f"{'recorded by':<16}{'block':>6}{'asked ms':>9}{'GIL held':>9}{'received':>10}{'lost':>8}"
        f"{'breaks':>7}{'tail ms':>8}{'flags':>6}{'age p50':>9}{'p95 ms':>8}"
    )
    with private_server():
        for row in ROWS:
            player = PlaybackSource(CountingSource(), notify=print)
            try:
                time.sleep(0.5)
                loss = run(row, player, seconds)
            finally:
                player.close()
            print(
                f"{row.name:<16}{row.block:>6}{row.latency_seconds * 1e3:>9.0f}"
                f"{row.hog_seconds * 1e3:>9.0f}{loss.received:>10}{loss.lost:>8}{loss.breaks:>7}"
                f"{loss.stopped_ms:>8.0f}{loss.flags:>6}"
                f"{loss.age_ms[0]:>9.1f}{loss.age_ms[1]:>8.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
