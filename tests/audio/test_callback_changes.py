"""A device that was opened before there were native kernels, when they come."""

import ctypes
import itertools
import sys
import threading
import time
from dataclasses import dataclass, field

import numpy as np
import pytest
from counting import RATE, CountingSource, numbers, read_for, wait_for

from v1z3r_core.audio.device import DeviceSource
from v1z3r_core.audio.playback import PlaybackSource
from v1z3r_core.kernels import backend, library, ringlayout
from v1z3r_core.kernels.cache import Unfit
from v1z3r_core.kernels.plain.foreign import StreamCallback, address_of
from v1z3r_core.kernels.relay import Relay
from v1z3r_core.kernels.sources import supported

pytestmark = pytest.mark.skipif(not supported(), reason="elsewhere Numba compiles from the start")

STALL_SECONDS = 1.0


@dataclass
class FirstStart:
    """A process without a library, whose build is done when the test says so."""

    opened: list = field(default_factory=list)
    is_built: threading.Event = field(default_factory=threading.Event)

    def build(self):
        """End the build, and return when the process has what was built."""
        self.is_built.set()
        backend.settle()
        assert backend.kernels().name == "native"

    def open(self, source):
        self.opened.append(source)
        return source


@pytest.fixture
def first_start(monkeypatch):
    native = library.build_library()
    start = FirstStart()

    def build():
        assert start.is_built.wait(60)
        return native

    def none_yet():
        raise Unfit("there is none yet")

    monkeypatch.setattr(backend, "open_library", none_yet)
    monkeypatch.setattr(backend, "build_library", build)
    monkeypatch.setenv(backend.VARIABLE, "")
    backend.decision.cache_clear()
    assert backend.kernels().name == "numpy"
    yield start
    for source in start.opened:  # before the relays that they call
        source.close()
    start.is_built.set()
    backend.settle()
    backend.decision.cache_clear()


def counted_in_a_stall(source, counter):
    """Frames by which a counter of the ring grew while nothing in Python ran.

    What a GL call does. No thread that waits for the lock gets it before the counter is read:
    else a callback of Python's would catch up in between.
    """
    header, interval = source._ring.header, sys.getswitchinterval()
    sys.setswitchinterval(60.0)
    try:
        time.sleep(0.02)  # lets go of the lock: who waits from now on waits for a minute
        before = int(header[counter])
        ctypes.PyDLL(None).usleep(round(STALL_SECONDS * 1e6))
        return int(header[counter]) - before
    finally:
        sys.setswitchinterval(interval)


def recorded_in_a_stall(source):
    return counted_in_a_stall(source, ringlayout.WRITTEN)


def played_in_a_stall(source):
    return counted_in_a_stall(source, ringlayout.PLAYED)


def test_a_recording_becomes_native_without_losing_a_sample(sound_server, first_start):
    playing = first_start.open(PlaybackSource(CountingSource(), notify=print))
    recording = first_start.open(DeviceSource(notify=print))
    wait_for(lambda: playing.time() > 0.1, "the first sample")
    assert recorded_in_a_stall(recording) == 0, "it was native before"
    wait_for(lambda: playing._ring.header[ringlayout.UNDERRUNS] > 0, "the loudspeaker's silence")
    read_for(recording, 1.0)  # what the stall left behind
    stats, blocks = recording.stats(), read_for(recording, 0.5)
    first_start.build()
    blocks += read_for(recording, 0.5)
    for _ in range(3):
        assert recorded_in_a_stall(recording) > 0.7 * STALL_SECONDS * RATE
        blocks += read_for(recording, 0.1)
    for before, after in itertools.pairwise(blocks):
        assert after.start == before.end
    heard = np.concatenate([numbers(block.samples) for block in blocks])
    assert len(heard) > 4 * RATE
    np.testing.assert_array_equal(np.diff(heard), 1)
    assert recording.stats() == stats


def test_playing_becomes_native_without_a_gap_or_a_step_of_the_clock(sound_server, first_start):
    playing = first_start.open(PlaybackSource(CountingSource(), notify=print))
    monitor = first_start.open(DeviceSource(notify=print))
    wait_for(lambda: playing.time() > 0.5, "the first sounds")
    read_for(monitor, 0.2)
    blocks = read_for(monitor, 0.5)
    turns = int(playing._ring.header[ringlayout.CLOCK_TURN])
    ahead = playing.time() - time.monotonic()
    first_start.build()
    for _ in range(3):
        assert playing.time() - time.monotonic() == pytest.approx(ahead, abs=0.03)
        blocks += read_for(monitor, 0.1)
        assert played_in_a_stall(playing) > 0.7 * STALL_SECONDS * RATE
    blocks += read_for(monitor, 0.1)
    heard = np.concatenate([numbers(block.samples) for block in blocks])
    np.testing.assert_array_equal(np.diff(heard), 1)
    assert playing.stats().xruns == playing.stats().lost_samples == 0
    assert playing._ring.header[ringlayout.CLOCK_TURN] > turns


def test_what_is_opened_afterwards_needs_no_relay(first_start):
    relayed = backend.kernels()
    first_start.build()
    native = library.open_library()
    assert (backend.kernels().capture, backend.kernels().play) == (native.capture, native.play)
    assert relayed.capture != native.capture


def test_a_relay_calls_what_it_was_turned_to_last_with_all_arguments():
    said = []
    ears = [
        StreamCallback(lambda *heard, name=name: said.append((name, *heard)) or name)
        for name in (7, 8)
    ]
    relay = Relay(address_of(ears[0]))
    call = StreamCallback(relay.address)
    arguments = (1 << 40, 2, (1 << 63) + 3, 4, 5, 6)
    assert call(*arguments) == 7
    assert relay.turn(address_of(ears[1]))
    assert call(*arguments) == 8
    assert said == [(7, *arguments), (8, *arguments)]


def test_where_no_memory_may_become_executable_the_first_callback_stays_and_it_is_said(
    first_start, monkeypatch, caplog
):
    monkeypatch.setattr("v1z3r_core.kernels.relay.executable", lambda _code: None)
    relay = Relay(1234)
    assert relay.address == 1234
    assert not relay.turn(5678)
    backend.decision.cache_clear()
    assert backend.kernels().name == "numpy"
    first_start.build()
    (line,) = (record.getMessage() for record in caplog.records)
    assert "start again" in line
