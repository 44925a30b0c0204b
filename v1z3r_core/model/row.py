"""How the analysis of one hop is laid out: a row that the GPU reads as it lies.

One hop is one contiguous float32 row of `ROW_FLOATS` values, so that the renderer uploads
it as it lies. The row is four texture lines of `LINE` texels:

==== ============================================================================
line content
==== ============================================================================
0    spectrum: level of each FFT bin, 0 (≤ `FLOOR_DB`) to 1 (0 dBFS), linear in Hz
1    waveform: the newest `LINE` samples of the mid signal from a rising zero crossing
2    curves, each from its place on, see `Curve`; then 0
3    scalars: see `Scalar`, then 0
==== ============================================================================
"""

import math
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

LINE = 1024
LINES = 4
ROW_FLOATS = LINE * LINES
BANDS = 64
FLOOR_DB = -90.0  # below a 16-bit file's own noise with Hann-window leakage on top
BAND_LOW_HZ = 30.0
BAND_HIGH_HZ = 16_000.0
LOW = 128  # points of the low line, equally spaced in log frequency, ends included
LOW_FIRST_HZ = 20.0
LOW_LAST_HZ = 200.0
PITCH_CLASSES = 12
DBA_FLOOR = -120.0  # below it a 24-bit signal is its own rounding noise

# Flows are integrals that never end; a float32 counts seconds in steps of 1/4,096 up to here. At
# full level it takes 68 minutes to get round.
FLOW_PERIOD = 4096.0
COUNT_PERIOD = 65_536  # float32 counts exactly to 2^24; a day of beats is less than three rounds

BandScale = Literal["log", "mel", "erb"]


class Curve(IntEnum):
    """Place of each curve's first value in line 2."""

    BANDS = 0  # `BANDS` auto-gained levels of the mid signal, 0…1
    PEAKS = 64  # their falling peaks
    SIDE = 128  # the same bands of the side signal (L - R)/2, with the gain of the mid bands
    HARMONIC = 192  # what of the mid bands is steady in time
    PERCUSSIVE = 256  # and what is struck
    LOW = 320  # `LOW` levels from `LOW_FIRST_HZ` to `LOW_LAST_HZ`, on the scale of line 0
    CHROMA = 448  # 12 pitch classes from C up, auto-gained, 0…1
    EDGES = 460  # BANDS + 1 edges of the bands, Hz


