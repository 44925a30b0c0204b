"""What the beat network learns from: features and truth of rendered pieces, cut into batches.

Features come from the very kernel that runs in a show, at each of the hops that there are.
"""

import json
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from v1z3r_core.analysis.beatplan import BANDS
from v1z3r_core.analysis.beats import features
from v1z3r_core.analysis.plan import hop_size
from v1z3r_core.kernels.beat_layout import DELAY_SECONDS
from v1z3r_core.kernels.beat_tuning import LOG_SCALE, RISE_SCALE

SEQUENCE = 900  # hops: 10 s, several bars of most music
BATCH = 48
WIDTH_HOPS = 2.0  # half of the target's triangle
STRETCH = 0.25
# At which the network listens: hops of 11.6, 10.7 and 8 ms, the only ones there are
RATES_HZ = (44_100, 48_000, 32_000)
RATE_SHARES = (0.5, 0.35, 0.15)


@dataclass(frozen=True, slots=True)
class Piece:
    """Features of one piece and its truth in hops (delayed as the network answers)."""

    name: str
    inputs: NDArray[np.float16]
    beats: NDArray[np.float64]
    downbeats: NDArray[np.float64] | None  # None: not known


def read_piece(truth_path: Path, cache: Path) -> Piece:
    """Read one piece, resampled to a rate chosen by its name so that all hops are heard."""
    truth = json.loads(truth_path.read_text())
    choice = np.random.default_rng(zlib.crc32(truth_path.stem.encode()))
    rate = int(choice.choice(RATES_HZ, p=RATE_SHARES))
    kept = cache / f"{truth_path.stem}-{rate}.npy"
    if not kept.is_file():
        samples, own_rate = soundfile.read(
            truth_path.with_suffix(".flac"), dtype="float32", always_2d=True
        )
        mono = resampled(samples.mean(axis=1), own_rate, rate)
        np.save(kept, features(mono, rate).astype(np.float16))
    seconds = hop_size(rate) / rate

    def hops(times: list[float]) -> NDArray[np.float64]:
        # Hop k ends at (k + 1) hops, and what it answers is of a moment ago.
        return (np.array(times) + DELAY_SECONDS) / seconds - 1

    downbeats = hops(truth["downbeats"]) if truth["downbeats"] else None
    return Piece(truth_path.stem, np.load(kept), hops(truth["beats"]), downbeats)


def resampled(samples: NDArray[np.float32], rate: int, to: int) -> NDArray[np.float32]:
    """The same sound at another rate."""
    if rate == to:
        return np.ascontiguousarray(samples)
    common = math.gcd(rate, to)
    return np.ascontiguousarray(
        resample_poly(samples, to // common, rate // common), dtype=np.float32
    )


def nothing(dice: np.random.Generator) -> list[Piece]:
    """Sounds in which no beat is: white and pink noise, swelling noise, hum, silence."""
    rate, seconds = 44_100, 20
    white = dice.normal(0, 0.1, rate * seconds)
    spectrum = np.fft.rfft(white)
    pink = np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 20.0)) * 20
    clock = np.arange(len(white)) / rate
    swell = np.interp(clock, np.cumsum(dice.exponential(1.5, 40)), dice.uniform(0, 1, 40))
    hum = sum(np.sin(2 * np.pi * 50 * k * clock) / k for k in range(1, 9)) * 0.1
    chord = sum(np.sin(2 * np.pi * hz * clock) for hz in dice.uniform(80, 900, 5)) * 0.1
    sounds = [white, pink, pink * swell, white * swell, hum, chord, chord * swell, 0 * white]
    none = np.empty(0)
    return [
        Piece(f"nothing {n}", seen.astype(np.float16), none, none)
        for n, seen in enumerate(features(x.astype(np.float32), rate) for x in sounds)
    ]


def read_material(folders: list[Path], cache: Path) -> tuple[list[Piece], list[Piece]]:
    """Pieces to learn from, and those of the sources that are kept back."""
    cache.mkdir(parents=True, exist_ok=True)
    learn: list[Piece] = []
    choose: list[Piece] = []
    for path in sorted(path for folder in folders for path in folder.glob("*.json")):
        truth = json.loads(path.read_text())
        if truth["half"] == "dev":
            (choose if kept_back(truth, path.stem) else learn).append(read_piece(path, cache))
    return learn, choose


