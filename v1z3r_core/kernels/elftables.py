"""Tables of a shared library that only its content decides: names, hashes, versions, frames.

References
----------
See `kernels.elfobject` for the format, and "The Linux Standard Base Core Specification" 5.0,
sections 10.6 (frames) and 10.7 (versions).
"""

import struct
from collections.abc import Collection, Iterable
from typing import NamedTuple

from v1z3r_core.kernels.elfobject import SYMBOL, LinkError

_VERNEED = struct.Struct("<HHIII")
_VERNAUX = struct.Struct("<IHHII")
_FIRST_VERSION = 2  # 0 is local, 1 is global without a version

_FRAME_HEADER = struct.Struct("<4Bii")
_FRAME_ENTRY = struct.Struct("<ii")
_PCREL_SDATA4, _UDATA4, _DATAREL_SDATA4 = 0x1B, 0x03, 0x3B
_CIE_AUGMENTATION = b"\x01zR\x00"  # version 1, then what follows, LLVM's only kind for our code


class Origin(NamedTuple):
    """Where an imported function comes from."""

    library: str
    version: str


class Strings:
    """A string table."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0")
        self._places = {"": 0}

    def place(self, text: str) -> int:
        """Offset of a text, which is added if it is new."""
        if text not in self._places:
            self._places[text] = len(self.data)
            self.data += text.encode("ascii") + b"\0"
        return self._places[text]


class Versions(NamedTuple):
    """Versions of imported functions."""

    table: bytes  # .gnu.version_r
    libraries: list[str]
    numbers: dict[Origin, int]


def versions(origins: Iterable[Origin], strings: Strings) -> Versions:
    """Number what is needed of each library."""
    needed: dict[str, list[Origin]] = {}
    for origin in dict.fromkeys(origins):
        needed.setdefault(origin.library, []).append(origin)
    numbers: dict[Origin, int] = {}
    table = b""
    for at, (library, wanted) in enumerate(needed.items(), 1):
        length = _VERNEED.size + _VERNAUX.size * len(wanted)
        following = length if at < len(needed) else 0
        table += _VERNEED.pack(1, len(wanted), strings.place(library), _VERNEED.size, following)
        for k, origin in enumerate(wanted, 1):
            numbers[origin] = number = len(numbers) + _FIRST_VERSION
            following = _VERNAUX.size if k < len(wanted) else 0
            name = strings.place(origin.version)
            table += _VERNAUX.pack(sysv_hash(origin.version), 0, number, name, following)
    return Versions(table, list(needed), numbers)


def hash_table(names: Collection[str]) -> bytes:
    """Table by which the loader finds symbols 1 … n, in the System V form."""
    buckets = [0] * max(1, len(names))
    chains = [0] * (len(names) + 1)
    for number, name in enumerate(names, 1):
        bucket = sysv_hash(name) % len(buckets)
        chains[number], buckets[bucket] = buckets[bucket], number
    count = 2 + len(buckets) + len(chains)
    return struct.pack(f"<{count}I", len(buckets), len(chains), *buckets, *chains)


def sysv_hash(name: str) -> int:
    """Hash of the ELF specification, figure 2-15."""
    value = 0
    for letter in name.encode("ascii"):
        value = (value << 4) + letter
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high & 0xFFFFFFFF
    return value


def symbol_row(name: int, binding: int, kind: int, section: int, value: int, size: int) -> bytes:
    """One row of a symbol table."""
    return SYMBOL.pack(name, binding << 4 | kind, 0, section, value, size)


def frame_index_size(frames: bytes) -> int:
    """Bytes of `frame_index`."""
    return _FRAME_HEADER.size + _FRAME_ENTRY.size * len(_functions(frames))


def frame_index(frames: bytes, frames_address: int, address: int) -> bytes:
    """Table by which whoever walks a stack finds a function's frame (.eh_frame_hdr).

    Parameters
    ----------
    frames : bytes
        .eh_frame, relocated.
    frames_address, address : int
        Where that and this table are.
    """
    entries = []
    for at in _functions(frames):
        (distance,) = struct.unpack_from("<i", frames, at + 8)
        begin = frames_address + at + 8 + distance
        entries.append((begin - address, frames_address + at - address))
    header = _FRAME_HEADER.pack(
        1,
        _PCREL_SDATA4,
        _UDATA4,
        _DATAREL_SDATA4,
        frames_address - (address + 4),
        len(entries),
    )
    return header + b"".join(_FRAME_ENTRY.pack(*entry) for entry in sorted(entries))


def _functions(frames: bytes) -> list[int]:
    """Places of the descriptions of functions, which tell where each begins at byte 8.

    Raises
    ------
    LinkError
        If addresses are not written as distances, as position-independent code has them.
    """
    found = []
    at = 0
    while at + 4 <= len(frames):
        length, common = struct.unpack_from("<II", frames.ljust(at + 8, b"\0"), at)
        if length == 0:
            break
        if common:
            found.append(at)
        elif not _is_relative(frames[at + 8 : at + 4 + length]):
            raise LinkError(f".eh_frame+{at:#x}: frames of an unknown form")
        at += 4 + length
    return found


def _is_relative(common: bytes) -> bool:
    """Whether a common entry has its functions' addresses as 32-bit distances."""
    # Then come code and data alignment and the return register, of one byte each in our code,
    # and one byte of length before the form of the addresses.
    return common.startswith(_CIE_AUGMENTATION) and common[8:9] == bytes([_PCREL_SDATA4])
