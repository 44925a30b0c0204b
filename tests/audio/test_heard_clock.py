"""The clock of what is heard: smooth between reports, exact in the long run."""

import numpy as np
import pytest

from v1z3r_core.audio.heard import HeardClock
from v1z3r_core.kernels import ringlayout as shared
from v1z3r_core.kernels.backend import kernels

RATE = 48_000
FRAME_SECONDS = 1 / 60


def clock():
    header = np.zeros(shared.HEADER, dtype=np.int64)
    return HeardClock(header, RATE), header


def simulated(seconds, *, ppm=0.0, scatter=0.0006, period=0.0125, delay=0.08, stop=None, seed=3):
    """Wall times of looks at 60 Hz, what the clock said, and what was truly heard."""
    rng = np.random.default_rng(seed)
    heard, _ = clock()
    looks, said, truth = [], [], []
    next_report, frame = 0.0, 0
    for look in range(int(seconds * 60)):
        now = look / 60 + rng.uniform(0, 0.004)
        while next_report <= now and (stop is None or next_report < stop):
            at = next_report + delay + rng.normal(0, scatter)
            heard.report(frame, round((1_000 + at) * 1e9))
            next_report += period
            frame = round(next_report * RATE * (1 + ppm * 1e-6))
        looks.append(now)
        said.append(heard.time(round((1_000 + now) * 1e9)))
        truth.append(max(0.0, (now - delay) * (1 + ppm * 1e-6)))
    return np.array(looks), np.array(said), np.array(truth)


@pytest.mark.parametrize("ppm", [-200.0, 0.0, 200.0])
def test_in_ten_minutes_it_stays_within_a_millisecond_of_any_device(ppm):
    _, said, truth = simulated(600.0, ppm=ppm)
    error = np.abs(said - truth)[120:]
    assert error.max() < 0.001 < FRAME_SECONDS
    # The wall clock alone would be off by this much:
    if ppm:
        assert abs(truth[-1] - (599.9 - 0.08)) > FRAME_SECONDS


def test_it_steps_evenly_although_reports_scatter():
    looks, said, _ = simulated(20.0, scatter=0.002)
    step = np.diff(said)[60:]
    assert np.all(step >= 0)
    assert np.abs(step - np.diff(looks)[60:]).max() < 0.0008


def test_nothing_is_heard_before_the_first_sample_arrives():
    heard, _ = clock()
    assert heard.time(5) == 0.0
    heard.report(0, 2_000_000_000)
    assert heard.time(1_990_000_000) == 0.0
    assert heard.time(2_010_000_000) == pytest.approx(0.01)


def test_without_reports_it_goes_on_with_the_wall():
    looks, said, _ = simulated(10.0, stop=5.0)
    after = looks > 6.0
    assert np.ptp(said[after] - looks[after]) < 0.001


def test_it_never_steps_back_and_makes_good_a_setback_within_a_second():
    heard, _ = clock()
    heard.report(0, 10**9)
    said = [heard.time(10**9 + look * 10**7) for look in range(100)]
    heard.report(0, 10**9 + 200_000_000)  # 0.2 s later than was thought
    said += [heard.time(10**9 + look * 10**7) for look in range(100, 300)]
    assert np.all(np.diff(said) >= 0)
    assert said[220] == pytest.approx(2.0, abs=0.005)


def test_it_makes_good_a_lead_without_a_jump():
    heard, _ = clock()
    heard.report(0, 10**9)
    said = [heard.time(10**9 + look * 10**7) for look in range(100)]
    heard.report(RATE // 10, 10**9)  # 0.1 s more was heard than thought
    said += [heard.time(10**9 + look * 10**7) for look in range(100, 300)]
    assert np.diff(said).max() < 0.015
    assert said[-1] == pytest.approx(3.09, abs=0.002)


def test_sound_that_stands_still_stops_it():
    heard, _ = clock()
    for look in range(100):
        heard.report(look * RATE // 100, 10**9 + look * 10**7)
        heard.time(10**9 + look * 10**7)
    for look in range(100, 200):  # an underrun: the same frame, later and later
        heard.report(RATE, 10**9 + look * 10**7)
        stuck = heard.time(10**9 + look * 10**7)
    assert stuck == pytest.approx(1.0, abs=0.041)


def test_a_report_that_is_half_written_is_read_again():
    heard, header = clock()
    heard.report(RATE, 10**9)
    header[shared.CLOCK_TURN] = 1
    import threading

    timer = threading.Timer(0.05, kernels().publish, (header, shared.CLOCK_TURN, 2))
    timer.start()
    assert heard.target(10**9) == 1.0
    assert header[shared.CLOCK_TURN] == 2
    timer.join()
