"""Train the beat network on rendered material: ``python -m benchmarks.accuracy.train_beats DIR…``.

Each DIR holds sound files, each with a JSON of the same name that gives exact `beats`, `downbeats`,
its `half`, `kind` and `source`. Only the half ``dev`` teaches; of its sources one in eight is kept
back to watch how well what was learned carries over. Needs torch. Equal material, seed and steps
give equal weights on one kind of processor.

The weights that ship were made by this, on a Zen 4 core with torch 2.13. What a seed gives changes
with the styles of `material.synth`, so each folder names the commit that it was rendered at::

    M="python -m benchmarks.accuracy material --half dev --seconds 30 60"
    $M --out A --seed 5200 --count 606                  # f26f54c
    $M --out B --seed 5300 --count 260 --kind synth     # 236620f
    $M --out C --seed 5400 --count 266                  # 236620f
    $M --out D --seed 5500 --count 300 --kind synth     # 56e53d8
    T="python -m benchmarks.accuracy.train_beats"
    $T A0 --steps 2200 -o first.npy                     # A0: the first 400 of A
    $T A B C D --steps 3700 --start first.npy --rate 1.5e-3 -o second.npy  # ended after 3250
    $T A B C D --steps 500 --start second.npy --rate 6e-4 --empty 10

(A groove that plays nothing makes no piece: three of A are missing. 5200-00556 was left out.)
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.accuracy.beat_lessons import nothing, read_material, sample
from v1z3r_core.analysis import beatweights
from v1z3r_core.kernels.beat_layout import NetWeights

UNITS = (48, 64, 96)  # entering layer, two recurrent ones: 144 KB of weights
SETTLING_HOPS = 60  # at the start of a sequence count a quarter: nothing can be known yet
DOWNBEAT_WEIGHT = 1.5
RATE = 2e-3
DECAY = 1e-2  # of the weights
WARM_UP = 40  # steps
REPORT_STEPS = 250
AVERAGED = 0.995  # of the running average of the weights, which is what is kept


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
        """Go on from packed weights of these sizes; what `arrays` joined stays joined."""
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
    steps: int,
    seed: int,
    out: Path,
    start: Path | None,
    rate: float,
    empty: int,
) -> None:
    """Train for so many steps and keep the running average of the weights."""
    learn, choose = read_material(folders, cache)
    for number in range(empty):
        learn += nothing(np.random.default_rng(seed + number))
    print(f"{len(learn)} pieces to learn from, {len(choose)} kept back", flush=True)
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
    started, running = time.perf_counter(), 0.0
    for step in range(1, steps + 1):
        # A cosine's half from the full rate to nothing, after a short rise
        slowed = 0.5 + 0.5 * math.cos(math.pi * step / steps)
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
        if step % REPORT_STEPS == 0 or step == steps:
            average.eval()
            with torch.no_grad():
                score = float(np.mean([loss_of(average.module, *test).item() for test in tests]))
            learned = running / ((step - 1) % REPORT_STEPS + 1)
            seconds = time.perf_counter() - started
            print(f"{step:6d} {learned:.4f} {score:.4f} {seconds:6.0f} s", flush=True)
            running = 0.0
            beatweights.pack(average.module.arrays(), out)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("material", type=Path, nargs="+")
    parser.add_argument("-o", "--out", type=Path, default=beatweights.CAUSAL)
    parser.add_argument(
        "--cache", type=Path, help="where features are kept; default: in the first DIR"
    )
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--rate", type=float, default=RATE, help="of learning")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--empty", type=int, default=1, help="times eight sounds without a beat")
    options = parser.parse_args()
    torch.set_num_threads(1)
    train(
        options.material,
        options.cache or options.material[0] / ".beats",
        options.steps,
        options.seed,
        options.out,
        options.start,
        options.rate,
        options.empty,
    )


if __name__ == "__main__":
    main()
