"""The TOML head of a native scene, and the line of the file where each of its keys stands."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from v1z3r_core.model.errors import SceneError

_OPEN = re.compile(r"\A\s*/\*---[ \t]*\n")
_CLOSE = re.compile(r"^---\*/[ \t]*(?:\n|\Z)", re.MULTILINE)
_TABLE = re.compile(r"^\s*(\[\[?)\s*([\w.\"'-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*[\"']?([\w-]+)[\"']?\s*=")
_TOML_PLACE = re.compile(r" \(at line (\d+), column \d+\)")

Table = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What stood between ``/*---`` and ``---*/``.

    Parameters
    ----------
    name : str
        What messages call the file.
    table : dict
        As TOML gives it.
    body : str
        The GLSL after the head.
    body_line : int
        Line of the file at which the body begins.
    places : mapping
        Line of each (table, key); the table alone under the key "".
    """

    name: str
    table: dict[str, Any]
    body: str
    body_line: int
    places: dict[tuple[Table, str], int]

    def place(self, table: Table, key: str = "") -> str:
        """``file:line`` of a key, or of the nearest thing around it that has a line."""
        line = self.places.get((table, key)) or self.places.get((table, ""))
        while line is None and table:
            table = table[:-1]
            line = self.places.get((table, key)) or self.places.get((table, ""))
        return f"{self.name}:{line or 1}"

    def section(self, key: str) -> str:
        """``file:line`` of a top-level key, or of the first table of that name."""
        return self.place((), key) if ((), key) in self.places else self.place((key, "0"))


def read_head(text: str, name: str) -> Head:
    """Split a scene's text at its head.

    Raises
    ------
    SceneError
        If the head does not end or is not TOML. A text without a head has an empty one.
    """
    opened = _OPEN.match(text)
    if opened is None:
        return Head(name, {}, text, 1, {})
    first = text.count("\n", 0, opened.end()) + 1
    closed = _CLOSE.search(text, opened.end())
    if closed is None:
        raise SceneError(f"{name}:{first - 1}: the head opens with /*--- but ---*/ never closes it")
    toml = text[opened.end() : closed.start()]
    try:
        table = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as mistake:
        raise SceneError(_toml_mistake(str(mistake), name, first, toml)) from None
    body_line = text.count("\n", 0, closed.end()) + 1
    return Head(name, table, text[closed.end() :], body_line, _places(toml, first))


def _toml_mistake(message: str, name: str, first: int, toml: str) -> str:
    place = _TOML_PLACE.search(message)
    line = int(place.group(1)) - 1 if place else toml.count("\n") - 1
    said = _TOML_PLACE.sub("", message).replace(" (at end of document)", "")
    lines = toml.splitlines()
    code = f" | {lines[line].strip()}" if 0 <= line < len(lines) else ""
    return f"{name}:{first + max(line, 0)}: the head is not TOML: {said}{code}"


def _places(toml: str, first: int) -> dict[tuple[Table, str], int]:
    """Where tables and keys stand; TOML's own parser does not tell."""
    places: dict[tuple[Table, str], int] = {}
    counts: dict[str, int] = {}
    table: Table = ()
    for number, line in enumerate(toml.splitlines(), first):
        if header := _TABLE.match(line):
            dotted = header.group(2)
            table = tuple(part.strip("\"'") for part in dotted.split("."))
            if header.group(1) == "[[":
                table = (*table, str(counts.get(dotted, 0)))
                counts[dotted] = counts.get(dotted, 0) + 1
            places[table, ""] = number
        elif key := _KEY.match(line):
            places.setdefault((table, key.group(1)), number)
    return places
