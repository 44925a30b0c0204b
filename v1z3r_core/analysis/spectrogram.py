"""Spectra in equal steps of frequency brought to equal steps of pitch."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.analysis import LINE
from v1z3r_core.model.track import SPECTROGRAM_LINES, spectrogram_hz


class SpectrogramLines:
    """Log-frequency lines from the spectrum lines of rows.

    Each line is the largest level between half way to its neighbours, so that a tone is as bright
    in the treble as in the bass; where bins are wider than lines it lies on the straight line
    between two of them.

    Parameters
    ----------
    bin_hz : float
        Width of a bin.
    """

    def __init__(self, bin_hz: float) -> None:
        at = spectrogram_hz() / bin_hz
        ratio = np.sqrt(at[1] / at[0])
        # Above the last bin nothing was measured: those lines see only it, and it is at the floor
        # wherever the sample rate ends below.
        first = np.minimum(np.ceil(at / ratio), LINE - 1).astype(np.int64)
        stop = np.minimum(np.ceil(at * ratio), LINE).astype(np.int64)
        self._wide = np.flatnonzero(stop - first >= 2)
        self._first = first[self._wide]
        self._beyond = int(stop[self._wide[-1]]) if len(self._wide) else 0
        self._narrow = np.flatnonzero(stop - first < 2)
        self._below = np.minimum(np.floor(at[self._narrow]).astype(np.int64), LINE - 2)
        self._share = np.clip(at[self._narrow] - self._below, 0, 1).astype(np.float32)

    def of(self, spectra: NDArray[np.float32]) -> NDArray[np.float16]:
        """Levels of each line, 0…1.

        Parameters
        ----------
        spectra : NDArray[float32], shape (hops, LINE), 0…1

        Returns
        -------
        NDArray[float16], shape (hops, SPECTROGRAM_LINES)
        """
        lines = np.empty((len(spectra), SPECTROGRAM_LINES), np.float16)
        below, above = spectra[:, self._below], spectra[:, self._below + 1]
        lines[:, self._narrow] = below + (above - below) * self._share
        if len(self._wide):
            lines[:, self._wide] = np.maximum.reduceat(
                spectra[:, : self._beyond], self._first, axis=1
            )
        return lines
