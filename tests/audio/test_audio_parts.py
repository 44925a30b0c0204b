"""The small parts: mixing down, resampling, keeping C libraries quiet, waiting for nothing."""

import math
import os

import numpy as np
import pytest
from encoded import clicks, encode, lag

from v1z3r_core.audio.file import FileSource
from v1z3r_core.audio.mixdown import mix_gains
from v1z3r_core.audio.resample import ResampledSource
from v1z3r_core.audio.stderr import hushed


@pytest.mark.parametrize("channels", range(1, 12))
@pytest.mark.parametrize("speakers", [1, 2])
def test_mixing_down_never_exceeds_full_scale(channels, speakers):
    gains = mix_gains(channels, speakers)
    assert gains.shape == (speakers, channels)
    assert gains.min() >= 0
    assert gains.sum(axis=1).max() <= 1.0001


def test_stereo_stays_as_it_is_and_mono_comes_from_both_sides():
    np.testing.assert_array_equal(mix_gains(2, 2), np.eye(2))
    np.testing.assert_array_equal(mix_gains(1, 2), [[1], [1]])
    np.testing.assert_array_equal(mix_gains(2, 1), [[0.5, 0.5]])


def test_five_point_one_puts_left_left_and_the_centre_in_the_middle():
    gains = mix_gains(6, 2)
    left, right = gains
    assert left[0] > left[4] > 0 == left[1] == left[5]
    assert right[1] > right[5] > 0 == right[0] == right[4]
    assert left[2] == right[2] > 0
    assert not gains[:, 3].any()


@pytest.mark.parametrize(("rate", "new"), [(44_100, 48_000), (8_000, 48_000), (96_000, 48_000)])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_resampling_keeps_place_and_length(tmp_path, rate, new, channels):
    samples = clicks(1.5, rate, channels)
    inner = FileSource(encode(tmp_path / "in.wav", samples, rate, "pcm_f32le"))
    source = ResampledSource(inner, new)
    assert source.duration == inner.duration
    blocks = [source.read(until) for until in (0.01, 0.02, 0.7, 0.7, 5.0)]
    blocks = [block for block in blocks if block is not None]
    assert [block.start for block in blocks] == [0, *(block.end for block in blocks[:-1])]
    assert blocks[0].end == round(0.01 * new)
    assert source.ended
    heard = np.concatenate([block.samples for block in blocks])
    assert heard.shape[1] == channels
    assert abs(len(heard) / new - len(samples) / rate) < 0.001
    wanted = np.interp(np.arange(len(heard)) / new, np.arange(len(samples)) / rate, samples[:, 0])
    assert abs(lag(heard[:, 0], wanted, new)) <= 0.1
    source.close()


def test_resampling_reads_to_the_end_at_once(tmp_path):
    path = encode(tmp_path / "in.wav", clicks(0.5, 44_100), 44_100, "pcm_f32le")
    source = ResampledSource(FileSource(path), 48_000)
    assert len(source.read(1e9).samples) == pytest.approx(0.5 * 48_000 + 84, abs=3)
    assert source.read(math.inf) is None


def test_chatter_of_sound_libraries_is_kept_aside_and_all_else_passes(capfd):
    with hushed() as chatter:
        os.write(2, b"ALSA lib pulse.c:242:(pulse_connect) PulseAudio: Unable to connect\n\n")
        os.write(2, b"Expression 'ret' failed in 'src/pa_linux_alsa.c', line: 1736\n")
        os.write(2, b"disk is nearly full\n")
    os.write(2, b"after\n")
    assert [line[:10] for line in chatter] == ["ALSA lib p", "", "Expression"]
    assert capfd.readouterr().err == "disk is nearly full\nafter\n"


def test_chatter_is_kept_aside_also_when_the_call_fails(capfd):
    def fail():
        with hushed() as chatter:
            os.write(2, b"ALSA lib x\n")
            kept.append(chatter)
            raise OSError("gone")

    kept = []
    with pytest.raises(OSError, match="gone"):
        fail()
    assert kept == [["ALSA lib x"]]
    os.write(2, b"seen\n")
    assert capfd.readouterr().err == "seen\n"
