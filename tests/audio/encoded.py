"""Sound files of every format, written by real encoders."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def clicks(seconds, rate, channels=2, period=0.5):
    """A short burst every `period` seconds over a faint tone; float32, shape (n, channels)."""
    samples = np.zeros(round(seconds * rate) + 77, dtype=np.float32)  # ends inside a codec frame
    samples += 0.02 * np.sin(2 * np.pi * 300 * np.arange(len(samples)) / rate, dtype=np.float32)
    length = max(8, rate // 700)
    burst = 0.7 * np.hanning(length) * np.sin(2 * np.pi * 0.15 * np.arange(length))
    for place in range(round(period * rate), len(samples) - length, round(period * rate)):
        samples[place : place + length] += burst.astype(np.float32)
    return np.repeat(samples[:, np.newaxis], channels, axis=1)


def encode(path: Path, samples, rate, codec) -> Path:
    """Write float32 samples with PyAV, as a muxer and an encoder of FFmpeg do."""
    layout = LAYOUTS[samples.shape[1]]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        context = stream.codec_context
        context.time_base = Fraction(1, rate)
        context.options = {"strict": "experimental"}  # FFmpeg's own Vorbis encoder wants it
        context.open()
        packed = np.ascontiguousarray(samples, dtype=np.float32).reshape(1, -1)
        frame = AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        fifo = AudioFifo()
        for converted in AudioResampler(context.format, layout, rate).resample(frame):
            fifo.write(converted)
        while True:
            piece = fifo.read(context.frame_size or 1024, partial=True)
            for packet in stream.encode(piece):
                container.mux(packet)
            if piece is None:
                return path


def lag(heard, wanted, rate) -> float:
    """Milliseconds by which `heard` comes after `wanted`, from their cross-correlation."""
    size = 2 * max(len(heard), len(wanted))
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size))
    place = int(np.argmax(np.fft.irfft(spectrum, size)))
    return 1e3 * (place - size if place > size // 2 else place) / rate
