"""A pass's GLSL as the driver gets it, with every line traceable to the file it came from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.scene import ShaderSource

MAX_INCLUDE_BYTES = 1 << 20  # a library file larger than this is not one

_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include\b(.*)$")
_QUOTED = re.compile(r'^\s*"([^"]+)"\s*$')
_VERSION = re.compile(r"^[ \t]*#[ \t]*version\b")
_EXTENSION = re.compile(r"^[ \t]*#[ \t]*extension\b")


@dataclass(frozen=True, slots=True)
class Piece:
    """One file's part in a shader.

    Parameters
    ----------
    name : str
        What messages call the file.
    first_line : int
        Line of the file at which `lines` begins.
    lines : tuple of str
        The text as the file has it.
    """

    name: str
    first_line: int
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """That line of the file, which must be one of these."""
        return self.lines[number - self.first_line]


_OURS = Piece("the engine's first line", 1, ("#version 330 core",))


@dataclass(frozen=True, slots=True)
class Shader:
    """Text for the driver.

    Parameters
    ----------
    text : str
        Complete, from ``#version`` on.
    origins : tuple of (Piece, int)
        Which line of which piece each line of the text is. Instead of ``#line``, whose file
        number Mesa ignores: its messages say 0 for every file.
    files : frozenset of Path
        Everything that was included; what to watch for changes.
    """

    text: str
    origins: tuple[tuple[Piece, int], ...]
    files: frozenset[Path]

    def origin(self, number: int) -> tuple[Piece, int] | None:
        """Where line `number` of the text, counted from 1, came from."""
        return self.origins[number - 1] if 0 < number <= len(self.origins) else None


def assemble(parts: Sequence[ShaderSource], library: Path) -> Shader:
    """Join sources in order, their includes expanded, each file once.

    ``#include "x.glsl"`` looks in the including file's folder, then in `library`. A file that
    was already included is not included again, as with ``#pragma once``. ``#extension`` lines
    move to the top, where GLSL wants them.

    Raises
    ------
    SceneError
        An include that is missing, malformed, unreadable, outside its folder, or in a circle; a
        ``#version`` line, for the engine writes that one.
    """
    expansion = _Expansion(library)
    for part in parts:
        expansion.add_source(part)
    head = [("#version 330 core", (_OURS, 1)), *expansion.extensions]
    lines = [*head, *expansion.output]
    text = "\n".join(line for line, _ in lines) + "\n"
    return Shader(text, tuple(origin for _, origin in lines), frozenset(expansion.files))


class _Expansion:
    def __init__(self, library: Path) -> None:
        self.output: list[tuple[str, tuple[Piece, int]]] = []
        self.extensions: list[tuple[str, tuple[Piece, int]]] = []
        self.files: set[Path] = set()
        self._library = library
        self._open: list[Path] = []

    def add_source(self, source: ShaderSource) -> None:
        lines = tuple(source.text.splitlines())
        self._add(Piece(source.name, source.first_line, lines), source.folder)

    def _add(self, piece: Piece, folder: Path | None) -> None:
        for line_number, line, is_code in _numbered(piece):
            here = f"{piece.name}:{line_number}"
            if is_code and _VERSION.match(line):
                raise SceneError(f"{here}: #version is written by the engine; remove the line")
            if is_code and _EXTENSION.match(line):
                self.extensions.append((line, (piece, line_number)))
            elif is_code and (match := _INCLUDE.match(line)):
                self._include(match.group(1), folder, here)
            else:
                self.output.append((line, (piece, line_number)))

    def _include(self, argument: str, folder: Path | None, here: str) -> None:
        quoted = _QUOTED.match(argument.split("//", maxsplit=1)[0])
        if quoted is None:
            raise SceneError(f'{here}: expected #include "file.glsl", found #include{argument}')
        path = _find(quoted.group(1), folder, self._library, here)
        if path in self._open:
            circle = " -> ".join(p.name for p in [*self._open[self._open.index(path) :], path])
            raise SceneError(f"{here}: includes go in a circle: {circle}")
        if path in self.files:
            return
        self.files.add(path)
        self._open.append(path)
        lines = tuple(_read(path, here).splitlines())
        self._add(Piece(_shown(path), 1, lines), path.parent)
        self._open.pop()


def _find(name: str, folder: Path | None, library: Path, here: str) -> Path:
    searched = [place for place in (folder, library) if place is not None]
    for place in searched:
        root = place.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            raise SceneError(f'{here}: #include "{name}" leaves its folder; keep files beside it')
        if path.is_file():
            return path
    places = " nor in ".join(str(place) for place in searched)
    raise SceneError(f'{here}: #include "{name}" is not in {places}')


def _read(path: Path, here: str) -> str:
    try:
        if path.stat().st_size > MAX_INCLUDE_BYTES:
            raise SceneError(f"{here}: {path} is larger than {MAX_INCLUDE_BYTES} bytes")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as reason:
        raise SceneError(f"{here}: {path} is not UTF-8 at byte {reason.start}") from None
    except OSError as reason:
        raise SceneError(f"{here}: {path}: {reason.strerror}") from None


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _numbered(piece: Piece) -> Iterator[tuple[int, str, bool]]:
    """Line number, text, and whether the line begins outside of a block comment."""
    inside = False
    for number, line in enumerate(piece.lines, piece.first_line):
        yield number, line, not inside
        inside = _ends_in_comment(line, inside=inside)


def _ends_in_comment(line: str, *, inside: bool) -> bool:
    position = 0
    while True:
        if inside:
            end = line.find("*/", position)
            if end < 0:
                return True
            inside, position = False, end + 2
        start, rest = line.find("/*", position), line.find("//", position)
        if start < 0 or 0 <= rest < start:
            return False
        inside, position = True, start + 2


def without_comments(text: str) -> str:
    """The text with comments blanked, line breaks kept."""
    return re.sub(r"//[^\n]*|/\*.*?(?:\*/|\Z)", _blanked, text, flags=re.DOTALL)


def _blanked(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())
