"""The hop without a compiler: what the compiled one hears, however the stream is cut or switched.

`STATED` is the promise: the largest difference between the two, of a scalar relative to itself
where it is beyond 1. Where it is more than a few last digits, something small is what remains of
large ones and is then magnified: levels that only the transform's rounding makes (a hundredth of a
decibel), or their interpolation (a tenth); what is struck, as the rest beside what is held; the
place within its bin where a sum reaches the rolloff. The flatness is that of what sounds, if
anything does: that of rounding alone is anybody's. Whatever is counted, or chosen from a few, is
equal. A phase is compared around the circle.

The beat is heard by a network that remembers and a model that decides, so that a rounding might
one day decide otherwise, and the two would go on to count other beats. It has not: over the 38 s
of the built-in track at 44.1 and 48 kHz, also when it is cut to eight bits or comes after silence,
over clicks, bursts and a change of tempo the phases stayed within 1e-5, and every announcement
came at the same hop.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1z3r_core.analysis.plan import Plan
from v1z3r_core.audio.compose import compose
from v1z3r_core.kernels import hop, uncompiled
from v1z3r_core.kernels.layout import COUNT, TAIL
from v1z3r_core.kernels.packing import pack
from v1z3r_core.kernels.policy import compiling
from v1z3r_core.model.analysis import (
    BANDS,
    LINE,
    LINES,
    ROW_FLOATS,
    AnalyzerSettings,
    Curve,
    Scalar,
)

COMPILED = compiling()
SECONDS = 1.5 if COMPILED else 0.25
MUSIC_SECONDS = 40 if COMPILED else 0.5  # all of the built-in track, whose end is a break
STATED = {"spectrum": 1e-4, "waveform": 1e-6}
STATED_CURVES = dict.fromkeys(Curve, 2e-4) | {Curve.LOW: 1e-3, Curve.PERCUSSIVE: 1e-2}
STATED_SCALARS = dict.fromkeys(Scalar, 1e-4) | {Scalar.ROLLOFF_HZ: 1e-3}
STATED_SCALARS |= dict.fromkeys((which for which in Scalar if which.name.endswith("COUNT")), 0)
CHOSEN = (
    Scalar.BEAT_PLACE,
    Scalar.BEATS_PER_BAR,
    Scalar.BEATS_ANNOUNCED,
    Scalar.ANNOUNCED_FIRST,
    Scalar.KEY,
)
STATED_SCALARS |= dict.fromkeys(CHOSEN, 0)
CURVES_END = Curve.EDGES + BANDS + 1
ABOVE_DC = 3  # bins: the window spreads a constant over those below
STREAMS = [(1_000, 1), (8_000, 2), (22_050, 1), (44_100, 2), (48_000, 6), (96_000, 3), (192_000, 6)]


plain = uncompiled.load().stream


def described(values):
    """A tuple as compiled kernels take it, or as it stands where nothing is compiled."""
    return pack(values) if COMPILED else values


def compiled(tables, memory, rows, generations):
    """What `plain` is, by the compiled hop."""
    taken = described(tables), described(memory), rows, generations
    return lambda samples, index: hop.advance(samples, *taken, index)


def plan_of(rate, channels):
    return Plan.of(rate, channels, AnalyzerSettings())


class Stream:
    """Rows of one stream and the memory behind them."""

    def __init__(self, plan, hops, in_hop=0):
        self.plan = plan
        self.memory = plan.memory()
        self.memory.counts[COUNT.IN_HOP] = in_hop
        self.rows = np.full((hops, ROW_FLOATS), np.nan, np.float32)
        self.generations = np.full((hops, 1), -1, np.int64)
        self.done = 0

    def feed(self, kernels, samples):
        run = kernels(self.plan.tables, self.memory, self.rows, self.generations)
        self.done += run(samples, self.done)


def heard(kernels, samples, plan, in_hop=0):
    """The stream up to its last whole hop."""
    hops = (in_hop + len(samples)) // plan.hop
    stream = Stream(plan, hops, in_hop)
    stream.feed(kernels, samples[: hops * plan.hop - in_hop])
    assert stream.done == len(stream.rows) > 2
    assert stream.generations[:, 0].tolist() == list(range(stream.done))
    return stream


def assert_agree(rows, expected):
    lines, wanted = (x.reshape(-1, LINES, LINE) for x in (rows, expected))
    for line, (name, stated) in enumerate(STATED.items()):
        assert_close(lines[:, line], wanted[:, line], stated, name)
    for (which, stated), end in zip(
        STATED_CURVES.items(), [*list(Curve)[1:], CURVES_END], strict=True
    ):
        assert_close(lines[:, 2, which:end], wanted[:, 2, which:end], stated, which.name)
    assert not lines[:, 2, CURVES_END:].any()
    sounds = wanted[:, 0, ABOVE_DC:].max(axis=1) > 0
    for which, stated in STATED_SCALARS.items():
        hops = sounds if which is Scalar.FLATNESS else slice(None)
        values, theirs = lines[hops, 3, which], wanted[hops, 3, which]
        if which is Scalar.BEAT_PHASE:
            values = values + np.round(theirs - values)  # whole turns make no difference
        assert_close(values, theirs, stated, which.name, relative=stated)
    assert not lines[:, 3, len(Scalar) :].any()


def assert_close(values, wanted, absolute, name, relative=0.0):
    np.testing.assert_allclose(values, wanted, rtol=relative, atol=absolute, err_msg=name)


def flat(memory):
    """All arrays of a memory."""
    for part in memory:
        yield from flat(part) if isinstance(part, tuple) else [part]


def columns(signal, channels):
    """One signal in all channels, each a little softer than the one before."""
    return (signal[:, None] * (1 - 0.13 * np.arange(channels))).astype(np.float32)


def noise(rate, channels):
    rng = np.random.default_rng(1)
    return rng.normal(0, 0.2, (round(rate * SECONDS), channels)).astype(np.float32)


def clicks(rate, channels):
    signal = np.zeros(round(rate * SECONDS))
    signal[rate // 50 :: rate // 3] = 0.9
    return columns(signal, channels)


def silence(rate, channels):
    return np.zeros((round(rate * SECONDS), channels), np.float32)


def tone(rate, channels):
    time = np.arange(round(rate * SECONDS)) / rate
    return columns(0.5 * np.sin(2 * np.pi * 220 * time), channels)


def constant(rate, channels):
    return columns(np.full(round(rate * SECONDS), 0.7), channels)


def clipped(rate, channels):
    rough = 3 * tone(rate, channels) + noise(rate, channels)
    return np.clip(rough, -1, 1)


def broken(rate, channels):
    samples = noise(rate, channels)
    rng = np.random.default_rng(2)
    samples[rng.random(samples.shape) < 0.01] = np.nan
    samples[rate // 40 :: rate // 4] = np.inf
    samples[rate // 30 :: rate // 5] = -1e9
    samples[len(samples) // 2 :] = np.nan
    return samples


@pytest.mark.parametrize(("rate", "channels"), STREAMS if COMPILED else STREAMS[1:2])
@pytest.mark.parametrize("signal", [noise, clicks, silence, tone, constant, clipped, broken])
def test_both_paths_hear_the_same(signal, rate, channels):
    plan, samples = plan_of(rate, channels), signal(rate, channels)
    ours, theirs = heard(plain, samples, plan), heard(compiled, samples, plan)
    assert_agree(ours.rows, theirs.rows)
    assert ours.memory.counts.tolist() == theirs.memory.counts.tolist()


@pytest.mark.parametrize(("rate", "seconds"), [(16_000, 12), (44_100, 40)])
def test_both_paths_hear_the_same_music(rate, seconds):
    samples = compose(rate).samples[: round(rate * min(seconds, MUSIC_SECONDS))]
    plan = plan_of(rate, samples.shape[1])
    theirs = heard(compiled, samples, plan)
    assert_agree(heard(plain, samples, plan).rows, theirs.rows)
    assert_eventful(theirs.rows)


def assert_eventful(rows):
    """There is something to agree about."""
    last = rows[-1, 3 * LINE :]
    assert last[Scalar.ONSET_COUNT] > 0
    if COMPILED:
        assert last[Scalar.BEATS_ANNOUNCED] > 10
        assert last[Scalar.KICK_COUNT] > 10


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (48_000, 2), (192_000, 6)])
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_any_split_into_blocks_gives_the_same_rows_to_the_bit(rate, channels, data):
    plan = plan_of(rate, channels)
    samples = broken(rate, channels)[: 12 * plan.hop]
    whole = heard(plain, samples, plan)
    places = data.draw(st.lists(st.integers(0, len(samples)), max_size=30))
    cut = Stream(plan, len(whole.rows))
    for block in np.split(samples, sorted(places)):
        cut.feed(plain, block)
    assert cut.rows.tobytes() == whole.rows.tobytes()
    assert cut.generations.tolist() == whole.generations.tolist()
    for array, expected in zip(flat(cut.memory), flat(whole.memory), strict=True):
        assert array.tobytes() == expected.tobytes()


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 2), (44_100, 2)])
@pytest.mark.parametrize("every", [1, 2, 5])
def test_a_stream_switches_between_the_paths_without_a_seam(rate, channels, every):
    plan = plan_of(rate, channels)
    samples = (clicks(rate, channels) + tone(rate, channels) + noise(rate, channels)) / 3
    samples = samples[: len(samples) // plan.hop * plan.hop]
    unswitched = heard(compiled, samples, plan)
    switched = Stream(plan, len(unswitched.rows))
    kernels, other = compiled, plain
    sizes = np.random.default_rng(5).integers(1, 3 * plan.hop, len(samples))
    blocks = np.split(samples, np.cumsum(sizes)[np.cumsum(sizes) < len(samples)])
    assert len(blocks) > 2 * every
    for turn, block in enumerate(blocks):
        switched.feed(kernels, block)
        if turn % every == 0:
            kernels, other = other, kernels
    assert_agree(switched.rows, unswitched.rows)
    assert switched.memory.counts.tolist() == unswitched.memory.counts.tolist()


def test_a_show_that_switches_at_any_block_keeps_its_beats():
    """The start of every first show: some seconds without a compiler, then with it, and back."""
    rate = 48_000
    samples = compose(rate).samples[: round(rate * min(MUSIC_SECONDS, 15))]
    plan = plan_of(rate, samples.shape[1])
    samples = samples[: len(samples) // plan.hop * plan.hop]
    unswitched = heard(compiled, samples, plan)
    switched = Stream(plan, len(unswitched.rows))
    turns = np.random.default_rng(11).integers(0, len(samples), 12)
    for turn, part in enumerate(np.split(samples, np.sort(turns))):
        switched.feed(compiled if turn % 2 else plain, part)
    assert_agree(switched.rows, unswitched.rows)
    assert_eventful(unswitched.rows)


def test_a_beat_that_comes_a_hop_late_would_be_noticed():
    rate = 8_000
    plan, samples = plan_of(rate, 1), clicks(rate, 1)
    rows = heard(compiled, samples, plan).rows
    for which, change in (
        (Scalar.BEAT_PHASE, 0.02),
        (Scalar.BEATS_ANNOUNCED, 1),
        (Scalar.KEY, 1),
        (Scalar.KICK_COUNT, 1),
        (Scalar.ANNOUNCED_IN, 1e-3),
    ):
        changed = rows.copy()
        changed[-1, 3 * LINE + which] += change
        with pytest.raises(AssertionError, match=which.name):
            assert_agree(changed, rows)


@pytest.mark.parametrize("in_hop", [1, 300, 511])
def test_a_stream_that_begins_within_a_hop_is_heard_alike(in_hop):
    plan = plan_of(44_100, 2)
    samples = noise(44_100, 2)
    ours, theirs = heard(plain, samples, plan, in_hop), heard(compiled, samples, plan, in_hop)
    assert_agree(ours.rows, theirs.rows)


def test_a_full_ring_of_rows_goes_round():
    plan = plan_of(8_000, 1)
    samples = noise(8_000, 1)[: 11 * plan.hop]
    whole, ring = heard(plain, samples, plan), Stream(plan, 4)
    ring.feed(plain, samples)
    assert ring.generations[:, 0].tolist() == [8, 9, 10, 7]
    np.testing.assert_array_equal(ring.rows, whole.rows[[8, 9, 10, 7]])


def test_bad_samples_are_counted_when_they_come_and_heard_as_silence():
    plan = plan_of(48_000, 2)
    stream = Stream(plan, 4)
    samples = np.full((100, 2), 0.25, np.float32)
    samples[3, 0], samples[50], samples[99, 1] = np.nan, -np.inf, 2e6
    stream.feed(plain, samples)
    assert stream.memory.counts[COUNT.BAD] == 4
    silent = np.where(np.abs(samples) <= 1e6, samples, 0)
    np.testing.assert_array_equal(stream.memory.heard[:, TAIL : TAIL + 100], silent.T)
