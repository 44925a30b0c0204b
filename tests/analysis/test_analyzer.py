"""The analyzer's promises about blocks, gaps, seeks, views and memory."""

import gc
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import blocks, columns, hear, noise, tone

from v1z3r_core.analysis.analyzer import BRIDGED_SECONDS, Analyzer
from v1z3r_core.model.analysis import AnalyzerSettings, Scalar
from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.errors import AnalysisExpired

RATE = 48_000
HOP = 512


def varied(seconds, channels=2, seed=5):
    """Struck noise and a tone, with a NaN in it."""
    n = round(RATE * seconds)
    time = np.arange(n) / RATE
    struck = noise(RATE, seconds, 0.3, seed) * np.exp(-(time % 0.11) / 0.02)
    samples = np.stack([struck + tone(220, RATE, seconds, 0.2)] * channels, axis=1)
    samples[n // 3, 0] = np.nan
    return columns(samples)


SIGNAL = varied(0.25)
WHOLE = hear(SIGNAL, RATE, len(SIGNAL))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3_000), max_size=30))
def test_any_block_split_gives_the_same_frames_to_the_last_bit(sizes):
    analyzer, frames, at = Analyzer(), [], 0
    for size in [*sizes, len(SIGNAL)]:
        block = AudioBlock(at, RATE, SIGNAL[at : at + size])
        frames += [frame.copy() for frame in analyzer.advance(block)]
        at = block.end
    assert [frame.index for frame in frames] == [frame.index for frame in WHOLE]
    assert [frame.time for frame in frames] == [frame.time for frame in WHOLE]
    for frame, expected in zip(frames, WHOLE, strict=True):
        np.testing.assert_array_equal(frame.row, expected.row)


def test_a_frame_knows_the_time_up_to_which_it_heard():
    frames = hear(SIGNAL, RATE)
    assert [frame.time for frame in frames] == [(i + 1) * HOP / RATE for i in range(len(frames))]
    assert {frame.rate for frame in frames} == {RATE}
    assert len(frames) == len(SIGNAL) // HOP


def test_nothing_later_than_its_time_is_in_a_frame():
    changed = SIGNAL.copy()
    cut = 10 * HOP
    changed[cut:] = 0.9
    for frame, other in zip(hear(SIGNAL, RATE), hear(changed, RATE), strict=True):
        same = np.array_equal(frame.row, other.row)
        assert same == (frame.time <= cut / RATE)


def test_hops_lie_on_the_stream_s_own_grid_wherever_listening_began():
    analyzer = Analyzer()
    frames = analyzer.advance(AudioBlock(1_000, RATE, SIGNAL[1_000:]))
    assert frames[0].time == 2 * HOP / RATE
    # After everything of finite memory has seen the same sound, only levels and flows differ.
    assert np.array_equal(frames[-1].spectrum, WHOLE[-1].spectrum)


def test_before_the_first_hop_there_is_silence():
    analyzer = Analyzer()
    assert analyzer.hop_seconds is None
    assert analyzer.latest.index == analyzer.at(3.0).index == -1
    assert analyzer.advance(AudioBlock(0, RATE, np.zeros((0, 2), np.float32))) == ()
    assert analyzer.hop_seconds is None
    assert list(analyzer.advance(AudioBlock(0, RATE, SIGNAL[: HOP - 1]))) == []
    assert analyzer.latest.index == -1
    assert analyzer.hop_seconds == HOP / RATE
    analyzer.advance(AudioBlock(HOP - 1, RATE, SIGNAL[HOP - 1 : HOP]))
    assert analyzer.latest.index == 0


def test_the_frame_of_a_time_is_the_newest_one_not_after_it():
    analyzer = Analyzer()
    for block in blocks(SIGNAL, RATE, 700):
        analyzer.advance(block)
    frames = hear(SIGNAL, RATE)
    assert analyzer.latest.index == frames[-1].index
    for frame in frames:
        assert analyzer.at(frame.time).index == frame.index
        assert analyzer.at(frame.time + 0.9 * HOP / RATE).index == frame.index
    assert analyzer.at(frames[3].time - 1e-6).index == 2
    assert analyzer.at(0.0).index == 0
    assert analyzer.at(1e9).index == frames[-1].index


