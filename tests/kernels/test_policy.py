"""The compile policy: const-correct arguments, and a cache that neither fails nor goes stale."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import config, types
from numba.core import errors

from v1z3r_core.kernels import policy

PACKAGE = Path(policy.__file__).resolve().parents[2]

# A kernel of another file that inlines one of the kernels folder, in a tree of its own.
PROBE = """
import numpy as np
from v1z3r_core.kernels.{user} import use
from v1z3r_core.kernels.policy import kernel_cache
cache = kernel_cache()
print(use(np.float32(1.0)), cache.folder, cache.entries)
"""
USED = """
import numpy as np
from numba import types
from v1z3r_core.kernels.policy import kernel
F = types.float32
@kernel(F, returns=F)
def used(x):
    return x + np.float32({addend})
"""
USER = """
from numba import types
from v1z3r_core.kernels.inner import used
from v1z3r_core.kernels.policy import kernel
F = types.float32
@kernel(F, returns=F)
def use(x):
    return used(x)
"""


@pytest.fixture
def tree(tmp_path):
    """A package with the real policy and two kernels, one of which inlines the other."""
    kernels = tmp_path / "v1z3r_core" / "kernels"
    model = tmp_path / "v1z3r_core" / "model"
    kernels.mkdir(parents=True)
    model.mkdir()
    for folder in (kernels.parent, kernels, model):
        (folder / "__init__.py").write_text('"""Empty."""\n')
    (model / "analysis.py").write_text("")
    (kernels / "policy.py").write_text(Path(policy.__file__).read_text())
    (kernels / "inner.py").write_text(USED.format(addend=1))
    (kernels / "outer.py").write_text(USER)
    return tmp_path


def run_probe(tree, **environment):
    env = {**os.environ, "PYTHONPATH": str(tree), **environment}
    env.pop("NUMBA_DISABLE_JIT", None)
    result = subprocess.run(
        [sys.executable, "-c", PROBE.format(user="outer")],
        cwd=tree,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    value, folder, entries = result.stdout.split()
    return float(value), folder, int(entries)


def test_a_read_only_argument_takes_every_array_and_a_written_one_refuses_read_only():
    @policy.kernel(policy.reads(types.float32), policy.writes(types.float32))
    def copy(source, target):
        target[0] = source[0]

    source, target = np.ones(1, np.float32), np.zeros(1, np.float32)
    copy(source, target)
    source.flags.writeable = False
    copy(source, target)
    assert target[0] == 1
    with pytest.raises((TypeError, ValueError)):  # compiled, or plain with NUMBA_DISABLE_JIT=1
        copy(target, source)


def test_a_kernel_that_would_allocate_is_refused_when_it_is_compiled(monkeypatch):
    monkeypatch.setattr(config, "DISABLE_JIT", 0)

    def doubled(x):
        return (x + x)[0]

    with pytest.raises(errors.NumbaError, match="NRT required but not enabled"):
        policy.kernel(policy.reads(types.float32), returns=types.float32)(doubled)


def test_named_flags_keep_nan_a_nan():
    @policy.kernel(types.float32, returns=types.boolean, fastmath=policy.REDUCE)
    def is_number(value):
        return abs(value) <= np.float32(1e6)

    assert is_number(np.float32(2.0))
    assert not is_number(np.float32(np.nan))


def test_the_second_start_finds_compiled_kernels(tree):
    _, folder, first = run_probe(tree)
    written = {path: path.stat().st_mtime_ns for path in Path(folder).glob("*.nbc")}
    _, _, second = run_probe(tree)
    assert first == second == len(written) == 2
    assert written == {path: path.stat().st_mtime_ns for path in Path(folder).glob("*.nbc")}


def test_a_change_in_an_inlined_kernel_is_not_missed(tree):
    assert run_probe(tree)[0] == 2
    inner = tree / "v1z3r_core" / "kernels" / "inner.py"
    inner.write_text(USED.format(addend=41))
    assert run_probe(tree)[0] == 42


def test_without_a_writable_folder_kernels_compile_without_a_cache(tree):
    # Files where the folders would go: root, who may run the tests, can write into any folder.
    (tree / "v1z3r_core" / "kernels" / "__pycache__").write_text("")
    (tree / "cache").write_text("")
    value, folder, entries = run_probe(tree, XDG_CACHE_HOME=str(tree / "cache"))
    assert (value, folder, entries) == (2, "None", 0)


def test_a_damaged_entry_is_compiled_again(tree):
    _, folder, _ = run_probe(tree)
    for entry in Path(folder).glob("*.nb?"):
        entry.write_bytes(entry.read_bytes()[:20])
    assert run_probe(tree)[0] == 2


def test_switched_off_compiling_keeps_no_cache(monkeypatch):
    monkeypatch.setattr(config, "DISABLE_JIT", 1)
    policy._cache_folder.cache_clear()
    assert policy.kernel_cache() == policy.KernelCache(None, 0)

    def plain():
        return None

    assert policy.kernel()(plain) is plain
    policy._cache_folder.cache_clear()
