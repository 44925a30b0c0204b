"""What one hop of analysis costs, next to the same steps in NumPy and SciPy.

Run: `python benchmarks/kernels.py`. Every row is timed in turn with its peer, round after round,
so that a busy machine slows both; the medians' ratio travels, the microseconds do not. Then: how
long the kernels take to compile and to load, and how long an onset takes to be announced.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

import numpy as np
import scipy.fft
from scipy.signal import sosfilt

from v1z3r_core.analysis.analyzer import Analyzer
from v1z3r_core.analysis.kweighting import channel_weights, k_weighting
from v1z3r_core.analysis.plan import Plan
from v1z3r_core.analysis.realfft import RealFFT, hann_window
from v1z3r_core.audio.compose import compose
from v1z3r_core.kernels import hop
from v1z3r_core.kernels.layout import TAIL
from v1z3r_core.kernels.loudness import weighted_energy
from v1z3r_core.kernels.spectrum import octaves_of
from v1z3r_core.model.analysis import LINE, AnalysisFrame, AnalyzerSettings
from v1z3r_core.model.audio import AudioBlock

RATE, HOP, WINDOW = 48_000, 512, 2_048
ROUNDS, CALLS = 30, 200

Step = Callable[[], object]


def main() -> None:
    samples = np.ascontiguousarray(compose(RATE).samples[10 * RATE : 20 * RATE])
    print(f"{'':34}{'ours µs':>10}{'peer µs':>10}{'peer/ours':>11}")
    for name, ours, peer in steps(samples):
        mine, theirs = interleaved(ours, peer)
        print(f"{name:34}{mine:10.2f}{theirs:10.2f}{theirs / mine:11.1f}")
    for name, seconds in start_times().items():
        print(f"{name:34}{seconds:10.2f} s")
    for name, delays in onset_delays().items():
        low, median, high = np.percentile(delays, [10, 50, 90]) * 1e3
        print(f"{name:34}{median:10.1f} ms median, {low:.1f} to {high:.1f} ms in 8 of 10")


def steps(samples: np.ndarray) -> list[tuple[str, Step, Step]]:
    window = hann_window(WINDOW)
    mono = np.ascontiguousarray(samples[:WINDOW].mean(axis=1))
    transform, out = RealFFT(WINDOW, window), np.empty(WINDOW // 2 + 1, np.complex64)

    plan = Plan.of(RATE, 2, AnalyzerSettings())
    tables, memory = plan.tables, plan.memory()
    hop.advance(
        samples[:WINDOW], tables, memory, np.empty((4, 4 * LINE), np.float32), _generations(4), 0
    )
    sections, weights = np.insert(k_weighting(RATE), 3, 1.0, axis=1), channel_weights(2)
    heard, state = np.zeros((2, TAIL + HOP), np.float32), np.zeros((2, 4))
    peer_state, block = np.zeros((2, 2, 2)), samples[:HOP]
    heard[:, TAIL:] = block.T

    def energy_in_scipy() -> object:
        filtered, peer_state[:] = sosfilt(sections, block, axis=0, zi=peer_state)
        return np.sum(filtered**2, axis=0) @ weights

    analyzer, feed = Analyzer(), _endless(samples)
    return [
        (
            "windowed FFT of 2,048",
            lambda: transform.fft(mono, out),
            lambda: scipy.fft.rfft(mono * window),
        ),
        (
            "K-weighted energy, stereo",
            lambda: weighted_energy(
                heard, tables.fir, tables.poles, weights, memory.weighted, state
            ),
            energy_in_scipy,
        ),
        (
            "1,025 logarithms",
            lambda: octaves_of(memory.power, memory.octaves),
            lambda: np.log2(memory.power + np.float32(1e-30)),
        ),
        (
            "whole hop, against one SciPy FFT",
            lambda: analyzer.advance(next(feed)),
            lambda: scipy.fft.rfft(mono * window),
        ),
    ]


def interleaved(ours: Step, peer: Step) -> tuple[float, float]:
    """Medians over the rounds of the mean time per call, µs."""
    rounds: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for step, times in zip((ours, peer), rounds, strict=True):
            began = time.perf_counter()
            for _ in range(CALLS):
                step()
            times.append((time.perf_counter() - began) / CALLS * 1e6)
    return statistics.median(rounds[0]), statistics.median(rounds[1])


def start_times() -> dict[str, float]:
    """Seconds to import the analyzer in a fresh process, without and with a kernel cache."""
    program = (
        "import time; began = time.perf_counter(); import v1z3r_core.analysis.analyzer; "
        "print(time.perf_counter() - began)"
    )
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "NUMBA_CACHE_DIR": folder}
        cold, *warm = (
            float(subprocess.check_output([sys.executable, "-c", program], env=env))
            for _ in range(6)
        )
    return {"import, compiling all kernels": cold, "import, kernels cached": min(warm)}


def onset_delays() -> dict[str, list[float]]:
    """From the attack to the frame that announces it, seconds."""
    rng = np.random.default_rng(0)
    places = np.cumsum(rng.integers(RATE // 5, RATE // 4, 60))
    clicks = np.zeros((places[-1] + RATE, 1), np.float32)
    clicks[places] = 0.8
    track = compose(RATE)
    return {
        "onset announced after a click": matched(clicks, places / RATE),
        "onset announced after a note": matched(track.samples, track.onsets),
    }


def matched(samples: np.ndarray, truth: np.ndarray) -> list[float]:
    analyzer, frames = Analyzer(), list[AnalysisFrame]()
    for start in range(0, len(samples), HOP):
        block = AudioBlock(start, RATE, np.ascontiguousarray(samples[start : start + HOP]))
        frames += [frame.copy() for frame in analyzer.advance(block) if frame.onset > 0]
    delays = []
    for frame in frames:
        before = truth[(truth <= frame.time) & (truth > frame.time - 0.045)]
        if len(before):
            delays.append(frame.time - before[-1])
    return delays


def _endless(samples: np.ndarray) -> Iterator[AudioBlock]:
    start = 0
    hops = len(samples) // HOP
    while True:
        at = start % hops * HOP
        yield AudioBlock(start * HOP, RATE, samples[at : at + HOP])
        start += 1


def _generations(count: int) -> np.ndarray:
    return np.full((count, 1), -1, np.int64)


if __name__ == "__main__":
    main()
