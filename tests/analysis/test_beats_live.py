import numpy as np
import pytest
from beatsounds import RATE, Tracker, clicks, drums, share_hit

from v1z3r_core.analysis.beatplan import TempoSettings
from v1z3r_core.kernels.beat_layout import BeatValue


def test_slow_drums_are_followed_at_the_octave_that_is_asked_for():
    beats = np.arange(0.3, 20, 60 / 83)
    slow = TempoSettings(slowest_bpm=50, fastest_bpm=110, preferred_bpm=(60, 100))
    found, _ = Tracker(drums(beats, 20), settings=slow).run().announced
    assert share_hit(found[found > 6], beats, 0.02) > 0.95
    assert share_hit(beats[(beats > 6) & (beats < 19)], found, 0.02) > 0.9


@pytest.mark.parametrize("bpm", [92, 100, 128, 150, 174, 200])
def test_drums_are_followed_to_the_hundredth_of_a_second(bpm):
    beats = np.arange(0.3, 20, 60 / bpm)
    found, _ = Tracker(drums(beats, 20)).run().announced
    found = found[found > 6]
    assert share_hit(found, beats, 0.02) > 0.95  # each is a beat, though at 200 BPM not each beat
    later = beats[(beats > 6) & (beats < 19)]
    assert max(share_hit(later[n::2], found, 0.02) for n in (0, 1)) > 0.9


@pytest.mark.parametrize("bpm", [40, 55, 80, 120, 160, 205, 240])
def test_click_trains_have_their_tempo_or_an_octave_of_it(bpm):
    sound, _ = clicks(bpm, 20)
    tracker = Tracker(sound).run()
    heard = tracker.column(BeatValue.BPM)[-400:]
    octave = np.log2(np.median(heard) / bpm)
    assert abs(octave - round(octave)) < 0.015
    assert tracker.column(BeatValue.LOCKED)[-1] == 1


def test_a_slow_train_of_clicks_has_its_own_tempo_if_that_is_preferred():
    sound, _ = clicks(44, 24)
    settings = TempoSettings(slowest_bpm=35, fastest_bpm=80, preferred_bpm=(40, 60))
    tracker = Tracker(sound, settings=settings).run()
    assert np.median(tracker.column(BeatValue.BPM)[-400:]) == pytest.approx(44, rel=0.01)


def test_every_beat_is_announced_once_and_ahead():
    tracker = Tracker(drums(np.arange(0.3, 20, 60 / 126), 20)).run()
    beats, at = tracker.announced
    assert np.all(np.diff(beats) > 0.25)
    locked = at > 5
    assert np.all(beats[locked] - at[locked] >= 0.05)
    assert np.all(beats[locked] - at[locked] <= 0.12)


def test_what_was_announced_does_not_depend_on_gain():
    sound = drums(np.arange(0.3, 16, 60 / 118), 16)
    expected, _ = Tracker(sound).run().announced
    for gain in (0.01, 100.0):
        found, _ = Tracker(sound * np.float32(gain)).run().announced
        assert np.allclose(found, expected, atol=1e-3)


@pytest.mark.parametrize("kind", ["silence", "constant", "white", "pink", "tone"])
def test_nothing_is_announced_where_no_beat_is(kind):
    dice = np.random.default_rng(11)
    n = 20 * RATE
    sound = {
        "silence": lambda: np.zeros(n),
        "constant": lambda: np.full(n, 0.3),
        "white": lambda: dice.normal(0, 0.1, n),
        "pink": lambda: np.fft.irfft(
            np.fft.rfft(dice.normal(0, 1, n)) / np.sqrt(np.arange(n // 2 + 1) + 1.0)
        ),
        "tone": lambda: 0.3 * np.sin(2 * np.pi * 220 * np.arange(n) / RATE),
    }[kind]()
    tracker = Tracker(sound.astype(np.float32)).run()
    beats, _ = tracker.announced
    assert len(beats) == 0


def test_in_silence_the_clock_runs_out():
    sound = drums(np.arange(0.3, 12, 0.5), 12)
    sound = np.concatenate([sound, np.zeros(12 * RATE, np.float32)])
    tracker = Tracker(sound).run()
    beats, _ = tracker.announced
    assert share_hit(np.arange(12.3, 14, 0.5), beats) == 1  # a break of two seconds is bridged
    assert np.all(beats < 22)
    assert tracker.column(BeatValue.CONFIDENCE)[-1] == 0


def test_after_a_break_the_beat_is_where_it_would_have_been():
    beats = np.arange(0.3, 24, 60 / 124)
    sound = drums(beats, 24)
    sound[10 * RATE : 13 * RATE] = 0
    found, _ = Tracker(sound).run().announced
    inside = beats[(beats > 10) & (beats < 16)]
    assert share_hit(inside, found) == 1


@pytest.mark.parametrize("bpm", [(120, 97), (100, 132), (140, 126)])
def test_a_step_of_tempo_is_followed_within_four_seconds(bpm):
    before = np.arange(0.3, 14, 60 / bpm[0])
    after = np.arange(before[-1] + 60 / bpm[1], 28, 60 / bpm[1])
    found, _ = Tracker(drums(np.concatenate([before, after]), 28)).run().announced
    later = after[(after > before[-1] + 4) & (after < 27)]
    assert share_hit(later, found) > 0.9


def test_a_ramp_of_tempo_is_followed():
    beats = [0.3]
    while beats[-1] < 30:
        beats.append(beats[-1] + 60 / (100 + 1.2 * beats[-1]))  # 100 to 136 BPM
    found, _ = Tracker(drums(beats, 30)).run().announced
    later = np.array([beat for beat in beats if 6 < beat < 29])
    assert share_hit(later, found) > 0.9


@pytest.mark.parametrize("rate", [16_000, 22_050, 32_000, 44_100, 96_000])
def test_every_rate_hears_the_same_beats(rate):
    beats = np.arange(0.3, 16, 60 / 122)
    found, _ = Tracker(drums(beats, 16, rate), rate).run().announced
    assert share_hit(beats[(beats > 6) & (beats < 15)], found) > 0.9


@pytest.mark.parametrize(
    "change",
    [
        {"slowest_bpm": 100.0},
        {"fastest_bpm": 500.0},
        {"preferred_bpm": (170.0, 90.0)},
        {"slowest_bpm": 100.0, "fastest_bpm": 150.0, "preferred_bpm": (110.0, 140.0)},
    ],
)
def test_tempos_that_make_no_sense_are_refused(change):
    with pytest.raises(ValueError, match="BPM"):
        TempoSettings(**change)
