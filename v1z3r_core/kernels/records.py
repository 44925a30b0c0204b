"""How compiled code sees the named tuples of `kernels.layout`: as the address of a description.

A hop works on some two hundred arrays. Numba passes a named tuple by all its fields, seven values
for each array, to every function that is handed the tuple; that made calls slow and compiling them
slower. Here a tuple is one pointer to the words that `kernels.packing.pack` wrote, and a field is
loaded where it is named. The words never change while they are in use, and the loads say so:
the compiler may move them out of loops as if they were arguments.
"""

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, intrinsic, models, register_model, typeof_impl, unbox
from numba.np import arrayobj

from v1z3r_core.kernels.layout import Memory, Tables
from v1z3r_core.kernels.packing import Packed
from v1z3r_core.kernels.policy import reads, writes
from v1z3r_core.kernels.transform import Transform

_WORD = ir.IntType(64)
_BYTES = ir.IntType(8).as_pointer()

# Untyped in numba.
_fill: Callable[..., None] = arrayobj.populate_array
_lower_fields: Callable[..., Callable[..., Any]] = lower_getattr_generic
_take_from_python: Callable[..., Callable[..., Any]] = unbox
_native: Callable[..., Any] = NativeValue


class Described(types.Type):
    """A named tuple that lies described in memory.

    Parameters
    ----------
    layout : type[NamedTuple]
        Its annotations tell the types: int, float, one of the array types of `kernels.arrays`, or
        a further named tuple, whose words lie between those of its neighbours.
    written : bool
        Whether its arrays may be written.
    """

    def __init__(self, layout: Any, written: bool) -> None:
        self.layout = layout
        self.written = written
        kind = "written" if written else "read"
        super().__init__(name=f"{layout.__module__}.{layout.__qualname__}({kind})")


def record(layout: Any, array: Callable[[types.Type, int], types.Type]) -> Described:
    """Type under which a kernel takes a named tuple.

    Parameters
    ----------
    layout : type[NamedTuple]
    array : function (dtype, ndim) -> numba type
        `reads` or `writes`.
    """
    return Described(layout, array is writes)


def at_address(kind: Described) -> Callable[[int], Any]:
    """Instruction that takes an address, as a voidptr, for a tuple described there."""

    def take(_typing: Any, _address: Any) -> Any:
        return kind(types.voidptr), lambda _context, _builder, _signature, values: values[0]

    return cast(Callable[[int], Any], intrinsic(take))


@cache
def _places(kind: Described) -> dict[str, tuple[int, types.Type]]:
    """Of each field where its words begin, and its type."""
    hints = get_type_hints(kind.layout, include_extras=True)
    places, begin = {}, 0
    for name in kind.layout._fields:
        field = _field(hints[name], kind.written)
        places[name] = begin, field
        begin += _length(field)
    return places


def _field(hint: Any, written: bool) -> types.Type:
    if get_origin(hint) is Annotated:
        ndarray, ndim = get_args(hint)
        (scalar,) = get_args(get_args(ndarray)[1])
        return (writes if written else reads)(from_dtype(np.dtype(scalar)), ndim)
    if hint is int:
        return types.int64
    if hint is float:
        return types.float64
    return Described(hint, written)


def _length(field: types.Type) -> int:
    """Words by which a field is described."""
    if isinstance(field, types.Array):
        return 1 + int(field.ndim)
    if isinstance(field, Described):
        return sum(_length(inner) for _, inner in _places(field).values())
    return 1


register_model(Described)(models.OpaqueModel)


@infer_getattr
class _Fields(AttributeTemplate):
    """What type a field is of."""

    key = Described

    def generic_resolve(self, typ: Any, attr: Any) -> Any:  # type: ignore[override]  # no such thing above
        found = _places(typ).get(attr)
        return None if found is None else found[1]


@_lower_fields(Described)
def _load(context: Any, builder: Any, kind: Described, value: Any, name: str) -> Any:
    begin, field = _places(kind)[name]
    words = builder.bitcast(value, _WORD.as_pointer())

    def address(place: int) -> Any:
        return builder.gep(words, [ir.Constant(_WORD, begin + place)])

    def word(place: int) -> Any:
        loaded = builder.load(address(place))
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    if isinstance(field, Described):
        return builder.bitcast(address(0), _BYTES)
    if not isinstance(field, types.Array):
        return builder.bitcast(word(0), context.get_value_type(field))
    array = context.make_array(field)(context, builder)
    shape = [word(1 + axis) for axis in range(field.ndim)]
    itemsize = context.get_abi_sizeof(context.get_data_type(field.dtype))
    strides = [ir.Constant(_WORD, itemsize)]
    for extent in shape[:0:-1]:
        strides.insert(0, builder.mul(strides[0], extent))
    _fill(
        array,
        data=builder.inttoptr(word(0), array.data.type),
        shape=shape,
        strides=strides,
        itemsize=itemsize,
        meminfo=None,  # whoever packed the arrays keeps them alive
    )
    return array._getvalue()


@typeof_impl.register(Packed)
def _type_of(packed: Packed, _context: Any) -> Described:
    return Described(type(packed.described), packed.written)


@_take_from_python(Described)
def _unbox(_kind: Described, packed: Any, unboxing: Any) -> Any:
    """Take the address out of a `Packed`: how tests and benchmarks call single kernels."""
    held = unboxing.pyapi.object_getattr_string(packed, "address")
    address = unboxing.pyapi.long_as_longlong(held)
    unboxing.pyapi.decref(held)
    return _native(unboxing.builder.inttoptr(address, _BYTES))


TRANSFORM = record(Transform, reads)
TABLES = record(Tables, reads)
MEMORY = record(Memory, writes)