def kept_back(truth: dict[str, object], name: str) -> bool:
    """Whether a piece is none to learn from: one source in eight."""
    # A synthesised style is a whole genre, and each of its pieces is composed anew.
    origin = name if truth["kind"] == "synth" else str(truth["source"])
    return zlib.crc32(origin.encode()) % 8 == 0


def targets(
    times: NDArray[np.float64], first: float, count: int, step: float
) -> NDArray[np.float32]:
    """Triangles around times, sampled at `count` places from `first` on, `step` hops apart."""
    out = np.zeros(count, np.float32)
    places = (times - first) / step
    for place in places[(places > -4) & (places < count + 4)]:
        near = np.arange(max(0, int(place) - 3), min(count, int(place) + 5))
        out[near] = np.maximum(out[near], 1 - np.abs(near - place) / WIDTH_HOPS)
    return out


def sample(
    pieces: list[Piece], dice: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """One batch, cut, stretched and coloured: inputs, targets, and whose downbeats are known."""
    x = np.zeros((BATCH, SEQUENCE, 2 * BANDS), np.float32)
    y = np.zeros((BATCH, SEQUENCE, 2), np.float32)
    known = np.ones(BATCH, np.float32)
    for row in range(BATCH):
        piece = pieces[dice.integers(len(pieces))]
        step = float(np.exp(dice.uniform(-STRETCH, STRETCH)))
        span = min(len(piece.inputs) - 2, round(SEQUENCE * step))
        first = float(dice.integers(0, max(1, len(piece.inputs) - 1 - span)))
        if dice.random() < 0.15:  # beginnings: how a stream starts
            first = 0.0
        count = min(SEQUENCE, int(span / step))
        at = first + np.arange(count) * step
        whole = at.astype(int)
        part = (at - whole)[:, None].astype(np.float32)
        taken = piece.inputs[whole[0] : whole[-1] + 2].astype(np.float32)
        whole -= whole[0]
        x[row, :count] = taken[whole] * (1 - part) + taken[whole + 1] * part
        colour(x[row, :count], dice)
        y[row, :count, 0] = targets(piece.beats, first, count, step)
        if piece.downbeats is None:
            known[row] = 0
        else:
            y[row, :count, 1] = targets(piece.downbeats, first, count, step)
    return x, y, known


def colour(x: NDArray[np.float32], dice: np.random.Generator) -> None:
    """Raise or lower bands as an equaliser would, leave some out, add noise, in place."""
    tilt = np.interp(np.arange(BANDS), [0, BANDS // 2, BANDS - 1], dice.normal(0, 0.12, 3))
    heard = x[:, :BANDS] > 0.02
    x[:, :BANDS] = np.maximum(x[:, :BANDS] + tilt * heard, 0)
    x[:, BANDS:] *= np.exp(dice.normal(0, 0.15))
    if dice.random() < 0.3:
        low = int(dice.integers(0, BANDS))
        high = low + int(dice.integers(1, 7))
        x[:, low:high] = 0
        x[:, BANDS + low : BANDS + high] = 0
    if dice.random() < 0.15:  # a low sample rate, a telephone, a wall
        top = int(dice.integers(6, 18))  # of the short window's bands
        x[:, top:18] = 0
        x[:, BANDS + top : BANDS + 18] = 0
    if dice.random() < 0.25:
        cover(x, dice)
    x += 0.02 * dice.standard_normal(x.shape, np.float32)


def cover(x: NDArray[np.float32], dice: np.random.Generator) -> None:
    """Lay a steady noise over a sound, in place: nothing below it is heard, or seen to rise."""
    ends = dice.uniform(0.0, 0.8) + dice.normal(0, 0.15, 2)
    line = np.linspace(*ends, BANDS).astype(np.float32)
    line *= x[:, :BANDS].max()
    above = np.maximum(x[:, :BANDS] - line, 0)
    x[:, :BANDS] = np.maximum(x[:, :BANDS], line)
    x[:, BANDS:] = np.minimum(x[:, BANDS:], above * float(RISE_SCALE / LOG_SCALE))
