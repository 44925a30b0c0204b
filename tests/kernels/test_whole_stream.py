"""All kernels together: a stream through `advance` is what its plain twin makes of it."""

import naive
import numpy as np
import pytest
from calling import given

from v1z3r_core.analysis.plan import Plan
from v1z3r_core.kernels import hop
from v1z3r_core.model.analysis import BANDS, LINE, ROW_FLOATS, AnalyzerSettings, Curve, Scalar

COMPILED = hasattr(hop.advance, "signatures")
# What is struck is the rest of a band's power beside what is held. Single precision knows it to
# some 1e-8 of the loudest, and the 0.3rd power makes much of that near 0: 0.0071 for 0.0064 at
# 96 kHz.
REST = 1e-3
# What the beat's clock makes of the activations, which are compared, has no plain twin here:
# test_beat_kernels.py holds its model to one, and analysis/test_beats_live.py all of it to music.
CLOCK = {
    Scalar.BEAT_PHASE,
    Scalar.BEAT_PERIOD,
    Scalar.BEAT_CONFIDENCE,
    Scalar.BEAT_PLACE,
    Scalar.BEATS_PER_BAR,
    Scalar.BAR_CONFIDENCE,
    Scalar.BEAT_COUNT,
    Scalar.BEATS_ANNOUNCED,
    Scalar.ANNOUNCED_IN,
    Scalar.ANNOUNCED_FIRST,
}


def music(rate, seconds, channels):
    """Something of everything: two tones, struck noise, silence, and broken samples."""
    rng = np.random.default_rng(3)
    time = np.arange(round(rate * seconds)) / rate
    struck = rng.normal(0, 0.3, len(time)) * np.exp(-(time % 0.13) / 0.02)
    tones = 0.3 * np.sin(2 * np.pi * 110 * time) + 0.1 * np.sin(2 * np.pi * 997 * time)
    signal = np.where((time > 0.25) & (time < 0.3), 0, struck + tones)
    samples = np.stack([signal * (1 + c) / channels for c in range(channels)], axis=1)
    samples[rng.integers(0, len(samples), 5), 0] = np.nan
    return samples.astype(np.float32)


@pytest.mark.parametrize(
    ("rate", "channels", "seconds"),
    [
        (8_000, 2, 0.8 if COMPILED else 0.2),
        pytest.param(44_100, 1, 1.2 if COMPILED else 0.1, id="44100"),
        pytest.param(96_000, 3, 1.2 if COMPILED else 0.05, id="96000"),
    ],
)
def test_every_row_is_what_the_twin_hears(rate, channels, seconds):
    plan = Plan.of(rate, channels, AnalyzerSettings())
    samples = music(rate, seconds, channels)
    expected = naive.analyse(samples, plan.tables)
    rows = np.full((len(expected), ROW_FLOATS), np.nan, np.float32)
    generations = np.full((len(expected), 1), -1, np.int64)
    packed = given(plan.tables), given(plan.memory())
    done = hop.advance(samples, *packed, rows, generations, 0)
    assert done == len(expected) > 3
    assert generations[:, 0].tolist() == list(range(done))
    for row, (spectrum, waveform, curves, scalars) in zip(rows, expected, strict=True):
        lines = row.reshape(4, LINE)
        np.testing.assert_allclose(lines[0], spectrum, atol=2e-4)
        np.testing.assert_allclose(lines[1], waveform, atol=2e-4)
        for curve in Curve:
            values = curves[curve.name]
            np.testing.assert_allclose(
                lines[2, curve : curve + len(values)],
                values,
                atol=5e-4 if curve != Curve.PERCUSSIVE else REST,
                err_msg=curve.name,
            )
        assert not lines[2, Curve.EDGES + BANDS + 1 :].any()
        for which in sorted(set(Scalar) - CLOCK):
            assert lines[3, which] == pytest.approx(scalars[which.name], rel=1e-4, abs=2e-4), (
                which.name
            )
        assert not lines[3, len(Scalar) :].any()
