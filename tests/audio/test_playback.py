"""A file played to a real device while the engine hears it."""

import ctypes
import time

import numpy as np
import pytest
from counting import RATE, CountingSource, numbers, read_for, wait_for
from encoded import clicks, encode

from v1z3r_core.audio.device import DeviceSource
from v1z3r_core.audio.file import FileSource
from v1z3r_core.audio.playback import PlaybackSource
from v1z3r_core.model.errors import AudioDeviceError

FRAME_SECONDS = 1 / 60

pytestmark = pytest.mark.usefixtures("sound_server")


@pytest.fixture
def play():
    """PlaybackSource, closed after the test."""
    opened = []

    def play_one(inner, **options):
        opened.append(PlaybackSource(inner, **{"notify": print, **options}))
        return opened[-1]

    yield play_one
    for source in opened:
        source.close()


@pytest.fixture
def monitor():
    """A recording of the default sink."""
    source = DeviceSource(notify=print)
    yield source
    source.close()


def heard_until(source, condition):
    """What the engine reads, following the source's clock, until the condition holds."""
    blocks = []
    deadline = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < deadline
        block = source.read(source.time())
        if block is not None:
            blocks.append(block.samples.copy())
        time.sleep(0.004)
    return np.concatenate(blocks)


def test_a_file_is_heard_whole_by_the_engine_and_the_loudspeaker(tmp_path, play, monitor):
    samples = clicks(1.2, RATE)
    inner = FileSource(encode(tmp_path / "song.wav", samples, RATE, "pcm_f32le"))
    source = play(inner)
    assert (source.name, source.rate, source.channels) == ("song.wav", RATE, 2)
    assert source.duration == len(samples) / RATE
    blocks = read_for(monitor, 0.05)
    heard = heard_until(source, lambda: source.ended)
    np.testing.assert_array_equal(heard, samples)
    blocks += read_for(monitor, 0.3)
    recorded = np.concatenate([block.samples for block in blocks])
    place = np.argmax(np.abs(recorded[:, 0]) > 0)
    offset = int(np.argmax(np.abs(samples[:, 0]) > 0))
    np.testing.assert_array_equal(recorded[place - offset : place - offset + len(samples)], samples)
    assert source.stats().xruns == 0


def test_time_begins_at_zero_and_runs_evenly_like_the_wall(play):
    source = play(CountingSource())
    assert source.time() < 0.1
    # A server's first reports of its latency are 20 ms off; followed gently they take a second.
    wait_for(lambda: source.time() > 1.5, "the first sounds")
    looks = []
    for _ in range(120):
        looks.append((time.monotonic(), source.time()))
        time.sleep(0.008)
    wall, heard = np.diff(np.array(looks), axis=0).T
    assert np.all(heard >= 0)
    assert np.abs(heard - wall).max() < 0.002
    assert heard.sum() == pytest.approx(wall.sum(), abs=0.004)


def test_a_stuck_main_thread_interrupts_neither_the_sound_nor_its_clock(play, monitor):
    source = play(CountingSource())
    wait_for(lambda: source.time() > 0.1, "the first sounds")
    monitor.read(0.0)
    recorded = []
    for _ in range(3):
        began = source.time()
        ctypes.PyDLL(None).usleep(400_000)  # keeps the GIL
        assert source.time() - began == pytest.approx(0.4, abs=0.03)
        recorded.append(numbers(monitor.read(0.0).samples))
    np.testing.assert_array_equal(np.diff(np.concatenate(recorded)), 1)
    assert source.stats().xruns == 0
    assert source.stats().lost_samples == 0


def drift_seconds(source, monitor, seconds):
    """How far the source's clock moves against the samples that come out, over the time."""

    def offset():
        differences = []
        for _ in range(100):
            block = monitor.read(0.0)
            now = source.time()
            if block is not None:
                differences.append(now - numbers(block.samples)[-1] / RATE)
            time.sleep(0.01)
        return np.median(differences)

    first = offset()
    for _ in range(int(seconds * 10)):
        source.read(source.time())
        monitor.read(0.0)
        time.sleep(0.1)
    return offset() - first


def test_picture_and_sound_do_not_drift_apart(play, monitor):
    source = play(CountingSource())
    wait_for(lambda: source.time() > 0.5, "the first sounds")
    assert abs(drift_seconds(source, monitor, 3.0)) < FRAME_SECONDS / 2


@pytest.mark.long
@pytest.mark.timeout(700)
def test_picture_and_sound_do_not_drift_apart_in_ten_minutes(play, monitor):
    class Wrapping(CountingSource):
        """The 87 s counter starts anew a few times; the offset is taken modulo its length."""

    source = play(Wrapping())
    wait_for(lambda: source.time() > 0.5, "the first sounds")
    drift = drift_seconds(source, monitor, 600.0)
    length = (1 << 22) / RATE
    assert abs((drift + length / 2) % length - length / 2) < FRAME_SECONDS
    assert source.stats().xruns == 0


