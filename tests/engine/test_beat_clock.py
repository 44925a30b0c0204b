import random

import pytest

from v1z3r_core.engine.beatclock import StreamClock


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
