"""What one hop of 512 samples costs: the core beside its peers, everything, and each feature.

Run: ``python benchmarks/hop.py [--aubio PYTHON] [--cavacore LIBRARY]``. The peers are timed in turn
with ours, round after round, so that a busy machine slows all of them; the ratios travel, the
microseconds do not.

The core is what peers offer at most: window, FFT of 2,048, 64 mel bands, logarithm, automatic
gain, smoothing, flux, centroid, flatness, chroma (with its own long FFT) and RMS of one channel. It
is the functions of the real hop on the real tables. NumPy and SciPy do the same with one FFT for
both. aubio (``--aubio``: a Python that can import it; 0.4.9 needs NumPy 1) does FFT, 64 mel bands,
centroid, flux and RMS. cavacore does two FFTs, 64 bars, gain and smoothing (``--cavacore``: made
with ``gcc -O3 -march=native -shared -fPIC cavacore.c -lfftw3 -lm``).
"""

import argparse
import ctypes
import gc
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import scipy.fft
from numba import njit, types

from v1z3r_core.analysis.analyzer import Analyzer
from v1z3r_core.analysis.plan import Plan
from v1z3r_core.audio.compose import compose
from v1z3r_core.kernels import features, foresight, hop
from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.flux import log_bands, rise
from v1z3r_core.kernels.intake import sanitize
from v1z3r_core.kernels.layout import COUNT, SCALAR, Memory, Tables
from v1z3r_core.kernels.levels import loudest
from v1z3r_core.kernels.onset_layout import RING
from v1z3r_core.kernels.packing import pack
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.records import MEMORY, TABLES
from v1z3r_core.kernels.shape import centroid, flatness, total
from v1z3r_core.kernels.spectrum import integrate, octaves_of, see_power
from v1z3r_core.kernels.stereo import product
from v1z3r_core.model.analysis import BANDS, LINE, ROW_FLOATS, AnalyzerSettings
from v1z3r_core.model.audio import AudioBlock

RATE, HOP, WINDOW = 48_000, 512, 2_048
SECONDS, ROUNDS = 1, 101
LAG = 2  # hops
_F = types.float32

Step = Callable[[], object]


@kernel(reads(_F, 2), TABLES, MEMORY, writes(_F), writes(_F), returns=types.int64)
def core(
    samples: np.ndarray, tables: Tables, memory: Memory, curves: np.ndarray, scalars: np.ndarray
) -> int:
    """The core of every whole hop of one channel."""
    hops = samples.shape[0] // tables.hop
    for h in range(hops):
        sanitize(samples, h * tables.hop, tables.hop, memory.heard, 0)
        hop.remember(tables, memory)
        end = memory.counts[COUNT.HISTORY_AT] + memory.mid.shape[0] // 2
        newest = memory.mid[end - tables.short.window.shape[0] : end]
        see_power(newest, tables.short, memory.work, memory.power)
        octaves_of(memory.power, memory.octaves)
        integrate(memory.power, tables.runs, tables.weights, memory.band_power)
        features.see_levels(tables, memory, curves)
        onset, at = memory.onset, memory.counts[COUNT.HOPS]
        integrate(memory.power, tables.onset.fine_runs, tables.onset.fine_weights, onset.fine_now)
        now, then = onset.fine_logs[at % RING], onset.fine_logs[(at + RING - LAG) % RING]
        log_bands(onset.fine_now, loudest(memory.reference[:BANDS]), now)
        bands = now.shape[0]
        scalars[SCALAR.FLUX] = rise(now, then, 0, bands, 0, bands) / bands
        whole = total(memory.power)
        scalars[SCALAR.CENTROID] = centroid(memory.power, whole)
        scalars[SCALAR.FLATNESS] = flatness(memory.power, memory.octaves)
        features.see_long(tables, memory)
        features.see_chroma(tables, memory, curves)
        scalars[SCALAR.RMS] = np.sqrt(product(memory.fresh[0], memory.fresh[0]))
        memory.counts[COUNT.HOPS] += 1
    return hops


def main() -> None:
    arguments = _arguments()
    samples = np.ascontiguousarray(compose(RATE).samples[10 * RATE : (10 + SECONDS) * RATE])
    mono = np.ascontiguousarray(samples.mean(axis=1, keepdims=True))
    steps = {
        "core, ours": _core(mono),
        "everything, stereo, in one block": _everything(samples),
        "everything, stereo, a block per hop": _live(samples),
        "core, NumPy and SciPy": _in_numpy(mono[:, 0]),
    }
    if arguments.cavacore:
        steps["cavacore, mono"] = _cavacore(arguments.cavacore, mono[:, 0])
    child = _aubio(arguments.aubio, mono[:, 0]) if arguments.aubio else None
    if child:
        steps["aubio in Python, mono"] = child
    medians = interleaved(steps)
    ours = medians["core, ours"]
    print(f"{'one hop':40}{'µs':>9}{'× core':>9}")
    for name, microseconds in medians.items():
        print(f"{name:40}{microseconds:9.2f}{microseconds / ours:9.1f}")
    print()
    for name, microseconds in feature_costs(samples).items():
        print(f"{name:40}{microseconds:9.2f}{microseconds / ours:9.2f}")
    print()
    print(spread(samples))
    print(allocations(samples))


