"""The other libraries: how each installs into a place of its own, and how each is asked.

Every peer lives in its own virtual environment below one folder, so that a library of 2018 and one
of today do not have to agree on NumPy. What does not install is listed with its reason.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import IO

import numpy as np
import soundfile

from benchmarks.accuracy.score import Estimate

ADAPTERS = Path(__file__).parent / "adapters"
# Seconds for one piece or one step of an installation, by the clock on the wall: a piece of a
# minute costs madmom 9 s of one core, but 150 s went by while other programs had both cores.
_TIMEOUT = 3600.0
_ENDING = 10.0  # seconds from the end of what it says to its own end
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# What pip and setuptools say when something they started said what was wrong.
_CONSEQUENCES = (
    "subprocess-exited-with-error", "metadata-generation-failed", "Failed building wheel",
    "Could not build wheels", "Failed to build", "error: command",
)  # fmt: skip
_BTRACK_RATE = 44_100  # Hz, what BTrack's tempo range is derived from


def default_folder() -> Path:
    """Below the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "v1z3r" / "accuracy-peers"


@dataclass(frozen=True, slots=True)
class Peer:
    """One method of one library.

    Parameters
    ----------
    name : str
    causal : bool
        Whether it hears nothing before it sounds.
    library : str
        Its environment's name; several methods may share one.
    arguments : tuple of str
        For the adapter.
    """

    name: str
    causal: bool
    library: str
    arguments: tuple[str, ...] = ()


PEERS = (
    Peer("aubio", True, "aubio"),
    Peer("BTrack", True, "btrack"),
    Peer("madmom online", True, "madmom", ("online",)),
    Peer("librosa", False, "librosa"),
    Peer("essentia degara", False, "essentia", ("degara",)),
    Peer("essentia multifeature", False, "essentia", ("multifeature",)),
    Peer("madmom offline", False, "madmom", ("offline",)),
    Peer("madmom downbeats", False, "madmom", ("downbeats",)),
)


def installed(library: str, folder: Path) -> bool:
    """Whether its environment (or BTrack's program) is there and complete."""
    return (folder / library / "complete").exists()


def install(library: str, folder: Path, *, btrack_source: Path | None = None) -> None:
    """Install one library below `folder`.

    Raises
    ------
    RuntimeError
        With the line that says what failed, or what is missing.
    """
    place = folder / library
    place.mkdir(parents=True, exist_ok=True)
    (place / "complete").unlink(missing_ok=True)
    if library == "btrack":
        _build_btrack(place, btrack_source)
    else:
        _make_environment(place)
        _RECIPES[library](place)
    (place / "complete").touch()


class Asked:
    """A peer's process that hears one file after another; a context manager.

    It starts with the first question, and again after one it died of.
    """

    def __init__(self, peer: Peer, folder: Path) -> None:
        self._peer, self._folder = peer, folder
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[str] | None = None  # what it writes to stderr

    def __enter__(self) -> "Asked":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, sound: Path) -> Estimate:
        """What the peer hears in one file.

        Raises
        ------
        RuntimeError
            If it dies of the file or takes more than an hour.
        """
        if self._peer.library == "btrack":
            printed = _run([str(self._folder / "btrack" / "btrack")], _doubles(sound)).decode()
            return Estimate(**json.loads(printed))
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        overdue = threading.Event()

        def give_up() -> None:
            overdue.set()
            process.kill()

        watchdog = threading.Timer(_TIMEOUT, give_up)
        watchdog.start()
        try:
            process.stdin.write(f"{sound.resolve()}\n")
            process.stdin.flush()
            # A library may print remarks of its own: an answer is an object.
            answer = next((line for line in process.stdout if line.startswith("{")), None)
        except BrokenPipeError:
            answer = None
        finally:
            watchdog.cancel()
        if answer is None:
            words = self._last_words()
            raise RuntimeError(f"no answer within {_TIMEOUT:g} s" if overdue.is_set() else words)
        return Estimate(**json.loads(answer))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._said is not None:
            self._said.close()
            self._said = None

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None:
            script = ADAPTERS / f"run_{self._peer.library}.py"
            python = _python(self._folder / self._peer.library)
            self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  # a pipe could fill up
            self._process = subprocess.Popen(
                [str(python), str(script), *self._peer.arguments],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True,
                # Idle threads of a linear algebra spin on the cores that others compute on.
                env=os.environ | _ONE_THREAD,
            )  # fmt: skip
        return self._process

    def _last_words(self) -> str:
        """Why it ended by itself: the signal that ended it, else what it said last."""
        process, said = self._process, self._said
        assert process is not None
        assert said is not None
        try:
            code = process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            code = 0
        said.seek(0)
        words = said.read()
        self.close()
        if code < 0:  # then what it said last is a remark about something else
            return f"ended by {Signals(-code).name}"
        return (words.strip().splitlines() or ["ended without a word"])[-1]


