"""Numbers by which onsets and drums were tuned; the compiled and the plain kernels share them."""

import numpy as np

# --- flux
AUDIBLE_SPAN = np.float32(1e-5)  # 50 dB under the loudest band nothing is an event
AUDIBLE_FLOOR = np.float32(1e-13)  # -130 dBFS per band: under the dither of 16 bits
RISE = np.float32(0.25)  # per step: the scale follows in about 20 ms

# --- onset
# How far back, in half-hops for the short spectra and in hops for the fine one. The first short one
# compared with shares its edge with the newest at most. The last ones lie a period of 25 Hz back
# and, for the probes and the fine bands, which hear low partials beat, more.
LOW_FIRST, LOW_LAST = 3, 16
SHORT_FIRST, SHORT_LAST = 3, 10
FINE_FIRST, FINE_LAST = 1, 6

JOINT_HOPS = 3  # between the first band to rise and the others
BLOCKS_PER_HOP = 16  # 0.67 ms at 48 kHz
INVISIBLE = np.float32(1e-5)  # of an afterglow: under it lie denormals, slow to compute with
LIKELY = np.float32(0.5)  # the weights are trained to be right at this likelihood

# --- attack
BEFORE, AFTER = 12, 4  # blocks compared: 8 and 2.7 ms at 48 kHz
LEAST_RISE = np.float32(1e-3)  # of the loudest block: silence before is no infinite rise
TINY = np.float32(1e-30)

# --- drums
OCTAVES = np.float32(0.25)  # brings the usual differences to about 1, where weights start
