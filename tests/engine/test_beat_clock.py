import itertools
import random
from dataclasses import replace

import numpy as np
import pytest

from v1z3r_core.engine.beatclock import BeatClock, StreamClock
from v1z3r_core.model.analysis import LINE, AnalysisFrame, Scalar, silent_frame
from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.beat import Beat
from v1z3r_core.model.command import FollowSound, HoldTempo, Nudge
from v1z3r_core.model.show import ShowState
from v1z3r_core.model.tempo import TempoHold
from v1z3r_core.show.reducer import apply

RATE, HOP = 48_000, 512
SURE = Beat(phase=0.0, period=0.5, confidence=0.9, bar_confidence=0.8)
FOLLOWING = TempoHold()


def hop_at(beat: Beat, time: float) -> AnalysisFrame:
    """The newest whole hop at a stream time, in music whose first downbeat lay at 0."""
    index = int(time * RATE / HOP + 1e-9)
    ended = index * HOP / RATE
    there = beat.after(ended)
    row = silent_frame().row.copy()
    row[3 * LINE + Scalar.BEAT_PHASE : 3 * LINE + Scalar.BEAT_COUNT + 1] = (
        there.phase,
        there.period,
        there.confidence,
        there.place,
        there.beats_per_bar,
        there.bar_confidence,
        there.count,
    )
    return AnalysisFrame(index, ended, RATE, row, np.array([index], dtype=np.int64))


def block_until(time: float) -> AudioBlock:
    """The last samples that arrived before a stream time."""
    return AudioBlock(round(time * RATE) - 64, RATE, np.zeros((64, 2), np.float32))


def beats(beat: Beat) -> float:
    return beat.count + beat.phase


def held(*commands: object) -> TempoHold:
    state = ShowState(("nebula",), "nebula")
    for command in commands:
        state = apply(state, command)
    return state.tempo


def test_a_source_that_gives_what_was_asked_for_has_no_delay():
    clock = StreamClock()
    for frame in range(300):
        clock.observe(frame / 60, frame / 60)
    assert clock.stream_time(5.0) == 5.0


def test_blocks_that_arrive_late_by_a_jittering_time_give_a_steady_clock():
    jitter, clock, told = random.Random(1), StreamClock(), []
    for frame in range(1_200):
        now = frame / 60
        arrived = now - jitter.uniform(0.0, 0.012)
        clock.observe(now, 0.02133 * int(arrived / 0.02133) - 3.0)  # whole blocks of 1,024
        told.append(clock.stream_time(now) - (now - 3.0))
    settled = told[300:]
    assert max(settled) - min(settled) < 0.004


def test_a_device_whose_clock_drifts_is_followed():
    clock = StreamClock()
    for frame in range(60 * 600):  # ten minutes at 200 ppm: 120 ms apart in the end
        clock.observe(frame / 60, frame / 60 * (1 - 200e-6))
    now = (60 * 600 - 1) / 60
    assert clock.stream_time(now) == pytest.approx(now * (1 - 200e-6), abs=0.001)


def test_a_jump_is_measured_anew():
    clock = StreamClock()
    for frame in range(100):
        clock.observe(frame / 60, frame / 60)
    clock.observe(50.0, 2.0)
    assert clock.stream_time(50.0) == 2.0
    clock.observe(10.0, 9.0)
    assert clock.stream_time(10.0) == 9.0


def test_nothing_is_told_before_anything_was_heard():
    assert StreamClock().stream_time(1.0) is None


@pytest.mark.parametrize("fps", [24, 60, 144])
def test_pictures_between_hops_have_the_beat_of_their_own_moment(fps: int) -> None:
    clock = BeatClock()
    for index in range(1, 3 * fps):
        time = index / fps
        heard = clock.heard(time, hop_at(SURE, time), block_until(time))
        assert beats(heard) == pytest.approx(beats(SURE.after(time)), abs=1e-3)
        assert clock.shown(time, heard, FOLLOWING) == heard


def test_a_show_that_began_before_the_stream_has_the_stream_s_beat() -> None:
    clock = BeatClock()
    for index in range(1, 60):
        time = index / 60
        heard = clock.heard(7.3 + time, hop_at(SURE, time), block_until(time))
        assert beats(heard) == pytest.approx(beats(SURE.after(time)), abs=1e-3)


def test_sound_that_fails_to_arrive_leaves_the_beat_running_but_not_forever() -> None:
    clock = BeatClock()
    frame = hop_at(SURE, 1.0)
    clock.heard(1.0, frame, block_until(1.0))
    later = [beats(clock.heard(1.0 + late, frame, None)) for late in (0.2, 0.4, 3.0)]
    start = beats(frame.beat)
    assert [value - start for value in later] == pytest.approx([0.4, 0.8, 1.0], abs=0.03)


def test_without_any_sound_the_beat_is_that_of_the_newest_hop() -> None:
    frame = hop_at(SURE, 2.2)
    assert BeatClock().heard(50.0, frame, None) == frame.beat


def test_no_beat_passes_twice_when_the_grid_is_corrected() -> None:
    clock, jitter = BeatClock(), random.Random(5)
    shown = []
    for index in range(600):
        time = index / 60
        corrected = SURE.after(time + jitter.uniform(-0.04, 0.04))
        shown.append(clock.shown(time, corrected, FOLLOWING))
    values = [beats(beat) for beat in shown]
    assert all(later >= earlier for earlier, later in itertools.pairwise(values))
    assert values[-1] == pytest.approx(beats(SURE.after(599 / 60)), abs=0.2)


def test_a_jump_of_the_music_is_followed_at_once() -> None:
    clock = BeatClock()
    clock.shown(8.0, SURE.after(8.0), FOLLOWING)
    back = SURE.after(2.0)
    assert clock.shown(8.02, back, FOLLOWING) == back


def test_a_beat_that_waits_keeps_its_place_in_a_bar_that_became_shorter() -> None:
    clock = BeatClock()
    clock.shown(1.52, SURE.after(1.52), FOLLOWING)
    waiting = clock.shown(1.54, replace(SURE, beats_per_bar=3).after(1.48), FOLLOWING)
    assert 0 <= waiting.place < 3


def test_another_clock_leads_until_the_sound_does_again() -> None:
    clock = BeatClock()
    hold = held(HoldTempo(bpm=90.0, downbeat_time=3.0, beats_per_bar=3))
    beat = clock.shown(5.0, SURE.after(5.0), hold)
    assert (beat.bpm, beat.place, beat.beats_per_bar) == (90.0, 0, 3)
    assert beat.phase == pytest.approx(0.0, abs=1e-9)
    assert beat.confidence == beat.bar_confidence == 1.0
    again = held(HoldTempo(bpm=90.0, downbeat_time=3.0), FollowSound())
    assert clock.shown(5.02, SURE.after(5.02), again) == SURE.after(5.02)


def test_a_nudge_shows_the_beats_that_much_later() -> None:
    clock = BeatClock()
    hold = held(Nudge(0.010), Nudge(0.010))
    shown = clock.shown(4.1, SURE.after(4.1), hold)
    assert beats(shown) == pytest.approx(beats(SURE.after(4.08)))
