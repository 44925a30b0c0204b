"""A linker for what our kernels compile to: one x86-64 object becomes a shared library.

Nobody who runs the engine needs a compiler or a linker for it, and glibc's loader, `perf`, `gdb`
and `readelf` see an ordinary library. It knows the sections and relocations that LLVM emits for
position-independent code and refuses the rest by name.

References
----------
See `kernels.elfobject`. U. Drepper, "How To Write Shared Libraries" (2011), sections 1.5 and 2.
"The Linux Standard Base Core Specification" 5.0, section 10.7: symbol versions.
"""

import struct
from collections.abc import Collection, Mapping

from v1z3r_core.kernels.elfimage import Image, Part
from v1z3r_core.kernels.elfobject import (
    RELOCATION,
    SHF_EXECINSTR,
    SHF_TLS,
    SHF_WRITE,
    SHN_UNDEF,
    SHT_NOBITS,
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
from v1z3r_core.kernels.elftables import (
    Origin,
    Strings,
    frame_index,
    frame_index_size,
    hash_table,
    symbol_row,
    versions,
)

# Relocations: what LLVM emits …
R_64, R_PC32, R_PLT32, R_GOTPCREL, R_GOTPCRELX, R_REX_GOTPCRELX = 1, 2, 4, 9, 41, 42
# … and what the loader is asked to do.
R_GLOB_DAT, R_RELATIVE = 6, 8
_THROUGH_TABLE = {R_GOTPCREL, R_GOTPCRELX, R_REX_GOTPCRELX}
_KNOWN = {R_64, R_PC32, R_PLT32} | _THROUGH_TABLE

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

_JUMP = struct.Struct("<2si2x")  # jmp *slot(%rip), padded to 8 bytes
_JUMP_OPCODE = b"\xff\x25"
_JUMP_LENGTH = 6


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
        self._strings = Strings()
        self._parts = Image()
        self._homes: dict[int, tuple[Part, int]] = {}
        for number, section in code.sections.items():
            self._homes[number] = self._merge(section)
        frames = self._parts[".eh_frame"].data
        frames += bytes(4)  # the end of the list
        self._parts[".eh_frame_hdr"].data += bytes(frame_index_size(bytes(frames)))
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
        self._parts.lay_out()
        self._relocate()
        self._write_dynamic_symbols()
        self._parts[".dynamic"].data[:] = self._dynamic()
        frames, index = self._parts[".eh_frame"], self._parts[".eh_frame_hdr"]
        index.data[:] = frame_index(bytes(frames.data), frames.address, index.address)
        return self._parts.write(self._symbol_table())

    # -- before addresses are known ---------------------------------------------------------

    def _merge(self, section: Section) -> tuple[Part, int]:
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
        outside = symbol.section == SHN_UNDEF
        if not outside and symbol.section not in self._homes:
            raise LinkError(f"{where}: symbol {symbol.name!r} lies in nothing that is loaded")
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
        """Fill the tables of names and versions, and size those that hold addresses."""
        needed = versions(self._imports.values(), self._strings)
        self._parts[".gnu.version_r"].data += needed.table
        self._parts[".gnu.version_r"].info = len(needed.libraries)
        self._tags = [(_DT_NEEDED, self._strings.place(each)) for each in needed.libraries]
        self._tags.append((_DT_SONAME, self._strings.place(name)))
        names = [*self._imports, *(symbol.name for symbol in self._exports)]
        for each in names:
            self._strings.place(each)
        if needed.libraries:
            numbers = [needed.numbers[origin] for origin in self._imports.values()]
            numbers = [0, *numbers, *[1] * len(self._exports)]
            self._parts[".gnu.version"].data += struct.pack(f"<{len(numbers)}H", *numbers)
        self._parts[".hash"].data += hash_table(names)
        self._parts[".dynsym"].data += bytes(SYMBOL.size * (len(names) + 1))
        self._parts[".dynstr"].data += self._strings.data
        self._parts[".dynamic"].data += self._dynamic()

    # -- addresses ----------------------------------------------------------------------------

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
            rows.append(symbol_row(self._strings.place(name), STB_GLOBAL, STT_NOTYPE, 0, 0, 0))
        for symbol in self._exports:
            rows.append(self._defined(self._strings.place(symbol.name), STB_GLOBAL, symbol))
        self._parts[".dynsym"].data[:] = b"".join(rows)

    def _defined(self, name: int, binding: int, symbol: Symbol) -> bytes:
        home = self._parts.number(self._homes[symbol.section][0].name)
        return symbol_row(name, binding, symbol.kind, home, self._address(symbol), symbol.size)

    def _dynamic(self) -> bytes:
        """What the loader has to know; addresses are 0 until the parts have theirs."""
        parts = self._parts
        tags = [
            *self._tags,
            (_DT_HASH, parts[".hash"].address),
            (_DT_STRTAB, parts[".dynstr"].address),
            (_DT_STRSZ, parts[".dynstr"].size),
            (_DT_SYMTAB, parts[".dynsym"].address),
            (_DT_SYMENT, SYMBOL.size),
            (_DT_FLAGS, _DF_BIND_NOW),
            (_DT_FLAGS_1, _DF_1_NOW),
        ]
        if parts[".rela.dyn"].size:
            tags += [
                (_DT_RELA, parts[".rela.dyn"].address),
                (_DT_RELASZ, parts[".rela.dyn"].size),
                (_DT_RELAENT, RELOCATION.size),
            ]
        if parts[".gnu.version_r"].size:
            tags += [
                (_DT_VERSYM, parts[".gnu.version"].address),
                (_DT_VERNEED, parts[".gnu.version_r"].address),
                (_DT_VERNEEDNUM, parts[".gnu.version_r"].info),
            ]
        return b"".join(struct.pack("<QQ", *tag) for tag in [*tags, (0, 0)])

    def _symbol_table(self) -> tuple[Part, Part]:
        """Names of all functions, for debuggers and profilers."""
        strings = Strings()
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
        table = Part(".symtab", SHT_SYMTAB, 0, 8, bytearray(b"".join(rows)))
        table.entry, table.link, table.info = SYMBOL.size, ".strtab", local
        return table, Part(".strtab", SHT_STRTAB, 0, 1, strings.data)


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
