"""How different points are: before and after each place of a row, and in whole sets.

References
----------
J. Foote, "Automatic audio segmentation using a measure of audio novelty", ICME (2000): the
    checkerboard kernel along the diagonal of the self-similarity matrix. Only the band that the
    kernel covers is computed, so that an hour costs fifteen times four minutes.
G. J. Székely and M. L. Rizzo, "Testing for equal distributions in high dimension", InterStat
    (2004): with plain distances the checkerboard sum is the energy distance, zero for equal
    halves however much both vary, which a regular alternation of chords or drums does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_CHUNK = 1_024  # places compared at once: 4 MB


def novelty_curve(points: Floats, reach: int) -> Floats:
    """Energy distance between what comes before and after the start of each bin.

    Parameters
    ----------
    points : NDArray[float32], shape (bins, features)
    reach : int
        Bins that count each way, ever less towards the end.

    Returns
    -------
    NDArray[float32], shape (bins,), ≥ 0
        In the unit of the features; 0 at the first bin.
    """
    taper = np.exp(-0.5 * ((np.arange(reach) + 0.5) / (reach / 2)) ** 2)
    weights = np.concatenate([taper[::-1], taper]).astype(np.float32)
    padded = np.pad(points, ((reach, reach), (0, 0)))
    real = np.pad(np.ones(len(points), np.float32), reach)
    around = np.lib.stride_tricks.sliding_window_view
    windows = around(padded, 2 * reach, axis=0)[: len(points)]  # (bins, features, 2 · reach)
    weighted = around(real, 2 * reach)[: len(points)] * weights
    curve = np.zeros(len(points), np.float32)
    for first in range(0, len(points), _CHUNK):
        part = slice(first, first + _CHUNK)
        curve[part] = _energy_distance(windows[part], weighted[part])
    curve[0] = 0.0
    return curve


def _energy_distance(windows: Floats, weights: Floats) -> Floats:
    """Of the first half of each window's points to the second, shape (windows,)."""
    products = np.matmul(windows.transpose(0, 2, 1), windows)
    squares = np.diagonal(products, axis1=1, axis2=2)
    distances = np.sqrt(
        np.maximum(squares[:, :, np.newaxis] + squares[:, np.newaxis, :] - 2 * products, 0)
    )
    half = weights.shape[1] // 2
    before, after = (
        part / np.maximum(part.sum(axis=1, keepdims=True), 1e-9)
        for part in (weights[:, :half], weights[:, half:])
    )
    across = np.einsum("wi,wij,wj->w", before, distances[:, :half, half:], after)
    within = _mean_distance(before, distances[:, :half, :half]) + _mean_distance(
        after, distances[:, half:, half:]
    )
    return np.asarray(np.maximum(2 * across - within, 0), np.float32)


def _mean_distance(weights: Floats, distances: Floats) -> Floats:
    """Weighted mean over pairs of two *different* points; else few points would seem closer."""
    total = np.einsum("wi,wij,wj->w", weights, distances, weights)
    pairs = 1 - (weights**2).sum(axis=1)
    return np.asarray(np.divide(total, pairs, out=np.zeros_like(total), where=pairs > 1e-6))


@dataclass(frozen=True, slots=True)
class Cloud:
    """A set of points as it is compared with others; shape (n, features), n ≥ 1."""

    points: Floats
    centre: Floats
    spread: float  # mean distance of two different points

    @staticmethod
    def of(points: Floats) -> "Cloud":
        """The cloud of these points."""
        pairs = max(1, len(points) * (len(points) - 1))
        return Cloud(points, points.mean(axis=0), float(_apart(points, points).sum()) / pairs)

    def distance(self, other: "Cloud") -> float:
        """Energy distance; about 0, or below, for two samples of one kind."""
        across = float(_apart(self.points, other.points).mean())
        return 2 * across - self.spread - other.spread

    def least_distance(self, other: "Cloud") -> float:
        """What `distance` is not below, for much less work: means lie no farther than points."""
        centres = float(np.linalg.norm(self.centre - other.centre))
        return 2 * centres - self.spread - other.spread


def _apart(one: Floats, other: Floats) -> NDArray[np.float64]:
    """Distance of every point of one to every point of the other."""
    squares = [(part.astype(np.float64) ** 2).sum(axis=1) for part in (one, other)]
    products = one.astype(np.float64) @ other.astype(np.float64).T
    return np.asarray(np.sqrt(np.maximum(squares[0][:, None] + squares[1] - 2 * products, 0)))
