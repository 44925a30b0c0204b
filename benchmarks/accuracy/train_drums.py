"""Train the network that tells drums apart, and say how well it does.

    python -m benchmarks.accuracy.train_drums FOLDER... [--held FOLDER] [-o drums.npz]

Folders hold pieces as `python -m benchmarks.accuracy material` makes them: NAME.flac and NAME.json
with the strokes of each drum. A fifth of the sources, chosen by their names, takes no part in the
training; on them the biases are moved so that a likelihood of 0.5 is where F is best. The same
folders give the same weights. Pieces in the folder after --held are only reported on.

The measure: likelihoods of 0.5 and more, at most one per 60 ms, against strokes, matched once each
within ±50 ms. The analysis asks besides that something stands out at all. A stroke's target is the
first hop that ends 14 ms or more after it; by then half of its noise and one period of its tone
were heard.
"""

import argparse
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from v1z3r_core.analysis.plan import Plan
from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.onset import LOW_FIRST, LOW_LAST, SHORT_FIRST, SHORT_LAST
from v1z3r_core.kernels.onset_layout import HALVES, RING
from v1z3r_core.model.analysis import ROW_FLOATS, AnalyzerSettings

DRUMS = ("kick", "snare", "hat")
LAGS = (0, 1, 2, 4)  # half-hops: the attack, and what was there when it began
BLOCK_HOPS = RING // HALVES  # heard at once, while the ring still holds their rows
HIDDEN = 32
HEARD_SECONDS = 0.014
TOLERANCE_SECONDS = 0.05
REFRACTORY_HOPS = 6

EPOCHS, BATCH, RATE = 16, 4096, 5e-3
STROKE_WEIGHT = 2.0  # strokes are a twentieth of the hops
LATER_WEIGHT = (
    0.3  # of the second hop after a stroke; the ones before and after the target are free
)
DECAY = 1e-5  # of weights

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """What was played in one recording, and what the network sees of it: see `kernels.drums`."""

    source: str
    kind: str
    hop_seconds: float
    seen: Floats  # (hops, inputs)
    strokes: tuple[NDArray[np.float64], ...]


