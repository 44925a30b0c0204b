"""Kernels without a compiler, see `kernels.plain`."""

from v1z3r_core.kernels.interface import Advance, Floats, Integers, Kernels
from v1z3r_core.kernels.layout import Memory, Tables
from v1z3r_core.kernels.plain import ring
from v1z3r_core.kernels.plain.beat_path import best_path
from v1z3r_core.kernels.plain.capture import CAPTURE
from v1z3r_core.kernels.plain.fft import real_fft
from v1z3r_core.kernels.plain.hop import advance
from v1z3r_core.kernels.plain.playback import PLAY


def load() -> Kernels:
    """The kernels."""
    return Kernels(
        name="numpy",
        origin="NumPy, without a compiler",
        stream=_stream,
        fft_bins=_fft_bins,
        fft_entry=0,
        fft_call=0,
        best_path=best_path,
        capture=CAPTURE,
        play=PLAY,
        publish=ring.publish,
        reserve=ring.reserve,
        peek=ring.peek,
        peek_after=ring.peek_after,
    )


def _stream(tables: Tables, memory: Memory, rows: Floats, generations: Integers) -> Advance:
    def run(samples: Floats, index: int) -> int:
        return advance(samples, tables, memory, rows, generations, index)

    return run


def _fft_bins(samples: Floats, window: Floats, _tables: Floats, _work: Floats, out: Floats) -> None:
    real_fft(samples, window, out)
