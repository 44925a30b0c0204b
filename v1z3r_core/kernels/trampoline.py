"""Native functions with a context bound in, for callers that only pass arguments.

On x86-64 a trampoline is three instructions in a page of its own: they put the context where
the third argument of the System V calling convention belongs, and jump. Elsewhere, and where
the system allows no memory to become executable, a ctypes callback does the same with Python's
lock held.
"""

import ctypes
import mmap
import os
import platform
from collections.abc import Callable
from typing import Any

_LOAD_CONTEXT = b"\x48\xba"  # mov rdx, imm64
_LOAD_TARGET = b"\x48\xb8"  # mov rax, imm64
_JUMP = b"\xff\xe0"  # jmp rax

_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_TARGET = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class Bound:
    """A function `void (const void *, void *)` at `address`, valid as long as this object lives."""

    def __init__(self, address: int, keeps: object) -> None:
        self.address = address
        self._keeps = keeps


def bind(target: int, context: int) -> Bound:
    """Bind the third argument of a native `void (const void *, void *, void *)`.

    Parameters
    ----------
    target, context : int
        Addresses; both must outlive the result.
    """
    if platform.machine() in {"x86_64", "AMD64"} and os.name == "posix":
        page = executable(
            _LOAD_CONTEXT
            + context.to_bytes(8, "little")
            + _LOAD_TARGET
            + target.to_bytes(8, "little")
            + _JUMP
        )
        if page is not None:
            return page
    return bind_python(lambda x, out: call(target, x, out, context))


def call(target: int, x: int, out: int, context: int) -> None:
    """Call a native `void (const void *, void *, void *)`; all four are addresses."""
    _TARGET(target)(x, out, context)


def bind_python(function: Callable[[int, int], Any]) -> Bound:
    """Let native code call a Python function with two addresses."""
    callback = _CALLBACK(function)
    return Bound(ctypes.cast(callback, ctypes.c_void_p).value or 0, callback)


def executable(code: bytes) -> Bound | None:
    """Code in a page that is written first and executable then, never both; None if forbidden."""
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    page.write(code)
    # The view keeps the page mapped; addressof needs it writable, as it still is.
    view = ctypes.c_char.from_buffer(page)
    address = ctypes.addressof(view)
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    if protect(address, mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_EXEC) != 0:
        return None
    return Bound(address, view)
