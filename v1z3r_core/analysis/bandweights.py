"""Which part of each spectrum bin belongs to a frequency band."""

import numpy as np
from numpy.typing import NDArray


def band_weights(
    edges: NDArray[np.float64], size: int, bin_hz: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Weights that integrate a spectrum over bands, true to energy.

    The spectrum is read as a density that runs straight from bin to bin; a bin then weighs in a
    band what the band covers of its triangle. Neighbouring bands share a bin without counting
    any of it twice, and a band narrower than a bin still gets its part.

    Parameters
    ----------
    edges : NDArray[float64], shape (bands, 2), Hz
        Lower and upper edge of each band. What lies above half the sample rate is left out.
    size : int
        Bins of the spectrum, from 0 Hz on.
    bin_hz : float

    Returns
    -------
    runs : NDArray[int64], shape (bands, 3)
        First bin, number of bins, place of the first weight.
    weights : NDArray[float32]
    """
    nyquist = (size - 1) * bin_hz
    runs = np.zeros((len(edges), 3), np.int64)
    parts: list[NDArray[np.float64]] = []
    place = 0
    for band, (low, high) in enumerate(np.minimum(edges, nyquist) / bin_hz):
        first = int(np.floor(low))
        last = min(int(np.ceil(high)), size - 1)
        bins = np.arange(first, last + 1)
        part = _triangle_integral(high - bins) - _triangle_integral(low - bins)
        runs[band] = first, len(part) if high > low else 0, place
        parts.append(part[: runs[band, 1]])
        place += int(runs[band, 1])
    return runs, np.concatenate(parts).astype(np.float32)


def _triangle_integral(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Integral up to x of the unit triangle that stands on -1…1."""
    x = np.clip(x, -1.0, 1.0)
    return np.where(x < 0, 0.5 * (1 + x) ** 2, 1 - 0.5 * (1 - x) ** 2)
