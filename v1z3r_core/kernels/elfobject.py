"""A relocatable x86-64 object as the code generator emits it, taken apart.

References
----------
"Tool Interface Standard (TIS) Executable and Linking Format (ELF) Specification", version 1.2
(1995), book I, chapter 1. H. J. Lu et al., "System V Application Binary Interface, AMD64
Architecture Processor Supplement", version 1.0, section 4.
"""

import struct
from dataclasses import dataclass

EM_X86_64 = 62
ET_REL, ET_DYN = 1, 3

SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_RELA = 1, 2, 3, 4
SHT_HASH, SHT_DYNAMIC, SHT_NOBITS, SHT_DYNSYM = 5, 6, 8, 11
SHT_GNU_VERNEED, SHT_GNU_VERSYM = 0x6FFFFFFE, 0x6FFFFFFF
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR, SHF_TLS = 1, 2, 4, 0x400

SHN_UNDEF = 0
STB_LOCAL, STB_GLOBAL = 0, 1
STT_NOTYPE, STT_FUNC = 0, 2

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
RELOCATION = struct.Struct("<QQq")

IDENTITY = b"\x7fELF\x02\x01\x01" + bytes(9)  # 64 bits, little-endian, version 1, System V


class LinkError(ValueError):
    """An object that holds something the linker does not know, named."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name for a place.

    Parameters
    ----------
    name : str
    section : int
        Number of the section it lies in; `SHN_UNDEF` for what is defined elsewhere.
    value, size : int, bytes
        Offset in its section, extent.
    kind : int
        One of ``STT_…``.
    """

    name: str
    section: int
    value: int
    size: int
    kind: int


@dataclass(frozen=True, slots=True)
class Relocation:
    """A place that is filled in when addresses are known."""

    offset: int  # in its section
    kind: int
    symbol: Symbol
    addend: int


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of code or data; `data` is empty where it begins as zeros."""

    name: str
    kind: int
    flags: int
    align: int
    size: int
    data: bytes
    relocations: tuple[Relocation, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """Sections by their number, and all symbols."""

    sections: dict[int, Section]
    symbols: tuple[Symbol, ...]


def read_object(code: bytes) -> Object:
    """Take a relocatable object apart, keeping the sections that are loaded.

    Raises
    ------
    LinkError
        If it is not a 64-bit little-endian x86-64 object.
    """
    if len(code) < HEADER.size:
        raise LinkError(f"not an x86-64 object: {len(code)} bytes")
    header = HEADER.unpack_from(code)
    if header[0][:7] != IDENTITY[:7] or header[1:3] != (ET_REL, EM_X86_64):
        raise LinkError(f"not an x86-64 object: it begins with {code[:20].hex()}")
    table, count, names_at = header[6], header[12], header[13]
    heads = [SECTION.unpack_from(code, table + i * SECTION.size) for i in range(count)]
    names = _content(code, heads[names_at])
    symbols = _symbols(code, heads)
    found = {}
    for number, head in enumerate(heads):
        name, kind, flags, _, _, size, _, _, align, _ = head
        if flags & SHF_ALLOC:
            found[number] = Section(
                _text(names, name),
                kind,
                flags,
                max(align, 1),
                size,
                b"" if kind == SHT_NOBITS else _content(code, head),
                _relocations(code, heads, number, symbols),
            )
    return Object(found, symbols)


def _symbols(code: bytes, heads: list[tuple[int, ...]]) -> tuple[Symbol, ...]:
    (table,) = (head for head in heads if head[1] == SHT_SYMTAB)
    names = _content(code, heads[table[6]])
    return tuple(
        Symbol(_text(names, name), section, value, size, info & 0xF)
        for name, info, _, section, value, size in SYMBOL.iter_unpack(_content(code, table))
    )


def _relocations(
    code: bytes, heads: list[tuple[int, ...]], section: int, symbols: tuple[Symbol, ...]
) -> tuple[Relocation, ...]:
    return tuple(
        Relocation(offset, info & 0xFFFFFFFF, symbols[info >> 32], addend)
        for head in heads
        if head[1] == SHT_RELA and head[7] == section
        for offset, info, addend in RELOCATION.iter_unpack(_content(code, head))
    )


def _content(code: bytes, head: tuple[int, ...]) -> bytes:
    return code[head[4] : head[4] + head[5]]


def _text(names: bytes, at: int) -> str:
    return names[at : names.index(b"\0", at)].decode("ascii")
