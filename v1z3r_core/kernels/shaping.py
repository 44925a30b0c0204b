"""Seeing a row of values as a table, in compiled code that stands on its own.

Numba's reshape calls a function of its runtime library, which a native library has not got.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np import arrayobj
from numpy.typing import NDArray

from v1z3r_core.kernels.policy import compiling

Floats = NDArray[np.float32]

_fill: Callable[..., None] = arrayobj.populate_array  # untyped in numba


def _reshaped(values: Floats, rows: int, columns: int) -> Floats:
    return values[: rows * columns].reshape(rows, columns)


def _seen(_typing: Any, values: Any, _rows: Any, _columns: Any) -> Any:
    table = types.Array(values.dtype, 2, "C", readonly=not values.mutable)

    def emit(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        source = context.make_array(values)(context, builder, arguments[0])
        made = context.make_array(table)(context, builder)
        itemsize = context.get_abi_sizeof(context.get_data_type(values.dtype))
        size = ir.Constant(ir.IntType(64), itemsize)
        _fill(
            made,
            data=source.data,
            shape=arguments[1:],
            strides=[builder.mul(arguments[2], size), size],
            itemsize=size,
            meminfo=None,
        )
        return made._getvalue()

    return table(values, types.int64, types.int64), emit


# (values, rows, columns) -> the first rows · columns values as a C-contiguous table, not copied.
in_rows: Callable[[Floats, int, int], Floats] = (
    cast("Callable[..., Floats]", intrinsic(_seen)) if compiling() else _reshaped
)
