"""Kernels out of a native library, called without Numba.

Calls let go of Python's lock, except those that read or set one counter: letting go takes
longer than they do.
"""

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.interface import Advance, Floats, Integers, Kernels, Transform
from v1z3r_core.kernels.layout import Memory, Tables
from v1z3r_core.kernels.packing import pack

_P, _I = ctypes.c_void_p, ctypes.c_int64
_ADVANCE = (_P, _P, _P, _I, _I, _P, _I, _I, _P, _I)
_REAL_FFT = (_P, _P, _I, _P, _I, _P, _P, _P)
_REFUSED = "the {} kernel refused its arrays; with V1Z3R_KERNELS=jit it says why"


def load(path: Path) -> Kernels:
    """Open a library that may be loaded, see `kernels.cache.check`.

    Raises
    ------
    OSError
        If the loader will not have it.
    """
    library, counters = ctypes.CDLL(str(path)), ctypes.PyDLL(str(path))
    advance = _function(library, "v1z3r_advance", _ADVANCE)
    real_fft = _function(library, "v1z3r_real_fft", _REAL_FFT)
    publish, reserve = (
        _function(counters, name, (_P, _I, _I), None) for name in ("v1z3r_publish", "v1z3r_reserve")
    )
    peek, peek_after = (
        _function(counters, name, (_P, _I)) for name in ("v1z3r_peek", "v1z3r_peek_after")
    )

    def stream(tables: Tables, memory: Memory, rows: Floats, generations: Integers) -> Advance:
        return _Stream(advance, tables, memory, rows, generations)

    def transform(window: Floats, passes: Floats, split: Floats, work: Floats) -> Transform:
        return _Transform(real_fft, window, passes, split, work)

    return Kernels(
        name="native",
        origin=str(path),
        stream=stream,
        transform=transform,
        capture=_address(library, "v1z3r_capture"),
        play=_address(library, "v1z3r_play"),
        publish=lambda header, index, value: publish(header.ctypes.data, index, value),
        reserve=lambda header, index, value: reserve(header.ctypes.data, index, value),
        peek=lambda header, index: peek(header.ctypes.data, index),
        peek_after=lambda header, index: peek_after(header.ctypes.data, index),
    )


class _Stream:
    """The hop bound to the arrays of one stream, which it keeps alive."""

    def __init__(
        self, function: Any, tables: Tables, memory: Memory, rows: Floats, generations: Integers
    ) -> None:
        self._function = function
        self._packed = pack(tables), pack(memory)
        self._rows = rows, generations
        self._channels = len(tables.channel_weights)
        self._before = (self._packed[0].address, self._packed[1].address)
        self._after = (_written(rows), *rows.shape, _written(generations))

    def __call__(self, samples: Floats, index: int) -> int:
        count, channels = samples.shape
        if channels != self._channels:
            raise ValueError(f"samples have {channels} channels, expected {self._channels}")
        done: int = self._function(
            *self._before, samples.ctypes.data, count, channels, *self._after, index
        )
        if done < 0:
            raise RuntimeError(_REFUSED.format("hop"))
        return done


class _Transform:
    """The Fourier transform bound to its tables, which it keeps alive."""

    def __init__(
        self, function: Any, window: Floats, passes: Floats, split: Floats, work: Floats
    ) -> None:
        self._function = function
        self._arrays = window, passes, split, work
        self._bound = (
            window.ctypes.data,
            len(window),
            passes.ctypes.data,
            len(passes),
            split.ctypes.data,
            _written(work),
        )

    def __call__(self, samples: Floats, out: Floats) -> None:
        if self._function(samples.ctypes.data, *self._bound, out.ctypes.data) < 0:
            raise RuntimeError(_REFUSED.format("transform"))


def _function(
    library: ctypes.CDLL, name: str, arguments: tuple[Any, ...], returns: Any = _I
) -> Any:
    function = library[name]
    function.argtypes, function.restype = arguments, returns
    return function


def _address(library: ctypes.CDLL, name: str) -> int:
    address = ctypes.cast(library[name], ctypes.c_void_p).value
    assert address is not None  # for the type checker: a function is never at 0
    return address


def _written(array: NDArray[np.generic]) -> int:
    """Address of an array that is changed, which Python must allow."""
    if not array.flags.writeable:
        raise ValueError("an array that the kernel writes is read-only")
    return int(array.ctypes.data)
