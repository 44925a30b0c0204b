"""The native library: found on disk, or built in a process of its own.

One that came with the package is taken before one that was built here, and nothing is taken
that does not fit. Where the folder for built ones cannot be written, or others can write it, a
library is built for this process alone: at each start a compiler's work on the other core, which
costs less than a show without it.
"""

import os
import re
import sys
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

_ROOT = Path(__file__).resolve().parents[2]
PREBUILT = Path(__file__).resolve().parent / "prebuilt"  # in a wheel: one library per level
_EXCEPTION = re.compile(r"[\w.]+(Error|Exception|Interrupt)\b")
_TOLD = 200  # characters of what a process said that died without an exception
_NAME_DIGITS = 24  # of the identity: tells a few files apart, and can be read out


def open_library() -> Kernels:
    """Open the best library that fits this machine.

    Raises
    ------
    Unfit
        If there is none; says why the one built here does not do.
    """
    for level in levels():
        path = PREBUILT / f"{level}.so"
        if path.exists():
            try:
                return _opened(path, level_identity(level), private=False)
            except Unfit:  # sources changed since the package was built: build here
                continue
    return _opened(built_path(), host_identity(), private=True)


def build_library() -> Kernels:
    """Build a library for this machine and open it; takes as long as compiling all kernels.

    Raises
    ------
    KernelsError
        If building fails, or the result cannot be loaded.
    """
    import tempfile  # here and below: a start that finds a library has no use for these

    path = built_path()
    try:
        make_private(path.parent)
    except (Unfit, OSError):
        # What is mapped stays when its file is gone.
        with tempfile.TemporaryDirectory(prefix="v1z3r-kernels-") as folder:
            return _built(Path(folder, path.name))
    return _built(path)


def built_path() -> Path:
    """Where the library built for this machine is, or would be."""
    return cache_folder() / f"{host_identity()[:_NAME_DIGITS]}.so"


def _opened(path: Path, identity: str, *, private: bool) -> Kernels:
    check(path, identity, private=private)
    try:
        return native.load(path)
    except OSError as error:  # a folder mounted noexec, a C library that is too old
        raise Unfit(str(error)) from error


def _built(path: Path) -> Kernels:
    reason = _build_apart(path)
    if reason:
        raise KernelsError(f"the kernels could not be built: {reason}")
    try:
        return _opened(path, host_identity(), private=True)
    except Unfit as misfit:
        raise KernelsError(f"the kernels were built and cannot be used: {misfit}") from misfit


def _build_apart(path: Path) -> str:
    """Build in a process that ends with this one at the latest; why it failed, or nothing.

    It is told nothing of how Numba is set up here, for the library must not depend on it; only
    where Numba keeps what it compiled may be stated.
    """
    import subprocess

    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("NUMBA_") or name == "NUMBA_CACHE_DIR"
    }
    kept["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
    with subprocess.Popen(
        [sys.executable, "-m", "v1z3r_core.kernels.build", str(path), "--attended"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=kept,
    ) as process:
        assert process.stderr is not None  # for the type checker: it is a pipe
        said = process.stderr.read().decode(errors="replace").strip()
    if process.returncode == 0:
        return ""
    # The line that names the exception; Numba's go on for many lines after it.
    named = [line for line in said.splitlines() if _EXCEPTION.match(line)]
    return [*named, f"it ended with {process.returncode}: {said[-_TOLD:]}"][0]
