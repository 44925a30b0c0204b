"""A MIDI file's truth, against seconds worked out by hand."""

import mido
import numpy as np
import pytest

from benchmarks.accuracy.material import midi as midi_file
from benchmarks.accuracy.material.fluid import ready
from benchmarks.accuracy.material.scores import key_of
from benchmarks.accuracy.material.songs import keeps_to_grid

TPB = 480


def file(messages: list[tuple[int, str, dict[str, int]]]) -> mido.MidiFile:
    """A file from (absolute tick, kind, fields)."""
    midi, track, now = mido.MidiFile(ticks_per_beat=TPB), mido.MidiTrack(), 0
    for tick, kind, given in sorted(messages, key=lambda one: one[0]):
        make = mido.MetaMessage if kind in ("set_tempo", "time_signature") else mido.Message
        track.append(make(kind, time=tick - now, **given))
        now = tick
    midi.tracks.append(track)
    return midi


def strokes(
    ticks: list[int], note: int = 36, velocity: int = 100
) -> list[tuple[int, str, dict[str, int]]]:
    return [(tick, "note_on", {"channel": 9, "note": note, "velocity": velocity}) for tick in ticks]


TWO_TEMPOS = [(0, "set_tempo", {"tempo": 500_000}), (4 * TPB, "set_tempo", {"tempo": 400_000})]


def test_seconds_follow_every_change_of_tempo():
    seconds = midi_file.tempo_map(file([*TWO_TEMPOS, *strokes([0])]))
    assert seconds.at(np.array([0, 2 * TPB, 4 * TPB, 6 * TPB])).tolist() == [0.0, 1.0, 2.0, 2.8]


def test_a_file_without_a_tempo_runs_at_120():
    assert midi_file.tempo_map(file(strokes([0]))).at(np.array([TPB])).tolist() == [0.5]


def test_beats_go_on_through_a_change_of_tempo_and_name_it():
    truth = midi_file.truth_of(file([*TWO_TEMPOS, *strokes([0, 8 * TPB])]), kind="t", source="t")
    assert truth.beats == pytest.approx([0, 0.5, 1, 1.5, 2, 2.4, 2.8, 3.2, 3.6])
    assert truth.downbeats == pytest.approx([0, 2, 3.6])
    assert truth.tempo == pytest.approx(np.array([(0, 120), (2, 150)]))


def test_bars_follow_a_change_of_metre():
    metre = [(0, "time_signature", {"numerator": 3, "denominator": 4}),
             (6 * TPB, "time_signature", {"numerator": 6, "denominator": 8})]  # fmt: skip
    truth = midi_file.truth_of(file([*metre, *strokes([0, 12 * TPB])]), kind="t", source="t")
    assert truth.downbeats == pytest.approx([0, 1.5, 3, 4.5, 6])
    assert truth.beats == pytest.approx([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.75, 4.5, 5.25, 6])
    assert truth.metre is None


def test_a_pick_up_has_beats_but_no_downbeat():
    bars = midi_file.Bars(TPB, TPB, 4)
    truth = midi_file.truth_of(file(strokes([0, 6 * TPB])), kind="t", source="t", bars=bars)
    assert truth.downbeats == pytest.approx([0.5, 2.5])
    assert truth.beats[0] == 0


def test_drums_are_told_by_their_notes_and_whispers_are_not_heard():
    midi = file(
        [
            *strokes([0], 35),
            *strokes([TPB], 40),
            *strokes([2 * TPB], 42),
            *strokes([3 * TPB], 36, 5),
        ]
    )
    truth = midi_file.truth_of(midi, kind="t", source="t")
    assert (truth.kick, truth.snare, truth.hat) == ((0.0,), (0.5,), (1.0,))


def test_slow_strings_are_no_onsets():
    strings = [(0, "program_change", {"channel": 0, "program": 48}),
               (TPB, "note_on", {"channel": 0, "note": 60, "velocity": 90})]  # fmt: skip
    truth = midi_file.truth_of(file([*strings, *strokes([0])]), kind="t", source="t")
    assert truth.onsets == (0.0,)


def test_silence_is_refused():
    with pytest.raises(ValueError, match="nothing: no note sounds"):
        midi_file.truth_of(file([]), kind="t", source="nothing")


def test_transposing_spares_the_drums():
    midi = file([*strokes([0]), (TPB, "note_on", {"channel": 0, "note": 126, "velocity": 90})])
    assert [note.pitch for note in midi_file.notes(midi_file.transposed(midi, 3))] == [36, 117]


def test_new_tempos_replace_the_old_ones_and_move_no_note():
    midi = file([*TWO_TEMPOS, *strokes([0, 4 * TPB, 8 * TPB])])
    changed = midi_file.with_tempos(midi, [(0, 60.0), (4 * TPB, 240.0)])
    assert [note.tick for note in midi_file.notes(changed)] == [0, 4 * TPB, 8 * TPB]
    assert midi_file.truth_of(changed, kind="t", source="t").kick == (0.0, 4.0, 5.0)


def test_a_file_made_ready_for_the_player_keeps_every_time_to_a_tenth_of_a_millisecond():
    rng = np.random.default_rng(3)
    ticks = np.cumsum(rng.integers(1, 500, 200)).tolist()
    tempos = [
        (tick, "set_tempo", {"tempo": int(rng.integers(300_000, 900_000))}) for tick in ticks[::3]
    ]
    midi = file([*tempos, *strokes(ticks)])
    before = midi_file.truth_of(midi, kind="t", source="t").kick
    after = midi_file.truth_of(ready(midi, kit=0), kind="t", source="t").kick
    assert np.abs(np.array(before) - after).max() < 1e-4


def test_songs_played_by_hand_are_told_from_those_on_the_grid():
    free = np.cumsum(np.random.default_rng(0).integers(50, 400, 200)).tolist()
    assert keeps_to_grid(file(strokes(list(range(0, 100 * TPB, TPB // 4)))))
    assert not keeps_to_grid(file(strokes(free)))


@pytest.mark.parametrize(
    ("sharps", "bass", "key"),
    [(0, 48, "C major"), (-3, 36, "C minor"), (2, 47, "B minor"), (0, 43, None)],
)
def test_a_key_is_known_only_where_signature_and_last_bass_agree(sharps, bass, key):
    assert key_of(sharps, bass) == key
