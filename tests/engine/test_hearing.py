"""A source that takes long to open, and somebody who does not wait for it."""

import threading
import time

import pytest

from v1z3r_core.audio.feed import FeedSource
from v1z3r_core.engine import hearing
from v1z3r_core.engine.hearing import Hearing
from v1z3r_core.model.errors import AudioDeviceError

PATIENCE_SECONDS = 0.3


class Slow:
    """Opens a source when it is told to, as behind a compiler or a hanging sound server."""

    def __init__(self):
        self.go_on = threading.Event()
        self.closed = threading.Event()
        self.failure = None

    def __call__(self):
        assert self.go_on.wait(30)
        if self.failure is not None:
            raise self.failure
        source = FeedSource(48_000, 2)
        close = source.close
        source.close = lambda: (close(), self.closed.set())
        return source


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(hearing, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    made = Slow()
    yield made
    made.go_on.set()


@pytest.fixture
def opening(slow):
    """What hears through it, asked for its first sound."""
    heard = Hearing(slow, background=True)
    for _ in range(2):  # the first picture is drawn before anything is opened
        heard.advance(0.0)
    yield heard
    heard.close()


def seconds(work):
    began = time.monotonic()
    work()
    return time.monotonic() - began


def test_quitting_waits_a_moment_for_what_is_still_opening_and_only_once(opening):
    assert PATIENCE_SECONDS <= seconds(opening.settle) < PATIENCE_SECONDS + 2.0
    assert seconds(opening.close) < PATIENCE_SECONDS


def test_a_source_that_opens_after_the_end_is_closed_at_once(slow, opening):
    opening.close()
    assert not slow.closed.is_set()
    slow.go_on.set()
    assert slow.closed.wait(30)


def test_a_show_that_goes_on_after_all_hears_what_opened_late(slow, opening):
    opening.settle()
    slow.go_on.set()
    deadline = time.monotonic() + 30
    while opening.source is None:
        assert time.monotonic() < deadline
        opening.advance(5.0)
        time.sleep(0.01)
    assert opening.time(5.0) == pytest.approx(5.0)
    opening.close()
    assert slow.closed.is_set()


def test_a_failure_that_comes_in_time_is_told(slow, opening):
    slow.failure = AudioDeviceError("no such device")
    slow.go_on.set()
    with pytest.raises(AudioDeviceError, match="no such device"):
        opening.settle()
    opening.close()
