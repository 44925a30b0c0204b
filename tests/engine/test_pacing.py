from fractions import Fraction
from itertools import pairwise

import pytest

from v1z3r_core.engine.clock import WallClock
from v1z3r_core.engine.pacing import HostPacing, LivePacing, OfflinePacing


class ManualClock:
    """Time that stands still until someone waits."""

    def __init__(self):
        self.time = 100.0

    def now(self):
        return self.time

    def wait_until(self, seconds):
        self.time = max(self.time, seconds)


class Display:
    """A surface on which time passes when something is presented."""

    def __init__(self, refresh_hz=None, *, waits=False):
        self.refresh_hz = refresh_hz
        self.waits_for_refresh = waits


def paced(costs, fps=50, display=None):
    """Times of the slots, and missed counts, of pictures that take that long to make."""
    clock = ManualClock()
    pacing = LivePacing(clock, display or Display(), None if fps is None else Fraction(fps))
    times, missed, previous = [], [], None
    for cost in costs:
        times.append(pacing.wait())
        clock.time += cost
        missed.append(pacing.missed(clock.time, previous))
        previous = clock.time
    return times, missed


def test_cheap_pictures_keep_to_the_grid():
    times, missed = paced([0.005] * 100)
    assert times == pytest.approx([n / 50 for n in range(100)])
    assert sum(missed) == 0


def test_a_late_picture_does_not_move_the_ones_after_it():
    times, missed = paced([0.005, 0.031, 0.005, 0.005])
    assert times == pytest.approx([0.0, 0.02, 0.051, 0.06])
    assert missed == [False, True, False, False]


def test_a_second_long_picture_is_followed_by_no_burst():
    times, missed = paced([0.005, 1.0, 0.005, 0.005])
    assert times == pytest.approx([0.0, 0.02, 1.02, 1.04])
    assert missed == [False, True, False, False]


def test_where_the_display_waits_a_skipped_refresh_is_missed():
    _, missed = paced([0.02, 0.02, 0.04, 0.0201, 0.0199], None, Display(50, waits=True))
    assert missed == [False, False, True, False, False]


def test_fewer_pictures_than_the_display_shows_are_paced_by_the_timer():
    times, missed = paced([0.02] * 20, 25, Display(50, waits=True))
    assert times == pytest.approx([n / 25 for n in range(20)])
    assert sum(missed) == 0


def test_a_window_dragged_to_another_monitor_follows_its_refresh():
    clock, display = ManualClock(), Display(50)
    pacing = LivePacing(clock, display, None)
    intervals = []
    for _ in range(300):
        intervals.append(pacing.wait())
        display.refresh_hz = 50 if clock.time < 101.5 else 100
    steps = [later - earlier for earlier, later in pairwise(intervals)]
    assert steps[10] == pytest.approx(0.02)
    assert steps[-10] == pytest.approx(0.01)
    assert pacing.fps == 100


def test_the_first_picture_does_not_wait_for_the_display_to_be_measured():
    asked = []

    class Slow(Display):
        @property
        def waits_for_refresh(self):
            asked.append(True)
            return False

        @waits_for_refresh.setter
        def waits_for_refresh(self, value):
            pass

    pacing = LivePacing(ManualClock(), Slow(60), None)
    pacing.wait()
    assert asked == []
    pacing.wait()
    assert asked == [True]


def test_a_host_s_missed_pictures_are_nobody_s_guess():
    pacing = HostPacing(ManualClock())
    assert pacing.missed(2.0, 1.0) is None


def test_offline_times_are_exact_fractions():
    pacing = OfflinePacing(ManualClock(), Fraction(30000, 1001))
    times = [pacing.wait() for _ in range(30001)]
    assert times[30000] == 1001.0
    assert pacing.missed(5.0, 1.0) is False


def test_the_wall_clock_waits_until_the_time_it_was_given():
    clock = WallClock()
    clock.wait_until(0.03)
    assert clock.now() >= 0.03
    before = clock.now()
    clock.wait_until(0.01)
    assert clock.now() - before < 0.01
