"""Which sink a path asks for."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.ports import FrameSink, OpenSink, PictureFormat
from v1z3r_core.model.suggest import did_you_mean
from v1z3r_core.output.containers import CONTAINERS, Quality
from v1z3r_core.output.images import FolderSink, PngSink
from v1z3r_core.output.video import VideoSink

_NONE: Mapping[str, OpenSink] = MappingProxyType({})


def open_sink(
    path: str | Path,
    picture: PictureFormat,
    *,
    extra: Mapping[str, OpenSink] = _NONE,
    quality: Quality = "good",
) -> FrameSink:
    """Sink for a path: a video, a PNG, a folder of PNGs, or an extension's ``NAME:PATH``.

    Parameters
    ----------
    path : str or Path
        A folder is one that exists, has no extension, or (as text) ends in a slash.
    picture : PictureFormat
    extra : mapping of name to OpenSink, keyword-only
        Extensions' sinks; a name wins over a file of the same spelling.
    quality : {"draft", "good", "best"}, keyword-only
        Of a video.

    Raises
    ------
    OutputError
        If no sink fits the path, or the sink cannot be opened.
    """
    name, colon, rest = str(path).partition(":")
    if colon and name in extra:
        return extra[name](Path(rest), picture)
    place = Path(path)
    suffix = place.suffix.lower()
    if place.is_dir() or str(path).endswith("/"):
        return FolderSink(place, picture)
    if suffix in CONTAINERS:
        return VideoSink(place, picture, quality=quality)
    if suffix == ".png":
        return PngSink(place, picture)
    if colon and name.isidentifier():
        raise OutputError(f"{path}: no output named '{name}'{did_you_mean(name, extra)}")
    if not suffix:
        return FolderSink(place, picture)
    known = (*CONTAINERS, ".png")
    raise OutputError(
        f"{path}: unknown extension '{suffix}'{did_you_mean(suffix, known)} "
        "(without an extension it is a folder of PNG pictures)"
    )
