"""What each feature says of sounds whose answer is known: tones, noise, chords, clicks, sides."""

import numpy as np
import pytest
from listening import RATES, columns, hear, noise, pink, series, tone

from v1z3r_core.analysis.longwindow import HIGHEST_HZ, STOP_DB, decimation, low_pass
from v1z3r_core.analysis.plan import hop_size
from v1z3r_core.model.analysis import (
    BANDS,
    DBA_FLOOR,
    FLOOR_DB,
    FLOW_PERIOD,
    LOW,
    LOW_FIRST_HZ,
    LOW_LAST_HZ,
    AnalyzerSettings,
    Scalar,
    band_edges_hz,
)
from v1z3r_core.model.audio import AudioBlock

RATE = 48_000
LOW_HZ = np.geomspace(LOW_FIRST_HZ, LOW_LAST_HZ, LOW)
NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]

# IEC 61672-1:2013, table 3: nominal frequency, A-weighting in decibels.
A_TABLE = [
    (31.5, -39.4),
    (63, -26.2),
    (125, -16.1),
    (250, -8.6),
    (500, -3.2),
    (1_000, 0.0),
    (2_000, 1.2),
    (4_000, 1.0),
    (8_000, -1.1),
    (16_000, -6.6),
]


def last(samples, rate=RATE, settings=None):
    return hear(samples, rate, settings=settings)[-1]


def hz_of(note, octave):
    return 440 * 2 ** ((NAMES.index(note) - 9) / 12 + octave - 4)


def notes(*names, seconds=1.0, level=0.2):
    return sum(tone(hz_of(*name), RATE, seconds, level) for name in names)


# --- level --------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_the_a_weighting_is_that_of_the_standard(rate):
    for nominal, weight in A_TABLE:
        exact = 1_000 * 10 ** (round(10 * np.log10(nominal / 1_000)) / 10)
        # The table is rounded to 0.1 dB; 31.5 Hz is read where the curve is steepest.
        allowed = 0.15 if nominal < 63 else 0.06
        assert last(tone(exact, rate, 0.6, 1.0), rate).level_dba == pytest.approx(
            weight, abs=allowed
        )


def test_the_a_weighted_level_follows_the_gain_down_to_its_floor():
    for gain_db in (-20, -60, -100):
        heard = last(tone(1_000, RATE, 0.6, 10 ** (gain_db / 20)))
        assert heard.level_dba == pytest.approx(gain_db, abs=0.05)
    assert last(np.zeros(RATE)).level_dba == DBA_FLOOR
    assert last(tone(1_000, RATE, 0.6, 1e-7)).level_dba == DBA_FLOOR


