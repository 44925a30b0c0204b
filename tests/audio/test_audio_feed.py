"""Samples pushed by a host: all of them, in order, or a counted gap."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1z3r_core.audio.feed import RING_SECONDS, FeedSource, as_samples

RATE = 8_000


def ramp(start, count, channels=2):
    return np.arange(start, start + count, dtype=np.float32)[:, np.newaxis].repeat(channels, 1)


@given(sizes=st.lists(st.integers(0, 9_000), max_size=30), data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_read_is_what_was_pushed_in_any_split(sizes, data):
    source = FeedSource(RATE)
    pushed, heard, end = 0, [], 0
    for size in sizes:
        source.push(ramp(pushed, size))
        pushed += size
        if pushed - end > RATE or data.draw(st.booleans()):
            block = source.read(0.0)
            if block is not None:
                assert block.start == end
                end = block.end
                heard.append(block.samples.copy())
    assert source.stats().lost_samples == 0
    if heard:
        np.testing.assert_array_equal(np.concatenate(heard), ramp(0, end))


def test_an_engine_that_stays_away_finds_the_newest_and_a_counted_gap():
    source = FeedSource(RATE)
    kept = int(RING_SECONDS * RATE)
    for start in range(0, kept + 5_000, 1_000):
        source.push(ramp(start, 1_000))
    block = source.read(0.0)
    assert (block.start, block.end) == (5_000, kept + 5_000)
    np.testing.assert_array_equal(block.samples, ramp(5_000, kept))
    assert (source.stats().xruns, source.stats().lost_samples) == (1, 5_000)


def test_a_push_longer_than_the_ring_leaves_its_end():
    source = FeedSource(RATE, channels=1)
    kept = int(RING_SECONDS * RATE)
    source.push(ramp(0, 3 * kept + 7, 1))
    block = source.read(0.0)
    assert (block.start, block.end) == (2 * kept + 7, 3 * kept + 7)
    np.testing.assert_array_equal(block.samples, ramp(2 * kept + 7, kept, 1))


def test_one_channel_goes_to_all():
    source = FeedSource(RATE, channels=3)
    source.push(np.array([0.25, -0.5]))
    np.testing.assert_array_equal(source.read(0.0).samples, [[0.25] * 3, [-0.5] * 3])


def test_nothing_pushed_is_no_block():
    source = FeedSource(RATE)
    assert source.read(1.0) is None
    source.push(np.zeros(0, np.float32))
    assert source.read(1.0) is None
    assert not source.ended
    assert source.time() is None


def test_pushes_from_many_threads_lose_nothing():
    source = FeedSource(RATE, channels=1)
    workers = [
        threading.Thread(target=lambda: [source.push(np.ones(10, np.float32)) for _ in range(100)])
        for _ in range(8)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert source.read(0.0).samples.sum() == 8_000


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (np.zeros(4, np.int16), "32768"),
        (np.zeros((4, 3), np.float32), r"\(n, 2\)"),
        (np.zeros((2, 2, 2), np.float32), "shape"),
        (np.float32(1.0), "shape"),
        (np.zeros((4, 0), np.float32), "shape"),
    ],
)
def test_samples_of_the_wrong_kind_are_refused(samples, said):
    with pytest.raises(ValueError, match=said):
        FeedSource(RATE).push(samples)


def test_doubles_and_lists_become_single_precision():
    assert as_samples([0.5, 1.0]).dtype == np.float32
    assert as_samples(np.zeros((3, 2))).shape == (3, 2)
    right = np.zeros((3, 2), np.float32)
    assert as_samples(right) is right


@pytest.mark.parametrize(("rate", "channels"), [(0, 2), (10**7, 2), (48_000, 0)])
def test_a_feed_that_cannot_be_is_refused(rate, channels):
    with pytest.raises(ValueError, match="is"):
        FeedSource(rate, channels)
