"""From what a person writes to a source."""

import numpy as np
import pytest
from encoded import clicks, encode

from v1z3r_core.audio.device import DeviceSource
from v1z3r_core.audio.feed import FeedSource
from v1z3r_core.audio.file import FileSource
from v1z3r_core.audio.open import open_source
from v1z3r_core.audio.playback import PlaybackSource
from v1z3r_core.model.errors import AudioDeviceError, AudioFileError


@pytest.fixture
def opened():
    """`open_source`, closed after the test."""
    sources = []

    def open_one(spec, **options):
        sources.append(open_source(spec, **{"play": False, "notify": print, **options}))
        return sources[-1]

    yield open_one
    for source in sources:
        source.close()


@pytest.fixture
def song(tmp_path):
    return encode(tmp_path / "song.flac", clicks(1.0, 8_000), 8_000, "flac")


def test_a_path_is_a_file_and_its_part(opened, song):
    source = opened(str(song), start=0.25, duration=0.5)
    assert isinstance(source, FileSource)
    assert source.frames == 4_000


def test_a_file_that_is_played_has_the_devices_clock(opened, song, sound_server):
    source = opened(str(song), play=True)
    assert isinstance(source, PlaybackSource)
    assert source.time() is not None


@pytest.mark.parametrize("spec", [None, "device", "device:vsink", "loopback", "loopback:vsink"])
def test_words_open_live_inputs(opened, sound_server, spec):
    source = opened(spec)
    assert isinstance(source, DeviceSource)
    assert source.duration is None


def test_a_plugin_gets_its_argument_and_the_notify(opened):
    asked = []

    def plugin(argument, *, notify):
        asked.append((argument, notify))
        return FeedSource(48_000)

    opened("radio:http://example.org/a:b", extra={"radio": plugin})
    opened("radio", extra={"radio": plugin})
    assert asked == [("http://example.org/a:b", print), ("", print)]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("devcie", "did you mean device?"),
        ("lopback", "did you mean loopback?"),
        ("radoi:x", "did you mean radio?"),
        ("", "no such file|neither"),
    ],
)
def test_an_unknown_word_gets_a_suggestion(opened, spec, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AudioFileError, match=said):
        opened(spec or "xyzzy", extra={"radio": lambda *_, **__: FeedSource(48_000)})


def test_a_misspelt_file_gets_the_one_beside_it(opened, song):
    with pytest.raises(AudioFileError, match=r"did you mean song\.flac\?"):
        opened(str(song.with_name("sonh.flac")))
    with pytest.raises(AudioFileError, match="no such file"):
        opened(str(song.with_name("quite-different.wav")))
    with pytest.raises(AudioFileError, match="no such file"):
        opened(str(song.parent / "nowhere" / "song.flac"))


def test_a_file_with_the_name_of_a_word_is_reached_by_its_path(opened, song, monkeypatch):
    monkeypatch.chdir(song.parent)
    song.rename("device")
    assert isinstance(opened("./device"), FileSource)


def test_an_unknown_device_is_a_device_error(opened, sound_server):
    with pytest.raises(AudioDeviceError, match="did you mean"):
        opened("device:vsink.minotor")


def test_reading_without_playing_is_exact(opened, song):
    heard = opened(str(song)).read(0.5).samples
    assert heard.shape == (4_000, 2)
    assert np.abs(heard - clicks(1.0, 8_000)[:4_000]).max() < 1e-4
