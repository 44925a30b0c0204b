"""A start with native kernels costs little more than importing NumPy (benchmarks/startup.py)."""

import os
import statistics
import subprocess
import sys
import time

import pytest

from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.sources import supported

pytestmark = pytest.mark.skipif(not supported(), reason="native kernels are for x86-64 Linux")

ROUNDS = 7
SAY = "\nprint(int(open('/proc/self/statm').read().split()[1]) * 4096 / 1e6, flush=True)"
NUMPY = "import numpy" + SAY
HOP = (
    """
import numpy as np
from v1z3r_core import Analyzer, AudioBlock
assert Analyzer().advance(AudioBlock(0, 48_000, np.zeros((512, 2), np.float32)))
"""
    + SAY
)


def start(program):
    """Milliseconds until a fresh process has done it, and its resident memory in MB."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "V1Z3R_KERNELS": "native"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        memory = process.stdout.readline()
        elapsed = (time.perf_counter() - begin) * 1e3
    assert process.returncode == 0
    return elapsed, float(memory)


@pytest.fixture(scope="module")
def costs():
    if kernels().name != "native":  # another choice for the whole run: the library may be missing
        start(HOP)
    starts = [(start(NUMPY), start(HOP)) for _ in range(ROUNDS)]
    return [
        [statistics.median(pair[which][unit] for pair in starts) for which in (0, 1)]
        for unit in (0, 1)
    ]


def test_the_first_hop_comes_within_one_and_a_half_imports_of_numpy_and_60_ms(costs):
    bare, ours = costs[0]
    assert ours <= 1.5 * bare + 60


def test_the_first_hop_takes_no_more_than_15_mb_over_numpy(costs):
    bare, ours = costs[1]
    assert ours <= bare + 15
