"""Musical time of the demo track in samples."""

from dataclasses import dataclass

TEMPO_BPM = 125.0  # a sixteenth is then 0.12 s: whole samples at 44.1, 48, 88.2 and 96 kHz
BEATS_PER_BAR = 4
STEPS_PER_BEAT = 4
STEPS_PER_BAR = BEATS_PER_BAR * STEPS_PER_BEAT
STEP_SECONDS = 60.0 / TEMPO_BPM / STEPS_PER_BEAT
BAR_SECONDS = STEP_SECONDS * STEPS_PER_BAR
SWING = 0.09  # of a step, by which every second sixteenth comes late: felt, not heard as a shuffle


@dataclass(frozen=True, slots=True)
class Grid:
    """Where bars and sixteenths fall at one sample rate.

    Parameters
    ----------
    rate : int, Hz
    """

    rate: int

    def at(self, bar: float, step: float = 0.0) -> int:
        """Sample index of a sixteenth of a bar, exactly on the grid."""
        return round((bar * STEPS_PER_BAR + step) * STEP_SECONDS * self.rate)

    def swung(self, bar: float, step: int) -> int:
        """Like `at`, with every second sixteenth late by `SWING`."""
        return self.at(bar, step + (SWING if step % 2 else 0.0))

    def samples(self, seconds: float) -> int:
        """Length in samples of a time in seconds."""
        return round(seconds * self.rate)


def note_hz(midi: float) -> float:
    """Frequency of a MIDI note number in equal temperament, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((midi - 69.0) / 12.0))
