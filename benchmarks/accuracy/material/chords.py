"""Keys, scales and chord progressions to make music from."""

from dataclasses import dataclass

import numpy as np

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
# Scale degrees (0 = tonic). Each begins or ends where its key is plain, since the key is a truth.
_PROGRESSIONS = {
    "major": (
        (0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 5, 3), (0, 5, 1, 4), (0, 3, 0, 4), (0, 0, 3, 4),
        (0, 2, 3, 4), (0, 3, 1, 4), (0, 4, 3, 4), (0, 3, 5, 4), (0, 5, 3, 0, 0, 3, 4, 0),
        (0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4),
    ),
    "minor": (
        (0, 3, 4, 0), (0, 5, 2, 6), (0, 6, 5, 6), (0, 3, 5, 4), (0, 5, 3, 4), (0, 0, 5, 6),
        (0, 2, 6, 3), (0, 3, 0, 4), (0, 6, 5, 4), (0, 5, 6, 0),
    ),
}  # fmt: skip
_HARMONIC = 4  # degree whose chord takes the leading tone in minor
MINOR_ODDS = 0.45


@dataclass(frozen=True, slots=True)
class Harmony:
    """A key and the chords that go round in it.

    Parameters
    ----------
    tonic : int
        0 = C.
    mode : str
        major or minor.
    degrees : tuple of int
        One chord per bar, repeated for ever.
    """

    tonic: int
    mode: str
    degrees: tuple[int, ...]

    @property
    def key(self) -> str:
        """Such as ``F# minor``."""
        return f"{NAMES[self.tonic]} {self.mode}"

    def chord(self, bar: int, size: int = 3) -> tuple[int, ...]:
        """Pitch classes above the tonic's octave, in thirds, unwrapped: the root first."""
        degree = self.degrees[bar % len(self.degrees)]
        scale = list(SCALES[self.mode])
        if self.mode == "minor" and degree == _HARMONIC:
            scale[6] += 1
        steps = (degree + 2 * third for third in range(size))
        return tuple(self.tonic + scale[step % 7] + 12 * (step // 7) for step in steps)

    def name(self, bar: int, *, seventh: bool = False) -> str:
        """Chord symbol such as ``Am7``."""
        root, third, fifth, top = self.chord(bar, 4)
        quality = {(4, 7): "", (3, 7): "m", (3, 6): "dim"}[third - root, fifth - root]
        extra = "" if not seventh or quality == "dim" else {11: "M7", 10: "7"}[top - root]
        return f"{NAMES[root % 12]}{quality}{extra}"


def random_harmony(rng: np.random.Generator) -> Harmony:
    """Any key, any progression of our table."""
    mode = "minor" if rng.random() < MINOR_ODDS else "major"
    choices = _PROGRESSIONS[mode]
    return Harmony(int(rng.integers(12)), mode, choices[int(rng.integers(len(choices)))])
