"""Memory and functions at the border to C.

What C calls through here is Python: it takes the global lock, and so waits while another thread
holds it.
"""

import ctypes
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

# A `PaStreamCallback` of portaudio.h: input, output, frames, times, flags, user data.
StreamCallback = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_ulong,
    ctypes.c_void_p,
    ctypes.c_ulong,
    ctypes.c_void_p,
)

_ABORT = 2  # paAbort: the stream stops, and whoever watches it opens it anew


def stream_callback(function: Callable[..., int]) -> Any:
    """A Python function as a `PaStreamCallback`.

    C may call it for as long as Python keeps it. An exception is told to `threading.excepthook`,
    as that of a thread of Python's, and ends the stream: ctypes would return chance.
    """

    def guarded(*arguments: int | None) -> int:
        try:
            return function(*arguments)
        except Exception as error:  # noqa: BLE001  # the top of the device's thread
            report = (type(error), error, error.__traceback__, None)
            threading.excepthook(threading.ExceptHookArgs(report))
            return _ABORT

    return StreamCallback(guarded)


def array_at(address: int, shape: tuple[int, ...], dtype: type) -> NDArray[Any]:
    """C-contiguous memory of C as an array, not copied; valid as long as C keeps it."""
    size = np.dtype(dtype).itemsize * int(np.prod(shape))
    memory = (ctypes.c_char * size).from_address(address)
    return np.ndarray(shape, dtype, buffer=memoryview(memory))


def address_of(function: Any) -> int:
    """Where C finds a ctypes function; valid as long as Python keeps it."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None  # for the type checker: a function is never at 0
    return address
