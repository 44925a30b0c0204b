"""What each video file extension holds: muxer, encoders and their settings.

Chosen for sound that lies exactly under its picture and for files that survive a crash:

========== ============= ======================================================================
extension  holds         why
========== ============= ======================================================================
.mp4 .mov  H.264, AAC    what every player, phone and editor takes. `hybrid_fragmented` writes
                         a fragment at each keyframe, so that a broken-off file plays, and turns
                         them into an ordinary indexed file at the end. `delay_moov` matters:
                         without it the fragments' header is written before the encoder's delay is
                         known, and AAC's 1,024 samples and the B-frames' two frames go astray.
                         FFmpeg 8.1 (PyAV 17.1) is the first that gets the two together right;
                         with `frag_duration` besides, its files end a picture early now and then.
.mkv       H.264, FLAC   lossless sound at its own rate, and FLAC has no encoder delay: AAC in
                         Matroska plays 21 ms late in players that ignore `CodecDelay`.
.webm      VP9, Opus     the open pair for browsers; Opus counts in 48 kHz.
========== ============= ======================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.suggest import did_you_mean

Quality = Literal["draft", "good", "best"]
CLUSTER_MILLISECONDS = 500  # of Matroska that a crash may cost; the default is five seconds


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """A video encoder.

    Parameters
    ----------
    name : str
        FFmpeg's name of the encoder.
    options : mapping of Quality to mapping
        The encoder's own options.
    even_only : bool
        Takes only even widths and heights.
    """

    name: str
    options: Mapping[Quality, Mapping[str, str]]
    even_only: bool


@dataclass(frozen=True, slots=True)
class SoundCodec:
    """A sound encoder.

    Parameters
    ----------
    name : str
        FFmpeg's name of the encoder.
    sample_format : str
        What it is fed.
    rates : frozenset of int or None
        Sample rates it takes, Hz; None for all up to `max_rate`.
    max_rate : int, Hz
    kbit_per_channel : int
        0 where the encoder is lossless.
    wider : mapping of int to str
        Layout to encode that many channels in where their own would come back in disorder.
    """

    name: str
    sample_format: str
    rates: frozenset[int] | None
    max_rate: int
    kbit_per_channel: int
    wider: Mapping[int, str]

    def rate_for(self, rate: int) -> int:
        """Sample rate to encode sound of `rate` Hz at: its own, or else 48 kHz or the maximum."""
        if self.rates is not None:
            return rate if rate in self.rates else 48_000
        return min(rate, self.max_rate)


@dataclass(frozen=True, slots=True)
class Container:
    """One file format with its pair of encoders and the muxer's options."""

    suffix: str
    muxer: str
    video: VideoCodec
    sound: SoundCodec
    options: Mapping[str, str]


def _h264(preset: str, crf: int) -> Mapping[str, str]:
    # Macroblock trees off: with them libx264's AVX-512 code gives another file now and then
    # from the same pictures (5 of 5 runs differ at 320×180 'veryfast'; off, none do).
    # chromaloc 1 (centre) is where area averaging puts chroma.
    params = "no-mbtree=1:chromaloc=1"
    return MappingProxyType({"preset": preset, "crf": str(crf), "x264-params": params})


def _vp9(deadline: str, cpu_used: int, crf: int) -> Mapping[str, str]:
    return MappingProxyType(
        {"deadline": deadline, "cpu-used": str(cpu_used), "crf": str(crf), "row-mt": "1"}
    )


H264 = VideoCodec(
    "libx264",
    {"draft": _h264("ultrafast", 24), "good": _h264("veryfast", 18), "best": _h264("slow", 14)},
    even_only=True,
)
VP9 = VideoCodec(
    "libvpx-vp9",
    {"draft": _vp9("realtime", 8, 36), "good": _vp9("good", 5, 28), "best": _vp9("good", 2, 20)},
    even_only=False,
)
# Rates of ISO/IEC 14496-3 table 1.18 up to what players are sure to take.
AAC_RATES = frozenset({8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000})
# AAC has no 6.1 of its own; players of the makeshift one are rare.
AAC = SoundCodec("aac", "fltp", AAC_RATES, 48_000, 96, {7: "7.1"})
# FFmpeg's libopus wrapper swaps the channels of 5.0 and 6.1 (5.1 and 8.1.2 alike do).
OPUS = SoundCodec("libopus", "flt", frozenset({48_000}), 48_000, 80, {5: "5.1", 7: "7.1"})
FLAC = SoundCodec("flac", "s32", None, 192_000, 0, {})  # 24 bits; its header ends at 655 kHz

_ISO = MappingProxyType({"movflags": "hybrid_fragmented+delay_moov"})
_MATROSKA = MappingProxyType({"cluster_time_limit": str(CLUSTER_MILLISECONDS)})
_ALL = (
    Container(".mp4", "mp4", H264, AAC, _ISO),
    Container(".mov", "mov", H264, AAC, _ISO),
    Container(".mkv", "matroska", H264, FLAC, _MATROSKA),
    Container(".webm", "webm", VP9, OPUS, _MATROSKA),
)
CONTAINERS: Mapping[str, Container] = MappingProxyType({each.suffix: each for each in _ALL})


def container_for(path: Path) -> Container:
    """Container that the extension of `path` asks for.

    Raises
    ------
    OutputError
        If the extension is unknown; the text names the nearest and all that exist.
    """
    suffix = path.suffix.lower()
    if suffix in CONTAINERS:
        return CONTAINERS[suffix]
    raise OutputError(
        f"{path}: unknown video extension '{suffix}'{did_you_mean(suffix, CONTAINERS)}"
    )
