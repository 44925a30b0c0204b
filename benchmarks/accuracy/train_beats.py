"""Train the beat network on rendered material: ``python benchmarks/accuracy/train_beats.py DIR…``.

Each DIR holds sound files, each with a JSON of the same name that gives exact `beats`, `downbeats`,
its `half`, `kind` and `source`. Only the half ``dev`` teaches; of its sources one in eight is kept
back to choose the best weights. Features come from the very kernel that runs in a show. Needs torch
and soundfile; ends after a set time.
"""

import argparse
import json
import math
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from torch import nn

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.beatplan import BANDS
from v1z3r_core.analysis.beats import features
from v1z3r_core.kernels.beat_layout import DELAY_SECONDS, NetWeights
from v1z3r_core.kernels.beat_tuning import LOG_SCALE, RISE_SCALE

UNITS = (48, 64, 64)  # entering layer, two recurrent ones: 100 KB of weights
SEQUENCE = 900  # hops: 10 s, several bars of most music
BATCH = 48
WIDTH_HOPS = 2.0  # half of the target's triangle
SETTLING_HOPS = 60  # at the start of a sequence count a quarter: nothing can be known yet
DOWNBEAT_WEIGHT = 1.5
STRETCH = 0.25
# Hops of 44.1 and 48 kHz (and their multiples), of 32 kHz (16, 8), in seconds
HOPS = (512 / 44_100, 512 / 48_000, 256 / 32_000)
HOP_SHARES = (0.5, 0.35, 0.15)
RATE = 2e-3
DECAY = 1e-2  # of the weights
WARM_UP = 40  # steps
AVERAGED = 0.995  # of the running average of the weights, which is what is kept


@dataclass(frozen=True, slots=True)
class Piece:
    """Features of one piece and its truth in hops (delayed as the network answers)."""

    name: str
    inputs: NDArray[np.float16]
    beats: NDArray[np.float64]
    downbeats: NDArray[np.float64] | None  # None: not known


def read_piece(truth_path: Path, cache: Path) -> Piece:
    """Read one piece; its hop is chosen by its name so that all rates are heard."""
    truth = json.loads(truth_path.read_text())
    sound = next(p for p in truth_path.parent.glob(truth_path.stem + ".*") if p.suffix != ".json")
    choice = np.random.default_rng(zlib.crc32(truth_path.stem.encode()))
    hop_seconds = float(choice.choice(HOPS, p=HOP_SHARES))
    kept = cache / f"{truth_path.stem}.npz"
    if kept.is_file():
        with np.load(kept) as saved:
            inputs, seconds = saved["inputs"], float(saved["seconds"])
    else:
        samples, rate = soundfile.read(sound, dtype="float32", always_2d=True)
        hop = round(hop_seconds * rate)
        mono = samples.mean(axis=1)
        inputs = features(mono, rate).astype(np.float16)
        seconds = hop / rate
        np.savez(kept, inputs=inputs, seconds=seconds)
    late = DELAY_SECONDS

    def hops(times: list[float]) -> NDArray[np.float64]:
        return (np.array(times) + late) / seconds - 1  # hop k ends at (k + 1) hops

    downbeats = hops(truth["downbeats"]) if truth["downbeats"] else None
    return Piece(truth_path.stem, inputs, hops(truth["beats"]), downbeats)


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


def read_material(
    folders: list[Path], cache: Path, known: set[str]
) -> tuple[list[Piece], list[Piece]]:
    """Pieces to learn from, and those to choose by; of what is not known yet."""
    cache.mkdir(parents=True, exist_ok=True)
    learn: list[Piece] = []
    choose: list[Piece] = []
    for path in sorted(path for folder in folders for path in folder.rglob("*.json")):
        if path.stem in known:
            continue
        known.add(path.stem)
        truth = json.loads(path.read_text())
        if truth.get("half") != "dev":
            continue
        # A synthesised style is a whole genre, and each of its pieces is composed anew.
        origin = path.stem if truth["kind"] == "synth" else truth["source"]
        (choose if zlib.crc32(origin.encode()) % 8 == 0 else learn).append(read_piece(path, cache))
    return learn, choose


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


