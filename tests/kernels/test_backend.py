"""The choice of kernels: what is asked for, what a first start does, what a broken one does."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import test_native
import test_plain_hop

from v1z3r_core.kernels import backend, library
from v1z3r_core.kernels.cache import level_identity, sealed
from v1z3r_core.kernels.library import built_path
from v1z3r_core.kernels.sources import levels, supported
from v1z3r_core.model.errors import KernelsError

pytestmark = pytest.mark.skipif(not supported(), reason="native kernels are for x86-64 Linux")

# A first start, the build included: Numba's own cache makes it seconds, without it is a minute
# on a busy machine.
PATIENCE_SECONDS = 150
POLL_SECONDS = 0.05
ADVANCE = """
import sys
import numpy as np
from v1z3r_core import Analyzer, AudioBlock
frames = Analyzer().advance(AudioBlock(0, 48_000, np.zeros((2_048, 2), np.float32)))
from v1z3r_core.kernels.backend import decision
print(len(frames), decision().kernels.name, *sorted({"numba", "llvmlite"} & set(sys.modules)))
"""
WAIT = """
import threading
[thread.join() for thread in threading.enumerate() if thread.name == "v1z3r-kernels"]
print(decision().kernels.name)
"""


def start(program, folder, choice="", **environment):
    given = {**os.environ, "V1Z3R_CACHE": str(folder), "V1Z3R_KERNELS": choice, **environment}
    given.pop("NUMBA_DISABLE_JIT", None)
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(process):
    said, complaint = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, complaint
    return said, complaint


@pytest.fixture
def chosen(monkeypatch):
    """Decide anew, under a value of the variable."""
    backend.decision.cache_clear()

    def decide(value):
        monkeypatch.setenv(backend.VARIABLE, value)
        return backend.decision()

    yield decide
    backend.decision.cache_clear()


@pytest.mark.parametrize("value", ["fast", "JIT", "native,jit", " "])
def test_an_unknown_choice_is_named_with_those_there_are(chosen, value):
    with pytest.raises(KernelsError) as failure:
        chosen(value)
    assert str(failure.value) == (f"V1Z3R_KERNELS is {value!r}, expected one of native, jit, numpy")


@pytest.mark.parametrize("value", ["native", "jit", "numpy"])
def test_a_choice_is_kept_for_the_whole_process(chosen, monkeypatch, value):
    assert chosen(value).kernels.name == value
    monkeypatch.setenv(backend.VARIABLE, "numpy")
    assert backend.kernels().name == value
    assert backend.kernels() is backend.kernels()


def test_where_no_library_can_be_made_numba_compiles_and_native_is_an_error(chosen, monkeypatch):
    monkeypatch.setattr(backend, "supported", lambda: False)
    assert chosen("").kernels.name == "jit"
    backend.decision.cache_clear()
    with pytest.raises(KernelsError, match="made for x86-64 Linux; use jit"):
        chosen("native")


@pytest.fixture(scope="module")
def first_start(tmp_path_factory):
    """What a stream hears that begins with NumPy and goes on with a library built meanwhile."""
    folder = tmp_path_factory.mktemp("first")
    environment = {**os.environ, "V1Z3R_CACHE": str(folder / "kernels"), "V1Z3R_KERNELS": ""}
    environment.pop("NUMBA_DISABLE_JIT", None)
    run = subprocess.run(
        [
            sys.executable,
            str(test_native.LISTEN),
            str(folder / "rows.npz"),
            str(PATIENCE_SECONDS),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS + 20,
    )
    with np.load(folder / "rows.npz") as file:
        return json.loads(run.stdout), dict(file), run.stderr, folder / "kernels"


def test_the_first_start_sounds_at_once_and_becomes_native_without_a_word(first_start):
    said, heard, complaint, _ = first_start
    assert heard["names"][0] == "numpy"
    assert heard["names"][-1] == "native"
    assert (said["name"], said["reason"]) == ("native", "built in the background")
    assert said["loaded"] == []
    assert complaint == ""


def test_a_stream_that_changes_kernels_hears_what_one_that_does_not_hears(first_start):
    _, heard, _, folder = first_start
    program = f"""
import sys; sys.path.insert(0, {str(test_native.LISTEN.parent)!r})
import numpy as np
from listen import sound
from v1z3r_core import Analyzer, AudioBlock
samples = sound(44_100, 2)
analyzer, rows = Analyzer(), []
for at in range(0, {int(heard["length"])}, 441):
    place = at % len(samples)
    block = np.ascontiguousarray(samples[place : place + 441])
    rows += [frame.row.copy() for frame in analyzer.advance(AudioBlock(at, 44_100, block))]
