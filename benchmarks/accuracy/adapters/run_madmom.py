"""madmom 0.16.1, causal or whole-file (argv[1]: online or offline)."""

import collections
import collections.abc
import json
import sys

# 0.16.1 is from 2018: names that Python 3.10 and NumPy 1.24 took away are given back.
for name in ("MutableSequence", "MutableMapping", "Mapping", "Sequence"):
    setattr(collections, name, getattr(collections.abc, name))
import numpy as np  # noqa: E402

for name, kind in (("float", float), ("int", int), ("bool", bool), ("object", object)):
    setattr(np, name, kind)
import soundfile  # noqa: E402
from madmom.audio.signal import Signal, resample  # noqa: E402
from madmom.features.beats import DBNBeatTrackingProcessor, RNNBeatProcessor  # noqa: E402
from madmom.features.downbeats import (  # noqa: E402
    DBNDownBeatTrackingProcessor,
    RNNDownBeatProcessor,
)
from madmom.features.onsets import (  # noqa: E402
    CNNOnsetProcessor,
    OnsetPeakPickingProcessor,
)

FPS, RATE = 100, 44_100  # of the networks


def mono_of(path):
    """One channel at the networks' rate; madmom resamples through ffmpeg."""
    samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    mono = Signal(samples.mean(axis=1).astype(np.int16), sample_rate=rate, num_channels=1)
    return mono if rate == RATE else resample(mono, RATE)


def causal():
    """Unidirectional RNN and the HMM's forward path, made anew for every piece."""
    hear = RNNBeatProcessor(online=True)

    def heard(mono):
        tracker = DBNBeatTrackingProcessor(fps=FPS, online=True)
        return {"beats": tracker.process_online(hear(mono), reset=False).tolist()}

    return heard


def whole_file():
    """Bidirectional networks; beats and downbeats each by the tracker made for them."""
    hear, hear_bars, hear_onsets = RNNBeatProcessor(), RNNDownBeatProcessor(), CNNOnsetProcessor()
    track = DBNBeatTrackingProcessor(fps=FPS)
    track_bars = DBNDownBeatTrackingProcessor(beats_per_bar=[3, 4], fps=FPS)
    pick = OnsetPeakPickingProcessor(fps=FPS)

    def heard(mono):
        bars = track_bars(hear_bars(mono))
        return {
            "beats": track(hear(mono)).tolist(),
            "downbeats": [float(time) for time, place in bars if place == 1],
            "onsets": pick(hear_onsets(mono)).tolist(),
        }

    return heard


hear_piece = causal() if sys.argv[1] == "online" else whole_file()
for line in sys.stdin:
    answer = hear_piece(mono_of(line.rstrip("\n")))
    if len(answer["beats"]) > 1:
        answer["tempo_bpm"] = 60.0 / float(np.median(np.diff(answer["beats"])))
    print(json.dumps(answer), flush=True)
