"""Beats of sound that is all there."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.beatplan import TempoSettings, beat_memory, beat_tables, spectrum
from v1z3r_core.kernels.beat_listen import listen
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


def features(samples, rate, hop=None):
    """Network inputs by hop."""
    return heard(samples, rate, hop)[0]
