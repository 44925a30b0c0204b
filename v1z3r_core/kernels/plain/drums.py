"""Which drum was struck: a network of one hidden layer over the newest short spectra."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.onset_layout import RING, DrumTables
from v1z3r_core.kernels.onset_tuning import OCTAVES
from v1z3r_core.kernels.plain.probe import products

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


def gather(
    lags: Integers, logs: Floats, before: Floats, mean: Floats, at: int, seen: Floats
) -> None:
    """Fill what the network sees at half-hop `at`.

    Parameters
    ----------
    lags : int64, shape (k,), half-hops
    logs : float32, shape (RING, bands), octaves of power
    before : float32, shape (bands,)
        The largest of them some time ago.
    mean : float32, shape (bands,)
        Their running mean.
    at : int
    seen : float32, shape ((k + 1) · bands,), written
    """
    moments = seen.reshape(len(lags) + 1, -1)
    moments[:-1] = logs[(at - lags) % RING]
    moments[-1] = before
    moments -= mean
    moments *= OCTAVES


def judge(tables: DrumTables, seen: Floats, hidden: Floats, chances: Floats) -> None:
    """Likelihoods 0…1 of each drum from what is seen.

    Parameters
    ----------
    tables
    seen : float32, shape (inputs,)
    hidden : float32, shape (hidden,)
        Overwritten.
    chances : float32, shape (DRUMS,), written
    """
    half = np.float32(0.5)
    np.maximum(tables.hidden_bias + products(tables.hidden_weights, seen), 0, out=hidden)
    odds = tables.bias + products(tables.weights, hidden)
    chances[:] = half + half * np.tanh(half * odds)  # as 1/(1 + e^-odds), which may overflow
