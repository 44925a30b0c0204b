"""Live recording, from a real PulseAudio through PortAudio."""

import ctypes
import itertools
import time
from dataclasses import replace

import numpy as np
import pytest
from counting import CountingSource, numbers, read_for, wait_for

from v1z3r_core.audio.device import DeviceSource
from v1z3r_core.audio.devices import (
    find_input,
    find_output,
    found_again,
    host_apis,
    list_devices,
)
from v1z3r_core.audio.loopback import open_loopback
from v1z3r_core.audio.playback import PlaybackSource
from v1z3r_core.audio.portaudio import NativeStream
from v1z3r_core.model.errors import AudioDeviceError

pytestmark = pytest.mark.usefixtures("sound_server")


@pytest.fixture
def counter():
    """The counting signal, playing into the default sink."""
    player = PlaybackSource(CountingSource(), notify=print)
    wait_for(lambda: player.time() > 0, "the first sample")
    yield player
    player.close()


@pytest.fixture
def open_device():
    """DeviceSource, closed after the test."""
    opened = []

    def open_one(*arguments, **options):
        opened.append(DeviceSource(*arguments, **{"notify": print, **options}))
        return opened[-1]

    yield open_one
    for source in opened:
        source.close()


def test_a_recording_holds_every_sample_once_and_in_order(open_device, counter):
    blocks = read_for(open_device(), 1.0)
    for before, after in itertools.pairwise(blocks):
        assert after.start == before.end
    heard = np.concatenate([numbers(block.samples) for block in blocks])
    heard = heard[np.argmax(heard > 0) :]
    assert len(heard) > 24_000
    np.testing.assert_array_equal(np.diff(heard), 1)


def test_no_sample_is_lost_while_python_stands_still(open_device, counter):
    source = open_device()
    wait_for(lambda: source.read(0.0) is not None, "the first block")
    blocks = []
    for _ in range(4):
        # PyDLL keeps the GIL during the call, as moderngl does in a read, a finish or a compile.
        ctypes.PyDLL(None).usleep(400_000)
        block = source.read(0.0)
        assert len(block.samples) > 0.3 * source.rate
        blocks.append(numbers(block.samples))
    heard = np.concatenate(blocks)
    np.testing.assert_array_equal(np.diff(heard), 1)
    assert source.stats().lost_samples == 0
    assert source.stats().xruns == 0


def test_a_reader_that_stays_away_too_long_finds_a_counted_gap(open_device, counter, monkeypatch):
    monkeypatch.setattr("v1z3r_core.audio.device.RING_SECONDS", 0.25)
    source = open_device()
    wait_for(lambda: source.read(0.0) is not None, "the first block")
    end = source.read(0.0)
    time.sleep(0.8)
    after = source.read(0.0)
    stats = source.stats()
    assert stats.xruns == 1
    assert stats.lost_samples == pytest.approx(0.55 * source.rate, rel=0.3)
    assert len(after.samples) <= 0.25 * source.rate
    heard = numbers(after.samples)
    np.testing.assert_array_equal(np.diff(heard), 1)
    if end is not None:
        assert after.start - end.end == stats.lost_samples


def test_the_latency_is_the_drivers_and_small(open_device):
    assert 1.0 < open_device().stats().latency_ms < 100.0


def test_format_can_be_asked_for(open_device):
    source = open_device(channels=1, rate=22_050)
    wait_for(lambda: source.read(0.0) is not None, "the first block")
    assert (source.rate, source.channels) == (22_050, 1)


def test_two_recordings_in_one_process_do_not_meet(open_device, counter):
    first, second = open_device(), open_device("other.monitor")
    a, b = read_for(first, 0.5), read_for(second, 0.2)
    assert max(block.samples.max() for block in a) > 0
    assert not any(block.samples.any() for block in b)
    first.close()
    assert read_for(second, 0.3)


def test_closing_twice_is_fine(open_device):
    source = open_device()
    source.close()
    source.close()


# -- names ----------------------------------------------------------------------------------------


def test_devices_list_what_can_record_and_play():
    devices = list_devices()
    assert "ALSA" in host_apis()
    assert [device.index for device in devices if device.index is not None] == list(
        range(sum(device.index is not None for device in devices))
    )
    by_name = {device.name: device for device in devices}
    assert by_name["default"].is_default_input
    assert by_name["default"].is_default_output
    assert by_name["default"].inputs > 0
    assert not by_name["default"].is_loopback
    monitor = by_name["vsink.monitor"]
    assert (monitor.inputs, monitor.default_rate, monitor.is_loopback) == (2, 48_000, True)


def test_a_part_of_a_name_in_any_case_is_enough():
    assert find_input("OTHER").name == "other.monitor"
    assert find_input("pulse").name == "pulse"
    assert find_input("0").index == 0
    assert find_output().is_default_output


def test_a_name_that_fits_several_is_refused_with_their_names():
    with pytest.raises(AudioDeviceError, match=r"vsink\.monitor, other\.monitor"):
        find_input("monitor")


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(AudioDeviceError, match="did you mean pulse"):
        find_input("pluse")


def test_a_source_the_server_does_not_know_is_refused_in_one_line(capfd):
    from v1z3r_core.audio import pulse

    with pytest.raises(AudioDeviceError, match="no such device") as caught:
        DeviceSource(notify=print, find=lambda _: pulse.source("nosuch"))
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""


