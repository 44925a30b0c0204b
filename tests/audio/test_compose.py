"""The demo track keeps what it says about itself."""

import json
import runpy
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from v1z3r_core.audio.compose import Composition, compose
from v1z3r_core.audio.music import drums
from v1z3r_core.audio.music.grid import note_hz
from v1z3r_core.audio.music.song import ROOT_MIDI

EXAMPLE = Path(__file__).parents[2] / "examples" / "demo_track.py"
# Krumhansl & Kessler (1982), probe-tone profiles of major and minor keys.
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@pytest.fixture(scope="module")
def track() -> Composition:
    return compose()


def k_weighted(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """ITU-R BS.1770-5, tables 1 and 2: 48 kHz coefficients of the two filter stages."""
    shelf = signal.lfilter(
        [1.53512485958697, -2.69169618940638, 1.19839281085285],
        [1.0, -1.69065929318241, 0.73248077421585],
        samples.astype(np.float64),
        axis=0,
    )
    return np.asarray(
        signal.lfilter([1, -2, 1], [1, -1.99004745483398, 0.99007225036621], shelf, axis=0)
    )


def programme_loudness(samples: NDArray[np.float32], rate: int) -> float:
    """Gated loudness after BS.1770-5."""
    weighted = k_weighted(samples)
    size, hop = int(0.4 * rate), int(0.1 * rate)
    starts = range(0, len(weighted) - size + 1, hop)
    power = np.array([np.sum(np.mean(weighted[i : i + size] ** 2, axis=0)) for i in starts])
    level = -0.691 + 10.0 * np.log10(power + 1e-20)
    relative = -0.691 + 10.0 * np.log10(power[level > -70.0].mean()) - 10.0
    return float(-0.691 + 10.0 * np.log10(power[(level > -70.0) & (level > relative)].mean()))


def band_rms(track: Composition, low_hz: float, high_hz: float) -> NDArray[np.float64]:
    """RMS of the mid signal in a band, per section."""
    sos = signal.butter(4, (low_hz, high_hz), "bandpass", fs=track.rate, output="sos")
    filtered = signal.sosfilt(sos, track.samples.mean(axis=1))
    starts = [round(start * track.rate) for start, _ in track.sections]
    pieces = np.split(filtered, starts[1:])
    return np.array([np.sqrt(np.mean(piece**2)) for piece in pieces])


def test_it_is_whole_bars_long_and_its_beats_fill_them(track: Composition) -> None:
    bar = 4 * 60.0 / track.tempo_bpm
    assert track.duration / bar == 20
    assert 35.0 < track.duration < 45.0
    assert np.allclose(np.diff(track.beats), 60.0 / track.tempo_bpm)
    assert len(track.beats) == 80
    assert np.allclose(track.downbeats, np.arange(20) * bar)


def test_the_same_call_gives_the_same_samples(track: Composition) -> None:
    assert np.array_equal(compose().samples, track.samples)


def test_samples_are_finite_centred_and_cannot_be_written(track: Composition) -> None:
    assert track.samples.dtype == np.float32
    assert track.samples.shape[1] == 2
    assert np.isfinite(track.samples).all()
    assert np.abs(track.samples.mean(axis=0, dtype=np.float64)).max() < 1e-4
    with pytest.raises(ValueError, match="read-only"):
        track.samples[0, 0] = 0.0


def test_loudness_is_that_of_a_release_and_no_peak_clips(track: Composition) -> None:
    assert -14.0 < programme_loudness(track.samples, track.rate) < -11.0
    oversampled = signal.resample_poly(track.samples.astype(np.float64), 4, 1, axis=0)
    assert 20.0 * np.log10(np.abs(oversampled).max()) < -0.5


def test_it_starts_and_ends_without_a_click(track: Composition) -> None:
    assert np.abs(track.samples[0]).max() < 1e-3
    assert np.abs(track.samples[-1]).max() < 1e-6
    last_bar = track.samples[-round(1.92 * track.rate) :]
    thirds = [
        np.sqrt(np.mean(part.astype(np.float64) ** 2)) for part in np.array_split(last_bar, 3)
    ]
    assert thirds[0] > thirds[1] > thirds[2]


def test_a_kick_starts_exactly_on_its_beat(track: Composition) -> None:
    assert set(np.round(track.kicks, 9)) <= set(np.round(track.beats, 9))
    assert len(track.kicks) > 55
    template = drums.kick(track.rate, np.random.default_rng(1), note_hz(ROOT_MIDI))
    middle = track.samples.mean(axis=1)
    reach = round(0.05 * track.rate)
    for kick in track.kicks[1:]:
        at = round(kick * track.rate)
        around = middle[at - reach : at + reach + template.size]
        match = signal.correlate(around, template, mode="valid", method="fft")
        assert abs(int(np.argmax(match)) - reach) <= 1


def test_onsets_lie_in_order_and_hold_every_kick(track: Composition) -> None:
    assert (np.diff(track.onsets) > 0.0).all()
    assert set(track.kicks) <= set(track.onsets)
    assert track.onsets[-1] < track.duration


def test_the_spectrum_hears_the_key_it_names(track: Composition) -> None:
    hz, power = signal.welch(track.samples.mean(axis=1), track.rate, nperseg=32_768)
    heard = (hz > 60.0) & (hz < 2_000.0)
    pitch = np.rint(12.0 * np.log2(hz[heard] / 440.0) + 69.0).astype(int) % 12
    chroma = np.bincount(pitch, np.sqrt(power[heard]), minlength=12)
    scores = {
        f"{NAMES[tonic]} {mode}": np.corrcoef(chroma, np.roll(profile, tonic))[0, 1]
        for mode, profile in (("major", MAJOR), ("minor", MINOR))
        for tonic in range(12)
    }
    assert max(scores, key=lambda name: scores[name]) == track.key


def test_each_section_sounds_like_its_name(track: Composition) -> None:
    names = [name for _, name in track.sections]
    assert names == ["intro", "groove", "break", "riser", "drop", "outro"]
    starts = np.array([start for start, _ in track.sections])
    assert np.isin(starts.round(9), track.downbeats.round(9)).all()
    thump = dict(zip(names, band_rms(track, 40.0, 90.0), strict=True))
    assert thump["break"] < 0.5 * thump["groove"]
    assert thump["riser"] < 0.1 * thump["drop"]
    hiss = dict(zip(names, band_rms(track, 5_000.0, 12_000.0), strict=True))
    assert hiss["riser"] > 1.5 * hiss["break"]
    body = dict(zip(names, band_rms(track, 700.0, 3_000.0), strict=True))
    assert body["drop"] == max(body.values())
    assert min(body.values()) > 0.001


def test_low_end_is_mono_and_the_top_is_wide(track: Composition) -> None:
    low = signal.sosfilt(signal.butter(4, 90.0, fs=track.rate, output="sos"), track.samples, axis=0)
    high = signal.sosfilt(
        signal.butter(4, 500.0, "highpass", fs=track.rate, output="sos"), track.samples, axis=0
    )
    assert np.corrcoef(low.T)[0, 1] > 0.99
    assert 0.0 < np.corrcoef(high.T)[0, 1] < 0.9


def test_its_spectrum_falls_like_a_released_master(track: Composition) -> None:
    hz, power = signal.welch(track.samples, track.rate, nperseg=8_192, axis=0)
    octaves = 100.0 * 2.0 ** np.arange(7)
    level = [
        10.0 * np.log10(power[(hz >= low / 2**0.5) & (hz < low * 2**0.5)].mean()) for low in octaves
    ]
    slope = np.polyfit(np.log2(octaves), level, 1)[0]
    assert -6.0 < slope < -3.5


@pytest.mark.parametrize("rate", [22_050, 44_100])
def test_other_rates_play_the_same_piece(rate: int, track: Composition) -> None:
    other = compose(rate)
    assert other.duration == pytest.approx(track.duration, abs=1.0 / rate)
    assert np.allclose(other.kicks, track.kicks, atol=1.0 / rate)
    size = track.rate // 10, rate // 10
    here = np.sqrt(np.mean(track.samples[: size[0] * 380].reshape(380, -1) ** 2, axis=1))
    there = np.sqrt(np.mean(other.samples[: size[1] * 380].reshape(380, -1) ** 2, axis=1))
    assert np.corrcoef(here, there)[0, 1] > 0.98


@pytest.mark.parametrize("rate", [8_000, 384_000])
def test_a_rate_it_cannot_play_is_refused(rate: int) -> None:
    with pytest.raises(ValueError, match=rf"{rate} Hz, allowed 16000 to 192000"):
        compose(rate)


def test_example_writes_the_file_and_its_truth(
    track: Composition, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = runpy.run_path(str(EXAMPLE))
    out = tmp_path / "demo.flac"
    assert example["main"]([str(out)]) == 0
    assert "125 BPM, G minor" in capsys.readouterr().out
    with av.open(str(out)) as container:
        decoded = np.concatenate([f.to_ndarray().reshape(-1, 2) for f in container.decode(audio=0)])
    assert decoded.shape == track.samples.shape
    assert np.abs(decoded / 2.0**31 - track.samples).max() <= 2.0**-23
    told = json.loads(out.with_suffix(".json").read_text())
    assert told["tempo_bpm"] == track.tempo_bpm
    assert told["key"] == track.key
    assert np.allclose(told["beats"], track.beats, atol=1e-6)
    assert [section["name"] for section in told["sections"]] == [n for _, n in track.sections]


def test_example_refuses_other_files_and_missing_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = runpy.run_path(str(EXAMPLE))
    assert example["main"]([str(tmp_path / "demo.mp3")]) == 2
    assert example["main"]([str(tmp_path / "nowhere" / "demo.flac")]) == 1
    errors = capsys.readouterr().err
    assert "usage" in errors
    assert "nowhere does not exist" in errors
