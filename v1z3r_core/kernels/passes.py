"""The vectorised Fourier passes as Numba kernels call them.

Each call puts the pass's LLVM function into the module that is being compiled, so that it goes
wherever that goes: into the process, into Numba's cache, into a library built beforehand.
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from v1z3r_core.kernels import codelets
from v1z3r_core.kernels.twiddles import ALIGNMENT

_Signature = tuple[Any, Callable[..., Any]]
_Emitter = Callable[[Any, str], Any]


def _instruction(function: Callable[..., _Signature]) -> Callable[..., Any]:
    """An intrinsic under the type by which kernels call it: without the typing context."""
    return cast(Callable[..., Any], intrinsic(function))


def _call_of(name: str, emitter: _Emitter, arrays: int, *arguments: Any) -> _Signature:
    """Signature and code of a call whose first arguments are arrays and whose others are counts."""

    def emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        pointers = [
            context.make_array(kind)(context, builder, value).data
            for kind, value in zip(signature.args[:arrays], values[:arrays], strict=True)
        ]
        module = builder.module
        function = module.globals.get(name) or emitter(module, name)
        builder.call(function, [*pointers, *values[arrays:]])
        return context.get_dummy_value()

    return types.void(*arguments[:arrays], *[types.int64] * (len(arguments) - arrays)), emit


@_instruction
def first_pass(
    _typing: Any, samples: Any, window: Any, twiddles: Any, out: Any, step: Any
) -> _Signature:
    """Weight and pack N samples, do the radix-8 pass; `step` is N/16."""
    return _call_of("v1z3r_fft_first", codelets.first_pass, 4, samples, window, twiddles, out, step)


@_instruction
def radix4_pass(
    _typing: Any, source: Any, twiddles: Any, out: Any, length: Any, stride: Any
) -> _Signature:
    """Do a radix-4 pass over `stride` sub-transforms of `length`."""
    return _call_of(
        "v1z3r_fft_radix4", codelets.radix4_pass, 3, source, twiddles, out, length, stride
    )


def _last_pass(radix: int, form: codelets.Form) -> Callable[..., Any]:
    """The instruction that does the last pass over `stride` sub-transforms, and takes apart."""

    def emitter(module: Any, name: str) -> Any:
        return codelets.last_pass(module, name, radix, form)

    @_instruction
    def last_pass(_typing: Any, source: Any, twiddles: Any, out: Any, stride: Any) -> _Signature:
        name = f"v1z3r_fft_last{radix}_{form}"
        return _call_of(name, emitter, 3, source, twiddles, out, stride)

    return last_pass


last2_bins = _last_pass(2, "bins")
last4_bins = _last_pass(4, "bins")
last2_power = _last_pass(2, "power")
last4_power = _last_pass(4, "power")


@_instruction
def floats_to_line(_typing: Any, array: Any) -> _Signature:
    """Floats from an array's begin to the next cache line."""

    def emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        number = ir.IntType(64)
        missing = builder.neg(builder.ptrtoint(data, number))
        missing = builder.and_(missing, ir.Constant(number, ALIGNMENT - 1))
        return builder.lshr(missing, ir.Constant(number, 2))

    return types.int64(array), emit
