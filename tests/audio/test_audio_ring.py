"""The ring and the native callbacks on both sides of it, without a device."""

import ctypes
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1z3r_core.audio.mixdown import mix_gains
from v1z3r_core.audio.ring import SharedRing
from v1z3r_core.kernels import ringlayout as shared
from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.playback import mix

StreamCallback = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_ulong,
    ctypes.c_void_p,
    ctypes.c_ulong,
    ctypes.c_void_p,
)
capture = StreamCallback(kernels().capture)
play = StreamCallback(kernels().play)


def record(ring, samples):
    block = np.ascontiguousarray(samples, dtype=np.float32)
    assert capture(block.ctypes.data, None, len(block), None, 0, ring.memory.ctypes.data) == 0


def play_from(ring, frames, delay=0.05, flags=0):
    out = np.full((frames, ring.header[shared.DEVICE_CHANNELS]), 9, dtype=np.float32)
    times = np.array([0.0, 100.0, 100.0 + delay])
    user = ring.memory.ctypes.data
    assert play(None, out.ctypes.data, frames, times.ctypes.data, flags, user) == 0
    return out


def playing_ring(capacity, channels=1, speakers=1):
    ring = SharedRing(capacity, channels, extra=channels * speakers)
    ring.header[shared.DEVICE_CHANNELS] = speakers
    ring.extra[:] = mix_gains(channels, speakers).ravel()
    return ring


def ramp(start, count, channels=2):
    frames = np.arange(start, start + count, dtype=np.float32)
    return frames[:, np.newaxis] + np.arange(channels, dtype=np.float32) / 4