def test_an_engine_that_reads_ahead_of_the_sound_gets_what_is_decoded(play):
    source = play(CountingSource())
    block = source.read(0.3)
    assert (block.start, len(block.samples)) == (0, int(0.3 * RATE))
    assert source.read(0.3) is None


def test_an_engine_that_stops_reading_does_not_stop_the_sound(play, monkeypatch):
    monkeypatch.setattr("v1z3r_core.audio.playback.RING_SECONDS", 0.6)
    source = play(CountingSource())
    wait_for(lambda: source.time() > 2.0, "two seconds of sound")
    block = source.read(source.time())
    stats = source.stats()
    assert block.start > 0
    assert stats.lost_samples == block.start
    assert stats.xruns == 1
    np.testing.assert_array_equal(np.diff(numbers(block.samples)), 1)


def test_a_loop_plays_over_its_end(tmp_path, play):
    path = encode(tmp_path / "loop.wav", clicks(0.4, RATE), RATE, "pcm_f32le")
    source = play(FileSource(path, loop=True))
    heard = heard_until(source, lambda: source.time() > 1.0)
    length = len(clicks(0.4, RATE))
    np.testing.assert_array_equal(heard[length : 2 * length], heard[:length])
    assert not source.ended
    assert source.duration is None


@pytest.mark.parametrize("channels", [1, 6])
def test_any_number_of_channels_reaches_two_loudspeakers(tmp_path, play, monitor, channels):
    samples = clicks(0.8, 44_100, channels)
    inner = FileSource(encode(tmp_path / "many.wav", samples, 44_100, "pcm_f32le"))
    source = play(inner)
    assert source.channels == channels
    assert heard_until(source, lambda: source.ended).shape == samples.shape
    recorded = np.concatenate([block.samples for block in read_for(monitor, 0.3)])
    assert np.abs(recorded).max(axis=0).min() > 0.3


def test_a_rate_the_device_refuses_is_resampled(tmp_path, play, monkeypatch):
    from v1z3r_core.audio import playback

    real = playback.NativeStream

    def strict(device, direction, wanted, *rest):
        if wanted.rate != 48_000:
            raise AudioDeviceError("refused")
        return real(device, direction, wanted, *rest)

    monkeypatch.setattr(playback, "NativeStream", strict)
    samples = clicks(0.6, 22_050)
    source = play(FileSource(encode(tmp_path / "low.wav", samples, 22_050, "pcm_f32le")))
    assert source.rate == 48_000
    heard = heard_until(source, lambda: source.ended)
    assert len(heard) == pytest.approx(len(samples) * 48_000 / 22_050, abs=2)


def test_playing_survives_the_death_of_the_sound_server(sound_server, play):
    notices = []
    source = play(CountingSource(), notify=notices.append)
    wait_for(lambda: source.time() > 0.3, "the first sounds")
    looks = [(time.monotonic(), source.time())]

    def look():
        looks.append((time.monotonic(), source.time()))
        return notices

    sound_server.kill()
    try:
        wait_for(look, "the notice of the loss")
        silent_since = time.monotonic()
        wait_for(lambda: look() and time.monotonic() > silent_since + 0.8, "some silence")
        assert len(notices) == 1
    finally:
        sound_server.start()
    wait_for(lambda: len(look()) == 2, "the notice of the return")
    back_since = time.monotonic()
    wait_for(lambda: look() and time.monotonic() > back_since + 1.0, "some more sound")
    wall, heard = (np.array(looks) - looks[0]).T
    assert np.all(np.diff(heard) >= 0)
    assert np.abs(heard - wall).max() < 0.15
    assert "silently" in notices[0]
    assert "back" in notices[1]
    assert len(notices) == 2
    assert source.stats().latency_ms is not None


def test_without_any_output_a_file_runs_silently_to_its_end(sound_server, tmp_path, play):
    path = encode(tmp_path / "song.wav", clicks(0.4, RATE), RATE, "pcm_s16le")
    notices = []
    sound_server.kill()
    try:
        began = time.monotonic()
        source = play(FileSource(path), notify=notices.append)
        opened = time.monotonic()
        heard_until(source, lambda: source.ended)
        assert time.monotonic() - opened > 0.35
        assert opened - began < 5.0
        source.close()
    finally:
        sound_server.start()
    assert len(notices) == 1
    assert "silently" in notices[0]


def test_a_named_output_that_is_missing_is_an_error(tmp_path):
    path = encode(tmp_path / "song.wav", clicks(0.2, RATE), RATE, "pcm_s16le")
    with pytest.raises(AudioDeviceError, match="no output 'nosuch'"):
        PlaybackSource(FileSource(path), notify=print, device="nosuch")


def test_a_source_that_breaks_while_playing_ends_with_a_notice(play, monkeypatch):
    monkeypatch.setattr("v1z3r_core.audio.playback.RING_SECONDS", 0.6)

    class Breaking(CountingSource):
        def read(self, until):
            if until > 1.0:
                raise OSError("the disk is gone")
            return super().read(until)

    notices = []
    source = play(Breaking(), notify=notices.append)
    heard_until(source, lambda: source.ended)
    assert notices == ["counter: stopped: the disk is gone"]
