"""How compiled code sees the named tuples of `kernels.layout`."""

from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np
from numba import from_dtype, types

from v1z3r_core.kernels.layout import Memory, Scratch, Tables, Transform
from v1z3r_core.kernels.policy import reads, writes

# Both untyped in numba, which tells tuples whose values are all of one type from the others.
_named_tuple: Callable[..., types.Type] = types.NamedTuple
_named_unituple: Callable[..., types.Type] = types.NamedUniTuple


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
SCRATCH = record(Scratch, writes)
TABLES = record(Tables, reads)
MEMORY = record(Memory, writes)
