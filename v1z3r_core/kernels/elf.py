"""A linker for what our kernels compile to: one x86-64 object becomes a shared library.

Nobody who runs the engine needs a compiler or a linker for it, and glibc's loader, `perf`, `gdb`
and `readelf` see an ordinary library. It knows the sections and relocations that LLVM emits for
position-independent code and refuses the rest by name.

Offsets in the file equal addresses. Three segments are mapped: read-only data, code, and what
the loader fills in (then read-only too) with the little that stays writable behind it.

References
----------
See `kernels.elfobject`. U. Drepper, "How To Write Shared Libraries" (2011), sections 1.5 and 2.
"The Linux Standard Base Core Specification" 5.0, section 10.7: symbol versions.
"""

import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from v1z3r_core.kernels.elfobject import (
    EM_X86_64,
    ET_DYN,
    HEADER,
    IDENTITY,
    RELOCATION,
    SECTION,
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHF_TLS,
    SHF_WRITE,
    SHN_LORESERVE,
    SHN_UNDEF,
    SHT_DYNAMIC,
    SHT_DYNSYM,
    SHT_GNU_VERNEED,
    SHT_GNU_VERSYM,
    SHT_HASH,
    SHT_NOBITS,
    SHT_PROGBITS,
    SHT_RELA,
    SHT_STRTAB,
    SHT_SYMTAB,
    STB_GLOBAL,
    STB_LOCAL,
    STT_FUNC,
    STT_NOTYPE,
    SYMBOL,
    LinkError,
    Object,
    Relocation,
    Section,
    Symbol,
    read_object,
)

PAGE = 4096

# Relocations: what LLVM emits …
R_64, R_PC32, R_PLT32, R_GOTPCREL, R_GOTPCRELX, R_REX_GOTPCRELX = 1, 2, 4, 9, 41, 42
# … and what the loader is asked to do.
R_GLOB_DAT, R_RELATIVE = 6, 8
_THROUGH_TABLE = {R_GOTPCREL, R_GOTPCRELX, R_REX_GOTPCRELX}
_KNOWN = {R_64, R_PC32, R_PLT32} | _THROUGH_TABLE

_SEGMENT = struct.Struct("<IIQQQQQQ")
_PT_LOAD, _PT_DYNAMIC = 1, 2
_PT_GNU_EH_FRAME, _PT_GNU_STACK, _PT_GNU_RELRO = 0x6474E550, 0x6474E551, 0x6474E552
_R, _RX, _RW = 4, 5, 6

_DT_NEEDED, _DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_RELA, _DT_RELASZ, _DT_RELAENT = (
    1,
    4,
    5,
    6,
    7,
    8,
    9,
)
_DT_STRSZ, _DT_SYMENT, _DT_SONAME, _DT_FLAGS = 10, 11, 14, 30
_DT_FLAGS_1, _DT_VERSYM, _DT_VERNEED, _DT_VERNEEDNUM = (
    0x6FFFFFFB,
    0x6FFFFFF0,
    0x6FFFFFFE,
    0x6FFFFFFF,
)
_DF_BIND_NOW, _DF_1_NOW = 8, 1

_VERNEED = struct.Struct("<HHIII")
_VERNAUX = struct.Struct("<IHHII")
_FIRST_VERSION = 2  # 0 is local, 1 global without a version

_JUMP = struct.Struct("<2si2x")  # jmp *slot(%rip), padded to 8 bytes
_JUMP_OPCODE = b"\xff\x25"
_JUMP_LENGTH = 6


class Origin(NamedTuple):
    """Where an imported function comes from."""

    library: str
    version: str


def link(
    code: bytes, *, exports: Collection[str], imports: Mapping[str, Origin], name: str
) -> bytes:
    """Make a shared library of one object.

    Parameters
    ----------
    code : bytes
        An x86-64 object, compiled as position-independent code.
    exports : collection of str
        Functions that the library offers; nothing else can be looked up in it.
    imports : mapping
        Functions that it may ask for, and where those come from.
    name : str
        The library's own.

    Raises
    ------
    LinkError
        If an export is missing, or the object asks for a function that is not among the
        imports, or holds a section or relocation of an unknown kind.
    """
    return _Linking(read_object(code), exports, imports, name).library()


