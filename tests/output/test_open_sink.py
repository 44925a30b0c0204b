from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.ports import FrameSink, PictureFormat
from v1z3r_core.output.headless import OffscreenSurface
from v1z3r_core.output.images import FolderSink, PngSink
from v1z3r_core.output.open import open_sink
from v1z3r_core.output.video import VideoSink

PICTURE = PictureFormat((64, 48), Fraction(30))


class Told:
    """An extension's sink that only remembers how it was opened."""

    def __init__(self, path: Path, picture: PictureFormat) -> None:
        self.path = path
        self.picture = picture

    def write(self, frame: object) -> None: ...
    def write_audio(self, block: object) -> None: ...
    def finish(self) -> None: ...
    def abort(self) -> None: ...


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mp4", VideoSink),
        ("a.MOV", VideoSink),
        ("take:2.webm", VideoSink),
        ("a.png", PngSink),
        ("frames", FolderSink),
        ("frames.v2/", FolderSink),
        ("folder.mp4", FolderSink),  # exists below
    ],
)
def test_the_path_chooses_the_sink(
    tmp_path: Path, name: str, kind: Callable[..., FrameSink]
) -> None:
    (tmp_path / "folder.mp4").mkdir()
    sink = open_sink(f"{tmp_path}/{name}", PICTURE)
    assert isinstance(sink, kind)
    sink.abort()


def test_an_extension_takes_what_follows_its_name() -> None:
    sink = open_sink("told:some/place", PICTURE, extra={"told": Told})
    assert isinstance(sink, Told)
    assert (sink.path, sink.picture) == (Path("some/place"), PICTURE)


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("tolt:place", "tolt:place: no output named 'tolt'; did you mean told?"),
        ("out.gif", "out.gif: unknown extension '.gif'; known: .mkv, .mov, .mp4, .png, .webm"),
        ("out.mpg4", "out.mpg4: unknown extension '.mpg4'; did you mean .mp4?"),
    ],
)
def test_what_no_sink_fits_is_told_with_what_is_known(path: str, complaint: str) -> None:
    with pytest.raises(OutputError) as failure:
        open_sink(path, PICTURE, extra={"told": Told})
    assert str(failure.value).startswith(complaint)
    assert not Path(path).exists()


def test_an_offscreen_surface_hands_out_what_was_put_in() -> None:
    from v1z3r_core.model.input import CloseRequest, KeyPress, Resize

    surface = OffscreenSurface((320, 180))
    events = (KeyPress("f", 1.0), Resize(64, 48), CloseRequest())
    surface.inject(*events)
    assert surface.size == (320, 180)
    assert tuple(surface.poll()) == events
    assert surface.size == (64, 48)
    assert tuple(surface.poll()) == ()
    assert surface.refresh_hz is None
    assert not surface.waits_for_refresh
