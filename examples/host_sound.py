"""The sound of the example hosts: a beat with a tune, or a file.

A real host already has its sound: whatever it hands to its output, it also hands to `feed`.
"""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

BEAT_SECONDS = 0.5  # 120 BPM
NOTE_SECONDS = 0.25
TUNE_SEMITONES = np.array([0, 7, 12, 15, 19, 15, 12, 7])  # over A3


class HostSound:
    """Gives out the samples that a player would have played meanwhile.

    Parameters
    ----------
    file : Path or None
        Anything FFmpeg reads, repeated at its end; None for the beat with a tune.
    """

    rate = 48_000
    channels = 2

    def __init__(self, file: Path | None = None) -> None:
        self._file = None if file is None else _decoded(file, self.rate)
        self._position = 0

    def until(self, seconds: float) -> NDArray[np.float32]:
        """Everything since the last call, shape (n, 2), range [-1, 1]."""
        start, self._position = self._position, max(round(seconds * self.rate), self._position)
        places = np.arange(start, self._position)
        if self._file is not None:
            return self._file.take(places, axis=0, mode="wrap")
        return beat(places / self.rate)


def beat(seconds: NDArray[np.float64]) -> NDArray[np.float32]:
    """A kick on every beat, a metallic tick between, and a tune, as stereo samples."""
    since_beat = seconds % BEAT_SECONDS
    since_tick = (seconds + BEAT_SECONDS / 2) % BEAT_SECONDS
    since_note = seconds % NOTE_SECONDS
    note = TUNE_SEMITONES[(seconds // NOTE_SECONDS).astype(int) % len(TUNE_SEMITONES)]
    turn = 2 * np.pi
    kick = np.sin(turn * (50 * since_beat - 3 * np.exp(-40 * since_beat))) * np.exp(-7 * since_beat)
    tick = (
        np.sin(turn * 7_300 * seconds) * np.sin(turn * 9_100 * seconds) * np.exp(-60 * since_tick)
    )
    tune = np.sin(turn * 220 * 2 ** (note / 12) * since_note) * np.exp(-6 * since_note)
    mono = 0.6 * kick + 0.2 * tick + 0.25 * tune
    return np.repeat(mono[:, np.newaxis], 2, axis=1).astype(np.float32)


def _decoded(file: Path, rate: int) -> NDArray[np.float32]:
    resampler = av.AudioResampler(format="flt", layout="stereo", rate=rate)
    with av.open(str(file)) as container:
        frames = [
            part.to_ndarray()
            for decoded in (*container.decode(audio=0), None)
            for part in resampler.resample(decoded)
        ]
    samples: NDArray[np.float32] = np.concatenate(frames, axis=1, dtype=np.float32)
    return samples.reshape(-1, 2)
