"""The demo track as written music: form, chords, bass line, melody, rhythms."""

KEY = "G minor"
ROOT_MIDI = 31  # G1, 49 Hz: the kick drum is tuned to it

INTRO, GROOVE, BREAK, RISER, DROP, OUTRO, BARS = 0, 2, 6, 8, 10, 18, 20  # first bar of each
SECTIONS = (
    ("intro", INTRO),
    ("groove", GROOVE),
    ("break", BREAK),
    ("riser", RISER),
    ("drop", DROP),
    ("outro", OUTRO),
)
GAP_STEP = 12  # of the riser's last bar: from here to the drop only echoes and a reversed cymbal

# Four bars round and round: Gm7, Ebmaj7, Cm7, Dm7. Common tones stay, the rest moves by step.
CHORDS = (
    (55, 58, 62, 65),
    (55, 58, 62, 63),
    (55, 58, 60, 63),
    (57, 60, 62, 65),
)
DOMINANT = (57, 60, 62, 66)  # D7 for the last bar of the riser: its F sharp pulls into the drop
BASS_ROOTS = (31, 27, 36, 38)  # G1 Eb1 C2 D2

# Bass lines, one bar: (step, length in steps, semitones above the root, accent 0…1).
GROOVE_BASS = (
    (2, 1.6, 0, 0.8),
    (5, 0.8, 0, 0.5),
    (6, 1.5, 12, 0.9),
    (10, 1.6, 0, 0.8),
    (13, 0.8, 7, 0.5),
    (14, 1.7, 12, 1.0),
)
DROP_BASS = (
    (1, 0.8, 0, 0.5),
    (2, 1.6, 0, 0.9),
    (5, 0.8, 0, 0.5),
    (6, 0.9, 12, 0.9),
    (7, 0.8, 0, 0.6),
    (9, 0.8, 0, 0.5),
    (10, 1.6, 0, 0.9),
    (13, 0.8, 12, 0.7),
    (14, 0.9, 7, 1.0),
    (15, 0.8, 12, 0.7),
)

# Strokes of the supersaw chords in the drop: (step, length in steps).
STROKES = ((0, 3), (3, 3), (6, 4), (10, 3), (13, 3))

# Offbeat stabs of the electric piano: (step, length in steps, velocity).
STABS = ((3, 1.4, 0.8), (6, 2.2, 1.0), (11, 1.3, 0.75), (14, 1.8, 0.9))

# Arpeggio: which chord tone each sixteenth plays; 4 and above are the same tones an octave up.
ARPEGGIO = (0, 2, 4, 1, 3, 5, 2, 4, 6, 3, 5, 2, 4, 1, 3, 5)

# Melody over the four chords: (bar, step, length in steps, MIDI note).
MELODY = (
    (0, 0, 3, 74), (0, 3, 3, 77), (0, 6, 2, 79), (0, 8, 4, 82), (0, 12, 2, 81), (0, 14, 2, 79),
    (1, 0, 6, 79), (1, 6, 2, 77), (1, 8, 5, 74), (1, 14, 2, 70),
    (2, 0, 3, 72), (2, 3, 3, 75), (2, 6, 2, 79), (2, 8, 3, 82), (2, 11, 3, 79), (2, 14, 2, 77),
    (3, 0, 3, 77), (3, 3, 3, 81), (3, 6, 4, 84), (3, 10, 2, 81), (3, 12, 2, 77), (3, 14, 2, 74),
)  # fmt: skip
MELODY_END = ((3, 0, 3, 77), (3, 3, 3, 74), (3, 6, 3, 72), (3, 9, 3, 74), (3, 12, 4, 79))


def chord_of(bar: int) -> tuple[int, ...]:
    """MIDI notes of the chord of a bar."""
    if bar == DROP - 1:
        return DOMINANT
    return CHORDS[_place_in_round(bar)]


def bass_root_of(bar: int) -> int:
    """MIDI note of the bass of a bar."""
    return BASS_ROOTS[_place_in_round(bar)]


def _place_in_round(bar: int) -> int:
    """Which of the four chords: the intro hears the first two, the outro stays at home."""
    if bar >= OUTRO:
        return 0
    return bar if bar < GROOVE else (bar - GROOVE) % 4
