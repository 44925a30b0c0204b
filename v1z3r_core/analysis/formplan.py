"""Constants by which form and key are followed, and fresh memory for it."""

import math

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.form_layout import Form, FormMemory, FormTables

# A bass drum's gaps at 60 BPM are bridged, and its attack is taken at once.
BASS_RISE_SECONDS, BASS_FALL_SECONDS = 0.03, 0.6
USUAL_RISE_SECONDS, USUAL_FALL_SECONDS = 2.0, 30.0
FAST_SECONDS, SLOW_SECONDS = 2.0, 12.0
CHROMA_SECONDS = 12.0  # six bars at 120 BPM: a modulation is followed, a chord is not


def form_tables(hop_seconds: float, profiles: NDArray[np.float64]) -> FormTables:
    """Constants for one hop length.

    Parameters
    ----------
    hop_seconds : float
    profiles : NDArray[float64], shape (2, 12)
        Weight of each tone above the tonic, in major and in minor.
    """
    return FormTables(
        bass_rise=_share(hop_seconds, BASS_RISE_SECONDS),
        bass_fall=_share(hop_seconds, BASS_FALL_SECONDS),
        usual_rise=_share(hop_seconds, USUAL_RISE_SECONDS),
        usual_fall=_share(hop_seconds, USUAL_FALL_SECONDS),
        fast=_share(hop_seconds, FAST_SECONDS),
        slow=_share(hop_seconds, SLOW_SECONDS),
        hop_seconds=hop_seconds,
        profiles=key_profiles(profiles),
        chroma_keep=math.exp(-hop_seconds / CHROMA_SECONDS),
    )


def form_memory() -> FormMemory:
    """Memory of music that has not begun."""
    values = np.zeros(len(Form))
    values[Form.KEY] = -1.0
    return FormMemory(values=values, chroma=np.zeros(12))


def key_profiles(profiles: NDArray[np.float64]) -> NDArray[np.float32]:
    """The two profiles for every tonic, mean 0 and length 1, shape (24, 12), read-only."""
    keys = np.concatenate([[np.roll(mode, tonic) for tonic in range(12)] for mode in profiles])
    keys = keys - keys.mean(axis=1, keepdims=True)
    keys /= np.linalg.norm(keys, axis=1, keepdims=True)
    table: NDArray[np.float32] = keys.astype(np.float32)
    table.flags.writeable = False
    return table


def _share(step_seconds: float, time_constant: float) -> float:
    return -math.expm1(-step_seconds / time_constant)
