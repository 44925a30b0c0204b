"""What is struck and what is held: tones run along time in a spectrogram, strokes across it.

Of each bin the median over its last 17 hops ignores a stroke that lasted a few, and the median
over 17 bins ignores a tone that fills a few. The power is shared out between the two by their
sizes. Looking back only, a new tone counts as struck until it has been there for half of those
hops, 91 ms.

References
----------
D. Fitzgerald, "Harmonic/percussive separation using median filtering", DAFx-10 (2010): equations 1
and 2 the medians, 5 and 6 the soft masks, here with p = 2 on powers instead of amplitudes: drawn as
loudness, a tenth of the power would still be half as high. J. L. Smith, "Implementing median
filters in XC4000E FPGAs", XCell 23 (1996): the 19 exchanges that sort out the middle one of nine.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from v1z3r_core.kernels.copying import copy
from v1z3r_core.kernels.layout import PAST, REACH
from v1z3r_core.kernels.policy import kernel, reads, writes
from v1z3r_core.kernels.tuning import LEAST_STEADY, MOST_RATIO

Floats = NDArray[np.float32]

_F = types.float32
_I = types.int64
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@kernel(_F, _F, _F, _F, _F, _F, _F, _F, _F, returns=_F)
def middle(  # noqa: PLR0917  # nine values, so that loops around it can be vectorised
    a: np.float32,
    b: np.float32,
    c: np.float32,
    d: np.float32,
    e: np.float32,
    f: np.float32,
    g: np.float32,
    h: np.float32,
    i: np.float32,
) -> np.float32:
    """Median of nine values, without a branch."""
    b, c = min(b, c), max(b, c)
    e, f = min(e, f), max(e, f)
    h, i = min(h, i), max(h, i)
    a, b = min(a, b), max(a, b)
    d, e = min(d, e), max(d, e)
    g, h = min(g, h), max(g, h)
    b, c = min(b, c), max(b, c)
    e, f = min(e, f), max(e, f)
    h, i = min(h, i), max(h, i)
    d, f = max(a, d), min(f, i)
    e, h = min(e, h), max(e, h)
    g, e, c = max(d, g), max(b, e), min(c, f)
    e = min(e, h)
    e, c = min(e, c), max(e, c)
    return min(max(e, g), c)


@kernel(reads(_F, 2), _I, writes(_F))
def over_time(past: Floats, newest: int, out: Floats) -> None:
    """Median of each bin over every other one of the last `PAST` hops.

    Parameters
    ----------
    past : float32, shape (PAST, bins)
        Ring of powers.
    newest : int
        Its row of this hop.
    out : float32, shape (bins,)
    """
    # The oldest is in the next row; from there on, every other one up to the newest.
    a, b, c = past[(newest + 1) % PAST], past[(newest + 3) % PAST], past[(newest + 5) % PAST]
    d, e, f = past[(newest + 7) % PAST], past[(newest + 9) % PAST], past[(newest + 11) % PAST]
    g, h, i = past[(newest + 13) % PAST], past[(newest + 15) % PAST], past[newest]
    for k in range(out.shape[0]):
        out[k] = middle(a[k], b[k], c[k], d[k], e[k], f[k], g[k], h[k], i[k])


@kernel(reads(_F), writes(_F), writes(_F))
def over_bins(power: Floats, mirrored: Floats, out: Floats) -> None:
    """Median of every other one of the bins around each, `REACH` to either side.

    Parameters
    ----------
    power : float32, shape (bins,)
    mirrored : float32, shape (bins + 2 · REACH,)
        Overwritten: beyond its ends the spectrum is continued by its mirror image.
    out : float32, shape (bins,)
    """
    n = power.shape[0]
    copy(power, mirrored[REACH : REACH + n])
    for k in range(1, REACH + 1):
        mirrored[REACH - k] = power[k]
        mirrored[REACH + n - 1 + k] = power[n - 1 - k]
    a, b, c = mirrored[0:n], mirrored[2 : n + 2], mirrored[4 : n + 4]
    d, e, f = mirrored[6 : n + 6], mirrored[8 : n + 8], mirrored[10 : n + 10]
    g, h, i = mirrored[12 : n + 12], mirrored[14 : n + 14], mirrored[16 : n + 16]
    for k in range(n):
        out[k] = middle(a[k], b[k], c[k], d[k], e[k], f[k], g[k], h[k], i[k])


@kernel(reads(_F), reads(_F), writes(_F))
def keep_steady(power: Floats, broad: Floats, steady: Floats) -> None:
    """Turn the medians over time into the part of each bin's power that is held.

    power · s²/(s² + b²), written so that no square leaves the range of single precision on the way.
    """
    for k in range(steady.shape[0]):
        ratio = min(broad[k] / (steady[k] + LEAST_STEADY), MOST_RATIO)
        steady[k] = power[k] / (_ONE + ratio * ratio)


@kernel(reads(_F), reads(_F), writes(_F))
def rest(whole: Floats, part: Floats, out: Floats) -> None:
    """What remains of each power beside a part of it, 0 at least."""
    for b in range(out.shape[0]):
        out[b] = max(whole[b] - part[b], _ZERO)
