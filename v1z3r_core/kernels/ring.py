"""Counters that a native audio callback shares with Python without a lock.

See `kernels.ringlayout` for the memory they lie in.
"""

from collections.abc import Callable
from typing import Any, cast

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from v1z3r_core.kernels.policy import kernel, reads, writes

# Numba's stubs leave the one out and the types of the other.
carray: Any = vars(numba)["carray"]
_cgutils: Any = cgutils

_CLOCK_MONOTONIC = 1  # of Linux <time.h>; time.monotonic_ns reads the same clock

_Signature = tuple[Any, Callable[..., Any]]


def _instruction(function: Callable[..., _Signature]) -> Callable[..., Any]:
    """An intrinsic under the type by which kernels call it: without the typing context."""
    return cast(Callable[..., Any], intrinsic(function))


@_instruction
def store_release(_typing: Any, header: Any, _index: Any, _value: Any) -> _Signature:
    """Store a counter so that every store before it is seen by whoever loads it."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        builder.store_atomic(arguments[2], builder.gep(array.data, [arguments[1]]), "release", 8)
        return context.get_dummy_value()

    return types.void(header, types.intp, types.int64), emit


@_instruction
def load_acquire(_typing: Any, header: Any, _index: Any) -> _Signature:
    """Load a counter so that everything stored before it was published is seen."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        return builder.load_atomic(builder.gep(array.data, [arguments[1]]), "acquire", 8)

    return types.int64(header, types.intp), emit


@_instruction
def beyond(_typing: Any, _pointer: Any, _distance: Any) -> _Signature:
    """Address so many bytes further on; a reshaped view would need Numba's runtime library."""

    def emit(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return types.voidptr(types.voidptr, types.int64), emit


@_instruction
def fence(_typing: Any) -> _Signature:
    """Keep loads and stores on their side of this point."""

    def emit(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), emit


@_instruction
def monotonic_ns(_typing: Any) -> _Signature:
    """Nanoseconds on CLOCK_MONOTONIC; answered by the vDSO, without a system call."""

    def emit(_context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        int32, int64 = ir.IntType(32), ir.IntType(64)
        kind = ir.FunctionType(int32, [int32, int64.as_pointer()])
        clock_gettime = _cgutils.get_or_insert_function(builder.module, kind, "clock_gettime")
        moment = _cgutils.alloca_once(builder, int64, size=2)
        builder.call(clock_gettime, [ir.Constant(int32, _CLOCK_MONOTONIC), moment])
        seconds = builder.load(moment)
        nanoseconds = builder.load(builder.gep(moment, [ir.Constant(int32, 1)]))
        return builder.add(builder.mul(seconds, ir.Constant(int64, 10**9)), nanoseconds)

    return types.int64(), emit


@kernel(writes(types.int64), types.intp, types.int64)
def publish(header: Any, index: int, value: int) -> None:
    """Set a counter after the samples it announces; for the Python side."""
    store_release(header, index, value)


@kernel(writes(types.int64), types.intp, types.int64)
def reserve(header: Any, index: int, value: int) -> None:
    """Set a counter before the samples it warns of are touched; for the Python side."""
    store_release(header, index, value)
    fence()


@kernel(reads(types.int64), types.intp, returns=types.int64)
def peek(header: Any, index: int) -> int:
    """Read a counter before the samples it announces."""
    value: int = load_acquire(header, index)
    return value


@kernel(reads(types.int64), types.intp, returns=types.int64)
def peek_after(header: Any, index: int) -> int:
    """Read a counter after the samples that it may have overtaken."""
    fence()
    value: int = load_acquire(header, index)
    return value
