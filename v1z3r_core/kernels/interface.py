"""What the kernels offer to the rest of the engine, however they came to be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.beat_layout import BeatTables, PathMemory
from v1z3r_core.kernels.layout import Memory, Tables

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

Choice: TypeAlias = Literal["native", "jit", "numpy"]
Advance: TypeAlias = Callable[[Floats, int], int]
BestPath: TypeAlias = Callable[[BeatTables, PathMemory, Floats], int]


@dataclass(frozen=True, slots=True)
class Kernels:
    """The hot loops of one kind; all kinds work on the same memory.

    A stream or a ring may therefore change from one kind to another between two calls.

    Parameters
    ----------
    name : Choice
    origin : str
        Where they came from, for people.
    stream : function (tables, memory, rows, generations) -> Advance
        Binds the arrays of one stream. The result takes samples, float32, C-contiguous, shape
        (n, channels), and the number of the next hop; it fills rows and says how many hops it
        completed. It keeps the arrays alive and belongs to one thread at a time.
    fft_bins : function (samples, window, tables, work, out) -> None
        See `kernels.fft`.
    fft_entry, fft_call : int
        Addresses of the same for C and for Python's interpreter, see `kernels.entry`; 0 where
        nothing is compiled.
    best_path : function (tables, path, activations) -> int
        See `kernels.beat_path`.
    capture, play : int
        Addresses of `PaStreamCallback` functions.
    publish, reserve : function (header, index, value) -> None
        Set a counter of a ring, see `kernels.ring`.
    peek, peek_after : function (header, index) -> int
        Read one.
    """

    name: Choice
    origin: str
    stream: Callable[[Tables, Memory, Floats, Integers], Advance]
    fft_bins: Callable[[Floats, Floats, Floats, Floats, Floats], None]
    fft_entry: int
    fft_call: int
    best_path: BestPath
    capture: int
    play: int
    publish: Callable[[Integers, int, int], None]
    reserve: Callable[[Integers, int, int], None]
    peek: Callable[[Integers, int], int]
    peek_after: Callable[[Integers, int], int]
