"""An offline source at another sample rate."""

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from v1z3r_core.audio.decode import to_float32
from v1z3r_core.audio.position import samples_until
from v1z3r_core.model.audio import AudioBlock, AudioStats
from v1z3r_core.model.ports import AudioSource

_STEP_SECONDS = 0.1
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


class ResampledSource:
    """Reads an offline source with FFmpeg's resampler in between.

    Parameters
    ----------
    inner : AudioSource
        Offline, one to eight channels; closed with this one.
    rate : int, Hz
    """

    def __init__(self, inner: AudioSource, rate: int) -> None:
        self._inner = inner
        self._rate = rate
        self._layout = _LAYOUTS[inner.channels]
        self._resampler: AudioResampler | None = AudioResampler("flt", self._layout, rate)
        self._asked = 0.0
        self._pending = np.zeros((0, inner.channels), dtype=np.float32)
        self._position = 0

    @property
    def name(self) -> str:
        """The inner source's."""
        return self._inner.name

    @property
    def rate(self) -> int:
        """Hz, after resampling."""
        return self._rate

    @property
    def channels(self) -> int:
        """As the inner source."""
        return self._inner.channels

    @property
    def ended(self) -> bool:
        """Whether the last sample was read."""
        return self._resampler is None and not len(self._pending)

    @property
    def duration(self) -> float | None:
        """The inner source's length, seconds."""
        return self._inner.duration

    def time(self) -> None:
        """None: it keeps no clock."""

    def read(self, until: float) -> AudioBlock | None:
        """All samples up to stream time `until`, seconds."""
        target = samples_until(until, self._rate)
        start = self._position
        parts = [self._pending]
        ready = len(self._pending)
        while self._resampler is not None and start + ready < target:
            parts.append(self._more(self._resampler))
            ready += len(parts[-1])
        samples = np.concatenate(parts)
        count = max(0, min(target - start, ready))
        self._pending = samples[count:]
        self._position += count
        return AudioBlock(start, self._rate, samples[:count]) if count else None

    def stats(self) -> AudioStats:
        """The inner source's."""
        return self._inner.stats()

    def close(self) -> None:
        """Close the inner source; may be called twice."""
        self._inner.close()

    def _more(self, resampler: AudioResampler) -> NDArray[np.float32]:
        self._asked += _STEP_SECONDS
        block = self._inner.read(self._asked)
        frames = []
        if block is not None:
            packed = np.ascontiguousarray(block.samples).reshape(1, -1)
            frame = AudioFrame.from_ndarray(packed, format="flt", layout=self._layout)
            frame.sample_rate = self._inner.rate
            frames = resampler.resample(frame)
        if self._inner.ended:
            frames = [*frames, *resampler.resample(None)]
            self._resampler = None
        chunks = [to_float32(frame) for frame in frames]
        return np.concatenate([self._pending[:0], *chunks])
