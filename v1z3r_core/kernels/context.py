"""What a compiled transform is told besides the samples: where its tables and memory lie.

One int64 array per transform. The second half is for calls from Python's interpreter, which hand
over array objects: what these must look like, and whom to ask for an answer. NumPy's array
structure is public and frozen (`PyArrayObject_fields` of ndarraytypes.h, the same in 1.x and
2.x), CPython's object head is not the same in every build, so `arrays_are_as_expected` looks.
"""

import ctypes
import sys

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

SIZE = 0  # samples
WINDOW = 1  # addresses, and a length in floats
TABLES = 2
TABLES_FLOATS = 3
WORK = 4
ARRAY_TYPE = 5  # addresses of Python's objects …
FLOAT32 = 6
COMPLEX64 = 7
PY_BOOL = 8  # … and of PyBool_FromLong
CONTEXT = 9  # values

# An array object as int64 values; NDIM and FLAGS are the lower halves of theirs.
TYPE = 1
DATA = 2
NDIM = 3
SHAPE = 4
DTYPE = 7
FLAGS = 8
OBJECT = 9  # values
LOWER_HALF = 0xFFFF_FFFF

READABLE = 0x0101  # NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_ALIGNED
WRITABLE = 0x0501  # … | NPY_ARRAY_WRITEABLE

_DTYPES = np.dtype(np.float32), np.dtype(np.complex64)


def context(
    size: int,
    window: NDArray[np.float32],
    tables: NDArray[np.float32],
    work: NDArray[np.float32],
) -> Integers:
    """The context of one transform; whoever keeps it keeps the arrays."""
    values = np.zeros(CONTEXT, np.int64)
    values[SIZE] = size
    values[WINDOW] = window.ctypes.data
    values[TABLES], values[TABLES_FLOATS] = tables.ctypes.data, len(tables)
    values[WORK] = work.ctypes.data
    values[ARRAY_TYPE] = id(np.ndarray)
    values[FLOAT32], values[COMPLEX64] = map(id, _DTYPES)
    values[PY_BOOL] = ctypes.cast(ctypes.pythonapi.PyBool_FromLong, ctypes.c_void_p).value or 0
    return values


def arrays_are_as_expected() -> bool:
    """Whether this Python's array objects have the layout that `FFT_CALL` reads."""
    if sys.implementation.name != "cpython" or sys.byteorder != "little":
        return False
    if np.ndarray.__basicsize__ < 8 * OBJECT:
        return False
    memory = np.zeros(5, np.complex64)
    locked = memory.view()
    locked.flags.writeable = False
    for array in (locked, memory[1:3], memory.view(np.float32)):
        values = (ctypes.c_int64 * OBJECT).from_address(id(array))
        shape = ctypes.c_int64.from_address(values[SHAPE]).value
        expected = READABLE if array is locked else WRITABLE
        if (
            (values[TYPE], values[DATA]) != (id(np.ndarray), array.ctypes.data)
            or (values[NDIM] & LOWER_HALF, shape) != (1, len(array))
            or values[DTYPE] not in map(id, _DTYPES)
            or values[FLAGS] & WRITABLE != expected
        ):
            return False
    return True
