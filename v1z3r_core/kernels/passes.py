"""The vectorised transforms as Numba kernels call them.

A call puts their LLVM functions into the module that is being compiled, so that they go
wherever that goes: into the process, into Numba's cache, into a library built beforehand.
"""

from collections.abc import Callable
from typing import Any, cast

from numba import types
from numba.extending import intrinsic

from v1z3r_core.kernels import codelets
from v1z3r_core.kernels.lastpass import Form
from v1z3r_core.kernels.twiddles import LANES, WIDE_LANES

_ARRAYS = 5
_WIDE = "x86-64-v4"  # whose features Numba is not told one by one


def _transform(form: Form) -> Callable[..., Any]:
    """Instruction that transforms into this form, under the type by which kernels call it."""

    @intrinsic
    def instruction(
        _typing: Any, samples: Any, window: Any, tables: Any, work: Any, out: Any, size: Any
    ) -> Any:
        def emit(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            pointers = [
                context.make_array(kind)(context, builder, value).data
                for kind, value in zip(signature.args[:_ARRAYS], values[:_ARRAYS], strict=True)
            ]
            lanes = _lanes(context.codegen())
            function = codelets.transform(builder.module, form, lanes)
            builder.call(function, [*pointers, values[_ARRAYS]])
            return context.get_dummy_value()

        return types.void(samples, window, tables, work, out, size), emit

    return cast(Callable[..., Any], instruction)


def _lanes(codegen: Any) -> int:
    """How many floats a vector holds on the processor that is compiled for."""
    _, processor, features = codegen.magic_tuple()
    wide = processor == _WIDE or "+avx512dq" in features.split(",")
    return WIDE_LANES if wide else LANES


vectorised_bins = _transform("bins")
vectorised_power = _transform("power")
