"""Entries as they leave Numba: without Python, with a status where there was an exception."""

import ctypes

import numpy as np
import pytest
from numba import types

from v1z3r_core.kernels.elf import link
from v1z3r_core.kernels.elfobject import read_object
from v1z3r_core.kernels.emit import emit
from v1z3r_core.kernels.entries import Entry
from v1z3r_core.kernels.functions import IMPORTS
from v1z3r_core.kernels.policy import native_callback
from v1z3r_core.kernels.ring import carray
from v1z3r_core.kernels.sources import supported

pytestmark = pytest.mark.skipif(not supported(), reason="native kernels are for x86-64 Linux")

P, I64 = types.voidptr, types.int64


def entry(function, *arguments, returns=I64, refused=-1):
    compiled = native_callback(*arguments, returns=returns, cached=False)(function)
    return Entry(compiled, arguments, returns, refused)


def opened(folder, **entries):
    code = emit(entries, "x86-64-v2", "")
    path = folder / "made.so"
    path.write_bytes(link(code, exports=entries, imports=IMPORTS, name="made.so"))
    library = ctypes.CDLL(str(path))
    for name in entries:
        library[name].restype = ctypes.c_int64
    return library


def halved(value):
    if value % 2:
        raise ValueError("odd")
    return value // 2


def copied(source, length, target, room):
    there = carray(target, room, np.float32)
    there[:] = carray(source, length, np.float32)
    return room


def test_an_exception_becomes_the_value_that_stands_for_it(tmp_path):
    halves = opened(tmp_path, halves=entry(halved, I64, refused=-77)).halves
    assert [halves(ctypes.c_int64(value)) for value in (8, 7, 6)] == [4, -77, 3]


def test_an_exception_whose_text_wants_memory_becomes_one_too(tmp_path):
    """Numba makes a text out of two shapes that do not fit; nothing here can give it memory."""
    copy = opened(tmp_path, copy=entry(copied, P, I64, P, I64)).copy
    copy.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64]
    source, target = np.arange(4, dtype=np.float32), np.zeros(6, np.float32)
    assert copy(source.ctypes.data, 4, target.ctypes.data, 6) == -1
    assert not target.any()
    assert copy(source.ctypes.data, 4, target.ctypes.data, 4) == 4
    np.testing.assert_array_equal(target, [0, 1, 2, 3, 0, 0])


def test_neither_python_nor_numbas_runtime_is_asked_for():
    code = emit({"copy": entry(copied, P, I64, P, I64)}, "x86-64-v2", "")
    outside = {s.name for s in read_object(code).symbols if s.section == 0 and s.name}
    assert outside <= set(IMPORTS)


def test_a_kernel_may_not_have_a_function_of_an_entrys_name():
    one = entry(halved, I64)
    with pytest.raises(ValueError, match="is an entry's name"):
        emit({one.function.native_name: one}, "x86-64-v2", "")


def test_code_is_for_the_processor_that_was_asked_for():
    def total(source, length):
        values, result = carray(source, length, np.float32), np.int64(0)
        for i in range(length):
            result += np.int64(values[i] * np.float32(3.0) > np.float32(1.0))
        return result

    one = {"total": entry(total, P, I64)}
    assert emit(one, "x86-64-v2", "") != emit(one, "x86-64-v4", "")
