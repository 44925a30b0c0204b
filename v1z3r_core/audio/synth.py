"""The built-in demo track as a source."""

import math

import numpy as np

from v1z3r_core.audio.position import samples_until
from v1z3r_core.model.audio import AudioBlock, AudioStats

RATE_HZ = 48_000


class SynthSource:
    """Plays our own composition, synthesised when the source is made.

    Parameters
    ----------
    start, duration : float, seconds
        The part to play, to the track's end when `duration` is None.
    loop : bool, keyword-only
        Begin the part again at its end, for ever.

    Raises
    ------
    ValueError
        If the part lies outside the track.
    """

    def __init__(
        self, *, start: float = 0.0, duration: float | None = None, loop: bool = True
    ) -> None:
        from v1z3r_core.audio.compose import compose

        samples = compose(RATE_HZ).samples
        first = samples_until(start, RATE_HZ)
        last = None if duration is None else first + samples_until(duration, RATE_HZ)
        self._samples = samples[first:last]
        if len(self._samples) == 0:
            raise ValueError(
                f"start is {start:g} s, the built-in track ends at {len(samples) / RATE_HZ:g} s"
            )
        self._loop = loop
        self._position = 0

    @property
    def name(self) -> str:
        """What people call it."""
        return "synth"

    @property
    def rate(self) -> int:
        """Hz."""
        return RATE_HZ

    @property
    def channels(self) -> int:
        """Two."""
        return int(self._samples.shape[1])

    @property
    def ended(self) -> bool:
        """Whether the last sample was read; never when it loops."""
        return not self._loop and self._position >= self.frames

    @property
    def frames(self) -> int:
        """Length in frames; of one round when it loops."""
        return len(self._samples)

    @property
    def duration(self) -> float | None:
        """Length in seconds, None when it loops."""
        return None if self._loop else self.frames / RATE_HZ

    def time(self) -> None:
        """None: it keeps no clock."""

    def read(self, until: float) -> AudioBlock | None:
        """All samples up to stream time `until`, seconds; infinity reads to the end.

        Raises
        ------
        ValueError
            If it is to read to the end of a loop.
        """
        if self._loop and until == math.inf:
            raise ValueError("until is infinite, but a loop has no end")
        target = samples_until(until, RATE_HZ)
        if not self._loop:
            target = min(target, self.frames)
        start, self._position = self._position, max(target, self._position)
        if target <= start:
            return None
        first, last = start % self.frames, start % self.frames + target - start
        if last <= self.frames:
            return AudioBlock(start, RATE_HZ, self._samples[first:last])
        samples = self._samples.take(np.arange(first, last), axis=0, mode="wrap")
        return AudioBlock(start, RATE_HZ, samples)

    def stats(self) -> AudioStats:
        """Zeros: memory loses nothing."""
        return AudioStats()

    def close(self) -> None:
        """Nothing to let go of."""
