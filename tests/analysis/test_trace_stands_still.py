"""The oscilloscope: steady tones stand still, at every rate; the rest is the sound itself."""

import numpy as np
import pytest
from listening import RATES, hear, noise, tone

from v1z3r_core.analysis.plan import window_size
from v1z3r_core.kernels.trace import INTERPOLATION_MARGIN


def wander(frames):
    """Largest RMS change from one trace to the next, as a part of the trace's own RMS."""
    traces = np.array([frame.waveform for frame in frames])
    change = np.sqrt(np.mean(np.diff(traces, axis=0) ** 2, axis=1))
    return change.max() / np.sqrt(np.mean(traces**2))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hz", [30.0, 100.0, 440.0, 997.0, 3_000.0])
def test_a_steady_tone_stands_still(rate, hz):
    frames = hear(tone(hz, rate, 1.0, phase=0.4), rate)[-40:]
    assert wander(frames) < 0.02
    for frame in frames:
        assert abs(frame.waveform[0]) < 0.01
        assert frame.waveform[1] > frame.waveform[0]


@pytest.mark.parametrize("rate", RATES)
def test_a_chord_with_a_common_period_stands_still(rate):
    """Just intonation, 4:5:6 over 65.4 Hz; tempered thirds drift by themselves."""
    chord = sum(
        tone(hz, rate, 1.0, 0.2, phase) for hz, phase in ((261.6, 0), (327.0, 1), (392.4, 2))
    )
    assert wander(hear(chord, rate)[-40:]) < 0.02


def test_a_tone_under_noise_stands_nearly_still():
    rate = 48_000
    signal = tone(110, rate, 1.0) + noise(rate, 1.0, 0.01)
    # Noise of 0.01 in two traces alone is √2 · 0.01 / 0.35 = 4 %; the rest is jitter.
    assert wander(hear(signal, rate)[-40:]) < 0.06


def test_a_moving_tone_does_move():
    """The measure can fail: without a trigger the same tone wanders by its own size."""
    rate = 48_000
    frames = hear(tone(440, rate, 1.0), rate)[-40:]
    plain = [np.roll(frame.waveform, 37 * i) for i, frame in enumerate(frames)]
    change = np.diff(np.array(plain), axis=0)
    assert np.sqrt(np.mean(change**2)) > 0.3


def test_without_a_crossing_the_newest_samples_are_drawn_as_they_are():
    rate = 48_000
    rising = np.linspace(0.1, 0.9, rate // 2, dtype=np.float32)
    frame = hear(rising, rate)[-1]
    end = round(frame.time * rate)
    shown = rising[: end - INTERPOLATION_MARGIN][-1024:]
    np.testing.assert_allclose(frame.waveform, shown, atol=1e-6)


@pytest.mark.parametrize("rate", RATES)
def test_a_trace_shows_about_the_same_time_at_every_rate(rate):
    hz = 250.0
    frame = hear(tone(hz, rate, 1.0), rate)[-1]
    crossings = np.count_nonzero((frame.waveform[:-1] < 0) & (frame.waveform[1:] >= 0))
    shown_seconds = 1024 / 2048 * window_size(rate) / rate
    assert 0.02 < shown_seconds < 0.035
    assert crossings == pytest.approx(shown_seconds * hz, abs=1.01)
