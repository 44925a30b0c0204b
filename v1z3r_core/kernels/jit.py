"""Kernels compiled by Numba in this process, or by an earlier one and kept in its cache."""

from typing import Any

from v1z3r_core.kernels import ring
from v1z3r_core.kernels.beat_layout import BeatTables, PathMemory
from v1z3r_core.kernels.beat_path import best_path
from v1z3r_core.kernels.capture import CAPTURE
from v1z3r_core.kernels.entry import FFT_CALL, FFT_ENTRY
from v1z3r_core.kernels.fft import fft_bins
from v1z3r_core.kernels.hop import advance
from v1z3r_core.kernels.interface import Advance, Floats, Integers, Kernels
from v1z3r_core.kernels.layout import Memory, Tables
from v1z3r_core.kernels.packing import pack
from v1z3r_core.kernels.playback import PLAY
from v1z3r_core.kernels.policy import kernel_cache


def load() -> Kernels:
    """The kernels; they were compiled when this module was imported."""
    return Kernels(
        name="jit",
        origin=_origin(),
        stream=_stream,
        fft_bins=fft_bins,
        fft_entry=FFT_ENTRY,
        fft_call=FFT_CALL,
        best_path=_best_path,
        capture=CAPTURE,
        play=PLAY,
        publish=ring.publish,
        reserve=ring.reserve,
        peek=ring.peek,
        peek_after=ring.peek_after,
    )


def _origin() -> str:
    cache = kernel_cache()
    if cache.folder is None:
        return "compiled anew at every start; NUMBA_CACHE_DIR could name a folder for them"
    return f"{cache.entries} of Numba's entries in {cache.folder}"


def _stream(tables: Tables, memory: Memory, rows: Floats, generations: Integers) -> Advance:
    packed = pack(tables), pack(memory)
    compiled: Any = advance  # which takes tuples described, see `kernels.records`

    def run(samples: Floats, index: int) -> int:
        return int(compiled(samples, *packed, rows, generations, index))

    return run


def _best_path(tables: BeatTables, path: PathMemory, activations: Floats) -> int:
    compiled: Any = best_path
    return int(compiled(pack(tables), pack(path), activations))