def _make_environment(place: Path) -> None:
    try:
        _run([sys.executable, "-m", "venv", str(place)])
    except RuntimeError as error:  # Debian's own message is six lines on stdout
        raise RuntimeError(f"{error} (no environment: Debian has venv in python3-venv)") from None


def _pip(place: Path, *what: str) -> None:
    _run([str(_python(place)), "-m", "pip", "install", "--quiet", *what])


def _aubio(place: Path) -> None:
    """Its source builds against any NumPy, once NumPy is there."""
    _pip(place, "numpy", "soundfile", "setuptools<70", "wheel")
    _pip(place, "--no-build-isolation", "aubio")


def _librosa(place: Path) -> None:
    _pip(place, "librosa")


def _essentia(place: Path) -> None:
    _pip(place, "essentia")


def _madmom(place: Path) -> None:
    """0.16.1 ships C made by an old Cython, which Python 3.11 refuses: it is made anew."""
    _pip(place, "cython<3", "numpy<2", "scipy<1.13", "setuptools<70", "wheel")
    _pip(place, "mido", "soundfile")
    source = place / "source"
    fetch = ["download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary", ":all:"]
    _run([str(_python(place)), "-m", "pip", *fetch, "-d", str(source), "madmom==0.16.1"])
    with tarfile.open(source / "madmom-0.16.1.tar.gz") as archive:
        archive.extractall(source, filter="data")
    unpacked = source / "madmom-0.16.1"
    for stale in unpacked.rglob("*.c"):
        stale.unlink()
    _pip(place, "--no-build-isolation", "--no-deps", str(unpacked))


_RECIPES: dict[str, Callable[[Path], None]] = {
    "aubio": _aubio, "librosa": _librosa, "essentia": _essentia, "madmom": _madmom,
}  # fmt: skip
LIBRARIES = ("aubio", "btrack", "madmom", "librosa", "essentia")


def _build_btrack(place: Path, source: Path | None) -> None:
    """From a clone: the source package on PyPI (1.0.7) lacks BTrack's own files."""
    if source is None or not (source / "src" / "BTrack.cpp").exists():
        raise RuntimeError(
            "pass --btrack-source, a clone of github.com/adamstark/BTrack "
            "(needs g++ and libsamplerate0-dev)"
        )
    kiss = source / "libs" / "kiss_fft130"
    _run(
        ["g++", "-O2", "-std=c++17", "-DUSE_KISS_FFT", f"-I{source / 'src'}", f"-I{kiss}",
         str(ADAPTERS / "btrack.cpp"), str(source / "src" / "BTrack.cpp"),
         str(source / "src" / "OnsetDetectionFunction.cpp"), "-x", "c", str(kiss / "kiss_fft.c"),
         "-lsamplerate", "-lm", "-o", str(place / "btrack")]
    )  # fmt: skip


def _doubles(sound: Path) -> bytes:
    """Mono at 44.1 kHz for BTrack's program, interpolated linearly from other rates."""
    samples, rate = soundfile.read(sound, dtype="float64", always_2d=True)
    mono = samples.mean(axis=1)
    if rate != _BTRACK_RATE:
        at = np.arange(int(len(mono) * _BTRACK_RATE / rate)) * rate / _BTRACK_RATE
        mono = np.interp(at, np.arange(len(mono)), mono)
    return mono.astype("<f8").tobytes()


def _python(place: Path) -> Path:
    return place / "bin" / "python"


def _run(command: list[str], given: bytes = b"") -> bytes:
    program = Path(command[0]).name
    try:
        run = subprocess.run(
            command, input=given, capture_output=True, check=False, timeout=_TIMEOUT
        )
    except FileNotFoundError:
        raise RuntimeError(f"{program}: no such program") from None
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{program}: not done within {_TIMEOUT:g} s") from None
    if run.returncode:
        raise RuntimeError(f"{program}: {_cause(run.stderr.decode(errors='replace'))}")
    return run.stdout


def _cause(said: str) -> str:
    """The line that names an error: a compiler warns after it, pip ends with general advice."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line.lower()]
    causes = [line for line in errors if not any(part in line for part in _CONSEQUENCES)]
    return next(iter(causes or errors or lines[-1:]), "no message")
