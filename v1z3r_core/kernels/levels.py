"""Band powers become levels to draw: gained, smoothed, with peaks that fall.

A level is (power / reference)^0.3, S. S. Stevens' law of loudness: 10 dB less look half as
much, as they sound half as loud. The reference follows the sound, quickly up and slowly down,
so that a quiet master fills the picture like a loud one; a fixed gate is taken off first, so
that the noise of an empty room does not.

References
----------
S. S. Stevens, "The measurement of loudness", J. Acoust. Soc. Am. 27 (1955).
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.octaves import exp2, log2
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.tuning import (
    GROUND_SHARE,
    INVISIBLE,
    LEAST_REFERENCE,
    LOUDNESS_EXPONENT,
    REFERENCE_SPAN,
    TINY,
)

Floats = NDArray[np.float32]


_F = types.float32
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(reads(_F), _F, _F, writes(_F))
def follow(power: Floats, rise: np.float32, fall: np.float32, reference: Floats) -> None:
    """Move each reference towards its power by the share `rise` or `fall` of the distance."""
    for b in range(power.shape[0]):
        distance = power[b] - reference[b]
        moved = reference[b] + distance * (rise if distance > _ZERO else fall)
        reference[b] = moved if moved > TINY else _ZERO  # denormal numbers are slow


@kernel(reads(_F), returns=_F)
def loudest(reference: Floats) -> np.float32:
    """Largest reference, `LEAST_REFERENCE` at least."""
    top = LEAST_REFERENCE
    for b in range(reference.shape[0]):
        top = max(top, reference[b])
    return top


@kernel(reads(_F), reads(_F), reads(_F), _F, _F, writes(_F))
def gained(
    power: Floats,
    reference: Floats,
    gate: Floats,
    top: np.float32,
    own_share: np.float32,
    out: Floats,
) -> None:
    """Level of each band against its reference, 0…1.

    Parameters
    ----------
    power, reference, gate : float32, shape (bands,)
        The gate is taken off the power.
    top : float
        Reference of the whole, from `loudest`.
    own_share : float, 0…1
        1 measures each band against its own past, 0 all of them against the loudest; between
        them, on a logarithmic scale, the spectrum keeps that much less of its slope.
    out : float32, shape (bands,)
    """
    log_top = log2(top)
    for b in range(power.shape[0]):
        own = log2(max(reference[b], top * REFERENCE_SPAN))
        audible = max(power[b] - gate[b], _ZERO)
        log_level = log2(audible + TINY) - (log_top + own_share * (own - log_top))
        level = exp2(LOUDNESS_EXPONENT * log_level)
        out[b] = level if level < _ONE else _ONE


@kernel(_F, _F, writes(_F), writes(_F))
def lift(fall: np.float32, rise: np.float32, ground: Floats, target: Floats) -> None:
    """Stretch each level away from the ground that it keeps coming back to.

    A reference alone follows the peaks: where a drop never gets quiet, its levels crowd below 1 and
    the beat is lost between them. Full scale stays where it is.

    Parameters
    ----------
    fall, rise : float
        Share of the distance by which the ground approaches a level below (above) it.
    ground, target : float32, shape (bands,)
    """
    for b in range(target.shape[0]):
        distance = target[b] - ground[b]
        ground[b] += distance * (fall if distance < _ZERO else rise)
        low = GROUND_SHARE * ground[b]
        target[b] = max(target[b] - low, _ZERO) / (_ONE - low)


@kernel(reads(_F), _F, _F, writes(_F))
def smooth(target: Floats, attack: np.float32, release: np.float32, level: Floats) -> None:
    """Move each level towards its target by the share `attack` (up) or `release` (down)."""
    for b in range(target.shape[0]):
        distance = target[b] - level[b]
        moved = level[b] + distance * (attack if distance > _ZERO else release)
        level[b] = moved if moved > INVISIBLE else _ZERO


@kernel(reads(_F), _F, _F, _F, writes(_F), writes(_F))
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
        `held` is how long each peak stood, seconds.
    hop_seconds, hold : float, seconds
    fall : float
        Full scales per second.
    """
    for b in range(level.shape[0]):
        if level[b] >= peak[b]:
            peak[b] = level[b]
            held[b] = _ZERO
        elif held[b] < hold:
            held[b] += hop_seconds
        else:
            peak[b] = max(peak[b] - fall * hop_seconds, level[b])