def test_crest_tells_sines_squares_and_clicks():
    sine = last(tone(997, RATE, 0.3))
    assert sine.scalar(Scalar.CREST) == pytest.approx(np.sqrt(2), abs=0.01)
    assert last(np.sign(tone(375, RATE, 0.3, phase=0.1))).scalar(Scalar.CREST) == 1
    click = np.zeros(RATE // 4)
    click[-1_000] = 0.5
    assert last(click).scalar(Scalar.CREST) == pytest.approx(np.sqrt(2_048), rel=1e-3)


# --- shape --------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_is_narrow_and_noise_is_flat_and_wide(rate):
    bin_hz = rate / 2 ** round(np.log2(rate / last(np.ones(rate // 4), rate).bin_hz))
    heard = last(tone(1_000, rate, 0.5), rate)
    assert heard.scalar(Scalar.SPREAD_HZ) < bin_hz
    assert heard.scalar(Scalar.ROLLOFF_HZ) == pytest.approx(1_000, abs=1.5 * bin_hz)
    assert heard.scalar(Scalar.FLATNESS) < 1e-3
    frames = hear(noise(rate, 1.5, 0.2), rate)[-40:]
    # exp(-Euler's constant): what the logarithm of a periodogram's exponential spread costs.
    assert series(frames, Scalar.FLATNESS).mean() == pytest.approx(0.561, abs=0.03)
    assert series(frames, Scalar.CENTROID).mean() == pytest.approx(rate / 4, rel=0.03)
    assert series(frames, Scalar.SPREAD_HZ).mean() == pytest.approx(rate / 48**0.5, rel=0.03)
    assert series(frames, Scalar.ROLLOFF_HZ).mean() == pytest.approx(0.85 * rate / 2, rel=0.03)


# --- low end ------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
def test_forty_and_fifty_hertz_are_apart_at_every_moment(rate):
    frames = hear(tone(40, rate, 1.2, 0.4) + tone(50, rate, 1.2, 0.4), rate)[-40:]
    for frame in frames:
        level_db = FLOOR_DB * (1 - frame.low)
        peaks = [level_db[np.abs(LOW_HZ - hz) < 1].max() for hz in (40, 50)]
        valley = level_db[(LOW_HZ > 42) & (LOW_HZ < 47)].min()
        assert peaks == pytest.approx([-8, -8], abs=1.5)
        assert valley < min(peaks) - 3.5


@pytest.mark.parametrize("hz", [25.0, 60.0, 187.0])
def test_a_low_tone_stands_at_its_place_with_its_level(hz):
    for rate in RATES:
        line = last(tone(hz, rate, 0.8, 0.25), rate).low
        # Half a bin, 1.5 Hz, or half a point of the line.
        assert LOW_HZ[line.argmax()] == pytest.approx(hz, abs=1.5 + 0.01 * hz)
        # Between bins a window reads up to 1.4 dB less, of which the curve gives some back.
        assert FLOOR_DB * (1 - line.max()) == pytest.approx(-12.04, abs=1.1)


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 192_000])
def test_what_folds_back_into_the_low_end_is_inaudible(rate):
    factor = decimation(rate, hop_size(rate))
    assert rate / factor >= 5_000
    taps = low_pass(rate, factor)
    hz = np.arange(0, rate / 2, 5.0)
    response = np.abs(np.exp(-2j * np.pi * np.outer(hz / rate, np.arange(len(taps)))) @ taps)
    assert np.abs(20 * np.log10(response[hz <= HIGHEST_HZ])).max() < 0.01
    assert 20 * np.log10(response[hz >= rate / factor - HIGHEST_HZ].max()) < -STOP_DB + 1


# --- pitch classes ------------------------------------------------------------------------


@pytest.mark.parametrize("octave", [3, 4, 5])
def test_each_note_lights_its_own_pitch_class(octave):
    for place, name in enumerate(NAMES):
        pitch = last(notes((name, octave), seconds=0.6)).chroma
        assert pitch.argmax() == place
        assert pitch[place] > 0.9
        assert np.delete(pitch, place).max() < 0.15, name


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
def test_a_chord_lights_its_notes_at_every_rate(rate):
    chord = sum(tone(hz_of(*note), rate, 1.0, 0.2) for note in (("A", 2), ("C", 3), ("E", 3)))
    pitch = last(chord, rate).chroma
    assert set(np.argsort(pitch)[-3:]) == {9, 0, 4}
    assert pitch[[9, 0, 4]].min() > 0.7
    assert np.delete(pitch, [9, 0, 4]).max() < 0.2


def test_a_quarter_tone_off_is_heard_with_the_tuning_it_was_played_in():
    flat = tone(432 * 2 ** (3 / 12), RATE, 0.6) + tone(432, RATE, 0.6)
    heard = last(flat, settings=AnalyzerSettings(tuning_hz=432.0)).chroma
    assert set(np.argsort(heard)[-2:]) == {9, 0}
    assert np.delete(heard, [9, 0]).max() < 0.1


def test_a_quiet_chord_is_as_clear_and_silence_has_no_pitch():
    loud, quiet = (last(notes(("C", 4), ("G", 4), level=level)).chroma for level in (0.3, 0.003))
    np.testing.assert_allclose(loud, quiet, atol=0.05)
    assert not last(np.zeros(RATE)).chroma.any()


# --- harmonic and percussive --------------------------------------------------------------


def clicks(seconds):
    samples = np.zeros(round(RATE * seconds))
    samples[:: RATE // 4] = 0.9
    return samples


def test_held_tones_are_harmonic_and_clicks_percussive():
    held = hear(notes(("C", 4), ("E", 4), ("G", 4)), RATE)[-30:]
    assert series(held, Scalar.HARMONIC).min() > 0.9
    # 4 % of the power: three notes within a few bins fill half of those around them.
    assert series(held, Scalar.PERCUSSIVE).max() < 0.4
    struck = hear(clicks(2.0), RATE)[-90:]
    assert series(struck, Scalar.PERCUSSIVE).max() > 0.9
    assert series(struck, Scalar.HARMONIC).max() < 0.1


def test_a_click_in_a_chord_is_taken_apart_band_by_band():
    frames = hear(notes(("C", 4), ("G", 4), seconds=2.0, level=0.1) + clicks(2.0), RATE)
    at_click = frames[np.argmax(series(frames, Scalar.ONSET)[100:]) + 101]
    edges = band_edges_hz()
    high = np.searchsorted(edges, 4_000)
    tones = np.searchsorted(edges, [hz_of("C", 4), hz_of("G", 4)]) - 1
    assert at_click.percussive_bands[high:].mean() > 0.4
    assert at_click.harmonic_bands[high:].mean() < 0.05
    assert at_click.harmonic_bands[tones].min() > 0.7


def test_held_and_struck_together_are_the_bands():
    frame = last(pink(RATE, 1.0, 0.2))
    # As powers, for levels are their 0.3rd powers; smoothing bends the sum a little.
    parts = frame.harmonic_bands ** (1 / 0.3) + frame.percussive_bands ** (1 / 0.3)
    assert np.median(parts / frame.bands ** (1 / 0.3)) == pytest.approx(1, abs=0.25)


# --- stereo -------------------------------------------------------------------------------


def pair(left, right):
    return columns(np.stack([left, right], axis=1))


@pytest.mark.parametrize(
    ("left", "right", "correlation", "balance"),
    [
        (1.0, 1.0, 1, 0),
        (1.0, -1.0, -1, 0),
        (1.0, 0.0, 0, -1),
        (0.0, 1.0, 0, 1),
        (0.5, 1.0, 1, 0.6),
    ],
)
def test_correlation_and_balance_say_where_the_sound_is(left, right, correlation, balance):
    wave = noise(RATE, 1.0, 0.2)
    frame = last(pair(left * wave, right * wave))
    assert frame.correlation == pytest.approx(correlation, abs=1e-4)
    assert frame.balance == pytest.approx(balance, abs=1e-4)


def test_unrelated_channels_do_not_correlate_and_fill_mid_and_side_alike():
    frames = hear(pair(noise(RATE, 2.0, 0.2, 1), noise(RATE, 2.0, 0.2, 2)), RATE)[-50:]
    assert abs(series(frames, Scalar.CORRELATION).mean()) < 0.03
    side = np.mean([frame.side_bands for frame in frames])
    assert side == pytest.approx(np.mean([frame.bands for frame in frames]), abs=0.03)


def test_side_bands_have_the_gain_of_mid():
    """A side 20 dB under mid stays 10^(-20·0.03) = 0.25 of it, however quiet the whole is."""
    middle, side = pink(RATE, 2.0, 0.1, 1), pink(RATE, 2.0, 0.01, 2)
    for gain in (1.0, 0.3):
        frames = hear(gain * pair(middle + side, middle - side), RATE)[-50:]
        ratios = [np.median(frame.side_bands / frame.bands) for frame in frames]
        assert np.mean(ratios) == pytest.approx(0.25, abs=0.05)


def test_mono_has_no_side_however_many_channels_carry_it():
    wave = pink(RATE, 0.5, 0.2)
    for channels in (1, 2, 6):
        frame = last(columns(np.stack([wave] * channels, axis=1)))
        assert not frame.side_bands.any()
        assert frame.scalar(Scalar.SIDE) == 0
        assert frame.correlation == pytest.approx(1, abs=1e-6)


# --- bands, levels, flows -----------------------------------------------------------------


@pytest.mark.parametrize("scale", ["log", "mel", "erb"])
def test_bands_lie_where_their_scale_says(scale):
    settings = AnalyzerSettings(scale=scale)
    edges = band_edges_hz(scale)
    assert (edges[0], edges[-1]) == (pytest.approx(30), pytest.approx(16_000))
    frame = last(tone(1_000, RATE, 0.5), settings=settings)
    np.testing.assert_allclose(frame.edges_hz, edges, rtol=1e-6)
    band = frame.bands.argmax()
    assert edges[band] <= 1_000 <= edges[band + 1]


def test_scales_of_hearing_give_the_bass_less_room():
    below = {scale: np.sum(band_edges_hz(scale) < 500) for scale in ("log", "erb", "mel")}
    assert below["log"] > below["erb"] > below["mel"]
    # O'Shaughnessy's 1,000 mel at 1 kHz; 500 mel at 389 Hz.
    place = np.interp([1_000, 389], band_edges_hz("mel"), np.arange(BANDS + 1))
    mel = 2_595 * np.log10(1 + np.array([30, 16_000]) / 700)
    np.testing.assert_allclose(
        place, (np.array([1_000, 500]) - mel[0]) / (mel[1] - mel[0]) * BANDS, atol=0.05
    )


@pytest.mark.parametrize(
    "wrong", [{"scale": "bark"}, {"tuning_hz": 300.0}, {"tuning_hz": float("nan")}]
)
def test_settings_out_of_range_are_refused_by_name(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name} is .*, expected"):
        AnalyzerSettings(**wrong)


def test_between_the_kicks_of_a_dense_drop_the_bass_comes_down():
    time = np.arange(RATE * 8) / RATE
    since = time % (60 / 140)
    sweep = 50 * since + 3 * (1 - np.exp(-since / 0.03))
    kick = 0.8 * np.sin(2 * np.pi * sweep) * np.exp(-since / 0.12)
    saw = 0.28 * sum(np.sin(2 * np.pi * 55 * k * time) / k for k in range(1, 60))
    frames = hear(kick + saw + pink(RATE, 8.0, 0.05), RATE)
    low, high = np.percentile(series(frames[len(frames) // 2 :], Scalar.BASS), [5, 95])
    assert high > 0.95
    assert low < 0.5


def test_flows_begin_anew_at_their_period_and_do_not_jump_before(analyzer_near_the_end):
    analyzer, block = analyzer_near_the_end
    before = analyzer.latest.scalar(Scalar.BASS_FLOW)
    flows = [before]
    for i in range(40):
        start = block.end + i * 512
        frames = analyzer.advance(AudioBlock(start, RATE, block.samples[i * 512 : (i + 1) * 512]))
        flows += [frame.scalar(Scalar.BASS_FLOW) for frame in frames]
    steps = np.diff(flows)
    assert max(flows) < FLOW_PERIOD
    assert np.sum(steps < 0) == 1
    # The steps of a float32 just below 4,096.
    np.testing.assert_allclose(steps % FLOW_PERIOD, np.median(steps), atol=2.5 / 4_096)


@pytest.fixture
def analyzer_near_the_end():
    """An analyzer that has heard a steady tone for a flow of nearly 4,096 s."""
    from v1z3r_core.analysis.analyzer import Analyzer
    from v1z3r_core.kernels.layout import Sum

    analyzer = Analyzer()
    block = AudioBlock(0, RATE, columns(tone(60, RATE, 1.024)))
    analyzer.advance(block)
    analyzer._memory.sums[Sum.BASS_FLOW] = FLOW_PERIOD - 0.1
    end = AudioBlock(block.end, RATE, block.samples[:512])
    analyzer.advance(end)
    return analyzer, AudioBlock(block.end + 512 - len(block.samples), RATE, block.samples)
