"""A signal whose every sample carries its own number, to count what gets lost on the way."""

import time

import numpy as np

from v1z3r_core.model.audio import AudioBlock, AudioStats

RATE = 48_000
COUNTER = 1 << 22  # numbers up to here are exact in float32 and last 87 s


class CountingSource:
    """An offline source of it, endless or `frames` long."""

    name, rate, channels = "counter", RATE, 2

    def __init__(self, frames=None):
        self._frames = frames
        self._position = 0

    @property
    def duration(self):
        return None if self._frames is None else self._frames / RATE

    @property
    def ended(self):
        return self._position == self._frames

    def time(self):
        return None

    def read(self, until):
        start, end = self._position, int(until * RATE + 1e-4)
        self._position = end if self._frames is None else min(end, self._frames)
        numbers = (np.arange(start, self._position) % COUNTER / COUNTER).astype(np.float32)
        return AudioBlock(start, RATE, np.repeat(numbers[:, np.newaxis], 2, axis=1))

    def stats(self):
        return AudioStats()

    def close(self):
        pass


def numbers(samples):
    """The numbers in samples of shape (n, channels), as int64."""
    return np.round(samples[:, 0].astype(np.float64) * COUNTER).astype(np.int64)


def read_for(source, seconds):
    """Everything a live source hands over in that time, as copied blocks."""
    blocks = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        block = source.read(0.0)
        if block is not None:
            blocks.append(AudioBlock(block.start, block.rate, block.samples.copy()))
        time.sleep(0.005)
    return blocks


def wait_for(condition, what, seconds=15.0):
    """Return when the condition holds; real devices move no manual clock."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.01)
