"""Buses that the parts of the demo track play into."""

from dataclasses import dataclass, field

import numpy as np

from v1z3r_core.audio.music.desk import place
from v1z3r_core.audio.music.grid import Grid
from v1z3r_core.audio.music.spectral import Samples


@dataclass(frozen=True, slots=True)
class Stems:
    """Stereo buses, and what was struck when.

    Parameters
    ----------
    grid : Grid
    drums, bass, music, front : NDArray[float32], shape (2, n)
        Grouped by how deep the kick ducks them: not at all, most, much, little.
    to_hall, to_echo : NDArray[float32], shape (2, n)
        What reverb and delay get to hear.
    kicks : set of int
        First samples of the kick drums.
    onsets : set of int
        First samples of every struck or plucked note.
    """

    grid: Grid
    drums: Samples
    bass: Samples
    music: Samples
    front: Samples
    to_hall: Samples
    to_echo: Samples
    kicks: set[int] = field(default_factory=set)
    onsets: set[int] = field(default_factory=set)

    @property
    def rate(self) -> int:
        """Sample rate in Hz."""
        return self.grid.rate

    @property
    def length(self) -> int:
        """Samples per channel."""
        return int(self.drums.shape[1])

    def play(
        self,
        bus: Samples,
        at: int,
        sound: Samples,
        level: float,
        *,
        pan: float = 0.0,
        hall: float = 0.0,
        echo: float = 0.0,
    ) -> None:
        """Add a sound to a bus and note its onset; `hall` and `echo` are sends after the level."""
        place(bus, at, sound, level, pan)
        if hall:
            place(self.to_hall, at, sound, level * hall, -pan)  # a room answers from across
        if echo:
            place(self.to_echo, at, sound, level * echo)
        self.onsets.add(at)


def silent_stems(grid: Grid, length: int) -> Stems:
    """Empty buses of `length` samples."""
    drums, bass, music, front, hall, echo = np.zeros((6, 2, length), dtype=np.float32)
    return Stems(grid, drums, bass, music, front, hall, echo)
