"""The build of the native library, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path


def start_build(path: Path) -> "subprocess.Popen[bytes]":
    """Begin to build; the process ends by itself, at the latest with this one.

    It is told nothing of how Numba is set up here: the library must not depend on it. Only
    where Numba keeps what it compiled may be stated.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("NUMBA_") or name == "NUMBA_CACHE_DIR"
    }
    package = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-m", "v1z3r_core.kernels.build", str(path), "--attended"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=kept,
        cwd=package,
    )


def finish_build(process: "subprocess.Popen[bytes]") -> str:
    """Wait for the end; the reason where it failed, or nothing."""
    stderr = process.stderr
    assert stderr is not None  # for the type checker: `start_build` made it a pipe
    with process:
        said = stderr.read().decode(errors="replace").strip()
    if process.returncode == 0:
        return ""
    return said.rpartition("\n")[2] or f"it ended with {process.returncode}"
