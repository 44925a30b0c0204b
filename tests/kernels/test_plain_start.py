"""What the plain kernels are for: a start without the compiler, fast enough for a live show."""

import statistics
import subprocess
import sys
import time

import numpy as np

from v1z3r_core.analysis.plan import Plan
from v1z3r_core.kernels.plain import hop as plain
from v1z3r_core.model.analysis import ROW_FLOATS, AnalyzerSettings

EVERYTHING = """
import pkgutil, sys
import v1z3r_core.kernels.plain as package
for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
    __import__(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_plain_kernels_load_no_compiler_and_no_scipy():
    run = subprocess.run(
        [sys.executable, "-c", EVERYTHING], capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "numpy" in loaded
    assert not loaded & {"numba", "llvmlite", "scipy"}


def test_a_hop_takes_less_than_a_quarter_of_its_time():
    """Measured: 0.9 to 1.1 ms of 10.7 on one core; the margin is for a busy machine."""
    plan = Plan.of(48_000, 2, AnalyzerSettings())
    memory = plan.memory()
    samples = np.random.default_rng(0).normal(0, 0.2, (plan.hop, 2)).astype(np.float32)
    rows, generations = np.zeros((64, ROW_FLOATS), np.float32), np.zeros((64, 1), np.int64)
    costs = []
    for hop in range(200):
        begin = time.perf_counter()
        plain.advance(samples, plan.tables, memory, rows, generations, hop)
        costs.append(time.perf_counter() - begin)
    assert statistics.median(costs) < 0.25 * plan.tables.hop_seconds