class BeatNet(nn.Module):
    """The network of `kernels.beat_net`, as torch knows it."""

    def __init__(self, mean: NDArray[np.float32], deviation: NDArray[np.float32]) -> None:
        super().__init__()
        entered, first, second = UNITS
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("scale", torch.from_numpy(1 / deviation))
        self.enter = nn.Linear(len(mean), entered)
        self.first = nn.GRU(entered, first, batch_first=True)
        self.second = nn.GRU(first, second, batch_first=True)
        self.leave = nn.Linear(second, 2)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.tanh(self.enter((x - self.mean) * self.scale))
        h = self.drop(self.first(h)[0])
        return self.leave(self.drop(self.second(h)[0]))

    def take(self, weights: NetWeights) -> None:
        """Go on from packed weights; what `arrays` joined stays joined."""
        with torch.no_grad():
            enter = torch.tensor(weights.enter)
            self.enter.weight.copy_(enter / self.scale)
            self.enter.bias.copy_(torch.tensor(weights.enter_bias) + enter @ self.mean)
            layers = ((self.first, weights.first), (self.second, weights.second))
            for layer, kept in layers:
                m = layer.hidden_size
                gates, inputs = torch.tensor(kept.gates), kept.fresh.shape[1]
                layer.weight_ih_l0.copy_(torch.cat([gates[:, :inputs], torch.tensor(kept.fresh)]))
                layer.weight_hh_l0.copy_(torch.cat([gates[:, inputs:], torch.tensor(kept.kept)]))
                layer.bias_ih_l0[: 2 * m] = torch.tensor(kept.gate_bias)
                layer.bias_ih_l0[2 * m :] = torch.tensor(kept.fresh_bias)
                layer.bias_hh_l0[: 2 * m] = 0
                layer.bias_hh_l0[2 * m :] = torch.tensor(kept.kept_bias)
            self.leave.weight.copy_(torch.tensor(weights.leave))
            self.leave.bias.copy_(torch.tensor(weights.leave_bias))

    def arrays(self) -> list[NDArray[np.float32]]:
        """As `beatweights.pack` wants them: the inputs' scale lies in the first layer."""
        with torch.no_grad():
            enter = self.enter.weight * self.scale
            found = [enter, self.enter.bias - enter @ self.mean]
            for layer in (self.first, self.second):
                m = layer.hidden_size
                w, u = layer.weight_ih_l0, layer.weight_hh_l0
                b, c = layer.bias_ih_l0, layer.bias_hh_l0
                gates = torch.cat([w[: 2 * m], u[: 2 * m]], dim=1)
                found += [gates, b[: 2 * m] + c[: 2 * m], w[2 * m :], b[2 * m :]]
                found += [u[2 * m :], c[2 * m :]]
            found += [self.leave.weight, self.leave.bias]
        return [tensor.detach().numpy().astype(np.float32) for tensor in found]


def blended(
    new: list[NDArray[np.float32]], start: Path | None, share: float
) -> list[NDArray[np.float32]]:
    """New weights, or a mean with those begun from, which has the strengths of both."""
    if start is None:
        return new
    old = beatweights.load(start)
    kept = [old.enter, old.enter_bias, *old.first, *old.second, old.leave, old.leave_bias]
    return [a + np.float32(share) * (b - a) for a, b in zip(kept, new, strict=True)]


def loss_of(
    net: BeatNet, x: NDArray[np.float32], y: NDArray[np.float32], known: NDArray[np.float32]
) -> torch.Tensor:
    """Weighted cross entropy of one batch."""
    logits = net(torch.from_numpy(x))
    each = nn.functional.binary_cross_entropy_with_logits(
        logits, torch.from_numpy(y), reduction="none"
    )
    weight = torch.ones(x.shape[1])
    weight[:SETTLING_HOPS] = 0.25
    each = each * weight[None, :, None]
    first = (each[..., 1] * torch.from_numpy(known)[:, None]).mean()
    return each[..., 0].mean() + DOWNBEAT_WEIGHT * first


def train(
    folders: list[Path],
    cache: Path,
    seconds: float,
    seed: int,
    out: Path,
    start: Path | None,
    rate: float,
    share: float,
) -> None:
    """Train for some time and keep the weights that do best on what is kept back.

    Material that is being rendered meanwhile is taken in as it comes.
    """
    known: set[str] = set()
    learn, choose = read_material(folders, cache, known)
    learn += nothing(np.random.default_rng(seed))
    print(f"{len(learn)} pieces to learn from, {len(choose)} to choose by", flush=True)
    torch.manual_seed(seed)
    dice = np.random.default_rng(seed)
    everything = np.concatenate([p.inputs[::7].astype(np.float32) for p in learn])
    net = BeatNet(everything.mean(axis=0), everything.std(axis=0) + 0.02)
    if start is not None:
        net.take(beatweights.load(start))
    average = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGED)
    )
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=DECAY)
    fixed = np.random.default_rng(1)
    tests = [sample(choose, fixed) for _ in range(4)]
    best, started, running = np.inf, time.perf_counter(), 0.0
    step, spent = 0, 0.0
    while spent < seconds:
        step += 1
        spent = time.perf_counter() - started
        # A cosine's half from the full rate to nothing, after a short rise
        slowed = 0.5 + 0.5 * math.cos(math.pi * min(spent / seconds, 1.0))
        for group in optimizer.param_groups:
            group["lr"] = rate * min(slowed, step / WARM_UP)
        net.train()
        loss = loss_of(net, *sample(learn, dice))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(net)
        running += loss.item()
        if step % 50 == 0 or spent >= seconds:
            average.eval()
            with torch.no_grad():
                score = float(np.mean([loss_of(average.module, *test).item() for test in tests]))
            print(
                f"{step:6d} {running / 50:.4f} {score:.4f} {len(learn)} {spent:6.0f} s", flush=True
            )
            running = 0.0
            learn += read_material(folders, cache, known)[0]
            if score < best:
                best = score
                beatweights.pack(blended(average.module.arrays(), start, share), out)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("material", type=Path, nargs="+")
    parser.add_argument("-o", "--out", type=Path, default=beatweights.CAUSAL)
    parser.add_argument(
        "--cache", type=Path, help="where features are kept; default: in the first DIR"
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--rate", type=float, default=RATE, help="of learning")
    parser.add_argument("--share", type=float, default=1.0, help="of the new weights in the result")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cache = options.cache or options.material[0] / ".beats"
    train(
        options.material,
        cache,
        options.minutes * 60,
        options.seed,
        options.out,
        options.start,
        options.rate,
        options.share,
    )


if __name__ == "__main__":
    main()