def decode(path: Path) -> tuple[Floats, int]:
    """Mid signal and rate of a sound file."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("fltp")
        frames = [f for frame in container.decode(stream) for f in resampler.resample(frame)]
        samples = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
        return samples.mean(axis=0, dtype=np.float32), stream.rate


@cache
def plan_of(rate: int) -> Plan:
    """Tables of mono sound."""
    return Plan.of(rate, 1, AnalyzerSettings())


def hear(path: Path) -> Piece:
    """Run the analysis over a piece and keep what the network sees of it."""
    samples, rate = decode(path)
    truth = json.loads(path.with_suffix(".json").read_text("utf-8"))
    plan = plan_of(rate)
    memory = plan.memory()
    hops = len(samples) // plan.hop
    logs = np.zeros((RING + HALVES * hops, memory.onset.logs.shape[1]), np.float32)
    rows = np.zeros((BLOCK_HOPS, ROW_FLOATS), np.float32)
    generations = np.zeros((BLOCK_HOPS, 1), np.int64)
    run = kernels().stream(plan.tables, memory, rows, generations)
    for first in range(0, hops, BLOCK_HOPS):
        last = min(first + BLOCK_HOPS, hops)
        block = np.ascontiguousarray(samples[first * plan.hop : last * plan.hop, None])
        run(block, first)
        halves = np.arange(HALVES * first, HALVES * last)
        logs[RING + halves] = memory.onset.logs[halves % RING]
    newest = RING + HALVES * np.arange(hops) + HALVES - 1
    share = plan.tables.onset.slow_share
    means = lfilter([share], [1, share - 1], logs, axis=0)[newest].astype(np.float32)
    low = len(plan.tables.onset.probes) // 2
    before = [
        _largest(logs[:, :low], newest, LOW_FIRST, LOW_LAST),
        _largest(logs[:, low:], newest, SHORT_FIRST, SHORT_LAST),
    ]
    rows_seen = [logs[newest - lag] for lag in LAGS] + [np.hstack(before)]
    seen = np.hstack([row - means for row in rows_seen]).astype(np.float32) / 4
    strokes = tuple(np.sort(np.array(truth[drum], float)) for drum in DRUMS)
    return Piece(truth["source"], truth["kind"], plan.hop / rate, seen, strokes)


def _largest(logs: Floats, newest: NDArray[np.int64], first: int, last: int) -> Floats:
    return np.max([logs[newest - lag] for lag in range(first, last + 1)], axis=0)


def targets(piece: Piece) -> tuple[Floats, Floats]:
    """Wanted outputs and their weights, both of shape (hops, drums)."""
    hops = len(piece.seen)
    wanted, weight = np.zeros((hops, 3), np.float32), np.ones((hops, 3), np.float32)
    for drum, strokes in enumerate(piece.strokes):
        struck = np.ceil((strokes + HEARD_SECONDS) / piece.hop_seconds).astype(int) - 1
        for distance, share in ((-1, 0.0), (1, 0.0), (2, LATER_WEIGHT)):
            weight[_inside(struck + distance, hops), drum] = share
        wanted[_inside(struck, hops), drum] = 1
        weight[_inside(struck, hops), drum] = STROKE_WEIGHT
    return wanted, weight


def _inside(places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    return places[(places >= 0) & (places < count)]


def train(pieces: Sequence[Piece]) -> list[Floats]:
    """Weights and biases of both layers, by Adam with a cosine schedule on cross entropy."""
    inputs = np.vstack([piece.seen for piece in pieces])
    wanted, weight = (np.vstack(parts) for parts in zip(*map(targets, pieces), strict=True))
    rng = np.random.default_rng(0)
    layers = [
        rng.normal(0, (2 / inputs.shape[1]) ** 0.5, (inputs.shape[1], HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        rng.normal(0, HIDDEN**-0.5, (HIDDEN, 3)).astype(np.float32),
        np.full(3, -3, np.float32),
    ]
    first, second = [np.zeros_like(a) for a in layers], [np.zeros_like(a) for a in layers]
    steps = EPOCHS * (len(inputs) // BATCH)
    for step in range(steps):
        if step % (len(inputs) // BATCH) == 0:
            order = rng.permutation(len(inputs))
        at = step % (len(inputs) // BATCH) * BATCH
        rows = order[at : at + BATCH]
        speed = RATE * 0.5 * (1 + np.cos(np.pi * step / steps)) + 1e-5
        gradients = _gradients(layers, inputs[rows], wanted[rows], weight[rows])
        for k, gradient in enumerate(gradients):
            first[k] = 0.9 * first[k] + 0.1 * gradient
            second[k] = 0.999 * second[k] + 0.001 * gradient**2
            mean = first[k] / (1 - 0.9 ** (step + 1))
            spread = np.sqrt(second[k] / (1 - 0.999 ** (step + 1)))
            layers[k] = (layers[k] - speed * mean / (spread + 1e-8)).astype(np.float32)
    return layers


def _gradients(layers: list[Floats], x: Floats, wanted: Floats, weight: Floats) -> list[Floats]:
    entered = x @ layers[0] + layers[1]
    hidden = np.maximum(entered, 0)
    likely = 0.5 + 0.5 * np.tanh(0.5 * (hidden @ layers[2] + layers[3]))
    error = (likely - wanted) * weight / len(x)
    inner = error @ layers[2].T * (entered > 0)
    return [x.T @ inner + DECAY * layers[0], inner.sum(0), hidden.T @ error, error.sum(0)]


def outputs(layers: list[Floats], piece: Piece) -> Floats:
    """Log odds of each drum at every hop."""
    return np.maximum(piece.seen @ layers[0] + layers[1], 0) @ layers[2] + layers[3]


def announced(odds: Floats, least: float, hop_seconds: float) -> list[float]:
    """Times of hops that are likelier than `least`, rested as the analysis rests."""
    found, last = [], -REFRACTORY_HOPS
    for h in np.flatnonzero(odds >= least):
        if h - last >= REFRACTORY_HOPS:
            found.append((h + 1) * hop_seconds)
            last = h
    return found


def delays(found: Sequence[float], truth: Sequence[float]) -> Iterator[float]:
    """Seconds between each announcement and the stroke that it is matched with."""
    i = j = 0
    while i < len(found) and j < len(truth):
        distance = found[i] - truth[j]
        if abs(distance) <= TOLERANCE_SECONDS:
            yield distance
        i += distance <= TOLERANCE_SECONDS
        j += distance >= -TOLERANCE_SECONDS


def score(layers: list[Floats], pieces: Sequence[Piece], drum: int, least: float) -> list[float]:
    """F, precision, recall and median delay (ms) of one drum."""
    late: list[float] = []
    count = true = 0
    for piece in pieces:
        times = announced(outputs(layers, piece)[:, drum], least, piece.hop_seconds)
        late += delays(times, piece.strokes[drum])
        count, true = count + len(times), true + len(piece.strokes[drum])
    delay = 1000 * float(np.median(late)) if late else 0.0
    hits = len(late)
    return [2 * hits / max(count + true, 1), hits / max(count, 1), hits / max(true, 1), delay]


def report(title: str, layers: list[Floats], pieces: Sequence[Piece]) -> None:
    """Print a line per drum, over all pieces and by their kind."""
    for kind in ("all", *sorted({piece.kind for piece in pieces})):
        chosen = [piece for piece in pieces if kind in ("all", piece.kind)]
        for drum, name in enumerate(DRUMS):
            if not any(len(piece.strokes[drum]) for piece in chosen):
                continue
            f, precision, recall, delay = score(layers, chosen, drum, 0.0)
            print(
                f"{title:9} {kind:9} {name:6} F {f:.3f}  P {precision:.3f}  R {recall:.3f}  "
                f"{delay:5.1f} ms"
            )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--held", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("drums.npz"))
    options = parser.parse_args()
    paths = [path for folder in options.folders for path in sorted(folder.glob("*.flac"))]
    pieces = [hear(path) for path in paths if path.with_suffix(".json").exists()]
    apart = [zlib.crc32(piece.source.encode()) % 5 == 0 for piece in pieces]
    dev = [piece for piece, out in zip(pieces, apart, strict=True) if not out]
    test = [piece for piece, out in zip(pieces, apart, strict=True) if out]
    layers = train(dev)
    steps = np.arange(-2, 2.01, 0.25)
    for drum in range(3):
        layers[3][drum] -= max(steps, key=lambda least: score(layers, test, drum, least)[0])
    half = [layer.astype(np.float16) for layer in layers]
    np.savez(
        options.output,
        lags=np.array(LAGS),
        hidden_weights=half[0].T,
        hidden_bias=half[1],
        weights=half[2].T,
        bias=half[3],
    )
    report("taught", layers, dev)
    report("apart", layers, test)
    if options.held:
        held = [hear(path) for path in sorted(options.held.glob("*.flac"))]
        report("held", layers, held)


if __name__ == "__main__":
    main()
