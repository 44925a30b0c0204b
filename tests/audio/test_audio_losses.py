"""Counting what a driver lost, by the clock."""

import numpy as np
import pytest

from v1z3r_core.audio.losses import LossMeter

RATE = 48_000
BLOCK = 256


def found(seconds, *, lost=(), drift=0.0, jitter=0.0, latency=0.02, looks_hz=60, seed=1):
    """Total that a meter finds when blocks arrive late at random and some never do."""
    rng = np.random.default_rng(seed)
    meter = LossMeter(RATE, latency)
    frames = total = 0
    next_look = 0.0
    for block in range(int(seconds * RATE / BLOCK)):
        due = (block + 1) * BLOCK / (RATE * (1 + drift))
        gone = any(start <= due < start + length for start, length in lost)
        frames += 0 if gone else BLOCK
        if due >= next_look:
            next_look += 1 / looks_hz
            total += meter.observe(frames, round((due + rng.exponential(jitter)) * 1e9))
    return total


@pytest.mark.parametrize("drift", [-3e-4, 0.0, 3e-4])
@pytest.mark.parametrize("jitter", [0.0, 0.004, 0.015])
def test_a_device_that_is_only_late_or_off_pitch_lost_nothing(drift, jitter):
    assert found(120.0, drift=drift, jitter=jitter) == 0


def test_a_hole_is_found_with_its_size():
    assert found(20.0, lost=[(7.3, 0.25)], jitter=0.002) == pytest.approx(12_000, abs=400)


def test_each_of_several_holes_is_counted():
    holes = [(5.0, 0.1), (6.4, 0.2), (11.0, 0.15)]
    assert found(20.0, lost=holes, jitter=0.002) == pytest.approx(0.45 * RATE, abs=900)


def test_a_hole_as_short_as_a_change_of_latency_is_let_go():
    assert found(20.0, lost=[(7.0, 0.03)], jitter=0.002) == 0


def test_a_program_that_looks_rarely_is_not_deceived_by_late_looks():
    assert found(60.0, jitter=0.02, looks_hz=2.5) == 0


def test_after_a_restart_the_pause_is_no_loss():
    meter = LossMeter(RATE, 0.02)
    for look in range(200):
        assert meter.observe(look * 800, round(look * 1e9 / 60)) == 0
    meter.restart()
    for look in range(200):
        assert meter.observe(160_000 + look * 800, round((1_000 + look / 60) * 1e9)) == 0
