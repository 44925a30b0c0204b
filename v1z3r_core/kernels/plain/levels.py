"""Band powers become levels to draw: gained, smoothed, with peaks that fall."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import (
    INVISIBLE,
    LEAST_REFERENCE,
    LOUDNESS_EXPONENT,
    REFERENCE_SPAN,
    TINY,
)

Floats = NDArray[np.float32]


def follow(power: Floats, rise: np.float32, fall: np.float32, reference: Floats) -> None:
    """Move each reference towards its power by the share `rise` or `fall` of the distance."""
    distance = power - reference
    reference += distance * np.where(distance > 0, rise, fall)


def loudest(reference: Floats) -> np.float32:
    """Largest reference, `LEAST_REFERENCE` at least."""
    return max(LEAST_REFERENCE, reference.max())


def gained(
    power: Floats, reference: Floats, gate: Floats, top: np.float32, own_share: np.float32
) -> Floats:
    """Level of each band against its reference: (audible power / reference)^0.3, 0…1.

    Parameters
    ----------
    power, reference, gate : float32, shape (bands,)
        The gate is taken off the power.
    top : float32
        Reference of the whole, from `loudest`.
    own_share : float32, 0…1
        Weight of the band's own reference against `top`, on a logarithmic scale.

    Returns
    -------
    float32, shape (bands,)
    """
    log_top = np.log2(top)
    own = np.log2(np.maximum(reference, top * REFERENCE_SPAN))
    audible = np.maximum(power - gate, 0)
    log_level = np.log2(audible + TINY) - (log_top + own_share * (own - log_top))
    level: Floats = np.exp2(LOUDNESS_EXPONENT * log_level)
    return np.minimum(level, 1)


def smooth(target: Floats, attack: np.float32, release: np.float32, level: Floats) -> None:
    """Move each level towards its target by the share `attack` (up) or `release` (down)."""
    distance = target - level
    level += distance * np.where(distance > 0, attack, release)
    level[level <= INVISIBLE] = 0


def fall_peaks(
    level: Floats,
    hop_seconds: np.float32,
    hold: np.float32,
    fall: np.float32,
    peak: Floats,
    held: Floats,
) -> None:
    """Lift peaks to the levels, hold them, then let them fall.

    Parameters
    ----------
    level, peak, held : float32, shape (bands,)
        `held` is how long each peak stood, seconds; it and `peak` are written.
    hop_seconds, hold : float32, seconds
    fall : float32
        Full scales per second.
    """
    caught = level >= peak
    waits = ~caught & (held < hold)
    fallen = np.maximum(peak - fall * hop_seconds, level)
    peak[:] = np.where(caught, level, np.where(waits, peak, fallen))
    held[:] = np.where(caught, np.float32(0), np.where(waits, held + hop_seconds, held))