def test_rows_are_read_only_views_that_expire_after_the_history():
    analyzer = Analyzer(AnalyzerSettings(history=64))
    samples = columns(noise(RATE, 1.0, 0.1))
    first = analyzer.advance(AudioBlock(0, RATE, samples[:HOP]))[0]
    kept = first.copy()
    with pytest.raises(ValueError, match="read-only"):
        first.row[0] = 1
    analyzer.advance(AudioBlock(HOP, RATE, samples[HOP : 64 * HOP]))
    assert first.valid
    assert np.array_equal(first.row, kept.row)
    assert analyzer.at(0.0).index == 0
    analyzer.advance(AudioBlock(64 * HOP, RATE, samples[64 * HOP : 65 * HOP]))
    assert not first.valid
    assert kept.valid
    with pytest.raises(AnalysisExpired, match="hop 0 was overwritten by hop 64"):
        _ = first.bands
    assert analyzer.at(0.0).index == 1


def test_one_block_longer_than_the_history_leaves_its_newest_frames():
    analyzer = Analyzer(AnalyzerSettings(history=64))
    frames = analyzer.advance(AudioBlock(0, RATE, columns(noise(RATE, 1.0, 0.1))))
    assert [frame.valid for frame in frames] == [False] * (len(frames) - 64) + [True] * 64


def test_broken_samples_are_silence_and_counted():
    broken = SIGNAL.copy()
    broken[100:103, 1] = np.nan, np.inf, -np.inf
    analyzer = Analyzer()
    frames = analyzer.advance(AudioBlock(0, RATE, broken))
    assert analyzer.bad_samples == 4  # one was there already
    assert np.isfinite(frames[-1].row).all()
    clean = np.nan_to_num(broken, nan=0, posinf=0, neginf=0)
    for frame, expected in zip(frames, hear(clean, RATE), strict=True):
        assert np.array_equal(frame.row, expected.row)


def test_clipped_and_absurdly_loud_sound_stays_finite():
    for gain in (1.0, 30.0, 1e5, 1e30):
        frame = hear(columns(tone(440, RATE, 0.2, gain)), RATE)[-1]
        assert np.isfinite(np.delete(frame.row, [3 * 1024 + 10, 3 * 1024 + 11])).all()
        assert 0 <= frame.bands.min() <= frame.bands.max() <= 1


@pytest.mark.parametrize("lost", [1, 100, HOP, 5_000, round(BRIDGED_SECONDS * RATE)])
def test_lost_samples_are_counted_and_heard_as_silence(lost):
    analyzer, half = Analyzer(), len(SIGNAL) // 2
    frames = [f.copy() for f in analyzer.advance(AudioBlock(0, RATE, SIGNAL[:half]))]
    # The bridge alone may be longer than the ring, so only the end is compared.
    frames += analyzer.advance(AudioBlock(half + lost, RATE, SIGNAL[half:]))
    assert analyzer.lost_samples == lost
    silence = np.zeros((lost, 2), np.float32)
    expected = hear(np.concatenate([SIGNAL[:half], silence, SIGNAL[half:]]), RATE)
    assert [frame.time for frame in frames] == [frame.time for frame in expected]
    for frame, bridged in zip(frames[-15:], expected[-15:], strict=True):
        assert np.array_equal(frame.row, bridged.row)


def test_after_a_long_gap_time_jumps_and_the_past_is_forgotten():
    analyzer = Analyzer(AnalyzerSettings(history=512))
    analyzer.advance(AudioBlock(0, RATE, SIGNAL))
    before = analyzer.latest.copy()
    start = 3_600 * RATE + 123
    frames = analyzer.advance(AudioBlock(start, RATE, SIGNAL))
    assert analyzer.lost_samples == start - len(SIGNAL)
    assert len(frames) <= (BRIDGED_SECONDS + 1) * RATE / HOP
    times = [frame.time for frame in frames]
    assert np.allclose(np.diff(times), HOP / RATE)
    assert times[-1] == (start + len(SIGNAL)) // HOP * HOP / RATE
    assert frames[0].index == before.index + 1
    assert analyzer.latest.scalar(Scalar.BASS_FLOW) >= before.scalar(Scalar.BASS_FLOW)
    assert analyzer.at(times[-3]).index == frames[-3].index
    assert analyzer.at(2_000.0).time < 1.0, "between them the last one before the gap holds"


def test_a_seek_begins_anew_there():
    analyzer = Analyzer()
    analyzer.advance(AudioBlock(0, RATE, SIGNAL))
    back = 3 * HOP + 17
    frames = analyzer.advance(AudioBlock(back, RATE, SIGNAL[back:]))
    fresh = Analyzer().advance(AudioBlock(back, RATE, SIGNAL[back:]))
    assert [frame.time for frame in frames] == [frame.time for frame in fresh]
    assert frames[0].index == len(WHOLE), "numbers go on, so that no old view seems valid again"
    for frame, expected in zip(frames, fresh, strict=True):
        assert np.array_equal(frame.row, expected.row)
    assert analyzer.at(0.0).index == frames[0].index
    assert analyzer.lost_samples == 0
    assert analyzer.bad_samples == 2, "the same broken sample was heard twice"


