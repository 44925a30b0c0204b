"""What compiled kernels depend on, as digests: their sources, the compiler, the processor."""

import hashlib
import platform
import sys
from importlib.util import find_spec
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_COMPILERS = ("numba", "llvmlite")
_CPU_LINES = ("vendor_id", "cpu family", "model\t", "flags")
_FIRST_PROCESSOR = 8192  # bytes: the list repeats itself for each processor, and each takes time

# The x86-64 psABI's levels by the names that Linux has for what they add to the one before.
_LEVELS = {
    "x86-64-v2": "cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3",
    "x86-64-v3": "abm avx avx2 bmi1 bmi2 f16c fma movbe xsave",
    "x86-64-v4": "avx512f avx512bw avx512cd avx512dq avx512vl",
}


def supported() -> bool:
    """Whether native libraries are made for this machine at all; elsewhere Numba compiles."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


def source_digest() -> str:
    """Digest of everything that kernels are compiled from.

    A kernel inlines other files' kernels and constants, so one digest covers them all.
    """
    digest = hashlib.sha256()
    for source in [*sorted(_HERE.glob("*.py")), _HERE.parent / "model" / "row.py"]:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def compiler_digest() -> str:
    """Digest of the compiler's version, found without loading it; the same where it is absent."""
    digest = hashlib.sha256()
    for name in _COMPILERS:
        spec = find_spec(name)
        for folder in (spec and spec.submodule_search_locations) or ():
            version = Path(folder, "_version.py")
            digest.update(version.read_bytes() if version.is_file() else bytes(version))
    return digest.hexdigest()


def processor() -> str:
    """What tells one kind of processor from another; its model and all it can do."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
        first = lines.read(_FIRST_PROCESSOR).partition("\n\n")[0]
    return "\n".join(line for line in first.splitlines() if line.startswith(_CPU_LINES))


def levels() -> list[str]:
    """Levels of x86-64 that this processor has, the highest first."""
    flags = set(processor().rpartition("flags")[2].split())
    found: list[str] = []
    for level, needed in _LEVELS.items():
        if not flags.issuperset(needed.split()):
            break
        found.insert(0, level)
    return found
