"""From what a person writes to a source of sound."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from v1z3r_core.model.errors import AudioFileError
from v1z3r_core.model.ports import AudioSource, Notify, OpenSource
from v1z3r_core.model.suggest import did_you_mean

_BUILT_IN = ("device", "loopback", "synth")
_NO_PLUGINS: Mapping[str, OpenSource] = MappingProxyType({})


def open_source(
    spec: str | None,
    *,
    play: bool,
    notify: Notify,
    start: float = 0.0,
    duration: float | None = None,
    loop: bool = False,
    extra: Mapping[str, OpenSource] = _NO_PLUGINS,
) -> AudioSource:
    """Open what `v1z3r run` and `render` name as their sound.

    Parameters
    ----------
    spec : str or None
        A file, "device", "device:NAME", "loopback", "loopback:NAME", "synth", or
        "PLUGIN:ARGUMENT". None is the default input. A file of one of these names is
        reached as "./device".
    play : bool, keyword-only
        Files and the synth go to the default output, and its clock is theirs.
    start, duration : float, seconds, keyword-only
        The part of a file or of the synth's track.
    loop : bool, keyword-only
        Begin that part again at its end.
    extra : mapping of str to OpenSource, keyword-only
        What plugins add.

    Raises
    ------
    AudioFileError
        If it is neither a file that can be read nor a known word.
    AudioDeviceError
        If a device is absent or refuses.
    """
    word, _, argument = (spec or "device").partition(":")
    if word == "device":
        from v1z3r_core.audio.device import DeviceSource

        return DeviceSource(argument or None, notify=notify)
    if word == "loopback":
        from v1z3r_core.audio.loopback import open_loopback

        return open_loopback(argument or None, notify=notify)
    if word in extra:
        return extra[word](argument, notify=notify)
    source = _offline(spec or "", notify, start, duration, loop=loop, known=(*_BUILT_IN, *extra))
    if not play:
        return source
    from v1z3r_core.audio.playback import PlaybackSource

    return PlaybackSource(source, notify=notify)


def _offline(
    spec: str,
    notify: Notify,
    start: float,
    duration: float | None,
    *,
    loop: bool,
    known: tuple[str, ...],
) -> AudioSource:
    if spec == "synth":
        from v1z3r_core.audio.synth import SynthSource

        try:
            return SynthSource(start=start, duration=duration, loop=loop)
        except ValueError as mistake:
            raise AudioFileError(f"synth: {mistake}") from None
    path = Path(spec).expanduser()
    if not os.path.exists(path) and not path.suffix and path.parent == Path():
        hint = did_you_mean(spec.partition(":")[0], known)
        raise AudioFileError(f"{spec}: neither a file nor a source{hint}")
    if not os.path.exists(path) and path.parent.is_dir():
        beside = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
        hint = did_you_mean(path.name, beside) if len(beside) < 200 else ""
        if hint.startswith("; did"):
            raise AudioFileError(f"{spec}: no such file{hint}")
    from v1z3r_core.audio.file import FileSource

    return FileSource(path, start=start, duration=duration, loop=loop, notify=notify)
