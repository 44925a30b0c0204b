import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from v1z3r_core.telemetry.histogram import DurationHistogram


@given(st.lists(st.floats(1e-6, 100.0), min_size=1, max_size=300), st.floats(0.0, 1.0))
def test_quantiles_are_within_one_percent_of_the_exact_ones(durations, fraction):
    histogram = DurationHistogram()
    for duration in durations:
        histogram.add(duration)
    exact = np.quantile(durations, fraction, method="inverted_cdf")
    assert histogram.quantile(fraction) == pytest.approx(exact, rel=0.01)


def test_an_empty_histogram_has_no_quantiles():
    assert DurationHistogram().quantile(0.5) is None
    assert DurationHistogram().quantiles_ms(0.5, 0.99) == {}


def test_keys_read_as_percentiles():
    histogram = DurationHistogram()
    histogram.add(0.016)
    assert list(histogram.quantiles_ms(0.5, 0.95, 0.99, 0.999)) == ["p50", "p95", "p99", "p999"]


def test_extremes_are_counted_and_the_maximum_is_exact():
    histogram = DurationHistogram()
    for duration in (-1.0, 0.0, 1e-12, 1e6):
        histogram.add(duration)
    assert histogram.count == 4
    assert histogram.max_seconds == 1e6
    assert histogram.quantile(1.0) > 100


def test_a_fraction_outside_its_range_is_refused():
    with pytest.raises(ValueError, match=r"fraction is 1\.5"):
        DurationHistogram().quantile(1.5)
