"""The doors of the native library: what it exports, in terms that C understands.

Addresses of arrays come with their extents; tuples come packed, see `kernels.packing`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import types

from v1z3r_core.kernels import capture, playback, portaudio, ring
from v1z3r_core.kernels.beat_features import BEAT_TABLES
from v1z3r_core.kernels.beat_path import PATH_MEMORY, best_path
from v1z3r_core.kernels.entry import fft_call, fft_entry
from v1z3r_core.kernels.fft import fft_bins
from v1z3r_core.kernels.hop import advance
from v1z3r_core.kernels.policy import native_callback
from v1z3r_core.kernels.records import MEMORY, TABLES, at_address
from v1z3r_core.kernels.ring import carray
from v1z3r_core.kernels.ringlayout import HEADER

_P = types.voidptr
_I = types.int64
_STREAM_CALLBACK = (_P, _P, types.uint64, _P, types.uint64, _P)

_tables_at = at_address(TABLES)
_memory_at = at_address(MEMORY)
_beat_tables_at = at_address(BEAT_TABLES)
_path_at = at_address(PATH_MEMORY)


@dataclass(frozen=True, slots=True)
class Entry:
    """One function of the library.

    Parameters
    ----------
    function : numba CFunc
    arguments : tuple of numba types
    returns : numba type
    refused : int or None
        What C gets where Python would get an exception; None is the null pointer.
    """

    function: Any
    arguments: tuple[types.Type, ...]
    returns: types.Type
    refused: int | None


def _python(compiled: Any) -> Callable[..., Any]:
    """The function that a callback was compiled from."""
    function: Callable[..., Any] = compiled.__wrapped__
    return function


def _entry(
    function: Callable[..., Any],
    *arguments: types.Type,
    returns: types.Type = types.void,
    refused: int | None = 0,
) -> Entry:
    compiled = native_callback(*arguments, returns=returns, cached=False)(function)
    return Entry(compiled, arguments, returns, refused)


def _advance(  # noqa: PLR0917  C has no names for arguments
    tables: Any,
    memory: Any,
    samples: Any,
    count: int,
    channels: int,
    rows: Any,
    history: int,
    width: int,
    generations: Any,
    index: int,
) -> int:
    return advance(
        carray(samples, (count, channels), np.float32),
        _tables_at(tables),
        _memory_at(memory),
        carray(rows, (history, width), np.float32),
        carray(generations, (history, 1), np.int64),
        index,
    )


def _fft_bins(
    samples: Any, window: Any, size: int, tables: Any, factors: int, work: Any, room: int, out: Any
) -> int:
    fft_bins(
        carray(samples, size, np.float32),
        carray(window, size, np.float32),
        carray(tables, factors, np.float32),
        carray(work, room, np.float32),
        carray(out, size + 2, np.float32),
    )
    return 0


def _best_path(tables: Any, path: Any, activations: Any, count: int) -> int:
    return best_path(
        _beat_tables_at(tables), _path_at(path), carray(activations, count, np.float32)
    )


def _publish(header: Any, index: int, value: int) -> None:
    ring.publish(carray(header, HEADER, np.int64), index, value)


def _reserve(header: Any, index: int, value: int) -> None:
    ring.reserve(carray(header, HEADER, np.int64), index, value)


def _peek(header: Any, index: int) -> int:
    return ring.peek(carray(header, HEADER, np.int64), index)


def _peek_after(header: Any, index: int) -> int:
    return ring.peek_after(carray(header, HEADER, np.int64), index)


ENTRIES = {
    "v1z3r_entry_advance": _entry(
        _advance, _P, _P, _P, _I, _I, _P, _I, _I, _P, _I, returns=_I, refused=-1
    ),
    "v1z3r_entry_best_path": _entry(_best_path, _P, _P, _P, _I, returns=_I, refused=-1),
    "v1z3r_entry_fft_bins": _entry(
        _fft_bins, _P, _P, _I, _P, _I, _P, _I, _P, returns=_I, refused=-1
    ),
    "v1z3r_entry_fft": _entry(fft_entry, _P, _P, _P),
    "v1z3r_entry_fft_call": _entry(fft_call, _P, _P, _I, returns=_P, refused=None),
    "v1z3r_entry_capture": _entry(
        _python(capture.capture), *_STREAM_CALLBACK, returns=types.int32, refused=portaudio.ABORT
    ),
    "v1z3r_entry_play": _entry(
        _python(playback.play), *_STREAM_CALLBACK, returns=types.int32, refused=portaudio.ABORT
    ),
    "v1z3r_entry_publish": _entry(_publish, _P, _I, _I),
    "v1z3r_entry_reserve": _entry(_reserve, _P, _I, _I),
    "v1z3r_entry_peek": _entry(_peek, _P, _I, returns=_I),
    "v1z3r_entry_peek_after": _entry(_peek_after, _P, _I, returns=_I),
}
