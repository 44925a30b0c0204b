"""Native libraries on disk: whole, ours, made for this machine, or not loaded."""

import os
import stat

import pytest

from v1z3r_core.kernels import cache
from v1z3r_core.kernels.cache import Unfit, check, make_private, sealed, store

IDENTITY = "ab" * 32
CONTENT = b"\x7fELF" + bytes(range(256)) * 40


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "kernels"
    make_private(made)
    return made


@pytest.fixture
def library(folder):
    path = folder / "a.so"
    store(path, sealed(CONTENT, IDENTITY))
    return path


def test_a_library_that_was_stored_may_be_loaded_and_begins_as_it_was(library):
    check(library, IDENTITY, private=True)
    assert library.read_bytes().startswith(CONTENT)


def test_folder_and_library_are_for_this_user_alone(folder, library):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(library.stat().st_mode) == 0o600


@pytest.mark.parametrize("at", [0, 5_000, len(CONTENT) + 3, len(CONTENT) + 20, -40, -1])
def test_one_changed_byte_anywhere_is_noticed(library, at):
    damaged = bytearray(library.read_bytes())
    damaged[at] ^= 1
    library.write_bytes(damaged)
    with pytest.raises(Unfit, match=r"damaged|no library of ours"):
        check(library, IDENTITY, private=True)


@pytest.mark.parametrize("kept", [0, 1, 79, 80, 5_000, -1])
def test_a_library_cut_short_is_noticed(library, kept):
    library.write_bytes(library.read_bytes()[:kept])
    with pytest.raises(Unfit, match=r"damaged|cut short"):
        check(library, IDENTITY, private=True)


def test_a_library_for_something_else_under_our_name_is_noticed(library):
    store(library, sealed(CONTENT, "cd" * 32))
    with pytest.raises(Unfit, match="made from other sources"):
        check(library, IDENTITY, private=True)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o777])
def test_a_library_that_others_could_write_is_refused(library, mode):
    library.chmod(mode)
    with pytest.raises(Unfit, match="could have been written by somebody else"):
        check(library, IDENTITY, private=True)


def test_a_folder_that_others_could_write_is_refused(folder, library):
    folder.chmod(0o777)
    with pytest.raises(Unfit, match="could have been written by somebody else"):
        check(library, IDENTITY, private=True)
    with pytest.raises(Unfit, match="could have been written by somebody else"):
        make_private(folder)


def test_somebody_elses_library_is_refused(library, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: library.stat().st_uid + 1)
    with pytest.raises(Unfit, match="could have been written by somebody else"):
        check(library, IDENTITY, private=True)


def test_a_link_to_a_library_is_not_followed(folder, library):
    link = folder / "b.so"
    link.symlink_to(library)
    with pytest.raises(Unfit, match="cannot be read"):
        check(link, IDENTITY, private=True)


def test_a_library_of_the_package_may_belong_to_anyone(library):
    library.chmod(0o666)
    check(library, IDENTITY, private=False)


def test_only_a_few_libraries_are_kept_the_newest_ones(folder):
    for number in range(8):
        path = folder / f"{number}.so"
        store(path, sealed(CONTENT, IDENTITY))
        os.utime(path, (number, number))
    store(folder / "new.so", sealed(CONTENT, IDENTITY))
    assert sorted(path.name for path in folder.iterdir()) == ["5.so", "6.so", "7.so", "new.so"]


def test_a_library_that_cannot_be_written_leaves_nothing_behind(folder, library, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache.Path, "replace", full)
    before = library.read_bytes()
    with pytest.raises(OSError, match="No space"):
        store(library, sealed(bytes(3), IDENTITY))
    assert [path.name for path in folder.iterdir()] == ["a.so"]
    assert library.read_bytes() == before


def test_the_folder_is_where_it_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("V1Z3R_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.cache_folder() == tmp_path / "own"
    monkeypatch.delenv("V1Z3R_CACHE")
    assert cache.cache_folder() == tmp_path / "xdg" / "v1z3r" / "kernels"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.cache_folder() == tmp_path / ".cache" / "v1z3r" / "kernels"
