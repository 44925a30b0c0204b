"""Native libraries on disk: where they lie, and which of them may be loaded.

A library that is loaded runs as we do, so one is taken only if nobody else could have written
it, it is whole, and it was made from these sources, for this processor, by this compiler.
"""

import hashlib
import os
import stat
from pathlib import Path

from v1z3r_core.kernels.sources import compiler_digest, processor, source_digest

_KEPT = 4  # libraries: one each for a few versions of the engine side by side
_SEAL_MAGIC = b"v1z3r-kernels\x00\x00\x01"
_SEAL_LENGTH = len(_SEAL_MAGIC) + 64
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Unfit(Exception):
    """Why a library is not loaded; never leaves the package."""


def cache_folder() -> Path:
    """Where libraries built on this machine are kept; it need not exist."""
    chosen = os.environ.get("V1Z3R_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "v1z3r" / "kernels"


def host_identity() -> str:
    """Identity of a library built here and now: sources, compiler and processor.

    Python's version is no part of it: the library neither calls nor is called by Python's API.
    """
    parts = (source_digest(), compiler_digest(), processor())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def level_identity(level: str) -> str:
    """Identity of a library that came with the package, for all processors of one level."""
    return hashlib.sha256(f"{source_digest()}\n{level}".encode()).hexdigest()


def sealed(library: bytes, identity: str) -> bytes:
    """The library with its identity and a checksum over both behind it, where no loader looks."""
    named = library + _SEAL_MAGIC + bytes.fromhex(identity)
    return named + hashlib.sha256(named).digest()


def check(path: Path, identity: str, *, private: bool) -> None:
    """Look whether a library may be loaded.

    Parameters
    ----------
    path : Path
    identity : str
        What it must have been made for.
    private : bool, keyword-only
        Whether it, and its folder, must be this user's alone.

    Raises
    ------
    Unfit
        If not; says why.
    """
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            if private:
                _check_owner(path, os.fstat(file.fileno()))
                _check_owner(path.parent, path.parent.lstat())
            content = file.read()
    except FileNotFoundError:
        raise Unfit("there is none yet") from None
    except OSError as error:
        raise Unfit(f"{path} cannot be read: {error.strerror}") from error
    seal = content[-_SEAL_LENGTH:]
    if len(seal) < _SEAL_LENGTH or not seal.startswith(_SEAL_MAGIC):
        raise Unfit(f"{path} is no library of ours, or cut short")
    if hashlib.sha256(content[:-32]).digest() != seal[-32:]:
        raise Unfit(f"{path} is damaged")
    if seal[-64:-32].hex() != identity:
        raise Unfit(f"{path} was made from other sources, by another compiler or for another CPU")


def store(path: Path, content: bytes) -> None:
    """Put a library in its place, at once as a whole, and remove those that nobody uses now.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    by_age = sorted(path.parent.glob("*.so"), key=lambda each: each.stat().st_mtime)
    for old in by_age[:-_KEPT]:
        old.unlink(missing_ok=True)


def make_private(folder: Path) -> None:
    """Make a folder that only this user can enter.

    Raises
    ------
    Unfit
        If it is there and others can write into it.
    OSError
        If it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_owner(folder, folder.lstat())


def _check_owner(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.getuid() or status.st_mode & _OTHERS_WRITE:
        raise Unfit(f"{path} could have been written by somebody else; chmod go-w, or remove it")
