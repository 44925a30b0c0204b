"""The page of a piece: what must be seen where, for any length and kind of sound."""

import dataclasses
import itertools
import math
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from v1z3r_core import analyze
from v1z3r_core.media.font import FONT_FILE
from v1z3r_core.model.track import KeySpan, Rhythm, Section
from v1z3r_core.output.page import PAGE, PANEL, Box, columns, place, tick_step
from v1z3r_core.output.palette import heat, srgb
from v1z3r_core.output.tracklanes import SECTION_INK, key_ink, section_ink
from v1z3r_core.output.trackplot import LEFT, RIGHT, WIDTH, save_picture

RATE = 22_050
SPECTRUM_ROWS = slice(204, 584)  # of the page
KEY_ROW = 682  # near the top of the lane, above the labels


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


def test_sections_without_a_role_have_the_colour_of_their_letter(drawn):
    track = analyze(tone(300, 8.0), sample_rate=RATE)
    letters = "ABA"
    sections = tuple(Section(2 * n, 2 * n + 2, "section", one) for n, one in enumerate(letters))
    strip = drawn(track, sections=sections)[186, LEFT : WIDTH - RIGHT]
    inks = [tuple(strip[round(at * len(strip))]) for at in (0.2, 0.4, 0.7)]
    assert inks == [section_ink(section) for section in sections]
    assert inks[0] == inks[2] != inks[1]
    every = {section_ink(Section(0, 1, "section", chr(65 + n))) for n in range(26)}
    assert len(every) == 26


def test_keys_are_blocks_where_they_are_and_gaps_are_empty(drawn):
    track = analyze(tone(300, 8.0), sample_rate=RATE)
    keys = (KeySpan(0, 2, 0, "major", 0.8), KeySpan(4, 8, 7, "minor", 0.6))
    strip = drawn(track, keys=keys)[KEY_ROW, LEFT : WIDTH - RIGHT]
    inks = [tuple(strip[round(at * len(strip))]) for at in (0.1, 0.35, 0.8)]
    assert inks == [key_ink(keys[0]), PANEL, key_ink(keys[1])]
    inks = {key_ink(KeySpan(0, 1, t, m, 1.0)) for t in range(12) for m in ("major", "minor")}
    assert len(inks) == 24


def test_the_key_lane_names_its_keys_and_says_where_there_is_none(drawn):
    track = analyze(tone(300, 8.0), sample_rate=RATE)
    rows = slice(686, 702)

    def written(**changes):
        lane = drawn(track, **changes)[rows, LEFT : WIDTH - RIGHT].astype(int)
        return brightness(lane) > 550

    wide = written(keys=(KeySpan(0, 8, 0, "major", 0.8),))
    assert wide.sum() > 100
    assert not wide[:, 200:].any()
    assert not written(keys=(KeySpan(0, 0.05, 0, "major", 0.8),)).any()  # no room, no overlap
    none = drawn(track, keys=())[rows, LEFT : LEFT + 100].astype(int)
    assert brightness(none).max() > 250


def test_labels_stay_inside_their_blocks(drawn):
    """However many blocks there are: a label that has no room is shortened or left out."""
    track = analyze(tone(300, 8.0), sample_rate=RATE)
    for count in (3, 20, 60, 200):
        edges = np.linspace(0, 8, count + 1)
        keys = tuple(
            KeySpan(start, end, n % 12, "minor", 0.5)
            for n, (start, end) in enumerate(itertools.pairwise(edges))
        )
        lane = drawn(track, keys=keys)[682:704]
        for edge in edges[1:-1]:
            gap = round(place(Box(LEFT, 0, WIDTH - LEFT - RIGHT, 1), edge, 8.0)) - 2
            assert (lane[:, gap : gap + 2] == PANEL).all(), (count, edge)


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


@pytest.mark.parametrize("duration", [0.002, 0.01, 0.5, 3, 40, 240, 3_600, 40_000])
def test_ticks_have_room_and_are_some(duration):
    step = tick_step(duration, 1_456, 80)
    assert step / duration * 1_456 >= 79.9
    assert duration / step <= 18.3
