"""What a start costs until the first hop is analysed, by kind of kernels.

``python benchmarks/startup.py [--rounds N] [--cold]``

Each figure is the median over fresh processes that take turns: from the call that starts Python
until it says that a hop is there, and the resident memory at that moment. The ways are a bare
``import numpy``, native kernels, NumPy's, and Numba's from its cache. ``--cold`` adds what the
first start of all costs: Numba compiling every kernel, and the build of the native library,
which does the same and links it, both with an empty cache.

The bars: native ≤ 1.5 × numpy + 60 ms, ≤ 15 MB over it, a cold build ≤ 1.5 × cold Numba.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

SAY = """
import os
pages = int(open("/proc/self/statm").read().split()[1])
print(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, flush=True)
"""
NUMPY = "import numpy\n" + SAY
HOP = (
    """
import numpy as np
from v1z3r_core import Analyzer, AudioBlock
assert Analyzer().advance(AudioBlock(0, 48_000, np.zeros((512, 2), np.float32)))
"""
    + SAY
)
BUILD = (
    """
import pathlib, sys
from v1z3r_core.kernels.build import build
build(pathlib.Path(sys.argv[1]))
"""
    + SAY
)
TIMES_NUMPY, ALLOWANCE_MS, ALLOWANCE_MB, TIMES_JIT = 1.5, 60.0, 15.0, 1.5

Cost = tuple[float, float]  # ms, MB


def start(program: str, environment: Mapping[str, str], *arguments: str) -> Cost:
    """Time and memory of one fresh process."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        elapsed = (time.perf_counter() - begin) * 1e3
    if process.returncode:
        raise SystemExit(f"a start failed with {process.returncode}")
    return elapsed, float(said)


def warm(rounds: int) -> dict[str, Cost]:
    """Medians of starts that find everything made."""
    ways = {
        "import numpy": (NUMPY, {}),
        "native": (HOP, {"V1Z3R_KERNELS": "native"}),
        "numpy": (HOP, {"V1Z3R_KERNELS": "numpy"}),
        "jit, cached": (HOP, {"V1Z3R_KERNELS": "jit"}),
    }
    for program, environment in ways.values():
        start(program, environment)
    costs: dict[str, list[Cost]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, (program, environment) in ways.items():
            costs[way].append(start(program, environment))
    return {way: _median(found) for way, found in costs.items()}


def cold(rounds: int) -> dict[str, Cost]:
    """Medians of starts with nothing made: everything is compiled."""
    costs: dict[str, list[Cost]] = {"jit, cold": [], "native, built": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            place = {"NUMBA_CACHE_DIR": f"{folder}/jit", "V1Z3R_KERNELS": "jit"}
            costs["jit, cold"].append(start(HOP, place))
            place = {"NUMBA_CACHE_DIR": f"{folder}/build"}
            costs["native, built"].append(start(BUILD, place, f"{folder}/library.so"))
    return {way: _median(found) for way, found in costs.items()}


def _median(costs: list[Cost]) -> Cost:
    return statistics.median(ms for ms, _ in costs), statistics.median(mb for _, mb in costs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--cold", action="store_true", help="also without any cache; minutes")
    parser.add_argument("--gate", action="store_true", help="exit 1 where a bar is missed")
    arguments = parser.parse_args()
    table = warm(arguments.rounds)
    if arguments.cold:
        table |= cold(max(1, arguments.rounds // 4))
    bare_ms, bare_mb = table["import numpy"]
    print(f"{'':<16}{'ms':>8}{'× numpy':>9}{'MB':>8}{'over numpy':>12}")
    for way, (ms, mb) in table.items():
        print(f"{way:<16}{ms:>8.0f}{ms / bare_ms:>9.2f}{mb:>8.1f}{mb - bare_mb:>12.1f}")
    ms, mb = table["native"]
    missed = [
        ms > TIMES_NUMPY * bare_ms + ALLOWANCE_MS,
        mb > bare_mb + ALLOWANCE_MB,
        arguments.cold and table["native, built"][0] > TIMES_JIT * table["jit, cold"][0],
    ]
    return int(arguments.gate and any(missed))


if __name__ == "__main__":
    sys.exit(main())
