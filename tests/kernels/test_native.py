"""Native kernels hear what Numba's do, to the bit, without Numba; NumPy's within stated error."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest
import test_plain_hop
from numba import types

from v1z3r_core.analysis.plan import Plan
from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.layout import Doubles2, Floats, Integers
from v1z3r_core.kernels.packing import pack
from v1z3r_core.kernels.policy import native_callback, reads
from v1z3r_core.kernels.records import at_address, record
from v1z3r_core.kernels.sources import supported
from v1z3r_core.model.analysis import ROW_FLOATS, AnalyzerSettings

LISTEN = Path(__file__).with_name("listen.py")

pytestmark = pytest.mark.skipif(not supported(), reason="native kernels are for x86-64 Linux")


def listen(choice, folder, **environment):
    environment = {**os.environ, "V1Z3R_KERNELS": choice, **environment}
    environment.pop("NUMBA_DISABLE_JIT", None)  # what Numba compiles is what is compared
    run = subprocess.run(
        [sys.executable, str(LISTEN), str(folder / f"{choice}.npz")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    with np.load(folder / f"{choice}.npz") as rows:
        return json.loads(run.stdout), dict(rows)


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    return {choice: listen(choice, folder) for choice in ("native", "jit", "numpy")}


def test_each_choice_runs_what_it_says(heard):
    assert {choice: said["name"] for choice, (said, _) in heard.items()} == {
        choice: choice for choice in heard
    }


def test_only_jit_loads_the_compiler(heard):
    assert {choice: said["loaded"] for choice, (said, _) in heard.items()} == {
        "native": [],
        "jit": ["llvmlite", "numba"],
        "numpy": [],
    }


def test_native_rows_are_those_of_jit_but_for_a_last_bit(heard):
    """LLVM inlines the same code differently in the two; of newer Numbas' no value came out apart.
    Numba 0.60's also takes other vectors for sums in one than in the other where there is AVX-512,
    and its rows agree as sums do.
    """
    for rate, rows in heard["native"][1].items():
        assert len(rows) > 100
        expected = heard["jit"][1][rate]
        if numba.version_info.short < (0, 61):
            test_plain_hop.assert_agree(expected, rows)
            continue
        bits, true = (values.view(np.int32).astype(np.int64) for values in (rows, expected))
        apart = np.abs(bits - true)
        assert apart.max() <= 1, rate
        assert np.mean(apart > 0) < 1e-4, rate


def test_numpy_rows_differ_by_no_more_than_stated(heard):
    for rate, rows in heard["numpy"][1].items():
        test_plain_hop.assert_agree(rows, heard["native"][1][rate])


class Inner(NamedTuple):
    """Part of a layout that kernels do not have."""

    values: Doubles2
    share: float


class Outer(NamedTuple):
    """A layout that kernels do not have."""

    floats: Floats
    inner: Inner
    count: int
    integers: Integers


def test_a_new_layout_arrives_in_compiled_code_without_new_code():
    at = at_address(record(Outer, reads))

    @native_callback(types.voidptr, returns=types.float64, cached=False)
    def total(address):
        outer = at(address)
        inner = outer.inner
        here = outer.floats[2] + 10 * inner.values[1, 2] + 100 * inner.share
        return here + 1_000 * outer.count + 10_000 * outer.integers[1] + inner.values.shape[1] / 8

    outer = Outer(
        np.array([0, 0, 0.5], np.float32),
        Inner(np.array([[0, 0, 0, 0], [0, 0, 7.0, 0]]), 0.25),
        -3,
        np.array([0, 2]),
    )
    function = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_void_p)(total.address)
    assert function(pack(outer).address) == 0.5 + 70 + 25 - 3_000 + 20_000 + 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros(3),
        np.zeros((3, 1), np.float32),
        np.zeros(6, np.float32)[::2],
    ],
)
def test_an_array_that_is_not_what_its_annotation_says_is_not_packed(wrong):
    inner = Inner(np.zeros((2, 4)), 0.25)
    with pytest.raises(TypeError, match="floats is"):
        pack(Outer(wrong, inner, 1, np.zeros(1, np.int64)))


@pytest.fixture
def stream():
    plan = Plan.of(48_000, 2, AnalyzerSettings())
    rows, generations = np.zeros((64, ROW_FLOATS), np.float32), np.zeros((64, 1), np.int64)
    return plan.tables, plan.memory(), rows, generations


def test_samples_with_other_channels_are_refused(stream):
    advance = kernels().stream(*stream)
    assert advance(np.zeros((1_024, 2), np.float32), 0) == 2
    with pytest.raises(ValueError, match="3 channels, expected 2"):
        advance(np.zeros((1_024, 3), np.float32), 2)


def test_rows_that_may_not_be_written_are_refused(stream):
    stream[2].flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        kernels().stream(*stream)
