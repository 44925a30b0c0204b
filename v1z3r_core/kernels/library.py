"""The native library: found on disk, or built in a process of its own.

One that came with the package is taken before one that was built here, and nothing is taken
that does not fit. Where the folder for built ones cannot be written, or is not ours alone, a
library is built into a folder for this process: a compiler's work at each start costs less than
a show without it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from v1z3r_core.kernels import native
from v1z3r_core.kernels.cache import (
    Unfit,
    cache_folder,
    check,
    host_identity,
    level_identity,
    make_private,
)
from v1z3r_core.kernels.interface import Kernels
from v1z3r_core.kernels.sources import levels
from v1z3r_core.model.errors import KernelsError

PREBUILT = Path(__file__).resolve().parent / "prebuilt"  # in wheels: one library per level
_NAME_DIGITS = 24  # of the identity: enough to tell a few files apart, short enough to read


@dataclass(frozen=True, slots=True)
class Found:
    """Kernels from a library, or none and why."""

    kernels: Kernels | None
    reason: str


def find_library() -> Found:
    """Open the best library that fits this machine."""
    for level in levels():
        path = PREBUILT / f"{level}.so"
        if path.exists():
            try:
                check(path, level_identity(level), private=False)
                return Found(native.load(path), f"came with the package, for {level}")
            except (Unfit, OSError) as misfit:
                reasons.append(misfit)
