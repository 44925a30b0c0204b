"""Our Fourier transform next to FFTW, pocketfft, NumPy and SciPy, all sizes, one interleaved run.

Run: `python benchmarks/fft.py [--gate] [--rounds N]`. Wants libfftw3f.so.3 (Debian's
libfftw3-single3, planned PATIENT) and rocket-fft from PyPI, which calls ducc0's C++ from Numba:
the successor of pocketfft by its author. Of every size all rows are timed in turn, round after
round, so that a busy machine slows them alike; ratios are given of the medians and, in
brackets, as the median of the rounds' ratios. All but the last three columns of times are called
from compiled loops; ours weight by a window on the way in, the others do not. With ``--gate``
the exit status is 1 when a bar is missed.
"""

import argparse
import ctypes
import math
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import scipy.fft
from numba import njit

from v1z3r_core.analysis.realfft import RealFFT, hann_window
from v1z3r_core.kernels.fft import fft_bins, fft_power
from v1z3r_core.kernels.radix import real_fft
from v1z3r_core.kernels.twiddles import (
    aligned,
    pass_twiddles,
    split_twiddles,
    tables,
    work_size,
)

SIZES = [256, 512, 1_024, 2_048, 4_096, 8_192, 16_384]
MEAN_OVER = [512, 1_024, 2_048, 4_096, 8_192]
ROUNDS = 21
ROUND_SECONDS = 0.5e-3
PLANS = 5  # of FFTW, the fastest of which runs: a planner that times is fooled by a busy machine

MEAN_BAR = 0.80  # of FFTW's time
WORST_BAR = 0.90  # of FFTW's time
POCKETFFT_BAR = 1 / 3
NUMPY_BAR = 1 / 15  # in the mean: from 4,096 up the transform alone takes more
ERROR_BAR = 2e-7

_FFTW_PATIENT, _FFTW_PRESERVE_INPUT = 1 << 5, 1 << 4

Loop = Callable[[int], object]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gate", action="store_true", help="exit with 1 when a bar is missed")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    try:
        peers = Peers.installed()
    except MissingPeer as missing:
        print(missing, file=sys.stderr)
        return 2
    print(
        f"{'n':>6} {'FFTW µs':>8} {'bins':>6} {'× FFTW':>13} {'power':>6} {'× FFTW':>13}"
        f" {'plain':>6} {'pocket':>7} {'bins ×':>7} {'numpy()':>8} {'scipy()':>8}"
        f" {'RealFFT()':>9} {'× numpy':>7} {'error':>8}"
    )
    results = {size: measure(size, peers, options.rounds) for size in SIZES}
    missed = [miss for size, result in results.items() for miss in result.missed(size)]
    for one, other, bar in (
        ("bins", "fftw", MEAN_BAR),
        ("power", "fftw", MEAN_BAR),
        ("RealFFT()", "numpy()", NUMPY_BAR),
    ):
        ratios = [results[size].ratio(one, other) for size in MEAN_OVER]
        mean = math.exp(statistics.fmean(map(math.log, ratios)))
        text = f"geometric mean of {one} / {other}, {MEAN_OVER[0]} … {MEAN_OVER[-1]}: {mean:.3f}"
        print(text)
        if mean > bar:
            missed.append(f"{text}, bar {bar:.3f}")
    for miss in missed:
        print("missed:", miss)
    return 1 if options.gate and missed else 0


class MissingPeer(Exception):
    """A library to compare with that is not installed; the text says how to."""


