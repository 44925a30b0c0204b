"""True peak: what lies between the samples, within EBU's tolerance."""

import numpy as np
import pytest

from v1z3r_core.analysis.truepeak import TruePeak


def peak(samples, rate, size=4_096):
    samples = np.asarray(samples, np.float32).reshape(len(samples), -1)
    meter = TruePeak(rate, samples.shape[1])
    for start in range(0, len(samples), size):
        meter.add(samples[start : start + size])
    return meter.finish()


def sine(rate, part, phase_degrees, amplitude, seconds=0.5):
    """A sine of `part` of the sample rate, faded in and out."""
    n = np.arange(round(rate * seconds))
    fade = np.clip(np.minimum(n, len(n) - 1 - n) / (0.1 * rate), 0, 1)
    return amplitude * fade * np.sin(2 * np.pi * part * n + np.radians(phase_degrees))


@pytest.mark.parametrize(
    ("part", "phase", "amplitude", "dbtp"),
    [
        pytest.param(1 / 4, 0, 0.50, -6.0, id="case 15"),
        pytest.param(1 / 4, 45, 0.50, -6.0, id="case 16"),
        pytest.param(1 / 6, 60, 0.50, -6.0, id="case 17"),
        pytest.param(1 / 8, 67.5, 0.50, -6.0, id="case 18"),
        pytest.param(1 / 4, 45, 1.41, 3.0, id="case 19"),
    ],
)
@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_ebu_3341_sines_between_the_samples(part, phase, amplitude, dbtp, rate):
    assert dbtp - 0.4 <= peak(sine(rate, part, phase, amplitude), rate) <= dbtp + 0.2


@pytest.mark.parametrize("hz", [997, 5_003, 10_007, 15_013, 19_997])
def test_every_audible_sine_has_its_own_peak(hz):
    assert peak(sine(48_000, hz / 48_000, 0, 0.5), 48_000) == pytest.approx(-6.02, abs=0.1)


@pytest.mark.parametrize("rate", [8_000, 48_000, 192_000])
def test_it_is_never_below_the_largest_sample(rate):
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, (rate // 4, 2))
    assert peak(samples, rate) >= 20 * np.log10(np.abs(samples.astype(np.float32)).max())


def test_it_does_not_depend_on_blocks_or_on_what_came_before():
    samples = np.random.default_rng(1).normal(0, 0.1, 20_000)
    samples[9_000:9_002] = 0.9, -0.9
    whole = peak(samples, 48_000, 20_000)
    assert [peak(samples, 48_000, size) for size in (1, 37, 4_096)] == [
        pytest.approx(whole, abs=1e-4)
    ] * 3


def test_a_step_that_ends_the_sound_overshoots():
    assert peak(np.full(1_000, 0.5), 48_000) > -5.5


def test_silence_has_none_and_bad_samples_count_as_silence():
    assert peak(np.zeros(1_000), 48_000) == -np.inf
    broken = np.zeros(1_000)
    broken[500:503] = np.nan, np.inf, -np.inf
    assert peak(broken, 48_000) == -np.inf
