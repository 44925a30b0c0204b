"""Clicks at a steady tempo, as a source of sound."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core import AudioBlock, AudioDeviceError
from v1z3r_core.model.audio import AudioStats
from v1z3r_core.model.ports import Notify

RATE_HZ = 48_000
LOWEST_BPM, HIGHEST_BPM = 20.0, 400.0
BEATS_IN_BAR = 4
CLICK_HZ, ACCENT_HZ = 1_000.0, 1_500.0
CLICK_FALL_SECONDS = 0.012  # to 1/e: a woodblock's


def open_metronome(argument: str, *, notify: Notify) -> "Metronome":  # noqa: ARG001
    """What `metronome:128` asks for; 120 beats a minute without a number."""
    try:
        tempo_bpm = float(argument or 120)
    except ValueError:
        tempo_bpm = 0.0
    if not LOWEST_BPM <= tempo_bpm <= HIGHEST_BPM:
        raise AudioDeviceError(
            f"metronome:{argument}: beats a minute are a number from {LOWEST_BPM:g} to "
            f"{HIGHEST_BPM:g}, like metronome:128"
        )
    return Metronome(tempo_bpm)


class Metronome:
    """A click on every beat, accented on the first of four; keeps no clock, so has no end.

    Parameters
    ----------
    tempo_bpm : float
    """

    rate = RATE_HZ
    channels = 2
    duration = None
    ended = False

    def __init__(self, tempo_bpm: float) -> None:
        self.name = f"metronome at {tempo_bpm:g}"
        self._beats_per_sample = tempo_bpm / 60 / RATE_HZ
        self._position = 0

    def time(self) -> None:
        """None: it follows the engine's clock."""

    def read(self, until: float) -> AudioBlock | None:
        """All samples up to stream time `until`, seconds."""
        start, end = self._position, int(until * RATE_HZ)
        if end <= start:
            return None
        self._position = end
        return AudioBlock(start, RATE_HZ, self._clicks(np.arange(start, end)))

    def stats(self) -> AudioStats:
        """Zeros: arithmetic loses nothing."""
        return AudioStats()

    def close(self) -> None:
        """Nothing to let go of."""

    def _clicks(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        beats = places * self._beats_per_sample
        seconds = (beats % 1.0) / self._beats_per_sample / RATE_HZ
        hz = np.where(beats.astype(np.int64) % BEATS_IN_BAR == 0, ACCENT_HZ, CLICK_HZ)
        click = 0.7 * np.exp(-seconds / CLICK_FALL_SECONDS) * np.sin(2 * np.pi * hz * seconds)
        return np.repeat(click[:, np.newaxis], self.channels, axis=1).astype(np.float32)
