"""Finished pictures, and the sound that belongs to them, on their way to a sink."""

from fractions import Fraction

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.ports import FrameSink
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.readback import Readback


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
        Live, the GL thread never waits. Pictures are numbered by show time, so that one that was
        skipped leaves its place empty, and the sound begins with what was heard after the first
        picture: both stay together. Offline every picture and all sound is written, however long
        that takes.
    """

    def __init__(
        self, gpu: Gpu, size: tuple[int, int], fps: Fraction, sink: FrameSink, *, live: bool
    ) -> None:
        self._readback = Readback(gpu, size)
        self._fps = fps
        self._sink = sink
        self._live = live
        self._began: float | None = None
        self._number = -1
        self._first_sample: int | None = None
        self.dropped = 0  # pictures that found the ring of pixel buffers full

    def picture(self, index: int, time: float) -> None:
        """Take the picture that was just drawn."""
        number = index
        if self._live:
            if self._began is None:
                self._began = time
            number = round((time - self._began) * self._fps)
            if number <= self._number:
                return
        self._number = number
        for frame in self._readback.ready(wait=not self._live):
            self._sink.write(frame)
        if not self._readback.push(number, time):
            self.dropped += 1

    def sound(self, block: AudioBlock) -> None:
        """Take the sound heard since the last picture."""
        if self._live and self._began is None:
            return
        if self._first_sample is None:
            self._first_sample = block.start
        if block.start >= self._first_sample:  # a source that was wound back starts before it
            start = block.start - self._first_sample
            self._sink.write_audio(AudioBlock(start, block.rate, block.samples))

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