@dataclass(frozen=True, slots=True)
class Peers:
    """What the transform is compared with, where it had to be installed."""

    fftw: ctypes.CDLL
    pocketfft: Callable[..., None]  # rocket-fft's r2c, callable from Numba only

    @classmethod
    def installed(cls) -> "Peers":
        try:
            fftw = ctypes.CDLL("libfftw3f.so.3")
        except OSError as error:
            raise MissingPeer("FFTW is missing: apt-get install libfftw3-single3") from error
        try:
            from rocket_fft import r2c
        except ImportError as error:
            raise MissingPeer("pocketfft is missing: pip install rocket-fft") from error
        fftw.fftwf_plan_dft_r2c_1d.restype = ctypes.c_void_p
        fftw.fftwf_plan_dft_r2c_1d.argtypes = [
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.c_void_p,
            ctypes.c_uint,
        ]
        fftw.fftwf_execute.restype, fftw.fftwf_execute.argtypes = None, [ctypes.c_void_p]
        return cls(fftw, r2c)


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds per call in each round, by row, and the error of the bins."""

    times: dict[str, list[float]]
    error: float

    def ratio(self, one: str, other: str) -> float:
        return statistics.median(self.times[one]) / statistics.median(self.times[other])

    def paired(self, one: str, other: str) -> float:
        rounds = zip(self.times[one], self.times[other], strict=True)
        return statistics.median(a / b for a, b in rounds)

    def missed(self, size: int) -> list[str]:
        bars = [
            ("bins", "fftw", WORST_BAR),
            ("power", "fftw", WORST_BAR),
            ("bins", "pocketfft", POCKETFFT_BAR),
        ]
        misses = [
            f"{size}: {one} is {self.ratio(one, other):.3f} of {other}, bar {bar:.3f}"
            for one, other, bar in bars
            if self.ratio(one, other) > bar
        ]
        if self.error > ERROR_BAR:
            misses.append(f"{size}: relative RMS error {self.error:.2e}, bar {ERROR_BAR}")
        return misses

    def row(self, size: int) -> str:
        micro = {name: statistics.median(times) * 1e6 for name, times in self.times.items()}

        def against_fftw(form: str) -> str:
            return f"{self.ratio(form, 'fftw'):.3f} ({self.paired(form, 'fftw'):.3f})"

        return (
            f"{size:6} {micro['fftw']:8.3f} {micro['bins']:6.3f} {against_fftw('bins')}"
            f" {micro['power']:6.3f} {against_fftw('power')} {micro['plain']:6.2f}"
            f" {micro['pocketfft']:7.2f} {self.ratio('bins', 'pocketfft'):7.3f}"
            f" {micro['numpy()']:8.2f} {micro['scipy()']:8.2f} {micro['RealFFT()']:9.3f}"
            f" {self.ratio('RealFFT()', 'numpy()'):7.4f} {self.error:8.1e}"
        )


def measure(size: int, peers: Peers, rounds: int) -> Result:
    x = aligned(np.random.default_rng(size).uniform(-1, 1, size))
    window = aligned(hann_window(size))
    bins = np.empty(size // 2 + 1, np.complex64)
    rows = compiled_rows(x, window, bins, peers) | called_rows(x, window, bins)
    times = interleaved(rows, rounds)
    rows["bins"](1)
    expected = scipy.fft.rfft(x.astype(np.float64) * window)
    error = float(np.linalg.norm(bins - expected) / np.linalg.norm(expected))
    result = Result(times, error)
    print(result.row(size), flush=True)
    return result


def compiled_rows(
    x: np.ndarray, window: np.ndarray, bins: np.ndarray, peers: Peers
) -> dict[str, Loop]:
    size = len(x)
    table, work = tables(size), np.empty(work_size(size), np.float32)
    flat, power = bins.view(np.float32), np.empty(size // 2 + 1, np.float32)
    passes, split = pass_twiddles(size), split_twiddles(size)
    planes, theirs = work[: 2 * size].reshape(4, -1), np.empty(size // 2 + 1, np.complex64)
    return {
        "fftw": fftw_row(x, peers.fftw),
        "bins": lambda calls: bins_loop(calls, x, window, table, work, flat),
        "power": lambda calls: power_loop(calls, x, window, table, work, power),
        "plain": lambda calls: plain_loop(calls, x, window, passes, split, planes, flat),
        "pocketfft": lambda calls: pocketfft_loop(peers.pocketfft)(calls, x, theirs),
    }


def called_rows(x: np.ndarray, window: np.ndarray, bins: np.ndarray) -> dict[str, Loop]:
    transform = RealFFT(len(x), window)
    return {
        "numpy()": lambda calls: [np.fft.rfft(x) for _ in range(calls)],
        "scipy()": lambda calls: [scipy.fft.rfft(x) for _ in range(calls)],
        "RealFFT()": lambda calls: [transform(x, bins) for _ in range(calls)],
    }


def interleaved(rows: dict[str, Loop], rounds: int) -> dict[str, list[float]]:
    """Seconds per call of each row in each round."""
    calls = {}
    for name, loop in rows.items():
        timed(loop, 2)  # compiles
        calls[name] = max(3, round(ROUND_SECONDS / min(timed(loop, 20) for _ in range(9))))
    times: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(rounds):
        for name, loop in rows.items():
            times[name].append(timed(loop, calls[name]))
    return times


def timed(loop: Loop, calls: int) -> float:
    """Seconds per call that this thread spent on a core: others on the machine do not count."""
    began = time.thread_time()
    loop(calls)
    return (time.thread_time() - began) / calls


def fftw_row(x: np.ndarray, library: ctypes.CDLL) -> Loop:
    """The fastest of several plans, with arrays of its own, aligned as it likes best."""
    execute = library.fftwf_execute
    samples, bins = aligned(x), aligned(np.zeros(len(x) + 2))

    @njit
    def loop(calls: int, plan: int) -> None:
        for _ in range(calls):
            execute(plan)

    flags = _FFTW_PATIENT | _FFTW_PRESERVE_INPUT
    plans = []
    for _ in range(PLANS):
        library.fftwf_forget_wisdom()
        plan = library.fftwf_plan_dft_r2c_1d(len(x), samples.ctypes.data, bins.ctypes.data, flags)
        samples[:] = x  # planning overwrites it
        loop(1, plan)
        row = partial(loop, plan=plan)
        plans.append((min(timed(row, 50) for _ in range(20)), plan))
    fastest = min(plans)[1]
    kept = samples, bins
    return lambda calls: (loop(calls, fastest), kept)


def pocketfft_loop(r2c: Callable[..., None]) -> Any:
    if not _POCKETFFT:
        axes = np.zeros(1, np.int64)

        @njit
        def loop(calls: int, x: np.ndarray, out: np.ndarray) -> None:
            for _ in range(calls):
                r2c(x, out, axes, True, 1.0, 1)

        _POCKETFFT.append(loop)
    return _POCKETFFT[0]


_POCKETFFT: list[Any] = []


@njit
def bins_loop(calls, x, window, table, work, out):
    for _ in range(calls):
        fft_bins(x, window, table, work, out)


@njit
def power_loop(calls, x, window, table, work, out):
    for _ in range(calls):
        fft_power(x, window, table, work, out)


@njit
def plain_loop(calls, x, window, passes, split, planes, out):
    for _ in range(calls):
        real_fft(x, window, passes, split, planes, out)


if __name__ == "__main__":
    sys.exit(main())