def interleaved(steps: dict[str, Step]) -> dict[str, float]:
    """Medians over the rounds of the time per hop, µs; each step returns how many hops it did.

    Rounds are short, some 10 ms a step, so that whatever else the machine does hits few of them.
    """
    times: dict[str, list[float]] = {name: [] for name in steps}
    for step in steps.values():
        step()
    for _ in range(ROUNDS):
        for name, step in steps.items():
            began = time.perf_counter()
            done = step()
            elapsed = time.perf_counter() - began
            hops, spent = done if isinstance(done, tuple) else (done, elapsed)
            times[name].append(spent / hops * 1e6)
    return {name: statistics.median(values) for name, values in times.items()}


def _core(mono: np.ndarray) -> Step:
    plan = Plan.of(RATE, 1, AnalyzerSettings(scale="mel"))
    memory, curves, scalars = plan.memory(), np.zeros(LINE, np.float32), np.zeros(LINE, np.float32)
    tables, packed = pack(plan.tables), pack(memory)
    return lambda: core(mono, tables, packed, curves, scalars)


def _everything(samples: np.ndarray) -> Step:
    plan = Plan.of(RATE, 2, AnalyzerSettings())
    memory, rows = plan.memory(), np.zeros((256, ROW_FLOATS), np.float32)
    generations = np.zeros((256, 1), np.int64)
    run = kernels().stream(plan.tables, memory, rows, generations)
    return lambda: run(samples, 0)


def _live(samples: np.ndarray) -> Step:
    plan = Plan.of(RATE, 2, AnalyzerSettings())
    memory, rows = plan.memory(), np.zeros((256, ROW_FLOATS), np.float32)
    generations = np.zeros((256, 1), np.int64)
    blocks = [samples[i : i + HOP] for i in range(0, len(samples) - HOP, HOP)]

    hear = kernels().stream(plan.tables, memory, rows, generations)

    def run() -> int:
        for block in blocks:
            hear(block, 0)
        return len(blocks)

    return run


def _in_numpy(mono: np.ndarray) -> Step:
    window = np.hanning(WINDOW).astype(np.float32)
    plan = Plan.of(RATE, 1, AnalyzerSettings(scale="mel"))
    bins = WINDOW // 2 + 1
    mel = np.zeros((BANDS, bins), np.float32)
    for row, (first, count, place) in zip(mel, plan.tables.runs, strict=False):
        row[first : first + count] = plan.tables.weights[place : place + count]
    hz = np.arange(bins, dtype=np.float32) * RATE / WINDOW
    pitch = np.zeros((12, bins), np.float32)
    audible = np.flatnonzero((hz > 100) & (hz < 2_000))
    pitch[np.round(12 * np.log2(hz[audible] / 440) + 69).astype(int) % 12, audible] = 1
    gain, level, before = np.full(BANDS, 1e-6, np.float32), np.zeros(BANDS, np.float32), 0.0

    def run() -> int:
        nonlocal gain, level, before
        count = (len(mono) - WINDOW) // HOP
        for h in range(count):
            piece = mono[h * HOP : h * HOP + WINDOW]
            power = np.abs(scipy.fft.rfft(piece * window)) ** 2
            bands = mel @ power
            log = np.log10(bands + 1e-10)
            gain = np.maximum(bands, gain * 0.999)
            target = (bands / gain) ** 0.3
            level = level + (target - level) * np.where(target > level, 0.7, 0.1)
            np.maximum(log - before, 0).mean()
            before = log
            whole = power.sum() + 1e-30
            hz @ power / whole
            np.exp(np.log(power + 1e-30).mean()) / whole
            tones = pitch @ power
            tones / (tones.max() + 1e-30)
            np.sqrt(np.mean(piece[-HOP:] ** 2))
        return count

    return run


def _cavacore(library: str, mono: np.ndarray) -> Step:
    cava = ctypes.CDLL(library)
    cava.cava_init.restype = ctypes.c_void_p
    whole, real = ctypes.c_int, ctypes.c_double
    cava.cava_init.argtypes = [whole, ctypes.c_uint, whole, whole, real, whole, whole]
    cava.cava_execute.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    plan = cava.cava_init(BANDS, RATE, 1, 1, 0.77, 50, 16_000)
    # Its samples are 16-bit ones, and it overwrites them.
    samples, bars = np.empty(HOP), np.zeros(BANDS)
    pieces = [mono[i : i + HOP] * 32_767.0 for i in range(0, len(mono) - HOP, HOP)]

    def run() -> int:
        for piece in pieces:
            samples[:] = piece
            cava.cava_execute(samples.ctypes.data, HOP, bars.ctypes.data, plan)
        return len(pieces)

    return run


