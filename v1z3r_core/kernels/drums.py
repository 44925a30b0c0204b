"""Which drum was struck: a network of one hidden layer over the newest short spectra.

It sees log bands at a few moments of the last 30 ms, and the largest of some time before, all
relative to each band's running mean, which takes out gain, equalisation and whatever plays on.
`benchmarks/accuracy/train_drums.py` finds its weights.

References
----------
R. Vogl, G. Widmer and P. Knees, "Towards multi-instrument drum transcription", DAFx-18 (2018),
section 3: activations per drum and frame from log spectra, thresholds and peaks afterwards.
"""

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.onset_layout import RING, DrumTables
from v1z3r_core.kernels.onset_tuning import OCTAVES
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.probe import dot
from v1z3r_core.kernels.records import record

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

DRUM_TABLES = record(DrumTables, reads)

_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(reads(_I), reads(_F, 2), reads(_F), reads(_F), _I, writes(_F))
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
    seen : float32, shape ((k + 1) · bands,)
    """
    bands = mean.shape[0]
    for k in range(lags.shape[0] + 1):
        row = logs[(at - lags[k]) % RING] if k < lags.shape[0] else before
        out = seen[k * bands : (k + 1) * bands]
        for b in range(bands):
            out[b] = (row[b] - mean[b]) * OCTAVES


@kernel(DRUM_TABLES, reads(_F), writes(_F), writes(_F))
def judge(tables: DrumTables, seen: Floats, hidden: Floats, chances: Floats) -> None:
    """Likelihoods 0…1 of each drum from what is seen.

    Parameters
    ----------
    tables
    seen : float32, shape (inputs,)
    hidden : float32, shape (hidden,)
        Overwritten.
    chances : float32, shape (DRUMS,)
    """
    for j in range(hidden.shape[0]):
        entered = tables.hidden_bias[j] + dot(seen, tables.hidden_weights[j])
        hidden[j] = max(entered, _ZERO)
    for drum in range(chances.shape[0]):
        odds = tables.bias[drum] + dot(hidden, tables.weights[drum])
        chances[drum] = _ONE / (_ONE + math.exp(-odds))
