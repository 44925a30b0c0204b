"""Numbers by which the beat tracker was tuned; the compiled and the plain kernels share them."""

import numpy as np

# --- features
SPAN = np.float32(1e-6)  # 60 dB under the loudest band: hats are still heard over a bass
FLOOR = np.float32(1e-13)  # -130 dBFS: under the noise of 24 bits, so quiet music keeps its span
LARGEST = np.float32(1e15)  # samples are kept within ±10⁶, see kernels.intake.sanitize
LOG_SCALE = np.float32(0.1)  # brings octaves (0…20) near to where the network likes its inputs
RISE_SCALE = np.float32(0.25)

# --- filter
LEAK = np.float32(1e-5)  # of all mass, a hop: seeds what nobody believes in, so nothing is final
LEAST_HEARD = np.float32(0.05)  # activations beyond these bounds tell nothing more
MOST_HEARD = np.float32(0.95)
OFF_BEAT = np.float32(5.0)  # cells that expect no beat, for one that does
NEAR_TEMPOS = 3  # to either side that count as the same tempo
NEAR_PHASE = 0.07  # of a beat, likewise
LARGE = np.float32(1e12)  # mass beyond which, or under whose inverse, all of it is scaled to 1
SMALL = np.float32(1e-12)

# --- bar
SURPRISE = np.float32(0.005)  # share of all mass that a beat spreads anew
LEAST_FIRST = np.float32(0.04)  # likelihoods beyond these bounds tell nothing more
MOST_FIRST = np.float32(0.94)
# Nepers for a beat being the bar's first, or the middle of a bar of four or six, against any other:
# at an even likelihood, and for each neper of its odds. Fitted to activations of rendered music by
# multinomial logistic regression, then halved: what is heard in one bar is heard again in the next
# and proves little anew.
FIRST_BIAS, FIRST_SLOPE = np.float32(0.56), np.float32(0.48)
MIDDLE_BIAS, MIDDLE_SLOPE = np.float32(0.38), np.float32(0.19)

# --- clock
LEAD_SECONDS = 0.11  # a beat is announced this long before it sounds, or a hop sooner

PHASE_SECONDS = 0.35  # time constants of the clock's giving way
PERIOD_SECONDS = 0.6
STEEPEST = 0.2  # clock seconds per second that the phase may move
SAME_PHASE = 0.16  # of a beat: model and clock mean the same beat
SAME_TEMPO = 0.10  # likewise of a period
SURE_SECONDS = 0.4  # that the model must have held its belief before the clock locks
SWITCH_SECONDS = 0.5  # likewise before a locked clock drops its own
SWITCH_EVIDENCE = 12.0  # nepers of activations likewise
KIN_EVIDENCE = 2.0  # likewise for the off-beats or an octave: for each beat of its course
MOST_EVIDENCE = 80.0  # of that
ON_BEAT = 0.05  # of a period around a beat
FINE_PHASE = 0.05  # of a beat: differences that the model's cells cannot tell
FINE_TEMPO = 0.025  # likewise of a period
JUDGED_HOPS = 4.0  # after a beat's activation that it is looked back at
NEAR_HOPS = 4  # around it that are looked at
HEARD = np.float32(0.1)  # activation of a beat that says anything about its time
PHASE_SHARE = 0.25  # of what a beat was off that the clock gives way
PERIOD_SHARE = 0.04  # likewise its period
STEEPEST_SHARE = 0.3  # likewise at first
CONFIDENCE_SECONDS = 0.5
LOCK_CONFIDENCE = 0.35
SWITCH_CONFIDENCE = 0.5
PRESENT = 0.22  # mean activation on the clock's beats above which it locks; 0.1 in noise
ABSENT = 0.12  # below which it lets go
BECOMING_PRESENT = 0.35  # share of the newest beat in that mean: two good beats are enough
STILL_PRESENT = 0.1  # likewise while locked: runs on for a dozen beats through a break
BAR_KNOWN = 0.25  # confidence above which a downbeat is announced as one
LEAST_GAP = 0.6  # of a period between two announced beats
