"""Names of keys, and their places on the wheel."""

from typing import Literal

Mode = Literal["major", "minor"]

MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
# As they are written: six sharps at most, and C sharp, F sharp, G sharp rather than flats.
MINOR_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")


def key_name(tonic: int, mode: Mode) -> str:
    """Like "G minor"; the tonic counts semitones from C."""
    return f"{(MAJOR_NAMES if mode == 'major' else MINOR_NAMES)[tonic]} {mode}"


def short_name(tonic: int, mode: Mode) -> str:
    """As over a stave: "Gm" for G minor, "G" for G major."""
    return MAJOR_NAMES[tonic] if mode == "major" else f"{MINOR_NAMES[tonic]}m"


def camelot(tonic: int, mode: Mode) -> str:
    """Place on the wheel that DJs mix by, like "6A": neighbours share all notes but one."""
    major = tonic if mode == "major" else (tonic + 3) % 12
    return f"{(7 * major + 7) % 12 + 1}{'B' if mode == 'major' else 'A'}"
