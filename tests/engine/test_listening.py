"""Playing a file to the live analysis: what it says does not depend on who plays it."""

import numpy as np
import pytest
from sounds import RATE, beats, tone, write_wav

from v1z3r_core import Analyzer, AudioBlock, AudioFileError
from v1z3r_core.engine.listening import BLOCK, Announcement, Listened, listen


@pytest.fixture
def song(tmp_path):
    return write_wav(tmp_path / "song.wav", beats(5.3))


def test_onsets_are_the_analyzer_s_and_announced_within_a_block_of_their_hop(song):
    listened = listen(song)
    samples = np.round(beats(5.3) * 32767).astype(np.float32) / 32768
    analyzer = Analyzer()
    frames = [
        frame.time
        for start in range(0, len(samples), 4_096)
        for frame in analyzer.advance(
            AudioBlock(start, RATE, np.ascontiguousarray(samples[start : start + 4_096]))
        )
        if frame.onset > 0
    ]
    announced = [onset.announced_at for onset in listened.onsets]
    assert len(announced) == len(frames) > 8
    late = np.array(announced) - frames
    assert (late >= 0).all()
    assert (late < BLOCK / RATE).all()
    assert all(onset.time < onset.announced_at for onset in listened.onsets)


def test_every_announced_beat_is_kept_with_the_time_it_was_said(song):
    listened = listen(song)
    thumps = np.arange(2.5, 5.3, 0.5)  # from when the tracker has heard enough to follow them
    times = np.array([beat.time for beat in listened.beats])
    assert np.abs(np.subtract.outer(thumps, times)).min(axis=1).max() < 0.02
    assert np.diff(times).min() > 0.4
    for beat in listened.beats:
        assert 0.05 <= beat.time - beat.announced_at < 0.15
    assert set(listened.downbeats) <= set(listened.beats)
    assert listened.tempo_bpm == pytest.approx(120, rel=0.02)


def test_sound_without_a_beat_has_neither_beats_nor_tempo(tmp_path):
    listened = listen(write_wav(tmp_path / "tone.wav", tone(5.0)))
    assert listened.beats == listened.downbeats == ()
    assert listened.tempo_bpm is None
    assert -40 < listened.loudness_lufs < 0


def test_one_beat_makes_no_tempo(song):
    one = Listened(song, RATE, 1.0, (Announcement(0.5, 0.4),), (), (), None, 0.0, -20.0)
    assert one.tempo_bpm is None


def test_progress_reaches_the_end_and_a_bad_file_is_named(song, tmp_path):
    reached = []
    assert listen(song, progress=reached.append).duration == pytest.approx(5.3)
    assert reached == sorted(reached)
    assert reached[-1] > 4.7
    with pytest.raises(AudioFileError, match=r"none\.wav"):
        listen(tmp_path / "none.wav")
