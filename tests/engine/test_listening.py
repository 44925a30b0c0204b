"""Playing a file to the live analysis: what it says does not depend on who plays it."""

import numpy as np
import pytest
from sounds import RATE, beats, write_wav

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


def test_every_announced_beat_is_kept_once_with_the_time_it_was_said(song):
    listened = listen(song)
    assert len(listened.beats) >= 5
    times = np.array([beat.time for beat in listened.beats])
    said = np.array([beat.announced_at for beat in listened.beats])
    assert (np.diff(times) > 0.25).all()
    assert (times - said >= 0.05).all()  # ahead, so that a picture lands on it
    played = np.round(times / 0.5) * 0.5  # the song has a kick every half second from 0 on
    assert np.abs(times - played).max() < 0.025
    assert listened.tempo_bpm == pytest.approx(120, rel=0.01)
    assert set(listened.downbeats) <= set(listened.beats)


def test_silence_has_no_beats_no_tempo_and_no_key(tmp_path):
    listened = listen(write_wav(tmp_path / "silence.wav", np.zeros((2 * RATE, 2), np.float32)))
    assert listened.beats == listened.downbeats == listened.onsets == ()
    assert listened.tempo_bpm is None
    assert listened.key is None
    assert listened.loudness_lufs == -np.inf


def test_one_beat_makes_no_tempo(song):
    one = Listened(
        path=song,
        sample_rate=RATE,
        duration=1.0,
        beats=(Announcement(0.5, 0.4),),
        downbeats=(),
        onsets=(),
        drums={},
        key=None,
        key_confidence=0.0,
        loudness_lufs=-20.0,
    )
    assert one.tempo_bpm is None


def test_progress_reaches_the_end_and_a_bad_file_is_named(song, tmp_path):
    reached = []
    assert listen(song, progress=reached.append).duration == pytest.approx(5.3)
    assert reached == sorted(reached)
    assert reached[-1] > 4.7
    with pytest.raises(AudioFileError, match=r"none\.wav"):
        listen(tmp_path / "none.wav")
