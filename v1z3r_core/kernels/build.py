"""Builds the native library of all kernels: ``python -m v1z3r_core.kernels.build OUT.so``.

The engine runs this as a process of its own, so that neither Numba nor its lock is ever in the
engine's. It ends when its standard input does: with whoever asked for it.
"""

import argparse
import fcntl
import os
import sys
import threading
from pathlib import Path

from v1z3r_core.kernels.cache import Unfit, check, host_identity, level_identity, sealed, store

NICENESS = 10  # the picture comes first
_LONGEST_NAME = 1_000_000  # characters


def main() -> int:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path, help="file to write")
    parser.add_argument("--cpu", help="x86-64-v3, …; default this machine's own processor")
    parser.add_argument("--attended", action="store_true", help="end when standard input does")
    arguments = parser.parse_args()
    if arguments.attended:
        threading.Thread(target=_follow_the_asker, daemon=True).start()
        os.nice(NICENESS)
    with open(arguments.library.with_name("lock"), "w", encoding="ascii") as lock:
        # Whoever waited here finds the other's library and is done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        build(arguments.library, arguments.cpu)
    return 0


def build(path: Path, cpu: str | None = None) -> None:
    """Write the library, unless a whole one made for the same purpose is there.

    Parameters
    ----------
    path : Path
    cpu : str, optional
        A level such as x86-64-v3; this machine's processor without it.
    """
    identity = level_identity(cpu) if cpu else host_identity()
    if not _fits(path, identity, private=cpu is None):
        store(path, sealed(_compiled(cpu), identity))


def _fits(path: Path, identity: str, *, private: bool) -> bool:
    try:
        check(path, identity, private=private)
    except Unfit:
        return False
    return True


def _compiled(cpu: str | None) -> bytes:
    if cpu:  # read by Numba when it is imported
        os.environ["NUMBA_CPU_NAME"], os.environ["NUMBA_CPU_FEATURES"] = cpu, ""
    # Intel's vector mathematics is found on few machines: the library must not need it.
    os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"

    from llvmlite import binding

    # Before anything is compiled: Numba's names for blocks hold whole signatures, and LLVM cuts
    # them at 1,024 characters when it reads a module's text, so that some become the same.
    binding.set_option("v1z3r", f"-non-global-value-max-name-size={_LONGEST_NAME}")

    from v1z3r_core.kernels.elf import link
    from v1z3r_core.kernels.emit import emit
    from v1z3r_core.kernels.entries import ENTRIES
    from v1z3r_core.kernels.functions import IMPORTS

    features = "" if cpu else binding.get_host_cpu_features().flatten()
    code = emit(ENTRIES, cpu or binding.get_host_cpu_name(), features)
    return link(code, exports=ENTRIES, imports=IMPORTS, name="v1z3r-kernels.so")


def _follow_the_asker() -> None:
    os.read(sys.stdin.fileno(), 1)  # not through the buffer, whose lock a shutdown waits for
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
