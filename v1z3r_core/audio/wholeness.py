"""Whether a sound file is there, can be read, and reaches its own end."""

import os
from pathlib import Path

from v1z3r_core.model.errors import AudioFileError

_OGG_LONGEST_PAGE = 65_307  # bytes, RFC 3533 section 6
_OGG_LAST_PAGE = 0x04  # header type flag, likewise
_RIFF_UNKNOWN = (0, 0xFFFF_FFFF)  # sizes that streaming writers leave behind


def require_readable(path: Path) -> None:
    """Pass a file with content that may be opened.

    Raises
    ------
    AudioFileError
        Otherwise, saying what is wrong and what to do.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise AudioFileError(f"{path}: no such file; check the name and the folder") from None
    except OSError as error:
        raise AudioFileError(f"{path}: {_lower(error)}; check the path") from error
    if path.is_dir():
        raise AudioFileError(f"{path}: is a folder; name a sound file in it")
    if not path.is_file():
        raise AudioFileError(f"{path}: is not a regular file; copy the sound into one")
    if size == 0:
        raise AudioFileError(f"{path}: is empty, 0 bytes; copy or record it again")
    if not os.access(path, os.R_OK):
        raise AudioFileError(f"{path}: may not be read; try chmod +r {path.name}")


def stops_early(path: Path) -> bool:
    """Whether a WAV or Ogg file was cut off, which FFmpeg does not tell.

    For both it takes the length from the bytes that are there. A WAV states how many there
    should be, and an Ogg stream marks its last page.
    """
    with path.open("rb") as file:
        head = file.read(12)
        size = file.seek(0, os.SEEK_END)
        if head[:4] == b"RIFF" and head[8:] == b"WAVE":
            stated = int.from_bytes(head[4:8], "little")
            return stated not in _RIFF_UNKNOWN and stated + 8 > size + 1  # pad byte often missing
        if head[:4] == b"OggS":
            file.seek(max(0, size - _OGG_LONGEST_PAGE))
            tail = file.read()
            page = tail.rfind(b"OggS")
            return page < 0 or not tail[page + 5] & _OGG_LAST_PAGE
    return False


def _lower(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