np.save({str(folder / "unchanged.npy")!r}, np.stack(rows))
"""
    result(start(program, folder, "native"))
    unchanged = np.load(folder / "unchanged.npy")
    assert heard["rows"].shape == unchanged.shape
    test_plain_hop.assert_agree(heard["rows"], unchanged)


def test_the_second_start_is_native_at_once(first_start):
    said, complaint = result(start(ADVANCE, first_start[3]))
    assert (said.split(), complaint) == (["4", "native"], "")


@pytest.mark.parametrize("harm", ["foreign", "open to others"])
def test_a_library_that_does_not_fit_is_built_again(first_start, harm):
    (path,) = first_start[3].glob("*.so")
    if harm == "foreign":
        path.write_bytes(Path(sys.executable).resolve().read_bytes()[:100_000])
    else:
        path.chmod(0o666)
    said, complaint = result(start(ADVANCE + WAIT, first_start[3]))
    assert said.split() == ["4", "numpy", "native"]
    assert complaint == ""
    assert path.stat().st_mode & 0o777 == 0o600
    said, _ = result(start(ADVANCE, first_start[3]))
    assert said.split() == ["4", "native"]


def test_a_library_of_the_package_is_taken_first_and_only_for_its_own_sources(
    chosen, monkeypatch, tmp_path
):
    built = Path(chosen("native").kernels.origin)
    level = levels()[0]
    code = built.read_bytes()[: -len(sealed(b"", "00" * 32))]
    monkeypatch.setattr(library, "PREBUILT", tmp_path)
    packaged = tmp_path / f"{level}.so"
    for identity, taken in ((level_identity(level), packaged), ("00" * 32, built)):
        packaged.unlink(missing_ok=True)  # never written into: it is mapped by now
        packaged.write_bytes(sealed(code, identity))
        backend.decision.cache_clear()
        assert chosen("native").kernels.origin == str(taken)


def test_two_first_starts_at_once_build_once(tmp_path):
    folder = tmp_path / "kernels"
    both = [start(ADVANCE, folder, "native") for _ in range(2)]
    made = set()
    while any(process.poll() is None for process in both):
        made |= {path.stat().st_ino for path in folder.glob("*.so")}
        time.sleep(POLL_SECONDS)
    for process in both:
        assert result(process)[0].split() == ["4", "native"]
    made |= {path.stat().st_ino for path in folder.glob("*.so")}
    assert len(made) == 1


def test_without_a_folder_of_its_own_a_process_is_native_all_the_same(tmp_path):
    (tmp_path / "kernels").write_text("a file where the folder would go")
    said, complaint = result(start(ADVANCE + WAIT, tmp_path / "kernels"))
    assert (said.split(), complaint) == (["4", "numpy", "native"], "")


@pytest.fixture
def broken_compiler(tmp_path):
    """The first lines of a path on which Numba cannot be imported."""
    package = tmp_path / "broken" / "numba"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('raise ImportError("needs a newer NumPy")\n')
    return os.pathsep.join([str(package.parent), os.environ.get("PYTHONPATH", "")])


def test_a_build_that_fails_is_told_in_one_line_and_numpy_goes_on(tmp_path, broken_compiler):
    process = start(ADVANCE + WAIT, tmp_path / "kernels", PYTHONPATH=broken_compiler)
    said, complaint = result(process)
    assert said.split() == ["4", "numpy", "numpy"]
    assert complaint == (
        "the kernels could not be built: ImportError: needs a newer NumPy; NumPy goes on\n"
    )


def test_a_build_that_was_asked_for_and_fails_is_an_error(tmp_path, broken_compiler):
    process = start(ADVANCE, tmp_path / "kernels", "native", PYTHONPATH=broken_compiler)
    _, complaint = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert complaint.rstrip().endswith(
        "KernelsError: the kernels could not be built: ImportError: needs a newer NumPy"
    )


def locked(folder):
    """Whether somebody builds in the folder."""
    try:
        with open(folder / "lock", "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(POLL_SECONDS)


def test_the_build_ends_with_the_process_that_asked_for_it(tmp_path):
    folder = tmp_path / "kernels"
    process = start("import time\n" + ADVANCE + "time.sleep(600)", folder)
    wait_until(lambda: locked(folder) or process.poll() is not None, PATIENCE_SECONDS)
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_until(lambda: not locked(folder), 20)
    assert not list(folder.glob("*.so"))


def test_the_library_lies_where_the_key_says(monkeypatch, tmp_path):
    monkeypatch.setenv("V1Z3R_CACHE", str(tmp_path))
    assert built_path().parent == tmp_path
    assert built_path().suffix == ".so"
