"""A driver's complaint, told in the words and lines of the user's file."""

import re
from dataclasses import dataclass

from v1z3r_core.renderer.preprocess import Shader

# Mesa `0:12(5): error: …` · NVIDIA `0(12) : error C1008: …` · Intel, AMD, Apple `ERROR: 0:12: …`
_PATTERNS = (
    re.compile(r"^\d+:(?P<line>\d+)\(\d+\): (?:preprocessor )?error: (?P<text>.*)$"),
    re.compile(r"^\d+\((?P<line>\d+)\) ?: error (?:[A-Z]\d+ ?)?: (?P<text>.*)$"),
    re.compile(r"^ERROR: \d+:(?P<line>\d+): (?P<text>.*)$"),
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error of the driver at its place.

    Parameters
    ----------
    name : str
        File, as messages call it.
    line : int
    text : str
        What the driver said.
    code : str
        The line it is about.
    """

    name: str
    line: int
    text: str
    code: str

    def __str__(self) -> str:
        shown = f" | {self.code}" if self.code else ""
        return f"{self.name}:{self.line}: {self.text}{shown}"


def complaints(log: str, shader: Shader) -> list[Complaint]:
    """Every error in a compiler log that has a place, in the log's order."""
    found = []
    for raw in log.splitlines():
        for pattern in _PATTERNS:
            match = pattern.match(raw.strip())
            if match is None:
                continue
            origin = shader.origin(int(match["line"]))
            if origin is not None:
                piece, line = origin
                code = piece.line(line).strip()
                found.append(Complaint(piece.name, line, match["text"].strip(), code))
            break
    return found


def explain(log: str, shader: Shader, scene: str) -> str:
    """The first error as one line ``file:line: message | code``, and how many follow it.

    A log of a form that nobody foresaw, and a link error, which has no line, are quoted after
    the scene's own name.
    """
    found = complaints(log, shader)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return f"{found[0]}{more}"
    said = [line.strip() for line in log.splitlines() if _says_something(line)]
    return f"{scene}: the driver refused it: {' / '.join(said[:3]) or 'without a reason'}"


def _says_something(line: str) -> bool:
    return bool(line.strip(" =-\t")) and line.strip() not in ("vertex_shader", "fragment_shader")