class Scalar(IntEnum):
    """Place of each scalar in line 3."""

    RMS = 0  # of the hop's mid signal, 0…1
    PEAK = 1  # largest |sample| of the hop over all channels, 0…
    BASS = 2  # 30–150 Hz, auto-gained and smoothed, 0…1
    MID = 3  # 150–2,500 Hz, likewise
    TREBLE = 4  # 2,500–16,000 Hz, likewise
    LEVEL = 5  # all of it, likewise
    FLUX = 6  # positive spectral change of this hop, 0…
    ONSET = 7  # strength of the onset announced at this hop, 0 where none
    ONSET_DECAY = 8  # 1·strength at an onset, falling exponentially after it, 0…1
    CENTROID = 9  # of the power spectrum, Hz
    LUFS_MOMENTARY = 10  # BS.1770 over 400 ms; -inf below the meter's range
    LUFS_SHORT = 11  # BS.1770 over 3 s; likewise
    BASS_FLOW = 12  # ∫ BASS dt since the stream began, seconds, modulo `FLOW_PERIOD`
    MID_FLOW = 13
    TREBLE_FLOW = 14
    ONSET_COUNT = 15  # onsets announced since the stream began
    BIN_HZ = 16  # width of one spectrum bin, Hz
    LEVEL_DBA = 17  # A-weighted, dB; a full-scale sine of 1 kHz is 0, `DBA_FLOOR` the least
    CREST = 18  # peak over RMS of the mid signal's newest window, 1…; √2 for a sine, 0 in silence
    SPREAD_HZ = 19  # standard deviation of the power spectrum about its centroid
    ROLLOFF_HZ = 20  # 85 % of the power lie below; 0 in silence
    FLATNESS = 21  # of 30–16,000 Hz: 0 (a tone) … 0.56 (white noise) … 1
    CORRELATION = 22  # of left and right: 1 (mono), 0 (unrelated, silent or one alone), -1
    BALANCE = 23  # of powers: -1 (left) … 1 (right)
    SIDE = 24  # level of the side signal, with the gain of LEVEL
    HARMONIC = 25  # what of the level is steady in time, likewise
    PERCUSSIVE = 26  # and what is struck
    BEAT_PHASE = 27  # 0 on the beat … 1 just before the next; this and the next seven as `Beat`
    BEAT_PERIOD = 28  # seconds from beat to beat
    BEAT_CONFIDENCE = 29  # 0…1; 0 where no beat is known: the grid then runs on by itself
    BEAT_PLACE = 30  # beats since the downbeat, 0…
    BEATS_PER_BAR = 31
    BAR_CONFIDENCE = 32  # 0…1
    BEAT_COUNT = 33  # beats since the stream began, modulo `COUNT_PERIOD`
    BEATS_ANNOUNCED = 34  # beats announced so far, modulo `COUNT_PERIOD`; see `announced_beat`
    ANNOUNCED_IN = 35  # seconds from this hop's end to that beat, < 0 once it is past
    ANNOUNCED_FIRST = 36  # 1 if that beat begins a bar that is known, else 0
    BEAT_ACTIVATION = 37  # 0…1: how likely a beat fell `kernels.beat_layout.DELAY_SECONDS` ago
    DOWNBEAT_ACTIVATION = 38
    ENERGY_TREND = 39  # rising (to 1) or falling (to -1): the last 2 s against the last 12 s
    IN_BREAK = 40  # 0…1: how surely the bass stays away while the music goes on
    DROP = 41  # strength of the drop announced at this hop, 0 where none
    DROP_COUNT = 42  # drops since the stream began
    KEY = 43  # 0…11 major from C up, 12…23 minor, -1 before any
    KEY_CONFIDENCE = 44  # 0…1
    ONSET_LOW = 45  # strength of the onset announced in 30–150 Hz
    ONSET_MID = 46  # 150–2,500 Hz
    ONSET_HIGH = 47  # 2,500–16,000 Hz
    ONSET_LOW_DECAY = 48
    ONSET_MID_DECAY = 49
    ONSET_HIGH_DECAY = 50
    ONSET_LOW_COUNT = 51
    ONSET_MID_COUNT = 52
    ONSET_HIGH_COUNT = 53
    ONSET_AGE = 54  # seconds from the attack to the end of the hop that announces it, else 0
    KICK = 55  # likelihood that a kick was struck in the last two hops, 0…1
    SNARE = 56
    HAT = 57
    KICK_DECAY = 58  # 1·likelihood at a kick likelier than not, falling exponentially, 0…1
    SNARE_DECAY = 59
    HAT_DECAY = 60
    KICK_COUNT = 61  # kicks likelier than not since the stream began
    SNARE_COUNT = 62
    HAT_COUNT = 63


def band_edges_hz(scale: BandScale = "log") -> NDArray[np.float64]:
    """Edges of the bands, shape (BANDS + 1,), Hz, equally spaced on that scale.

    References
    ----------
    D. O'Shaughnessy, "Speech Communication" (1987), page 150, for mel. B. R. Glasberg and
    B. C. J. Moore, "Derivation of auditory filter shapes from notched-noise data", Hearing
    Research 47 (1990), equation 4, for the ERB rate.
    """
    if scale == "log":
        return np.geomspace(BAND_LOW_HZ, BAND_HIGH_HZ, BANDS + 1)
    # Both are logarithms of 1 + f/corner; their factors make no difference to equal steps.
    corner = 700.0 if scale == "mel" else 1 / 0.00437
    low, high = math.log1p(BAND_LOW_HZ / corner), math.log1p(BAND_HIGH_HZ / corner)
    return corner * np.expm1(np.linspace(low, high, BANDS + 1))
