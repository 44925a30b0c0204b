"""What C calls when there is no compiler: callbacks on the ring."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1z3r_core.audio.mixdown import mix_gains
from v1z3r_core.audio.ring import SharedRing
from v1z3r_core.kernels import capture as compiled_capture
from v1z3r_core.kernels import playback as compiled_playback
from v1z3r_core.kernels import ringlayout as places
from v1z3r_core.kernels.plain import capture, playback, ring
from v1z3r_core.kernels.plain.foreign import StreamCallback

PA_ABORT = 2
CLOCKS = [places.STAMP_NS, places.CLOCK_NS]


def called(address, source, target, frames, flags, memory, delay=0.05):
    """What PortAudio does: through the bare address."""
    times = np.array([0.0, 100.0, 100.0 + delay])
    addresses = (None if x is None else x.ctypes.data for x in (source, target))
    user = memory.ctypes.data
    return StreamCallback(address)(*addresses, frames, times.ctypes.data, flags, user)


def new_ring(capacity, channels, speakers):
    shared = SharedRing(capacity, channels, extra=channels * speakers)
    shared.header[places.DEVICE_CHANNELS] = speakers
    shared.header[places.LATENCY_NS] = 200_000_000
    shared.extra[: channels * speakers] = mix_gains(channels, speakers).ravel()
    return shared


def without_clocks(shared):
    memory = shared.memory.copy()
    memory[CLOCKS] = 0
    return memory.tobytes()


@given(
    capacity=st.integers(1, 100),
    channels=st.integers(1, 8),
    sizes=st.lists(st.integers(0, 150), max_size=12),
)
@settings(max_examples=80, deadline=None)
def test_recording_leaves_the_memory_that_the_compiled_callback_leaves(capacity, channels, sizes):
    rng = np.random.default_rng(0)
    rings = new_ring(capacity, channels, 1), new_ring(capacity, channels, 1)
    for size in sizes:
        block = rng.normal(size=(size, channels)).astype(np.float32)
        for address, shared in zip((capture.CAPTURE, compiled_capture.CAPTURE), rings, strict=True):
            assert called(address, block, None, size, 0, shared.memory) == 0
    assert without_clocks(rings[0]) == without_clocks(rings[1])
    assert ring.peek(rings[0].header, places.WRITTEN) == sum(sizes)


@given(
    capacity=st.integers(1, 100),
    channels=st.integers(1, 8),
    speakers=st.integers(1, 2),
    steps=st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99), st.booleans()), max_size=12),
    ends=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_playing_gives_the_samples_and_the_memory_of_the_compiled_callback(
    capacity, channels, speakers, steps, ends
):
    rng = np.random.default_rng(1)
    rings = new_ring(capacity, channels, speakers), new_ring(capacity, channels, speakers)
    for size, frames, admitted in steps:
        samples = rng.normal(size=(min(size, capacity), channels)).astype(np.float32)
        samples[rng.random(samples.shape) < 0.1] = np.inf
        samples[rng.random(samples.shape) < 0.1] = np.nan
        outs = []
        for address, shared in zip((playback.PLAY, compiled_playback.PLAY), rings, strict=True):
            shared.append(samples)
            if ends:
                ring.publish(shared.header, places.TOTAL, shared.written)
            out = np.full((frames, speakers), 9, np.float32)
            flags = 0x4 if admitted else 0
            assert called(address, None, out, frames, flags, shared.memory) == 0
            outs.append(out)
        np.testing.assert_array_equal(*outs)
    assert without_clocks(rings[0]) == without_clocks(rings[1])


@pytest.mark.parametrize(("delay", "told"), [(0.05, 0.05), (0.0, 0.2), (-1.0, 0.2), (1e6, 0.2)])
def test_both_callbacks_say_when_a_buffer_is_heard(delay, told):
    heard = []
    for address in (playback.PLAY, compiled_playback.PLAY, playback.PLAY):
        shared = new_ring(64, 1, 1)
        shared.append(np.zeros((64, 1), np.float32))
        called(address, None, np.zeros((32, 1), np.float32), 32, 0, shared.memory, delay)
        heard.append(shared.header[places.CLOCK_NS] - round(told * 1e9))
    assert heard == sorted(heard), "the compiled callback's clock lies between two of ours"


def test_a_damaged_ring_is_reported_and_ends_the_stream_in_silence(monkeypatch):
    reports = []
    monkeypatch.setattr(threading, "excepthook", lambda report: reports.append(report.exc_value))
    shared = new_ring(8, 1, 2)
    shared.append(np.ones((8, 1), np.float32))
    shared.header[places.CAPACITY] = 0
    out = np.full((4, 2), 9, np.float32)
    assert called(playback.PLAY, None, out, 4, 0, shared.memory) == PA_ABORT
    assert not out.any()
    assert called(capture.CAPTURE, np.ones((4, 1), "f4"), None, 4, 0, shared.memory) == PA_ABORT
    assert len(reports) == 2


def test_counters_read_back_what_was_set():
    header = np.zeros(places.HEADER, np.int64)
    ring.reserve(header, places.RESERVED, 2**40 + 5)
    ring.publish(header, places.WRITTEN, 2**40 + 3)
    assert ring.peek(header, places.WRITTEN) == 2**40 + 3
    assert ring.peek_after(header, places.RESERVED) == 2**40 + 5
    assert type(ring.peek(header, places.WRITTEN)) is int
