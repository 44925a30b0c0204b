import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v1z3r_core.model.beat import Beat
from v1z3r_core.model.command import FollowSound, HoldTempo, Nudge, Tap
from v1z3r_core.model.show import ShowState
from v1z3r_core.model.tempo import TempoHold
from v1z3r_core.show.reducer import apply
from v1z3r_core.show.tempo import shown

STATE = ShowState(("nebula",), "nebula")
HEARD = Beat(phase=0.25, period=0.4, confidence=0.9, place=2, bar_confidence=0.5, count=11)


def after(*commands):
    state = STATE
    for command in commands:
        state = apply(state, command)
    return state.tempo


def taps(times):
    return after(*(Tap(time) for time in times))


@given(bpm=st.floats(40, 240), start=st.floats(0, 1000), count=st.integers(2, 40))
def test_even_taps_hold_their_tempo_and_lie_on_the_beat(bpm, start, count):
    hold = taps([start + i * 60 / bpm for i in range(count)])
    assert hold.bpm == pytest.approx(bpm, rel=1e-6)
    last = start + (count - 1) * 60 / bpm
    phase = shown(hold, HEARD, last + 1e-3).phase
    assert phase == pytest.approx(1e-3 * bpm / 60, abs=1e-4)
    assert shown(hold, HEARD, last + 1e-3).place == (count - 1) % 4


def test_a_human_hand_comes_out_steadier_than_its_taps():
    jitter = random.Random(3)
    errors = []
    for _ in range(200):
        hold = taps([i * 0.5 + jitter.gauss(0, 0.02) for i in range(8)])
        errors.append(abs(hold.bpm - 120))
    assert sorted(errors)[100] < 0.6  # one interval alone would be 5 BPM off


@pytest.mark.parametrize(("octave", "bpm"), [(0, 150.0), (-1, 75.0), (1, 300.0)])
def test_where_the_ear_hears_the_tapped_tempo_it_places_the_beats(octave, bpm):
    ear = Beat(phase=0.0, period=0.4, confidence=0.9, count=100)  # at time 0
    clumsy = [i * 60 / bpm * 1.01 + 0.8 for i in range(6)]
    hold = after(*(Tap(time, ear.after(time)) for time in clumsy))
    assert hold.link is not None
    for minutes in (0.1, 1.0, 10.0):  # by itself the tapped grid would be beats off by now
        moment = shown(hold, ear.after(60 * minutes), 60 * minutes)
        assert moment.bpm == pytest.approx(bpm)
        exact = ear.after(60 * minutes - 0.8)
        beats = (exact.count - 100 + exact.phase) * 2.0**octave
        assert moment.count + moment.phase == pytest.approx(beats, abs=1e-6)


def test_where_the_ear_loses_the_beat_the_tapped_grid_goes_on():
    ear = Beat(period=0.4, confidence=0.9)
    hold = after(*(Tap(i * 0.4, ear.after(i * 0.4)) for i in range(4)))
    lost = Beat(phase=0.3, period=0.7, confidence=0.0)
    beat = shown(hold, lost, 4.0)
    assert (beat.count, beat.bpm) == (10, pytest.approx(150))


def test_a_hand_that_hears_another_tempo_leads_alone():
    ear = Beat(period=0.4, confidence=0.9)
    hold = after(*(Tap(i * 0.52, ear.after(i * 0.52)) for i in range(4)))
    assert hold.link is None
    assert shown(hold, ear.after(2.0), 2.0).period == pytest.approx(0.52)


def test_one_tap_changes_nothing_yet():
    hold = taps([5.0])
    assert hold.bpm is None
    assert shown(hold, HEARD, 5.0) == HEARD


def test_a_pause_or_another_tempo_begins_a_new_series():
    assert taps([0.0, 0.5, 1.0, 9.0, 9.4]).bpm == pytest.approx(150)
    assert taps([0.0, 0.5, 1.0, 1.25, 1.5]).bpm == pytest.approx(240)


def test_a_bouncing_key_is_one_tap():
    assert taps([0.0, 0.02, 0.5, 0.53, 1.0]).bpm == pytest.approx(120)


def test_another_clock_leads_until_the_sound_is_followed_again():
    hold = after(HoldTempo(128.0, downbeat_time=10.0, beats_per_bar=3))
    beat = shown(hold, HEARD, 10.0 + 4 * 60 / 128)
    assert (beat.place, beat.beats_per_bar, beat.confidence) == (1, 3, 1.0)
    assert beat.bpm == pytest.approx(128)
    assert after(HoldTempo(128.0, 10.0), Tap(1), Nudge(0.1), FollowSound()) == TempoHold()


def test_a_nudge_shifts_what_is_heard_and_what_is_held():
    later = shown(after(Nudge(0.02), Nudge(0.02)), HEARD, 1.0)
    assert later.phase == pytest.approx(HEARD.phase - 0.04 / HEARD.period)
    held = after(HoldTempo(120.0, 0.0), Nudge(-0.05))
    assert shown(held, HEARD, 0.0).phase == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("bpm", "bar"), [(0.0, 4), (19.0, 4), (401.0, 4), (float("nan"), 4), (120.0, 0)]
)
def test_an_impossible_tempo_is_refused_with_what_is_allowed(bpm, bar):
    with pytest.raises(ValueError, match="allowed"):
        HoldTempo(bpm, 0.0, bar)


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -float("inf")])
def test_a_time_that_is_none_is_refused_before_it_reaches_the_show(seconds):
    for wrong in (Tap, Nudge, lambda time: HoldTempo(120.0, time)):
        with pytest.raises(ValueError, match="expected seconds"):
            wrong(seconds)


@given(st.floats(-100, 100), st.floats(-100, 100))
def test_going_on_in_two_steps_is_going_on_in_one(first, second):
    one = HEARD.after(first + second)
    two = HEARD.after(first).after(second)
    assert two.count + two.phase == pytest.approx(one.count + one.phase, abs=1e-6)


@given(st.floats(-1e4, 1e4))
def test_a_beat_goes_round_the_bar(seconds):
    beat = HEARD.after(seconds)
    assert 0.0 <= beat.phase < 1.0
    assert beat.place == (HEARD.place + beat.count - HEARD.count) % 4
    assert 0.0 <= beat.bar_phase < 1.0
