"""A native function as a Python built-in: no ctypes and no Numba between caller and code.

A call through ctypes costs 0.2 µs and more for each array whose address it needs, a Numba
dispatcher as much per argument; a transform of 256 samples takes 0.07 µs.
"""

import ctypes
from collections.abc import Callable
from typing import Any, cast

_METH_FASTCALL = 0x80


class _Method(ctypes.Structure):
    """CPython's `PyMethodDef`."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("method", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


class BuiltIn:
    """A built-in function of a native ``PyObject *(PyObject *, PyObject **, Py_ssize_t)``.

    Parameters
    ----------
    address : int
        Of the native function, called with Python's lock held.
    bound : object
        Its first argument, kept alive by the function.

    Attributes
    ----------
    function : callable
        Usable as long as this object lives, which holds the function's definition.
    """

    def __init__(self, address: int, bound: object) -> None:
        self._method = _Method(b"transform", address, _METH_FASTCALL, None)
        new = ctypes.PYFUNCTYPE(
            ctypes.py_object, ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p
        )(("PyCFunction_NewEx", ctypes.pythonapi))
        self.function = cast("Callable[..., Any]", new(ctypes.addressof(self._method), bound, None))
