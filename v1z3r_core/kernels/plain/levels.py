"""Band powers become levels to draw: gained, smoothed, with peaks that fall."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.kernels.tuning import (
    GROUND_SHARE,
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
    reference[reference <= TINY] = 0  # denormal numbers are slow


def loudest(reference: Floats) -> np.float32:
    """Largest reference, `LEAST_REFERENCE` at least."""
    return max(LEAST_REFERENCE, reference.max())


def gained(
    power: Floats, reference: Floats, gate: Floats, top: np.float32, own_share: np.float32
) -> Floats:
    """Level of each band against its reference: (audible power / reference)^0.3, 0…1.

    Parameters
    ----------
    power : float32, shape (…, bands)
    reference, gate : float32, shape (bands,)
        The gate is taken off the power.
    top : float32
        Reference of the whole, from `loudest`.
    own_share : float32, 0…1
        Weight of the band's own reference against `top`, on a logarithmic scale.

    Returns
    -------
    float32, of the power's shape
    """
    log_top = np.log2(top)
    own = np.log2(np.maximum(reference, top * REFERENCE_SPAN))
    audible = np.maximum(power - gate, 0)
    log_level = np.log2(audible + TINY) - (log_top + own_share * (own - log_top))
    level: Floats = np.exp2(LOUDNESS_EXPONENT * log_level)
    return np.minimum(level, 1)


def lift(fall: np.float32, rise: np.float32, ground: Floats, target: Floats) -> None:
    """Stretch each level away from the ground that it keeps coming back to; full scale stays.

    Parameters
    ----------
    fall, rise : float32
        Share of the distance by which the ground approaches a level below (above) it.
    ground, target : float32, shape (bands,), written
    """
    distance = target - ground
    ground += distance * np.where(distance < 0, fall, rise)
    low = GROUND_SHARE * ground
    target[:] = np.maximum(target - low, 0) / (np.float32(1) - low)


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
