"""Numbers by which form and key were tuned; the compiled and the plain kernels share them."""

# --- form
AUDIBLE = 1e-6  # -60 dBFS: a room, not music
GONE = 10 ** (-12 / 10)  # of its usual power: a bass drum under a filter is weaker, not away
BACK = 10 ** (-4.5 / 10)
BREAK_SECONDS = 2.0  # a bar at 120 BPM; fills and pick-ups are shorter
FULL_BREAK_SECONDS = 8.0  # four bars: a drop after that is as strong as drops get
TREND_OCTAVES = 2.0  # of power, 6 dB: what a build-up climbs in a few bars

# --- key
KEYS = 24
TONES = 12
HYSTERESIS = 0.03  # of correlation by which another key must be better before it is shown
CLEAR_MARGIN = 0.15  # between the best key and the next: nobody would argue
TRUST_SECONDS = 8.0  # of tonal sound after which an estimate is worth most of its margin
LEAST_CONTRAST = 1e-12  # of the tones' sums, squared: silence has no key
