"""The beat network over sound that is all there: a whole file, or what is learned from."""

import numpy as np
from numba import types

from v1z3r_core.kernels.arrays import Floats, Floats2
from v1z3r_core.kernels.beat_features import BEAT_MEMORY, BEAT_TABLES, see_features
from v1z3r_core.kernels.beat_layout import BEAT_COUNT, BEAT_SUM, BeatMemory, BeatTables, Spectrum
from v1z3r_core.kernels.beat_net import see_activations
from v1z3r_core.kernels.fft import real_fft
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.records import record
from v1z3r_core.kernels.spectrum import powers

SPECTRUM = record(Spectrum, writes)

_F = types.float32
_I = types.int64


@kernel(reads(_F), SPECTRUM)
def see_power(samples: Floats, spectrum: Spectrum) -> None:
    """Power spectrum of as many samples as the window is long."""
    real_fft(
        samples, spectrum.window, spectrum.passes, spectrum.split, spectrum.work, spectrum.bins
    )
    powers(spectrum.bins, np.float32(spectrum.scale), spectrum.power)


@kernel(reads(_F), _I, SPECTRUM, SPECTRUM, BEAT_TABLES, BEAT_MEMORY, writes(_F, 2), writes(_F, 2))
def listen(
    samples: Floats,
    hop: int,
    short: Spectrum,
    long: Spectrum,
    tables: BeatTables,
    memory: BeatMemory,
    inputs: Floats2,
    activations: Floats2,
) -> None:
    """Run features and network over all hops, as a stream that begins there would.

    Parameters
    ----------
    samples : float32, shape (window - hop + hops · hop,)
        Begins with as much silence as the long window is longer than a hop.
    hop : int
        Samples.
    short, long
        Sizes, tables and work memory of the two spectra.
    tables, memory
    inputs : float32, shape (hops, inputs)
    activations : float32, shape (hops, 2)
    """
    size = long.window.shape[0]
    for k in range(activations.shape[0]):
        end = k * hop + size
        see_power(samples[end - short.window.shape[0] : end], short)
        see_power(samples[end - size : end], long)
        top = np.float32(memory.values[BEAT_SUM.TOP])
        top = see_features(
            tables, memory, short.power, long.power, top, memory.counts[BEAT_COUNT.HOPS]
        )
        memory.values[BEAT_SUM.TOP] = top
        memory.counts[BEAT_COUNT.HOPS] += 1
        inputs[k] = memory.inputs
        see_activations(tables, memory, memory.activations)
        activations[k] = memory.activations
