"""The page of a piece: what must be seen where, for any length and kind of sound."""

import dataclasses
import math
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from v1z3r_core import analyze
from v1z3r_core.media.font import FONT_FILE
from v1z3r_core.model.track import Rhythm, Section
from v1z3r_core.output.page import PAGE, PANEL, columns, tick_step
from v1z3r_core.output.palette import heat, srgb
from v1z3r_core.output.tracklanes import SECTION_INK
from v1z3r_core.output.trackplot import LEFT, RIGHT, WIDTH, save_picture

RATE = 22_050
SPECTRUM_ROWS = slice(204, 584)  # of the page


def tone(hz, seconds, level=0.3):
    return level * np.sin(2 * np.pi * hz * np.arange(round(RATE * seconds)) / RATE)


@pytest.fixture
def drawn(tmp_path):
    def draw(samples, **changes):
        track = samples if dataclasses.is_dataclass(samples) else analyze(samples, sample_rate=RATE)
        save_picture(dataclasses.replace(track, **changes), tmp_path / "p.png", FONT_FILE)
        assert [path.name for path in tmp_path.iterdir()] == ["p.png"]
        with Image.open(tmp_path / "p.png") as picture:
            return np.array(picture.convert("RGB"))

    return draw


def panel(picture):
    return picture[SPECTRUM_ROWS, LEFT : WIDTH - RIGHT].astype(int)


def brightness(pixels):
    return pixels.sum(axis=-1)


@pytest.mark.parametrize("seconds", [0.005, 2.0, 30.0])
def test_silence_is_a_dark_page_with_its_frame(seconds, drawn):
    picture = drawn(np.zeros(round(RATE * seconds)))
    assert picture.shape[1] == WIDTH
    assert brightness(panel(picture)).max() < 200  # the frequency lines at most
    assert brightness(picture[:140, LEFT:].astype(int)).max() > 600  # title and length


def test_a_tone_is_a_line_at_its_frequency(drawn):
    low, high = (panel(drawn(tone(hz, 3.0))) for hz in (200, 3_200))
    rows = [int(brightness(pixels).mean(axis=1).argmax()) for pixels in (low, high)]
    octaves = (rows[0] - rows[1]) / len(low) * math.log2(18_000 / 30)
    assert octaves == pytest.approx(4.0, abs=0.15)


def test_sound_in_the_second_half_only_is_drawn_in_the_second_half_only(drawn):
    pixels = brightness(panel(drawn(np.concatenate([np.zeros(RATE * 4), tone(500, 4.0)]))))
    middle = pixels.shape[1] // 2
    assert pixels[:, : middle - 20].max() < 200
    assert pixels[:, middle + 20 :].max() > 500


def test_noise_fills_the_panel(drawn):
    noise = np.random.default_rng(0).normal(0, 0.1, RATE * 4)
    pixels = brightness(panel(drawn(noise)))
    below_half_the_rate = pixels[60:]
    assert np.median(below_half_the_rate) > 250


def test_sections_have_their_colours_where_they_are(drawn):
    track = analyze(tone(300, 8.0), sample_rate=RATE)
    sections = (Section(0, 2, "break"), Section(2, 6, "drop"), Section(6, 8, "outro"))
    strip = drawn(track, sections=sections)[186, LEFT : WIDTH - RIGHT]
    width = len(strip)
    for at, label in ((0.2, "break"), (0.3, "drop"), (0.7, "drop"), (0.9, "outro")):
        assert tuple(strip[round(at * width)]) == SECTION_INK[label]


def test_beats_are_ticks_and_too_many_of_them_are_bars(drawn):
    track = analyze(tone(300, 8.0), sample_rate=RATE)
    no_onsets = {"onsets": np.zeros(0), "onset_strengths": np.zeros(0, np.float32)}
    beats = np.arange(0.0, 8.0, 0.5)
    few = Rhythm(120.0, 1.0, beats, beats[::4], 4, 1.0)
    many_beats = np.arange(0.0, 8.0, 0.005)
    many = Rhythm(120.0, 1.0, many_beats, many_beats[::4], 4, 1.0)
    ticks = []
    for rhythm in (None, few, many):
        row = drawn(track, rhythm=rhythm, **no_onsets)[662, LEFT : WIDTH - RIGHT].astype(int)
        lit = brightness(row) > brightness(np.array(PANEL)) + 60
        ticks.append(int((np.diff(lit.astype(int)) == 1).sum() + lit[0]))
    assert ticks[0] == 0
    assert ticks[1] == len(beats)
    assert 50 < ticks[2] <= (WIDTH - LEFT - RIGHT) / 7


@pytest.mark.parametrize("name", ["a" * 250 + ".wav", "Ärger — «Ødegård».flac", "x.wav"])
def test_titles_stay_on_the_page(name, drawn):
    picture = drawn(tone(300, 1.0), path=Path(name))
    assert (picture[30:75, WIDTH - RIGHT :] == PAGE).all()
    assert brightness(picture[30:75].astype(int)).max() > 600


def test_ten_minutes_are_drawn_in_less_than_two_seconds(tmp_path):
    track = analyze(tone(300, 4.0), sample_rate=RATE)
    hops = 50_000
    long = dataclasses.replace(
        track,
        duration=600.0,
        times=np.linspace(0, 600, hops),
        spectrogram=np.random.default_rng(0).random((hops, 128)).astype(np.float16),
        momentary_lufs=np.full(hops, -20, np.float32),
        short_lufs=np.full(hops, -20, np.float32),
        onsets=np.linspace(0, 599, 4_000),
        onset_strengths=np.full(4_000, 0.5, np.float32),
    )
    began = time.process_time()
    save_picture(long, tmp_path / "p.png", FONT_FILE)
    assert time.process_time() - began < 2


def test_a_picture_that_cannot_be_written_leaves_nothing(tmp_path):
    track = analyze(tone(300, 0.5), sample_rate=RATE)
    (tmp_path / "p.png").mkdir()
    with pytest.raises(OSError, match="directory"):
        save_picture(track, tmp_path / "p.png", FONT_FILE)
    assert [path.name for path in tmp_path.iterdir()] == ["p.png"]


def test_the_colour_map_rises_evenly_in_lightness():
    linear = np.where(
        heat() / 255 <= 0.04045, heat() / 255 / 12.92, ((heat() / 255 + 0.055) / 1.055) ** 2.4
    )
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    lightness = np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)
    steps = np.diff(lightness)
    assert steps.min() > 0
    assert steps.max() < 3.0 * steps.mean()
    assert tuple(heat()[0]) == PANEL


def test_grey_has_equal_parts():
    grey = srgb(0.6, 0.0, 123.0).astype(int)
    assert np.ptp(grey) <= 1


def test_columns_are_means_of_many_and_lines_between_few():
    times = np.linspace(0, 10, 1_000, endpoint=False)
    ramp = times.astype(np.float32)
    np.testing.assert_allclose(columns(times, ramp, 10.0, 10), np.arange(10) + 0.495, atol=0.01)
    few = columns(np.array([2.5, 7.5]), np.array([0.0, 1.0], np.float32), 10.0, 4)
    np.testing.assert_allclose(few, [0, 0.25, 0.75, 1.0], atol=1e-6)
    assert columns(np.array([1.0]), np.ones((1, 3), np.float32), 2.0, 5).shape == (5, 3)


@pytest.mark.parametrize("duration", [0.01, 0.5, 3, 40, 240, 3_600, 40_000])
def test_ticks_have_room_and_are_some(duration):
    step = tick_step(duration, 1_456, 80)
    assert step / duration * 1_456 >= 79.9
    assert duration / step <= 18.3
