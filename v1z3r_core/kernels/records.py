"""How compiled code sees the named tuples of `kernels.layout`."""

from collections.abc import Callable
from itertools import count
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.extending import intrinsic
from numba.np import arrayobj

from v1z3r_core.kernels.layout import Memory, Tables
from v1z3r_core.kernels.policy import reads, writes
from v1z3r_core.kernels.transform import Transform

# All untyped in numba, which tells tuples whose values are all of one type from the others.
_named_tuple: Callable[..., types.Type] = types.NamedTuple
_named_unituple: Callable[..., types.Type] = types.NamedUniTuple
_fill: Callable[..., None] = arrayobj.populate_array


def record(layout: Any, array: Callable[[types.Type, int], types.Type]) -> types.Type:
    """Type of a named tuple of arrays, numbers and further named tuples.

    Parameters
    ----------
    layout : type[NamedTuple]
        Its annotations tell the types: int, float, one of the array types of `kernels.layout`.
    array : function (dtype, ndim) -> numba type
        `reads` or `writes`.
    """
    hints = get_type_hints(layout, include_extras=True)
    fields = [_field(hints[name], array) for name in layout._fields]
    if len(set(fields)) == 1:
        return _named_unituple(fields[0], len(fields), layout)
    return _named_tuple(fields, layout)


def _field(hint: Any, array: Callable[[types.Type, int], types.Type]) -> types.Type:
    if get_origin(hint) is Annotated:
        ndarray, ndim = get_args(hint)
        (scalar,) = get_args(get_args(ndarray)[1])
        return array(from_dtype(np.dtype(scalar)), ndim)
    if hint is int:
        return types.int64
    if hint is float:
        return types.float64
    return record(hint, array)


TRANSFORM = record(Transform, reads)
TABLES = record(Tables, reads)
MEMORY = record(Memory, writes)


def unpacker(kind: types.Type) -> Callable[[int], Any]:
    """Instruction that makes a tuple of what `kernels.packing.pack` wrote.

    Its arrays own nothing: whoever packed them keeps them alive.

    Parameters
    ----------
    kind : numba type
        From `record`.

    Returns
    -------
    intrinsic (address : voidptr) -> kind
    """

    def unpack(_typing: Any, _address: Any) -> Any:
        return kind(types.voidptr), emit

    def emit(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        word = ir.IntType(64)
        words = builder.bitcast(arguments[0], word.as_pointer())
        places = count()

        def load() -> Any:
            return builder.load(builder.gep(words, [ir.Constant(word, next(places))]))

        def array(expected: Any) -> Any:
            made = context.make_array(expected)(context, builder)
            address, shape = load(), [load() for _ in range(expected.ndim)]
            itemsize = context.get_abi_sizeof(context.get_data_type(expected.dtype))
            strides = [ir.Constant(word, itemsize)]
            for extent in shape[:0:-1]:
                strides.insert(0, builder.mul(strides[0], extent))
            _fill(
                made,
                data=builder.inttoptr(address, made.data.type),
                shape=shape,
                strides=strides,
                itemsize=itemsize,
                meminfo=None,
            )
            return made._getvalue()

        def value(expected: Any) -> Any:
            if isinstance(expected, types.Array):
                return array(expected)
            if isinstance(expected, types.BaseTuple):
                members: Any = expected
                return context.make_tuple(builder, expected, [value(one) for one in members])
            return builder.bitcast(load(), context.get_value_type(expected))

        return value(kind)

    return cast(Callable[[int], Any], intrinsic(unpack))
