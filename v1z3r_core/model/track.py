"""A whole file as the analysis heard it, by hop."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Track:
    """Analysis of one whole sound file.

    Parameters
    ----------
    path : Path or None
        None for sound that came from memory.
    sample_rate : int, Hz
    duration : float, seconds
    times : NDArray[float64], shape (hops,), seconds
        Stream time of each hop's last sample.
    bands : NDArray[float32], shape (hops, BANDS)
    bass, mid, treble, rms, flux, momentary_lufs : NDArray[float32], shape (hops,)
    onsets : NDArray[float64], shape (n,), seconds
    onset_strengths : NDArray[float32], shape (n,)
    loudness_lufs : float
        Gated programme loudness (ITU-R BS.1770-5); -inf for silence.
    """

    path: Path | None
    sample_rate: int
    duration: float
    times: NDArray[np.float64]
    bands: NDArray[np.float32]
    bass: NDArray[np.float32]
    mid: NDArray[np.float32]
    treble: NDArray[np.float32]
    rms: NDArray[np.float32]
    flux: NDArray[np.float32]
    momentary_lufs: NDArray[np.float32]
    onsets: NDArray[np.float64]
    onset_strengths: NDArray[np.float32]
    loudness_lufs: float
