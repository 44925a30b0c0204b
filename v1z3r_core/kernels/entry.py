"""The transform as functions that C, and Python's interpreter, call with a context.

`FFT_ENTRY` and `FFT_CALL` are addresses: a library built beforehand gives the same two.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, register_jitable

from v1z3r_core.kernels import context
from v1z3r_core.kernels.fft import fft_bins
from v1z3r_core.kernels.policy import compiling, native_callback
from v1z3r_core.kernels.ring import carray
from v1z3r_core.kernels.twiddles import LINE

_Signature = tuple[Any, Callable[..., Any]]


def _instruction(function: Callable[..., _Signature]) -> Callable[..., Any]:
    return cast(Callable[..., Any], intrinsic(function))


@_instruction
def _pointer(_typing: Any, _address: Any) -> _Signature:
    """Make an address a pointer."""

    def emit(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), emit


@_instruction
def _answer(_typing: Any, _function: Any, _yes: Any) -> _Signature:
    """Call PyBool_FromLong, whose address is given: a new reference to True or False."""

    def emit(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(8).as_pointer(), [ir.IntType(64)])
        return builder.call(builder.inttoptr(values[0], kind.as_pointer()), [values[1]])

    return types.voidptr(types.int64, types.int64), emit


@register_jitable
def _transform(x: Any, out: Any, values: Any) -> None:
    size = values[context.SIZE]
    tables = _pointer(values[context.TABLES])
    fft_bins(
        carray(x, size, np.float32),
        carray(_pointer(values[context.WINDOW]), size, np.float32),
        carray(tables, values[context.TABLES_FLOATS], np.float32),
        carray(_pointer(values[context.WORK]), 2 * size + LINE, np.float32),
        carray(out, size + 2, np.float32),
    )


@register_jitable
def _fits(array: Any, kind: int, dtype: int, length: int, flags: int) -> bool:
    """Whether an object is an array of one dimension with this type, length and flags."""
    if array[context.TYPE] != kind or array[context.DTYPE] != dtype:
        return False
    if array[context.NDIM] & context.LOWER_HALF != 1 or array[context.FLAGS] & flags != flags:
        return False
    shape = carray(_pointer(array[context.SHAPE]), 1, np.int64)
    return bool(shape[0] == length)


def fft_entry(x: Any, out: Any, values: Any) -> None:
    """Transform; `void (const float *x, float complex *out, const int64_t *context)`."""
    _transform(x, out, carray(values, context.CONTEXT, np.int64))


def fft_call(self: Any, arguments: Any, count: int) -> Any:
    """Transform if both arguments are the arrays they should be, and say so.

    A `METH_FASTCALL` of CPython whose `self` is the array that holds the context.
    """
    values = carray(
        _pointer(carray(self, context.OBJECT, np.int64)[context.DATA]), context.CONTEXT, np.int64
    )
    done = np.int64(0)
    if count == 2:
        objects = carray(arguments, 2, np.int64)
        x = carray(_pointer(objects[0]), context.OBJECT, np.int64)
        out = carray(_pointer(objects[1]), context.OBJECT, np.int64)
        size, kind = values[context.SIZE], values[context.ARRAY_TYPE]
        single, double = values[context.FLOAT32], values[context.COMPLEX64]
        if _fits(x, kind, single, size, context.READABLE) and _fits(
            out, kind, double, size // 2 + 1, context.WRITABLE
        ):
            _transform(_pointer(x[context.DATA]), _pointer(out[context.DATA]), values)
            done = np.int64(1)
    return _answer(values[context.PY_BOOL], done)


def _address(function: Callable[..., Any], *arguments: Any, returns: Any = types.void) -> int:
    """Where the compiled function lies; 0 where nothing is compiled."""
    if not compiling():
        return 0
    return int(cast(Any, native_callback(*arguments, returns=returns)(function)).address)


_P = types.voidptr
FFT_ENTRY = _address(fft_entry, _P, _P, _P)
FFT_CALL = _address(fft_call, _P, _P, types.int64, returns=_P)
