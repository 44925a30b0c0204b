"""Kernels out of a native library, called without Numba.

Calls let go of Python's lock, except those that read or set one counter: letting go takes
longer than they do.
"""

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import BeatTables, PathMemory
from v1z3r_core.kernels.interface import Advance, Floats, Integers, Kernels
from v1z3r_core.kernels.layout import Memory, Tables
from v1z3r_core.kernels.packing import pack

_P, _I = ctypes.c_void_p, ctypes.c_int64
_ADVANCE = (_P, _P, _P, _I, _I, _P, _I, _I, _P, _I)
_FFT_BINS = (_P, _P, _I, _P, _I, _P, _I, _P)
_REFUSED = "the {} kernel refused its arrays; with V1Z3R_KERNELS=jit it says why"


def load(path: Path) -> Kernels:
    """Open a library that may be loaded, see `kernels.cache.check`.

    Raises
    ------
    OSError
        If the loader will not have it.
    """
    library, counters = ctypes.CDLL(str(path)), ctypes.PyDLL(str(path))
    best_path = _function(library, "v1z3r_entry_best_path", (_P, _P, _P, _I))
    advance = _function(library, "v1z3r_entry_advance", _ADVANCE)
    transform = _function(library, "v1z3r_entry_fft_bins", _FFT_BINS)
    publish, reserve = (
        _function(counters, name, (_P, _I, _I), None)
        for name in ("v1z3r_entry_publish", "v1z3r_entry_reserve")
    )
    peek, peek_after = (
        _function(counters, name, (_P, _I))
        for name in ("v1z3r_entry_peek", "v1z3r_entry_peek_after")
    )

    def stream(tables: Tables, memory: Memory, rows: Floats, generations: Integers) -> Advance:
        return _Stream(advance, tables, memory, rows, generations)

    def fft_bins(
        samples: Floats, window: Floats, tables: Floats, work: Floats, out: Floats
    ) -> None:
        read = samples.ctypes.data, window.ctypes.data, len(samples)
        written = _written(work), len(work), _written(out)
        if transform(*read, tables.ctypes.data, len(tables), *written) < 0:
            raise RuntimeError(_REFUSED.format("transform"))

    return Kernels(
        name="native",
        origin=str(path),
        stream=stream,
        fft_bins=fft_bins,
        fft_entry=_address(library, "v1z3r_entry_fft"),
        fft_call=_address(library, "v1z3r_entry_fft_call"),
        best_path=lambda *arrays: _best_path(best_path, *arrays),
        capture=_address(library, "v1z3r_entry_capture"),
        play=_address(library, "v1z3r_entry_play"),
        publish=lambda header, index, value: publish(header.ctypes.data, index, value),
        reserve=lambda header, index, value: reserve(header.ctypes.data, index, value),
        peek=lambda header, index: peek(header.ctypes.data, index),
        peek_after=lambda header, index: peek_after(header.ctypes.data, index),
    )


def _best_path(function: Any, tables: BeatTables, path: PathMemory, activations: Floats) -> int:
    packed, memory = pack(tables), pack(path)
    found: int = function(packed.address, memory.address, activations.ctypes.data, len(activations))
    if found < 0:
        raise RuntimeError(_REFUSED.format("beat path"))
    return found


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
