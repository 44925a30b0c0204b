"""How onsets and drums are heard at one sample rate: tables and fresh memory."""

import math
from importlib.resources import files
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.bandweights import band_weights
from v1z3r_core.analysis.realfft import MIN_SIZE, hann_window
from v1z3r_core.analysis.windowing import transform
from v1z3r_core.kernels.onset_layout import (
    AGE_BLOCKS,
    CHANNELS,
    DRUMS,
    GROUPS,
    HALVES,
    RING,
    DrumTables,
    Heard,
    OnsetMemory,
    OnsetTables,
)
from v1z3r_core.kernels.twiddles import work_size

Number = TypeVar("Number", bound=np.generic)

PROBES_HZ = (50.0, 90.0, 140.0)
MID_HZ, HIGH_HZ, TOP_HZ = 150.0, 2_500.0, 16_000.0
MID_BANDS, HIGH_BANDS = 8, 10
LEAST_WIDTH_HZ = 188.0  # two bins: narrower bands rise together by chance

# A tenth and more above the largest changes in 4 minutes each of white and pink noise at 8, 32,
# 44.1, 48 and 96 kHz: 2.30, 0.53, 0.22, 0.38, 0.131.
LEAST = (2.6, 0.6, 0.26, 0.42, 0.145)  # low, mid, high, all short bands, fine
# Half of that beside an onset in all bands, which noise never has.
JOINT = (1.3, 0.3, 0.13, 0.42, 0.145)

HANN_NOISE_BANDWIDTH = 1.5  # bins: how much of a tone's power the bins around it repeat
SINE_NOISE_BANDWIDTH = math.pi**2 / 8
TOP_SECONDS = 3.0  # powers: a loud hit leaves room for quiet ones after a bar
SLOW_SECONDS = 1.0
REFRACTORY_SECONDS = 0.06  # 16th notes at 250 BPM
GLOW_SECONDS = 0.2


def onset_tables(
    rate: int, hop: int, fine_edges: NDArray[np.float64], fine_bins: int
) -> OnsetTables:
    """Derive the constants of one sample rate.

    Parameters
    ----------
    rate : int, Hz
    hop : int, samples
        A power of two of 6 to 12 ms.
    fine_edges : NDArray[float64], shape (bands, 2), Hz
        Bands of the hop's own spectrum in which notes are told apart.
    fine_bins : int
        Bins of that spectrum.
    """
    size = max(MIN_SIZE, hop)
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size).astype(np.float32)
    half_seconds = hop / HALVES / rate
    bands = [*_bands_hz(MID_HZ, HIGH_HZ, MID_BANDS), *_bands_hz(HIGH_HZ, TOP_HZ, HIGH_BANDS)]
    runs, weights = band_weights(np.array(bands), size // 2 + 1, rate / size)
    fine_runs, fine_weights = band_weights(fine_edges, fine_bins, rate / 2 / (fine_bins - 1))
    return OnsetTables(
        short=transform(window),
        runs=_read_only(runs),
        weights=_read_only((weights / SINE_NOISE_BANDWIDTH).astype(np.float32)),
        fine_runs=_read_only(fine_runs),
        fine_weights=_read_only((fine_weights / HANN_NOISE_BANDWIDTH).astype(np.float32)),
        probes=_read_only(_probes(rate, 2 * size)),
        mid_bands=MID_BANDS,
        top_keep=math.exp(-half_seconds / TOP_SECONDS),
        slow_share=-math.expm1(-half_seconds / SLOW_SECONDS),
        refractory=round(REFRACTORY_SECONDS / (HALVES * half_seconds)),
        glow_keep=math.exp(-HALVES * half_seconds / GLOW_SECONDS),
        sample_seconds=1 / rate,
        least=_read_only(np.array(LEAST, np.float32)),
        joint=_read_only(np.array(JOINT, np.float32)),
        drums=drum_tables(),
    )


def drum_tables() -> DrumTables:
    """Trained weights of the network that tells drums apart."""
    with files(__package__).joinpath("weights/drums.npz").open("rb") as stream:
        stored = np.load(stream, allow_pickle=False)
        return DrumTables(
            lags=_read_only(stored["lags"]),
            hidden_weights=_read_only(_single(stored["hidden_weights"])),
            hidden_bias=_read_only(_single(stored["hidden_bias"])),
            weights=_read_only(_single(stored["weights"])),
            bias=_read_only(_single(stored["bias"])),
        )


def onset_memory(tables: OnsetTables) -> OnsetMemory:
    """Memory of a stream that has not begun."""
    size = len(tables.short.window)
    bands = len(tables.probes) // 2 + len(tables.runs)
    fine = len(tables.fine_runs)
    hidden, inputs = tables.drums.hidden_weights.shape
    counts = np.zeros((CHANNELS + DRUMS, 2), np.int64)
    counts[:, 0] = tables.refractory  # rested: what comes first may be announced
    return OnsetMemory(
        work=_zeros(work_size(size)),
        power=_zeros(size // 2 + 1),
        now=_zeros(bands),
        last=_zeros(bands),
        pooled=_zeros(bands),
        logs=_zeros(RING, bands),
        before=_zeros(bands),
        slow=_zeros(bands),
        fine_now=_zeros(fine),
        fine_logs=_zeros(RING, fine),
        fine_before=_zeros(fine),
        tops=_zeros(2),
        changes=_zeros(GROUPS),
        changes_before=_zeros(GROUPS),
        # Not as far back as the last onset: its own attack must not hide the next one.
        past=_zeros(GROUPS, tables.refractory - 1),
        glow=_zeros(CHANNELS + DRUMS),
        counts=counts,
        clock=np.zeros(2, np.int64),
        blocks=_zeros(AGE_BLOCKS),
        seen=_zeros(inputs),
        hidden=_zeros(hidden),
        chances=_zeros(DRUMS),
        heard=_zeros(len(Heard)),
    )


def _bands_hz(low: float, high: float, count: int) -> list[tuple[float, float]]:
    """`count` bands as equal in log frequency as the least width allows."""
    edges = [low]
    for left in range(count, 0, -1):
        step = (high / edges[-1]) ** (1 / left)
        edges.append(min(max(edges[-1] * step, edges[-1] + LEAST_WIDTH_HZ), high))
    return list(pairwise(edges))


def _probes(rate: int, span: int) -> NDArray[np.float32]:
    """Windowed cosines and sines over `span` samples that hear a unit sine as 1 and DC as 0."""
    window = hann_window(span).astype(np.float64)
    time = np.arange(span) / rate
    waves = np.exp(2j * np.pi * np.outer(PROBES_HZ, time)) * window
    waves -= waves.sum(axis=1, keepdims=True) * window / window.sum()
    waves *= 2 / window.sum()
    return np.stack([waves.real, waves.imag], axis=1).reshape(-1, span).astype(np.float32)


def _single(stored: NDArray[np.float16]) -> NDArray[np.float32]:
    return np.ascontiguousarray(stored, np.float32)


def _zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)


def _read_only(array: NDArray[Number]) -> NDArray[Number]:
    array.flags.writeable = False
    return array
