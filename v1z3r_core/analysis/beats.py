"""Beats of sound that is all there."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.beatplan import TempoSettings, beat_memory, beat_tables, spectrum
from v1z3r_core.kernels.beat_listen import listen
from v1z3r_core.kernels.beat_path import best_path
from v1z3r_core.analysis.plan import hop_size, window_size


def heard(samples, rate, hop=None, net=None):
    """Network inputs and activations by hop."""
    hop = hop or hop_size(rate)
    window = window_size(rate)
    net = net or beatweights.load(beatweights.CAUSAL)
    tables = beat_tables(rate, window, hop, TempoSettings(), net)
    memory = beat_memory(tables)
    hops = len(samples) // hop
    padded = np.concatenate([np.zeros(window - hop, np.float32), samples[: hops * hop]])
    inputs = np.empty((hops, len(memory.inputs)), np.float32)
    activations = np.empty((hops, 2), np.float32)
    listen(padded, hop, spectrum(window // 2), spectrum(window), tables, memory, inputs, activations)
    return inputs, activations


def features(samples, rate, hop=None, net=None):
    """Network inputs by hop."""
    return heard(samples, rate, hop, net)[0]


def hindsight(activations, seconds, tables):
    mass = np.repeat(np.log(tables.preference / np.diff(tables.starts)), np.diff(tables.starts)).astype(float)
    n = len(tables.widths)
    found = np.zeros(len(activations))
    a = np.ascontiguousarray(activations[:, 0])
    count = best_path(tables, a, mass, np.zeros(n, np.int64), np.zeros(n), np.zeros((len(a), n), np.int64), found)
    hops = found[:count][::-1]
    return refine(hops, a)


def refine(hops, a):
    out = []
    for h in hops:
        k = int(round(h)); lo, hi = max(0, k - 4), min(len(a), k + 5)
        w = np.maximum(a[lo:hi] - 0.5 * a[lo:hi].max(initial=0), 0)
        out.append(np.sum(w * np.arange(lo, hi)) / w.sum() if a[lo:hi].max(initial=0) > 0.1 else h)
    return np.array(out)
