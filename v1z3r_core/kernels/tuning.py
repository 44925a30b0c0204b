"""Numbers by which the hop was tuned; the compiled and the plain kernels share them."""

import math

import numpy as np

from v1z3r_core.kernels.layout import RUN_POINTS

# --- intake
# Beyond +120 dBFS nothing is sound; its square would still fit single precision, but the power
# of a transform of it would not.
SANE_LIMIT = np.float32(1e6)

# --- spectrum
TINY = np.float32(1e-30)  # keeps the logarithm of silence finite, far below any floor
DB_PER_OCTAVE_OF_POWER = np.float32(10.0 * math.log10(2.0))

# --- levels
OWN_SHARE = np.float32(0.5)  # half of the spectrum's slope stays: bass leads, cymbals show
LEAST_REFERENCE = np.float32(10 ** (-60 / 10))  # sound 20 dB above the gate fills the picture
REFERENCE_SPAN = np.float32(10 ** (-30 / 10))  # a band is not lifted as if it were still softer
LOUDNESS_EXPONENT = np.float32(0.3)
# A steady sound keeps a level of its own. Between the kicks of a drop over a bass 3 dB softer, the
# bass comes down to 0.44 so, where it stayed above 0.65 (tests/analysis/test_features.py).
GROUND_SHARE = np.float32(0.7)
INVISIBLE = np.float32(1e-5)  # below one step of a 16-bit picture; stops denormal numbers

# --- loudness
LOUDNESS_OFFSET = -0.691  # BS.1770-5 annex 1, equation 2
METER_FLOOR_LUFS = -120.0  # below it a 24-bit signal is its own rounding noise
# A filter that rings on towards numbers below 1e-308 takes a hundred times as long per sample.
DENORMAL_GUARD = 1e-30

# --- trace
SEARCH = 2048  # values of the trace: a whole period of anything from 23 Hz up
HYSTERESIS = np.float32(0.1)  # of the largest sample: noise around zero is no crossing
INTERPOLATION_MARGIN = RUN_POINTS + 2  # samples past the last start that are looked at
TIE = np.float32(1.05)  # among starts that match about as well, the newest has least delay

# --- shape, stereo, chroma
ROLLOFF_SHARE = np.float32(0.85)
# A channel 90 dB under the other is that one's rounding or crosstalk: alike or not, who knows.
LEAST_SHARE = 1e-9
# 60 dB: amplitude of a tone that fills the picture, as quiet as any band that does.
LEAST_PITCH = np.float32(10 ** (-60 / 20))

# --- percussion
LEAST_STEADY = np.float32(1e-24)  # keeps the division by nothing finite
MOST_RATIO = np.float32(1e18)  # whose square is still a number
