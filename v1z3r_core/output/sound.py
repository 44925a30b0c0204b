"""Sound on its way into a video file."""

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

import numpy as np
from av import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from numpy.typing import NDArray

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.output.containers import SoundCodec

# The layouts that AAC, Opus (RFC 7845 §5.1.1.2) and FLAC (RFC 9639 §9.1.3) all write.
_LAYOUTS = {
    1: "mono",
    2: "stereo",
    3: "3.0",
    4: "quad",
    5: "5.0",
    6: "5.1",
    7: "6.1",
    8: "7.1",
}
MAX_CHANNELS = 8
CHUNK_SAMPLES = 65_536  # of one block at a time: bounds memory when a whole file comes at once


class SoundEncoder:
    """Encodes consecutive blocks; the muxer's timestamps carry the encoder's delay.

    Samples that are not numbers become silence, those beyond full scale are clipped to it, and
    lost stretches of the stream are filled with silence, so that what follows stays in its
    place. Rates that the codec lacks are resampled (the resampler's delay is compensated).
    Up to 8 channels are kept, 5 or 7 among more speakers where the codec cannot do without;
    beyond 8 they are mixed to stereo, the first, third … left.

    Parameters
    ----------
    container : OutputContainer
        Not yet started.
    rate : int, Hz
    channels : int, ≥ 1
        Of the blocks to come.
    """

    def __init__(
        self, container: OutputContainer, codec: SoundCodec, rate: int, channels: int
    ) -> None:
        self._rate = rate
        self._time_base = Fraction(1, rate)
        self._channels = channels
        self._kept = channels if channels <= MAX_CHANNELS else 2
        self._next = 0
        self._clean = np.empty((CHUNK_SAMPLES, self._kept), np.float32)
        options = {"flags": "+bitexact"}  # no encoder version in the stream
        stream = cast(
            AudioStream,
            container.add_stream(codec.name, rate=codec.rate_for(rate), options=options),
        )
        stream.format = codec.sample_format
        stream.layout = codec.wider.get(self._kept, _LAYOUTS[self._kept])
        if codec.kbit_per_channel:
            stream.bit_rate = codec.kbit_per_channel * 1000 * self._kept
        self._stream = stream

    def encode(self, block: AudioBlock) -> "Iterator[Packet[AudioStream]]":
        """Packets that this block completes.

        Raises
        ------
        ValueError
            If the block's rate or channels are not those announced.
        """
        if (block.rate, block.channels) != (self._rate, self._channels):
            raise ValueError(
                f"sound of {block.rate} Hz in {block.channels} channels, "
                f"expected {self._rate} Hz in {self._channels}"
            )
        while self._next < block.start:
            gap = min(block.start - self._next, CHUNK_SAMPLES)
            self._clean[:gap] = 0.0
            yield from self._encode_clean(gap)
        samples = block.samples[max(self._next - block.start, 0) :]
        for first in range(0, len(samples), CHUNK_SAMPLES):
            chunk = samples[first : first + CHUNK_SAMPLES]
            self._copy_clean(chunk)
            yield from self._encode_clean(len(chunk))

    def flush(self) -> "list[Packet[AudioStream]]":
        """Packets of what the encoder still holds."""
        return self._stream.encode(None)

    def _copy_clean(self, samples: NDArray[np.float32]) -> None:
        clean = self._clean[: len(samples)]
        if self._channels == self._kept:
            np.clip(samples, -1.0, 1.0, out=clean)
            if np.isnan(clean.sum()):  # ten times cheaper than mending what is whole
                np.nan_to_num(clean, copy=False)
            return
        whole = np.nan_to_num(np.clip(samples, -1.0, 1.0))
        clean[:, 0] = whole[:, 0::2].mean(axis=1)
        clean[:, 1] = whole[:, 1::2].mean(axis=1)

    def _encode_clean(self, count: int) -> "list[Packet[AudioStream]]":
        packed = self._clean[:count].reshape(1, -1)
        frame = AudioFrame.from_ndarray(packed, format="flt", layout=_LAYOUTS[self._kept])
        frame.sample_rate = self._rate
        frame.pts = self._next
        frame.time_base = self._time_base
        self._next += count
        return self._stream.encode(frame)
