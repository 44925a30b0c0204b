"""The file of a shared library: its sections, where they lie, and how they are mapped.

Offsets in the file equal addresses. Three segments are mapped: read-only data, code, and what
the loader fills in (then read-only too) with the little that stays writable behind it.

References
----------
See `kernels.elfobject`.
"""

import struct
from dataclasses import dataclass, field

from v1z3r_core.kernels.elfobject import (
    EM_X86_64,
    ET_DYN,
    HEADER,
    IDENTITY,
    RELOCATION,
    SECTION,
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHF_WRITE,
    SHT_DYNAMIC,
    SHT_DYNSYM,
    SHT_GNU_VERNEED,
    SHT_GNU_VERSYM,
    SHT_HASH,
    SHT_NOBITS,
    SHT_PROGBITS,
    SHT_RELA,
    SHT_STRTAB,
    SYMBOL,
)
from v1z3r_core.kernels.elftables import Strings

PAGE = 4096

_SEGMENT = struct.Struct("<IIQQQQQQ")
_PT_LOAD, _PT_DYNAMIC = 1, 2
_PT_GNU_EH_FRAME, _PT_GNU_STACK, _PT_GNU_RELRO = 0x6474E550, 0x6474E551, 0x6474E552
_R, _RX, _RW = 4, 5, 6
_SEGMENTS = 7

_READ, _CODE, _RELRO, _WRITE = "read-only", "code", "read-only once loaded", "writable"


@dataclass(slots=True)
class Part:
    """A section of the library; `zeros` count for what begins as zeros and is not in the file."""

    name: str
    kind: int
    flags: int = SHF_ALLOC
    align: int = 8
    data: bytearray = field(default_factory=bytearray)
    entry: int = 0
    link: str = ""
    info: int = 0
    zeros: int = 0
    address: int = 0

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.data) + self.zeros


@dataclass(slots=True)
class _Span:
    """What one group of parts covers: up to `stored` in the file, up to `end` in memory."""

    start: int
    stored: int
    end: int