# -- loopback -------------------------------------------------------------------------------------


def test_loopback_hears_what_the_default_output_plays(counter):
    source = open_loopback(notify=print)
    try:
        heard = np.concatenate([numbers(block.samples) for block in read_for(source, 0.6)])
    finally:
        source.close()
    heard = heard[np.argmax(heard > 0) :]
    assert len(heard) > 10_000
    np.testing.assert_array_equal(np.diff(heard), 1)


def test_loopback_by_name_hears_that_output_alone(counter):
    source = open_loopback("other", notify=print)
    try:
        blocks = read_for(source, 0.4)
    finally:
        source.close()
    assert blocks
    assert not any(block.samples.any() for block in blocks)


def test_an_unknown_loopback_lists_those_there_are():
    with pytest.raises(AudioDeviceError, match=r"known: vsink\.monitor, other\.monitor"):
        open_loopback("nosuch", notify=print)


# -- loss and return ------------------------------------------------------------------------------


def test_a_recording_survives_the_death_of_the_sound_server(sound_server, open_device):
    notices = []
    source = open_device(notify=notices.append)
    before = read_for(source, 0.5)
    began = time.monotonic()
    sound_server.kill()
    try:
        wait_for(lambda: notices, "the notice of the loss")
        read_for(source, 0.1)
        assert source.read(0.0) is None
        assert source.stats().latency_ms is None
        time.sleep(0.5)
        assert len(notices) == 1
    finally:
        sound_server.start()
    wait_for(lambda: len(notices) == 2, "the notice of the return")
    away = time.monotonic() - began
    after = read_for(source, 0.5)
    assert "lost" in notices[0]
    assert "back" in notices[1]
    gap = after[0].start - before[-1].end
    assert gap / source.rate == pytest.approx(away, abs=0.35)
    for left, right in itertools.pairwise(after):
        assert right.start == left.end
    assert source.stats().xruns == 1
    assert gap - 0.35 * source.rate < source.stats().lost_samples <= gap
    assert len(notices) == 2


def test_a_sound_server_that_hangs_holds_up_nobody(sound_server, open_device):
    notices = []
    source = open_device(notify=notices.append)
    wait_for(lambda: source.read(0.0) is not None, "the first block")
    slowest = 0.0

    def read_and_time():
        nonlocal slowest
        began = time.monotonic()
        source.read(0.0)
        slowest = max(slowest, time.monotonic() - began)
        return notices

    sound_server.freeze()
    try:
        wait_for(read_and_time, "the notice of the loss")
    finally:
        sound_server.thaw()
    wait_for(lambda: len(read_and_time()) == 2, "the notice of the return")
    assert slowest < 0.5
    assert source.stats().lost_samples > source.rate


def test_a_device_missing_from_an_old_list_is_opened_by_its_alsa_name():
    def gone(_name):
        raise AudioDeviceError("no input here")

    pulse_device = find_input("pulse")
    assert found_again(find_input, "pulse", pulse_device) == pulse_device
    assert found_again(gone, "pulse", pulse_device).alsa == "pulse"
    card = replace(pulse_device, name="USB Mic: Audio (hw:1,0)")
    assert found_again(gone, "USB", card).alsa == "hw:1,0"
    with pytest.raises(AudioDeviceError, match="no input here"):
        found_again(gone, None, replace(pulse_device, host_api="Core Audio"))


def test_the_default_is_opened_although_the_list_is_old_and_a_stream_keeps_it_so(
    open_device, monkeypatch
):
    first = open_device("other.monitor")
    monkeypatch.setattr("v1z3r_core.audio.devices.list_devices", tuple)
    second = open_device()
    wait_for(lambda: second.read(0.0) is not None, "a block of the second")
    wait_for(lambda: first.read(0.0) is not None, "a block of the first")


def test_without_a_sound_server_a_recording_is_refused_in_one_line(sound_server, capfd):
    sound_server.kill()
    try:
        with pytest.raises(AudioDeviceError) as device:
            DeviceSource("pulse", notify=print)
        with pytest.raises(AudioDeviceError, match="pulseaudio --start") as loopback:
            open_loopback(notify=print)
    finally:
        sound_server.start()
    assert "\n" not in f"{device.value}{loopback.value}"
    assert capfd.readouterr().err == ""


def test_a_stream_that_is_closed_is_not_active(sound_server):
    from v1z3r_core.audio.portaudio import StreamFormat
    from v1z3r_core.audio.ring import SharedRing
    from v1z3r_core.kernels.backend import kernels

    ring = SharedRing(48_000, 2)
    wanted = StreamFormat(48_000, 2, 256, 0.02)
    stream = NativeStream(find_input(), "recording", wanted, kernels().capture, ring.memory)
    stream.start()
    wait_for(lambda: ring.written > 0, "the first callback")
    assert stream.active
    stream.close()
    written = ring.written
    assert not stream.active
    time.sleep(0.1)
    assert ring.written == written


def test_a_missing_portaudio_says_how_to_install_it(monkeypatch):
    def missing(_name):
        raise OSError("PortAudio library not found")  # as sounddevice does where it is

    monkeypatch.setattr("v1z3r_core.audio.portaudio.import_module", missing)
    with pytest.raises(AudioDeviceError, match="apt-get install libportaudio2"):
        list_devices()