@dataclass(slots=True)
class _Part:
    """A section of the library."""

    name: str
    kind: int
    flags: int = SHF_ALLOC
    align: int = 8
    data: bytearray = field(default_factory=bytearray)
    entry: int = 0
    link: str = ""
    info: int = 0
    zeros: int = 0  # for a part that is not in the file
    address: int = 0

    @property
    def size(self) -> int:
        return len(self.data) + self.zeros


class _Strings:
    """A string table."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0")
        self._places = {"": 0}

    def place(self, text: str) -> int:
        if text not in self._places:
            self._places[text] = len(self.data)
            self.data += text.encode("ascii") + b"\0"
        return self._places[text]


class _Linking:
    """One library in the making: sizes first, then addresses, then what depends on them."""

    def __init__(
        self,
        code: Object,
        exports: Collection[str],
        imports: Mapping[str, Origin],
        name: str,
    ) -> None:
        self._object = code
        self._strings = _Strings()
        self._parts = {part.name: part for part in _parts()}
        self._homes: dict[int, tuple[_Part, int]] = {}
        for number, section in code.sections.items():
            self._homes[number] = self._merge(section)
        self._parts[".eh_frame"].data += bytes(4)  # the end of the list
        self._exports = [self._exported(export) for export in exports]
        self._imports: dict[str, Origin] = {}
        self._slots: dict[Symbol, int] = {}  # of the global offset table
        self._jumps: dict[Symbol, int] = {}
        self._absolute = 0
        for section in code.sections.values():
            for relocation in section.relocations:
                self._prepare(section, relocation, imports)
        self._parts[".got"].data += bytes(8 * len(self._slots))
        self._parts[".plt"].data += bytes(_JUMP.size * len(self._jumps))
        dynamic = len(self._slots) + self._absolute
        self._parts[".rela.dyn"].data += bytes(RELOCATION.size * dynamic)
        self._name_everything(name)

    def library(self) -> bytes:
        """Lay the parts out and fill them in."""
        end = self._lay_out()
        self._relocate()
        self._write_dynamic_symbols()
        self._write_dynamic()
        return self._file(end)

    # -- before addresses are known ---------------------------------------------------------

    def _merge(self, section: Section) -> tuple[_Part, int]:
        """Append a section to its part; the part and the place in it."""
        if section.flags & SHF_TLS:
            raise LinkError(f"section {section.name}: memory per thread is not supported")
        part = self._parts[_home(section)]
        part.align = max(part.align, section.align)
        if section.kind == SHT_NOBITS:
            place = -(-part.zeros // section.align) * section.align
            part.zeros = place + section.size
        else:
            part.data += bytes(-len(part.data) % section.align)
            place = len(part.data)
            part.data += section.data
        return part, place

    def _exported(self, name: str) -> Symbol:
        for symbol in self._object.symbols:
            if symbol.name == name and symbol.section in self._homes:
                return symbol
        raise LinkError(f"function {name} is to be exported and is not defined")

    def _prepare(
        self, section: Section, relocation: Relocation, imports: Mapping[str, Origin]
    ) -> None:
        """Count what a relocation needs in the tables."""
        symbol, kind = relocation.symbol, relocation.kind
        where = f"{section.name}+{relocation.offset:#x}"
        if kind not in _KNOWN:
            raise LinkError(f"{where}: relocation of unknown kind {kind} against {symbol.name!r}")
        if symbol.section >= SHN_LORESERVE:
            raise LinkError(f"{where}: symbol {symbol.name!r} lies in no section")
        outside = symbol.section == SHN_UNDEF
        if outside:
            if symbol.name not in imports:
                raise LinkError(f"{where}: import {symbol.name!r} is not allowed")
            self._imports[symbol.name] = imports[symbol.name]
        if kind == R_64:
            if not section.flags & SHF_WRITE:
                raise LinkError(f"{where}: an address in memory that the loader cannot fill in")
            self._absolute += 1
        elif kind in _THROUGH_TABLE or (outside and kind == R_PLT32):
            self._slots.setdefault(symbol, len(self._slots))
            if kind == R_PLT32:
                self._jumps.setdefault(symbol, len(self._jumps))
        elif outside:
            raise LinkError(f"{where}: import {symbol.name!r} is used as if it were near")

    def _name_everything(self, name: str) -> None:
        """Size the tables of names, versions and the dynamic section."""
        needed: dict[str, list[str]] = {}
        for origin in self._imports.values():
            versions = needed.setdefault(origin.library, [])
            if origin.version not in versions:
                versions.append(origin.version)
        self._versions: dict[Origin, int] = {}
        table = self._parts[".gnu.version_r"]
        table.info = len(needed)
        for at, (library, versions) in enumerate(needed.items()):
            last = at == len(needed) - 1
            length = _VERNEED.size + _VERNAUX.size * len(versions)
            table.data += _VERNEED.pack(
                1, len(versions), self._strings.place(library), _VERNEED.size, 0 if last else length
            )
            for k, version in enumerate(versions):
                number = len(self._versions) + _FIRST_VERSION
                self._versions[Origin(library, version)] = number
                more = _VERNAUX.size if k < len(versions) - 1 else 0
                table.data += _VERNAUX.pack(
                    _sysv_hash(version), 0, number, self._strings.place(version), more
                )
        self._tags = [(_DT_NEEDED, self._strings.place(library)) for library in needed]
        self._tags.append((_DT_SONAME, self._strings.place(name)))
        names = [*self._imports, *(symbol.name for symbol in self._exports)]
        for each in names:
            self._strings.place(each)
        versym = [0, *(self._versions[origin] for origin in self._imports.values())]
        versym += [1] * len(self._exports)
        self._parts[".gnu.version"].data += struct.pack(f"<{len(versym)}H", *versym)
        self._parts[".hash"].data += _hash_table(names)
        self._parts[".dynsym"].data += bytes(SYMBOL.size * (len(names) + 1))
        self._parts[".dynstr"].data += self._strings.data
        self._parts[".dynamic"].data += bytes(16 * (len(self._tags) + _FIXED_TAGS + 1))

    # -- addresses ----------------------------------------------------------------------------

    def _lay_out(self) -> int:
        """Give every part its address; the length of what is mapped from the file."""
        self._present = [part for part in self._parts.values() if part.size]
        self._numbers = {part.name: i + 1 for i, part in enumerate(self._present)}
        at = HEADER.size + _SEGMENT.size * _SEGMENTS
        previous = _READ
        self._spans: dict[str, list[int]] = {}
        for part in self._present:
            group = _group(part)
            if group != previous:
                at = _up(at, PAGE)
                previous = group
            at = _up(at, part.align)
            part.address = at
            span = self._spans.setdefault(group, [at, at, at])
            at += part.size
            span[2] = at
            if part.kind != SHT_NOBITS:
                span[1] = at
        # The loader protects whole pages: nothing else may share the last one.
        relro = self._spans[_RELRO]
        relro[1] = relro[2] = _up(relro[2], PAGE)
        return self._spans[_WRITE][1] if _WRITE in self._spans else relro[1]

    def _address(self, symbol: Symbol) -> int:
        part, place = self._homes[symbol.section]
        return part.address + place + symbol.value

    def _slot_address(self, symbol: Symbol) -> int:
        return self._parts[".got"].address + 8 * self._slots[symbol]

    # -- contents -----------------------------------------------------------------------------

    def _relocate(self) -> None:
        dynamic = []
        for symbol in self._slots:
            dynamic.append(self._to_load(self._slot_address(symbol), symbol, 0, R_GLOB_DAT))
        for symbol, number in self._jumps.items():
            plt = self._parts[".plt"]
            at = plt.address + _JUMP.size * number
            distance = self._slot_address(symbol) - (at + _JUMP_LENGTH)
            _JUMP.pack_into(plt.data, _JUMP.size * number, _JUMP_OPCODE, distance)
        for number, section in self._object.sections.items():
            part, place = self._homes[number]
            for relocation in section.relocations:
                at = place + relocation.offset
                if relocation.kind == R_64:
                    address = part.address + at
                    symbol, addend = relocation.symbol, relocation.addend
                    dynamic.append(self._to_load(address, symbol, addend, R_64))
                else:
                    distance = self._target(relocation) + relocation.addend - part.address - at
                    struct.pack_into("<i", part.data, at, distance)
        self._parts[".rela.dyn"].data[:] = b"".join(dynamic)

    def _target(self, relocation: Relocation) -> int:
        symbol = relocation.symbol
        if relocation.kind in _THROUGH_TABLE:
            return self._slot_address(symbol)
        if symbol.section == SHN_UNDEF:
            return self._parts[".plt"].address + _JUMP.size * self._jumps[symbol]
        return self._address(symbol)

    def _to_load(self, at: int, symbol: Symbol, addend: int, kind: int) -> bytes:
        """What the loader is asked to write at an address."""
        if symbol.section == SHN_UNDEF:
            number = 1 + list(self._imports).index(symbol.name)
            return RELOCATION.pack(at, number << 32 | kind, addend)
        return RELOCATION.pack(at, R_RELATIVE, self._address(symbol) + addend)

    def _write_dynamic_symbols(self) -> None:
        rows = [bytes(SYMBOL.size)]
        for name in self._imports:
            rows.append(_symbol(self._strings.place(name), STB_GLOBAL, STT_NOTYPE, 0, 0, 0))
        for symbol in self._exports:
            rows.append(self._defined(self._strings.place(symbol.name), STB_GLOBAL, symbol))
        self._parts[".dynsym"].data[:] = b"".join(rows)

    def _defined(self, name: int, binding: int, symbol: Symbol) -> bytes:
        home = self._numbers[self._homes[symbol.section][0].name]
        return _symbol(name, binding, symbol.kind, home, self._address(symbol), symbol.size)

    def _write_dynamic(self) -> None:
        parts = self._parts
        tags = [
            *self._tags,
            (_DT_HASH, parts[".hash"].address),
            (_DT_STRTAB, parts[".dynstr"].address),
            (_DT_SYMTAB, parts[".dynsym"].address),
            (_DT_STRSZ, parts[".dynstr"].size),
            (_DT_SYMENT, SYMBOL.size),
            (_DT_RELA, parts[".rela.dyn"].address),
            (_DT_RELASZ, parts[".rela.dyn"].size),
            (_DT_RELAENT, RELOCATION.size),
            (_DT_VERSYM, parts[".gnu.version"].address),
            (_DT_VERNEED, parts[".gnu.version_r"].address),
            (_DT_VERNEEDNUM, parts[".gnu.version_r"].info),
            (_DT_FLAGS, _DF_BIND_NOW),
            (_DT_FLAGS_1, _DF_1_NOW),
            (0, 0),
        ]
        parts[".dynamic"].data[:] = b"".join(struct.pack("<QQ", *tag) for tag in tags)

    def _file(self, end: int) -> bytes:
        image = bytearray(end)
        for part in self._present:
            image[part.address : part.address + len(part.data)] = part.data
        symbols, names = self._symbol_table()
        section_names = _Strings()
        heads = [bytes(SECTION.size)]
        tables = [symbols, names]
        shstrtab = _Part(".shstrtab", SHT_STRTAB, 0, 1)
        for part in [*self._present, *tables, shstrtab]:
            section_names.place(part.name)
        shstrtab.data = section_names.data
        numbers = {part.name: i + 1 for i, part in enumerate([*self._present, *tables])}
        for part in [*self._present, *tables, shstrtab]:
            at = part.address
            if not part.flags & SHF_ALLOC:
                image += bytes(-len(image) % part.align)
                at = len(image)
                image += part.data
            heads.append(
                SECTION.pack(
                    section_names.place(part.name),
                    part.kind,
                    part.flags,
                    part.address,
                    at,
                    part.size,
                    numbers.get(part.link, 0),
                    part.info,
                    part.align,
                    part.entry,
                )
            )
        image += bytes(-len(image) % 8)
        table = len(image)
        image += b"".join(heads)
        HEADER.pack_into(
            image,
            0,
            IDENTITY,
            ET_DYN,
            EM_X86_64,
            1,
            0,
            HEADER.size,
            table,
            0,
            HEADER.size,
            _SEGMENT.size,
            _SEGMENTS,
            SECTION.size,
            len(heads),
            len(heads) - 1,
        )
        segments = self._segments()
        image[HEADER.size : HEADER.size + len(segments)] = segments
        return bytes(image)

    def _segments(self) -> bytes:
        read, code, relro = (self._spans[group] for group in (_READ, _CODE, _RELRO))
        write = self._spans.get(_WRITE, relro)
        dynamic = self._parts[".dynamic"]
        segments = [
            (_PT_LOAD, _R, 0, read[1], read[2], PAGE),
            (_PT_LOAD, _RX, code[0], code[1], code[2], PAGE),
            (_PT_LOAD, _RW, relro[0], write[1], write[2], PAGE),
            (_PT_DYNAMIC, _RW, dynamic.address, *[dynamic.address + dynamic.size] * 2, 8),
            (_PT_GNU_RELRO, _R, *relro, 1),
            (_PT_GNU_STACK, _RW, 0, 0, 0, 16),
        ]
        return b"".join(
            _SEGMENT.pack(kind, flags, start, start, start, end - start, memory - start, align)
            for kind, flags, start, end, memory, align in segments
        )

    def _symbol_table(self) -> tuple[_Part, _Part]:
        """Names of all functions, for debuggers and profilers."""
        strings = _Strings()
        exported = set(self._exports)
        rows = [bytes(SYMBOL.size)]
        rows += [
            self._defined(strings.place(symbol.name), STB_LOCAL, symbol)
            for symbol in self._object.symbols
            if symbol.kind == STT_FUNC and symbol.section in self._homes and symbol not in exported
        ]
        local = len(rows)
        rows += [
            self._defined(strings.place(symbol.name), STB_GLOBAL, symbol)
            for symbol in self._exports
        ]
        table = _Part(".symtab", SHT_SYMTAB, 0, 8, bytearray(b"".join(rows)))
        table.entry, table.link, table.info = SYMBOL.size, ".strtab", local
        return table, _Part(".strtab", SHT_STRTAB, 0, 1, strings.data)


_SEGMENTS = 6
_FIXED_TAGS = 13
_READ, _CODE, _RELRO, _WRITE = "read-only", "code", "read-only once loaded", "writable"


def _parts() -> list[_Part]:
    """All sections that a library may have, in their order; empty ones are left out."""
    return [
        _Part(".hash", SHT_HASH, entry=4, link=".dynsym"),
        _Part(".dynsym", SHT_DYNSYM, entry=SYMBOL.size, link=".dynstr", info=1),
        _Part(".dynstr", SHT_STRTAB, align=1),
        _Part(".gnu.version", SHT_GNU_VERSYM, align=2, entry=2, link=".dynsym"),
        _Part(".gnu.version_r", SHT_GNU_VERNEED, link=".dynstr"),
        _Part(".rela.dyn", SHT_RELA, entry=RELOCATION.size, link=".dynsym"),
        _Part(".rodata", SHT_PROGBITS),
        _Part(".eh_frame", SHT_PROGBITS),
        _Part(".plt", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, entry=_JUMP.size),
        _Part(".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR),
        _Part(".dynamic", SHT_DYNAMIC, SHF_ALLOC | SHF_WRITE, entry=16, link=".dynstr"),
        _Part(".got", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, entry=8),
        _Part(".data.rel.ro", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE),
        _Part(".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE),
        _Part(".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE),
    ]


def _home(section: Section) -> str:
    """Part of the library that a section of the object goes to."""
    if section.flags & SHF_EXECINSTR:
        return ".text"
    if section.name == ".eh_frame":
        return ".eh_frame"
    if not section.flags & SHF_WRITE:
        return ".rodata"
    if section.kind == SHT_NOBITS:
        return ".bss"
    return ".data.rel.ro" if section.name.startswith(".data.rel.ro") else ".data"


def _group(part: _Part) -> str:
    if part.flags & SHF_EXECINSTR:
        return _CODE
    if not part.flags & SHF_WRITE:
        return _READ
    return _WRITE if part.name in {".data", ".bss"} else _RELRO


def _symbol(name: int, binding: int, kind: int, section: int, value: int, size: int) -> bytes:
    return SYMBOL.pack(name, binding << 4 | kind, 0, section, value, size)


def _hash_table(names: list[str]) -> bytes:
    """Table by which the loader finds symbols 1 … n, in the System V form."""
    buckets = [0] * max(1, len(names))
    chains = [0] * (len(names) + 1)
    for number, name in enumerate(names, 1):
        bucket = _sysv_hash(name) % len(buckets)
        chains[number], buckets[bucket] = buckets[bucket], number
    return struct.pack(
        f"<{2 + len(buckets) + len(chains)}I", len(buckets), len(chains), *buckets, *chains
    )


def _sysv_hash(name: str) -> int:
    """Hash of the ELF specification, figure 2-15."""
    value = 0
    for letter in name.encode("ascii"):
        value = (value << 4) + letter
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high & 0xFFFFFFFF
    return value


def _up(value: int, step: int) -> int:
    return -(-value // step) * step
