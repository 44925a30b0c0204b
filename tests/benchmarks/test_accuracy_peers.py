"""Other libraries: asked in processes of their own, and what is said when one fails."""

import sys
from pathlib import Path

import pytest

from benchmarks.accuracy import __main__ as command
from benchmarks.accuracy import peers

MOODY = peers.Peer("moody", True, "moody")
# For each file named on stdin: one answer, or what the file's name says.
MOODY_SCRIPT = """
import json, os, sys
for line in sys.stdin:
    print("a remark", file=sys.stderr, flush=True)
    if "endless" in line:
        sys.stdin.read()
    if "killed" in line:
        os.kill(os.getpid(), 9)
    if "broken" in line:
        raise ValueError("no sound in it")
    print("another remark")
    threads = float(os.environ["OMP_NUM_THREADS"])
    print(json.dumps({"beats": [1.0], "tempo_bpm": threads}), flush=True)
"""


@pytest.fixture
def adapters(tmp_path, monkeypatch):
    """A folder of adapters that this interpreter runs."""
    monkeypatch.setattr(peers, "ADAPTERS", tmp_path)
    monkeypatch.setattr(peers, "_python", lambda _place: Path(sys.executable))
    (tmp_path / "run_moody.py").write_text(MOODY_SCRIPT)
    return tmp_path


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A search path with nothing on it but what a test puts there."""
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", str(place))
    return place


@pytest.fixture
def btrack(tmp_path):
    """What a clone of BTrack is known by."""
    source = tmp_path / "clone"
    (source / "src").mkdir(parents=True)
    (source / "src" / "BTrack.cpp").touch()
    return source


def test_one_process_hears_many_files_with_one_thread(adapters):
    with peers.Asked(MOODY, adapters) as asked:
        first = asked.ask(adapters / "one.flac")
        process = asked._process
        assert asked.ask(adapters / "two.flac") == first
        assert asked._process is process
    assert (first.beats, first.tempo_bpm) == ([1.0], 1.0)


@pytest.mark.parametrize(
    ("name", "why"),
    [("killed", "ended by SIGKILL"), ("broken", "ValueError: no sound in it")],
)
def test_a_peer_that_dies_of_a_file_says_of_what_and_hears_the_next(adapters, name, why):
    with peers.Asked(MOODY, adapters) as asked:
        with pytest.raises(RuntimeError, match=f"^{why}$"):
            asked.ask(adapters / f"{name}.flac")
        assert asked.ask(adapters / "one.flac").beats == [1.0]


def test_a_peer_that_never_answers_is_told_from_one_that_died(adapters, monkeypatch):
    monkeypatch.setattr(peers, "_TIMEOUT", 0.1)
    with (
        peers.Asked(MOODY, adapters) as asked,
        pytest.raises(RuntimeError, match=r"^no answer within 0\.1 s$"),
    ):
        asked.ask(adapters / "endless.flac")


def test_a_missing_compiler_is_named(tmp_path, programs, btrack):
    with pytest.raises(RuntimeError, match=r"^g\+\+: no such program$"):
        peers.install("btrack", tmp_path, btrack_source=btrack)


def test_the_error_is_named_not_the_warning_after_it(tmp_path, programs, btrack):
    compiler = programs / "g++"
    compiler.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "print('BTrack.cpp:26: fatal error: samplerate.h: No such file', file=sys.stderr)\n"
        "sys.exit('cc1: warning: -std=c++17 is not for C')\n"
    )
    compiler.chmod(0o755)
    (tmp_path / "btrack").mkdir()
    (tmp_path / "btrack" / "complete").touch()  # of an earlier installation
    with pytest.raises(RuntimeError, match=r"^g\+\+: BTrack.cpp:26: fatal error: samplerate.h"):
        peers.install("btrack", tmp_path, btrack_source=btrack)
    assert not peers.installed("btrack", tmp_path)


def test_an_interpreter_without_venv_is_told_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr(peers.sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="python3-venv"):
        peers.install("librosa", tmp_path)
    assert not peers.installed("librosa", tmp_path)


def test_what_pip_makes_of_an_error_is_not_taken_for_it():
    said = """
      error: subprocess-exited-with-error
      x Building wheel for madmom (pyproject.toml) did not run successfully.
      madmom/ml/hmm.c:6:10: fatal error: Python.h: No such file or directory
      error: command '/usr/bin/gcc' failed with exit code 1
      ERROR: Failed building wheel for madmom
      note: This is an issue with the package mentioned above, not pip.
    """
    assert peers._cause(said).startswith("madmom/ml/hmm.c:6:10: fatal error: Python.h")
    assert peers._cause("\nERROR: Failed building wheel for madmom\n").endswith("for madmom")
    assert peers._cause("one\ntwo\n") == "two"
    assert peers._cause("") == "no message"


def test_a_peer_that_cannot_be_installed_is_one_line_and_the_others_are_tried(
    tmp_path, monkeypatch, capsys
):
    tried = []

    def install(library, folder, *, btrack_source):
        tried.append(library)
        if library == "aubio":
            raise RuntimeError("gcc: no such program")

    monkeypatch.setattr(peers, "install", install)
    monkeypatch.setattr(sys, "argv", ["accuracy", "peers", "--install", "all"])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert command.main() == 1
    assert tuple(tried) == peers.LIBRARIES
    assert capsys.readouterr().err == "aubio: gcc: no such program\n"