class Image:
    """All sections that a library may have, in their order; empty ones are left out."""

    def __init__(self) -> None:
        run, write = SHF_ALLOC | SHF_EXECINSTR, SHF_ALLOC | SHF_WRITE
        every = (
            Part(".hash", SHT_HASH, entry=4, link=".dynsym"),
            Part(".dynsym", SHT_DYNSYM, entry=SYMBOL.size, link=".dynstr", info=1),
            Part(".dynstr", SHT_STRTAB, align=1),
            Part(".gnu.version", SHT_GNU_VERSYM, align=2, entry=2, link=".dynsym"),
            Part(".gnu.version_r", SHT_GNU_VERNEED, link=".dynstr"),
            Part(".rela.dyn", SHT_RELA, entry=RELOCATION.size, link=".dynsym"),
            Part(".rodata", SHT_PROGBITS),
            Part(".eh_frame_hdr", SHT_PROGBITS, align=4),
            Part(".eh_frame", SHT_PROGBITS),
            Part(".plt", SHT_PROGBITS, run),
            Part(".text", SHT_PROGBITS, run),
            Part(".dynamic", SHT_DYNAMIC, write, entry=16, link=".dynstr"),
            Part(".got", SHT_PROGBITS, write, entry=8),
            Part(".data.rel.ro", SHT_PROGBITS, write),
            Part(".data", SHT_PROGBITS, write),
            Part(".bss", SHT_NOBITS, write),
        )
        self._parts = {part.name: part for part in every}
        self._spans: dict[str, _Span] = {}

    def __getitem__(self, name: str) -> Part:
        return self._parts[name]

    def number(self, name: str) -> int:
        """Number of a section, by which symbols name it."""
        return 1 + [part.name for part in self._present()].index(name)

    def lay_out(self) -> None:
        """Give every part its address; sizes must not change afterwards."""
        at = HEADER.size + _SEGMENT.size * _SEGMENTS
        previous = _READ
        for part in self._present():
            group = _group(part)
            if group != previous:
                at = up(at, PAGE)
                previous = group
            part.address = at = up(at, part.align)
            span = self._spans.setdefault(group, _Span(at, at, at))
            at += part.size
            span.end = at
            if part.kind != SHT_NOBITS:
                span.stored = at
        # The loader protects whole pages: nothing else may share the last one.
        relro = self._spans[_RELRO]
        relro.stored = relro.end = up(relro.end, PAGE)

    def write(self, tables: tuple[Part, ...]) -> bytes:
        """The file; `tables` are for debuggers and mapped by nobody."""
        image = bytearray(self._spans.get(_WRITE, self._spans[_RELRO]).stored)
        for part in self._present():
            image[part.address : part.address + len(part.data)] = part.data
        names = Part(".shstrtab", SHT_STRTAB, 0, 1)
        strings = Strings()
        named = [*self._present(), *tables, names]
        places = [strings.place(part.name) for part in named]
        names.data = strings.data
        numbers = {part.name: number for number, part in enumerate(named, 1)}
        rows = [bytes(SECTION.size)]
        for place, part in zip(places, named, strict=True):
            at = part.address
            if not part.flags & SHF_ALLOC:
                image += bytes(-len(image) % part.align)
                at = len(image)
                image += part.data
            rows.append(_row(part, place, at, numbers.get(part.link, 0)))
        image += bytes(-len(image) % 8)
        begin = _header(len(image), len(rows)) + self._segments()
        image[: len(begin)] = begin
        return bytes(image) + b"".join(rows)

    def _present(self) -> list[Part]:
        return [part for part in self._parts.values() if part.size]

    def _segments(self) -> bytes:
        read, code, relro = (self._spans[group] for group in (_READ, _CODE, _RELRO))
        write = self._spans.get(_WRITE, relro)
        rows = [
            _segment(_PT_LOAD, _R, _Span(0, read.stored, read.end), PAGE),
            _segment(_PT_LOAD, _RX, code, PAGE),
            _segment(_PT_LOAD, _RW, _Span(relro.start, write.stored, write.end), PAGE),
            _segment(_PT_DYNAMIC, _RW, _span(self[".dynamic"]), 8),
            _segment(_PT_GNU_EH_FRAME, _R, _span(self[".eh_frame_hdr"]), 4),
            _segment(_PT_GNU_RELRO, _R, relro, 1),
            _segment(_PT_GNU_STACK, _RW, _Span(0, 0, 0), 16),
        ]
        return b"".join(rows)


def up(value: int, step: int) -> int:
    """The next multiple of `step`."""
    return -(-value // step) * step


def _group(part: Part) -> str:
    if part.flags & SHF_EXECINSTR:
        return _CODE
    if not part.flags & SHF_WRITE:
        return _READ
    return _WRITE if part.name in {".data", ".bss"} else _RELRO


def _span(part: Part) -> _Span:
    return _Span(part.address, part.address + part.size, part.address + part.size)


def _segment(kind: int, flags: int, span: _Span, align: int) -> bytes:
    start = span.start
    stored, size = span.stored - start, span.end - start
    return _SEGMENT.pack(kind, flags, start, start, start, stored, size, align)


def _row(part: Part, name: int, offset: int, link: int) -> bytes:
    return SECTION.pack(
        name,
        part.kind,
        part.flags,
        part.address,
        offset,
        part.size,
        link,
        part.info,
        part.align,
        part.entry,
    )


def _header(table: int, sections: int) -> bytes:
    """The file's head; the section table is at `table`, its last row names the others."""
    sizes = (HEADER.size, _SEGMENT.size, _SEGMENTS, SECTION.size, sections, sections - 1)
    return HEADER.pack(IDENTITY, ET_DYN, EM_X86_64, 1, 0, HEADER.size, table, 0, *sizes)
