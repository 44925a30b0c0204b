"""What the command line says to a person."""

import os
import sys
from collections.abc import Sequence

_RED, _DIM, _PLAIN = "\x1b[31m", "\x1b[2m", "\x1b[0m"


def fail(line: str) -> None:
    """Print an error as one line on standard error."""
    _say(f"v1z3r: {line}", _RED)


def note(line: str) -> None:
    """Print a remark as one line on standard error."""
    _say(f"v1z3r: {line}", _DIM)


def say_if_compiling() -> None:
    """Tell why exact work waits, the first time on a machine that no library came for."""
    from v1z3r_core.analysis.health import kernels_are_being_built

    if kernels_are_being_built():
        note("compiling the analysis for this machine, which happens once; about a minute")


def table(rows: Sequence[Sequence[str]], *, indent: str = "") -> str:
    """Rows as columns padded to their widest cell; the last column runs free."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True)]
        lines.append((indent + "  ".join([*cells, row[-1]])).rstrip())
    return "\n".join(lines)


def _say(line: str, colour: str) -> None:
    flat = " ".join(line.split())
    try:
        said = f"{colour}{flat}{_PLAIN}" if sys.stderr.isatty() else flat
        print(said, file=sys.stderr, flush=True)
    except OSError:  # the terminal was closed: nobody listens, and what is to be done is done
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  for as long as we live
