"""Finished pictures, and the sound that belongs to them, on their way to a sink."""

from fractions import Fraction

import numpy as np

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.ports import FrameSink
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.readback import Readback

LONGEST_GAP_SECONDS = 5.0  # of lost sound that is filled with silence; a longer one is a new stream


class Recording:
    """Reads pictures back a few frames late and hands them to the sink in order.

    Parameters
    ----------
    gpu : Gpu
    size : tuple of int
        Of every picture; width and height in pixels.
    fps : Fraction
    sink : FrameSink
    live : bool, keyword-only
        Live, the GL thread never waits and pictures are numbered by show time, so that one that
        was skipped leaves its place empty and sound and picture stay together. Offline every
        picture is written, however long that takes.
    """

    def __init__(
        self, gpu: Gpu, size: tuple[int, int], fps: Fraction, sink: FrameSink, *, live: bool
    ) -> None:
        self._readback = Readback(gpu, size)
        self._fps = fps
        self._sink = sink
        self._live = live
        self._origin: float | None = None
        self._number = -1
        self._next_sample: int | None = None
        self.dropped = 0  # pictures that found the ring of pixel buffers full

    def picture(self, index: int, time: float) -> None:
        """Take the picture that was just drawn."""
        number = index
        if self._live:
            if self._origin is None:
                self._origin = time
            number = round((time - self._origin) * self._fps)
            if number <= self._number:
                return
        self._number = number
        for frame in self._readback.ready(wait=not self._live):
            self._sink.write(frame)
        if not self._readback.push(number, time):
            self.dropped += 1

    def sound(self, block: AudioBlock) -> None:
        """Take the sound heard since the last picture; lost samples become silence."""
        if self._next_sample is not None and block.start > self._next_sample:
            missing = block.start - self._next_sample
            if missing <= LONGEST_GAP_SECONDS * block.rate:
                silence = np.zeros((missing, block.channels), dtype=np.float32)
                self._sink.write_audio(AudioBlock(self._next_sample, block.rate, silence))
        self._sink.write_audio(block)
        self._next_sample = block.end

    def finish(self) -> None:
        """Write what is still on its way and complete the result."""
        try:
            for frame in self._readback.drain():
                self._sink.write(frame)
            self._sink.finish()
        finally:
            self._readback.close()

    def abort(self) -> None:
        """Leave what is playable."""
        self._readback.close()
        self._sink.abort()
