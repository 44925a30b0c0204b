"""What this installation can encode, and under which licence its FFmpeg comes."""

from dataclasses import dataclass

import av
from av.codec import codecs_available
from av.format import formats_available

from v1z3r_core.output.containers import CONTAINERS

# Libraries under the GPL that FFmpeg links when it has these encoders.
_GPL_ENCODERS = ("libx264", "libx264rgb", "libx265", "libxvid")


@dataclass(frozen=True, slots=True)
class ContainerSupport:
    """Whether one kind of video file can be written.

    Parameters
    ----------
    suffix : str
    video, sound : str
        FFmpeg's names of the encoders it takes.
    missing : tuple of str
        Which of muxer and encoders this build lacks; empty when all is there.
    """

    suffix: str
    video: str
    sound: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodecReport:
    """The FFmpeg that PyAV brings along.

    Parameters
    ----------
    pyav, ffmpeg : str
        Versions.
    licence : str
        What the build says of itself.
    gpl_encoders : tuple of str
        Encoders in it whose libraries are under the GPL, whatever `licence` says: passing the
        binaries on then means passing them on under the GPL. Files made with them are free.
    containers : tuple of ContainerSupport
    png : bool
        Whether PNG pictures can be written.
    """

    pyav: str
    ffmpeg: str
    licence: str
    gpl_encoders: tuple[str, ...]
    containers: tuple[ContainerSupport, ...]
    png: bool


def codec_report() -> CodecReport:
    """Ask the libraries; opens nothing and writes nothing."""
    return CodecReport(
        pyav=av.__version__,
        ffmpeg=av.ffmpeg_version_info,
        licence=_licence(),
        gpl_encoders=tuple(name for name in _GPL_ENCODERS if _can_encode(name)),
        containers=tuple(
            ContainerSupport(
                each.suffix,
                each.video.name,
                each.sound.name,
                tuple(
                    name
                    for name, present in (
                        (each.muxer, each.muxer in formats_available),
                        (each.video.name, _can_encode(each.video.name)),
                        (each.sound.name, _can_encode(each.sound.name)),
                    )
                    if not present
                ),
            )
            for each in CONTAINERS.values()
        ),
        png=_can_encode("png"),
    )


def _can_encode(name: str) -> bool:
    if name not in codecs_available:
        return False
    try:
        return av.Codec(name, "w").is_encoder
    except av.codec.codec.UnknownCodecError:  # a decoder of that name only
        return False


def _licence() -> str:
    return str(av._core.library_meta["libavcodec"]["license"])