@given(
    capacity=st.integers(1, 200),
    channels=st.integers(1, 8),
    sizes=st.lists(st.integers(0, 200), max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_the_native_recorder_fills_the_ring_as_numpy_does(capacity, channels, sizes):
    ring = SharedRing(capacity, channels)
    history = ramp(0, sum(sizes), channels)
    written = 0
    for size in (min(size, capacity) for size in sizes):
        record(ring, history[written : written + size])
        written += size
        assert ring.written == written
        first, samples = ring.take(0, written)
        assert first == max(0, written - capacity)
        np.testing.assert_array_equal(samples, history[first:written])


@given(
    capacity=st.integers(1, 100), sizes=st.lists(st.integers(0, 100), max_size=20), data=st.data()
)
@settings(max_examples=100, deadline=None)
def test_any_part_that_is_still_there_is_given_whole(capacity, sizes, data):
    ring = SharedRing(capacity, 2)
    for size in (min(size, capacity) for size in sizes):
        ring.append(ramp(ring.written, size))
    oldest = max(0, ring.written - capacity)
    start = data.draw(st.integers(oldest, ring.written))
    end = data.draw(st.integers(start, ring.written))
    first, samples = ring.take(start, end)
    assert first == start
    np.testing.assert_array_equal(samples, ramp(start, end - start))


def test_samples_overtaken_during_the_copy_are_not_given():
    ring = SharedRing(100, 2)
    ring.append(ramp(0, 100))
    kernels().reserve(ring.header, shared.RESERVED, 130)  # the producer has begun to overwrite 0…29
    first, samples = ring.take(0, 100)
    assert first == 30
    np.testing.assert_array_equal(samples, ramp(30, 70))
    kernels().reserve(ring.header, shared.RESERVED, 500)
    first, samples = ring.take(0, 100)
    assert (first, len(samples)) == (100, 0)


def test_the_recorder_stamps_each_buffer_with_the_clock_python_reads():
    ring = SharedRing(100, 2)
    before = time.monotonic_ns()
    record(ring, ramp(0, 10))
    assert before <= ring.header[shared.STAMP_NS] <= time.monotonic_ns()


@pytest.mark.parametrize("channels", range(1, 9))
@pytest.mark.parametrize("speakers", [1, 2])
def test_mixing_is_the_matrix_product_clipped_and_padded(channels, speakers):
    rng = np.random.default_rng(channels)
    ring = rng.uniform(-2, 2, (50, channels)).astype(np.float32)
    gains = mix_gains(channels, speakers)
    for start, frames, size in ((0, 10, 10), (45, 20, 30), (123, 0, 5), (49, 50, 50)):
        out = np.full((size, speakers), 9, dtype=np.float32)
        mix(ring, start, frames, gains, out)
        wanted = np.clip(ring[(start + np.arange(frames)) % 50] @ gains.T, -1, 1)
        np.testing.assert_allclose(out[:frames], wanted, atol=1e-6)
        assert not out[frames:].any()


def test_what_is_not_a_number_never_reaches_a_loudspeaker():
    ring = playing_ring(8)
    ring.append(
        np.array([[0.5], [np.nan], [np.inf], [-np.inf], [7.0], [-7.0], [0.25], [0.0]], "f4")
    )
    np.testing.assert_array_equal(play_from(ring, 8)[:, 0], [0.5, 0, 0, 0, 1, -1, 0.25, 0])


@given(st.lists(st.integers(1, 64), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_what_is_played_does_not_depend_on_the_devices_buffer_size(sizes):
    ring = playing_ring(500, 2, 2)
    samples = ramp(0, 400) / 500
    ring.append(samples)
    sizes = sizes[: np.searchsorted(np.cumsum(sizes), 400) or 1]
    heard = np.concatenate([play_from(ring, size) for size in sizes])
    np.testing.assert_array_equal(heard, samples[: len(heard)])
    assert ring.header[shared.PLAYED] == len(heard)
    assert ring.header[shared.UNDERRUNS] == 0


def test_a_dry_ring_plays_silence_counts_it_and_lets_the_stream_wait():
    ring = playing_ring(100)
    ring.append(ramp(1, 10, 1) / 100)
    out = play_from(ring, 16)
    assert not out[10:].any()
    assert (ring.header[shared.UNDERRUNS], ring.header[shared.MISSING]) == (1, 6)
    assert ring.header[shared.PLAYED] == 10
    ring.append(ramp(11, 10, 1) / 100)
    np.testing.assert_array_equal(play_from(ring, 10), ramp(11, 10, 1) / 100)


def test_silence_after_the_end_is_no_underrun_and_time_goes_on():
    ring = playing_ring(100)
    ring.append(ramp(1, 10, 1) / 100)
    kernels().publish(ring.header, shared.TOTAL, 10)
    play_from(ring, 16)
    play_from(ring, 16)
    assert ring.header[shared.UNDERRUNS] == 0
    assert ring.header[shared.PLAYED] == 32


@pytest.mark.parametrize(("delay", "told"), [(0.05, 0.05), (0.0, 0.2), (-1.0, 0.2), (1e6, 0.2)])
def test_each_buffer_says_when_it_is_heard(delay, told):
    ring = playing_ring(100)
    ring.header[shared.LATENCY_NS] = 200_000_000
    ring.append(ramp(0, 100, 1) / 100)
    play_from(ring, 30)
    before = time.monotonic_ns()
    play_from(ring, 30, delay)
    after = time.monotonic_ns()
    assert ring.header[shared.CLOCK_FRAME] == 30
    assert before + told * 1e9 - 1 <= ring.header[shared.CLOCK_NS] <= after + told * 1e9 + 1
    assert ring.header[shared.CLOCK_TURN] == 4


def test_an_underrun_that_the_driver_owns_up_to_is_counted():
    ring = playing_ring(100)
    ring.append(ramp(0, 100, 1) / 100)
    play_from(ring, 30)
    assert ring.header[shared.UNDERRUNS] == 0
    play_from(ring, 30, flags=0x4)
    assert (ring.header[shared.UNDERRUNS], ring.header[shared.MISSING]) == (1, 0)