_AUBIO = """
import sys, time, aubio, numpy as np
mono = np.frombuffer(sys.stdin.buffer.read(int(sys.argv[1])), np.float32)
rate, hop, window = 48000, 512, 2048
pv, mel = aubio.pvoc(window, hop), aubio.filterbank(64, window)
mel.set_mel_coeffs(rate, 30, 16000)
centre, flux = aubio.specdesc("centroid", window), aubio.specdesc("specflux", window)
pieces = [mono[i:i + hop] for i in range(0, len(mono) - hop, hop)]
for _ in sys.stdin.buffer:
    began = time.perf_counter()
    for piece in pieces:
        spectrum = pv(piece)
        mel(spectrum); centre(spectrum); flux(spectrum); aubio.level_lin(piece)
    print(len(pieces), time.perf_counter() - began, flush=True)
"""


def _aubio(python: str, mono: np.ndarray) -> Step:
    child = subprocess.Popen(
        [python, "-c", _AUBIO, str(mono.nbytes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(mono.tobytes())

    def run() -> tuple[int, float]:
        child.stdin.write(b"go\n")
        child.stdin.flush()
        hops, spent = child.stdout.readline().split()
        return int(hops), float(spent)

    return run


FEATURES = {
    "spectrum: FFT, dB, band powers": "see_spectrum",
    "bands: gain, smoothing, peaks": "see_levels",
    "side: its FFT and band powers": "part_side",
    "harmonic and percussive": "part_strokes",
    "long FFT, with its decimation": "see_long",
    "low line": "see_low",
    "chroma": "see_chroma",
    "onsets and drums": "see_onset",
    "beat and bar": "see_beats",
    "form and key": "see_story",
    "loudness, two channels": "see_loudness",
    "shape and dBA": "see_shape",
    "correlation, balance": "see_stereo",
    "RMS, peak, crest": "see_samples",
    "triggered waveform": "see_trace",
}


def feature_costs(samples: np.ndarray) -> dict[str, float]:
    """Least time per call of each feature, run on its own with everything in the caches, µs."""
    plan = Plan.of(RATE, 2, AnalyzerSettings())
    memory, row = plan.memory(), np.zeros(LINE, np.float32)
    rows, generations = np.zeros((256, ROW_FLOATS), np.float32), np.zeros((256, 1), np.int64)
    kernels().stream(plan.tables, memory, rows, generations)(samples, 0)
    tables, packed = pack(plan.tables), pack(memory)
    costs = {}
    for title, name in FEATURES.items():
        step = getattr(features, name, None) or getattr(foresight, name)
        run = _repeated(step, len(step.signatures[0]) == 3)
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            run(tables, packed, row, 300)
            times.append((time.perf_counter() - began) / 300 * 1e6)
        costs[title] = min(times)
    return costs


def _repeated(step: Callable[..., None], with_row: bool) -> Callable[..., None]:
    if with_row:

        @njit(nogil=True)
        def run(tables, memory, row, times):
            for _ in range(times):
                step(tables, memory, row)

    else:

        @njit(nogil=True)
        def run(tables, memory, _row, times):
            for _ in range(times):
                step(tables, memory)

    return run


def spread(samples: np.ndarray) -> str:
    """Median and worst of single hops as a show calls them."""
    analyzer, times = Analyzer(), []
    gc.disable()
    for start in range(0, len(samples) - HOP, HOP):
        block = AudioBlock(start, RATE, samples[start : start + HOP])
        began = time.perf_counter()
        analyzer.advance(block)
        times.append((time.perf_counter() - began) * 1e6)
    gc.enable()
    low, median, high = np.percentile(times[10:], [5, 50, 99])
    return (
        f"Analyzer.advance, one hop: median {median:.1f}, 5 % {low:.1f}, 99 % {high:.1f}, "
        f"worst {max(times[10:]):.1f} µs of {HOP / RATE * 1e6:.0f}"
    )


def allocations(samples: np.ndarray) -> str:
    """What a call allocates; compiled code cannot, for it is compiled without a run time."""
    run = _everything(samples)
    run()
    tracemalloc.start()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    hops = run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return f"allocated in {hops} hops of one call: {peak - held} bytes (its result, an integer)"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--aubio", metavar="PYTHON", help="a Python that can import aubio")
    parser.add_argument("--cavacore", metavar="LIBRARY", help="cavacore as a shared library")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
