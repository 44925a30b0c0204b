"""Named tuples of arrays as a row of 64-bit words, the way compiled entries take them.

An array is its address, then its extents; a number is its bits; a tuple is its fields one after
the other. `kernels.records` loads fields from there.
"""

import struct
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray


class Packed:
    """Words that describe a tuple, and the tuple, which must live as long as they are used.

    Attributes
    ----------
    described : NamedTuple
    address : int
        Where the words lie.
    written : bool
        Whether the arrays may be written; tuples hold tables or memory, never both.
    """

    __slots__ = ("_words", "address", "described", "written")

    def __init__(self, words: NDArray[np.int64], described: Any, *, written: bool) -> None:
        self._words = words
        self.described = described
        self.address = int(words.ctypes.data)
        self.written = written


def pack(values: Any) -> Packed:
    """Describe a named tuple whose annotations are those of `kernels.layout`.

    Raises
    ------
    TypeError
        If a field is not what its annotation says; compiled code would not find out.
    """
    return Packed(np.array(list(_words(values)), np.int64), values, written=_writable(values))


def _writable(values: Any) -> bool:
    return any(
        _writable(value) if isinstance(value, tuple) else value.flags.writeable
        for value in values
        if isinstance(value, tuple | np.ndarray)
    )


def _words(values: Any) -> Iterator[int]:
    hints = get_type_hints(type(values), include_extras=True)
    for name, value in zip(values._fields, values, strict=True):
        hint = hints[name]
        if get_origin(hint) is Annotated:
            yield from _array_words(name, value, hint)
        elif hint is int:
            yield int(value)
        elif hint is float:
            yield struct.unpack("<q", struct.pack("<d", value))[0]
        else:
            yield from _words(value)


def _array_words(name: str, array: NDArray[Any], hint: Any) -> Iterator[int]:
    ndarray, ndim = get_args(hint)
    (scalar,) = get_args(get_args(ndarray)[1])
    if array.dtype != scalar or array.ndim != ndim or not array.flags.c_contiguous:
        kind = f"{array.dtype}, {array.ndim} dimensions"
        raise TypeError(
            f"{name} is {kind}, expected contiguous {np.dtype(scalar)}, {ndim} dimensions"
        )
    yield array.ctypes.data
    yield from array.shape
