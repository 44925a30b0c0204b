"""Spectra in equal steps of frequency brought to equal steps of pitch."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.analysis import LINE
from v1z3r_core.model.track import spectrogram_hz


class SpectrogramLines:
    """Log-frequency lines from the spectrum lines of rows.

    Each line is the mean level of the bins around it, out to its neighbours, the nearer the
    more; where bins are wider than lines it lies on the straight line between two of them.

    Parameters
    ----------
    bin_hz : float
        Width of a bin.
    """

    def __init__(self, bin_hz: float) -> None:
        at = spectrogram_hz() / bin_hz
        reach = np.maximum(1.0, at * (at[1] / at[0] - 1))
        distance = np.abs(np.arange(LINE) - at[:, np.newaxis])
        weights = np.maximum(0.0, 1.0 - distance / reach[:, np.newaxis])
        # Above the last bin nothing was measured: such lines hear that bin with no weight.
        weights[at >= LINE - 1] = 0.0
        weights[:, -1] += 1e-12
        line, self._bins = np.nonzero(weights)
        self._starts = np.searchsorted(line, np.arange(len(at)))
        total = np.maximum(weights.sum(axis=1), 1e-6)
        self._weights = (weights[line, self._bins] / total[line]).astype(np.float32)

    def of(self, spectra: NDArray[np.float32]) -> NDArray[np.float16]:
        """Levels of each line, 0…1.

        Parameters
        ----------
        spectra : NDArray[float32], shape (hops, LINE), 0…1

        Returns
        -------
        NDArray[float16], shape (hops, SPECTROGRAM_LINES)
        """
        # Not a matrix product: 63 of 64 weights are 0, and BLAS would use every core for it.
        heard = spectra[:, self._bins] * self._weights
        return np.asarray(np.add.reduceat(heard, self._starts, axis=1), np.float16)
