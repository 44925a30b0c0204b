"""The built-in track as a source."""

import math
import time

import numpy as np
import pytest

from v1z3r_core.audio.compose import compose
from v1z3r_core.audio.open import open_source
from v1z3r_core.audio.synth import RATE_HZ, SynthSource


@pytest.fixture(scope="module", autouse=True)
def track():
    """The composition, made once: it takes more than a second."""
    composition = compose(RATE_HZ)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("v1z3r_core.audio.compose.compose", lambda _rate: composition)
        yield composition.samples


def test_the_track_is_the_composition_from_end_to_end(track):
    source = SynthSource(loop=False)
    assert source.duration == len(track) / RATE_HZ
    first = source.read(1.0).samples
    rest = source.read(math.inf).samples
    np.testing.assert_array_equal(np.concatenate([first, rest]), track)
    assert source.ended
    assert source.read(math.inf) is None


def test_the_loop_wraps_without_a_gap(track):
    source = SynthSource(start=1.0, duration=0.5)
    part = track[RATE_HZ : RATE_HZ + RATE_HZ // 2]
    heard = [source.read(until).samples for until in (0.4, 0.7, 1.3, 1.5)]
    np.testing.assert_array_equal(np.concatenate(heard), np.concatenate([part] * 3))
    assert not source.ended
    assert source.duration is None


def test_a_start_beyond_the_end_is_a_value_error():
    with pytest.raises(ValueError, match="ends at"):
        SynthSource(start=1e4)


def test_a_loop_has_no_end_to_read_to():
    with pytest.raises(ValueError, match="no end"):
        SynthSource().read(math.inf)


def test_a_part_of_it_is_opened_by_its_word():
    source = open_source("synth", play=False, notify=print, start=2.0, duration=1.0, loop=True)
    assert source.frames == RATE_HZ
    assert source.duration is None
    assert source.rate == RATE_HZ


def test_it_can_be_played_to_a_device(sound_server, track):
    source = open_source("synth", play=True, notify=print, start=1.0, duration=0.3)
    blocks = []
    try:
        deadline = time.monotonic() + 15.0
        while not source.ended and time.monotonic() < deadline:
            block = source.read(source.time())
            if block is not None:
                blocks.append(block.samples.copy())
            time.sleep(0.01)
    finally:
        source.close()
    np.testing.assert_array_equal(np.concatenate(blocks), track[RATE_HZ : RATE_HZ * 13 // 10])