@pytest.mark.parametrize("change", [{"rate": 44_100}, {"channels": 1}])
def test_another_rate_or_channel_count_begins_anew(change):
    analyzer = Analyzer()
    analyzer.advance(AudioBlock(0, RATE, SIGNAL))
    rate = change.get("rate", RATE)
    samples = np.ascontiguousarray(SIGNAL[:, : change.get("channels", 2)])
    block = AudioBlock(len(SIGNAL), rate, samples)
    frames = analyzer.advance(block)
    for frame, expected in zip(frames, Analyzer().advance(block), strict=True):
        assert (frame.time, frame.rate) == (expected.time, rate)
        assert np.array_equal(frame.row, expected.row)
    assert analyzer.hop_seconds == 512 / rate


def test_reset_forgets_everything_but_leaves_old_frames_alone():
    analyzer = Analyzer()
    old = analyzer.advance(AudioBlock(0, RATE, SIGNAL))[-1]
    copy = old.copy()
    analyzer.reset()
    assert (analyzer.latest.index, analyzer.bad_samples, analyzer.hop_seconds) == (-1, 0, None)
    frames = analyzer.advance(AudioBlock(0, RATE, SIGNAL))
    assert np.array_equal(old.row, copy.row)
    for frame, expected in zip(frames, WHOLE, strict=True):
        assert np.array_equal(frame.row, expected.row)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 7, 8, 11])
def test_mid_is_the_mean_of_all_channels(channels):
    mono = varied(0.2, 1)
    gains = np.linspace(1, 2, channels)
    spread = columns(np.nan_to_num(mono) * gains / gains.mean())
    expected, frame = hear(np.nan_to_num(mono), RATE)[-1], hear(spread, RATE)[-1]
    np.testing.assert_allclose(frame.spectrum, expected.spectrum, atol=1e-4)
    np.testing.assert_allclose(frame.waveform, expected.waveform, atol=1e-4)


def test_opposite_channels_cancel_in_mid_but_not_in_peak_and_loudness():
    wave = tone(997, RATE, 0.6)
    frame = hear(np.stack([wave, -wave], axis=1), RATE)[-1]
    assert frame.rms == 0
    assert not frame.spectrum.any()
    assert frame.scalar(Scalar.PEAK) == pytest.approx(0.5, abs=1e-4)
    assert frame.momentary_lufs == pytest.approx(-6.02, abs=0.02)


def test_a_hop_allocates_one_frame_and_nothing_that_stays():
    analyzer = Analyzer(AnalyzerSettings(history=64))
    stream = list(blocks(noise(RATE, 12.0, 0.1), RATE, HOP))
    for block in stream[:300]:  # beyond 256, where Python's ready-made integers end
        analyzer.advance(block)
    # A full collection empties the interpreter's lists of spare objects, which then fill anew.
    gc.collect()
    gc.disable()
    tracemalloc.start()
    peaks, held = np.zeros((2, len(stream) - 300), np.int64)
    try:
        for i, block in enumerate(stream[300:]):
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            analyzer.advance(block)
            _, peak = tracemalloc.get_traced_memory()
            peaks[i], held[i] = peak - before, before
    finally:
        tracemalloc.stop()
        gc.enable()
    assert peaks.max() < 2_000  # a frame, a list, some numbers: no sample, no row
    # The first rounds of the ring replace objects from before the tracing by traced ones.
    assert held[-1] - held[4 * 64] < 500


def test_two_analyzers_do_not_meet():
    first, second = Analyzer(), Analyzer()
    other = varied(0.25, seed=9)
    for block, disturbing in zip(blocks(SIGNAL, RATE, 900), blocks(other, RATE, 900), strict=True):
        first.advance(block)
        second.advance(disturbing)
    assert np.array_equal(first.latest.row, WHOLE[-1].row)
    assert not np.array_equal(second.latest.row, WHOLE[-1].row)


def test_where_arrays_lie_in_memory_makes_no_difference():
    """A kernel compiled in two versions, chosen by address, once rounded differently in each."""
    rng, padding = np.random.default_rng(0), []
    samples = SIGNAL[: 6 * HOP]
    for _ in range(150):
        padding.append(np.zeros(rng.integers(1, 5_000), np.float32))
        for frame, expected in zip(hear(samples, RATE), WHOLE, strict=False):
            np.testing.assert_array_equal(frame.row, expected.row)
