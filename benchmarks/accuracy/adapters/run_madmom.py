"""madmom 0.16.1, causal or whole-file (argv[1]: online, offline or downbeats)."""

import collections
import collections.abc
import json
import sys
import time

# 0.16.1 is from 2018: names that Python 3.10 and NumPy 1.24 took away are given back.
for name in ("MutableSequence", "MutableMapping", "Mapping", "Sequence"):
    setattr(collections, name, getattr(collections.abc, name))
import numpy as np  # noqa: E402

for name, kind in (("float", float), ("int", int), ("bool", bool), ("object", object)):
    if name not in vars(np):
        setattr(np, name, kind)
import soundfile  # noqa: E402
from madmom.audio.signal import Signal, resample  # noqa: E402
from madmom.features import downbeats  # noqa: E402
from madmom.features.beats import DBNBeatTrackingProcessor, RNNBeatProcessor  # noqa: E402
from madmom.features.onsets import (  # noqa: E402
    CNNOnsetProcessor,
    OnsetPeakPickingProcessor,
)
from madmom_networks import at_once  # noqa: E402

FPS, RATE = 100, 44_100  # of the networks
FRAME, HOP = 2_048, 441  # of the online networks
BLOCK, TIMED = 500, 200  # frames of the forward path kept at a time; hops timed


def mono_of(path):
    """One channel at the networks' rate; madmom resamples through ffmpeg."""
    samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    mono = Signal(samples.mean(axis=1).astype(np.int16), sample_rate=rate, num_channels=1)
    return mono if rate == RATE else resample(mono, RATE)


def quick(hear):
    """A network processor of madmom's, its networks taken at once."""
    ensemble = hear.processors[1].processors
    ensemble[0] = at_once(ensemble[0].processors)
    return hear


def causal():
    """Unidirectional networks and the HMM's forward path, each frame ending where it is reported.

    `RNNBeatProcessor(online=True)` alone centres its frames and so hears 23 ms ahead. What a hop
    costs is measured over a piece's first hops, hop by hop as `DBNBeatTracker online` does it.
    """
    hear = quick(RNNBeatProcessor(online=True, origin="online"))
    hear_hop = RNNBeatProcessor(online=True, origin="stream", num_frames=1)

    def heard(mono):
        track = DBNBeatTrackingProcessor(fps=FPS, online=True)
        strength, beats = hear(mono), []
        for first in range(0, len(strength), BLOCK):  # the forward path keeps 5,600 states a frame
            part = strength[first : first + BLOCK]
            beats.extend(track.process_online(part, reset=False).tolist())
        return {"beats": beats, "us_per_hop": cost(mono), "hop": HOP}

    def cost(mono):
        track = DBNBeatTrackingProcessor(fps=FPS, online=True)
        hops = min(TIMED, (len(mono) - FRAME) // HOP)
        before = time.process_time()
        for hop in range(hops):
            frame = Signal(mono[hop * HOP : hop * HOP + FRAME], sample_rate=RATE, num_channels=1)
            strength = hear_hop(frame, reset=hop == 0)
            track.process_online(np.atleast_1d(strength), reset=False)
        return 1e6 * (time.process_time() - before) / max(1, hops)

    return heard


def whole_file():
    """Bidirectional networks and the HMM's best path."""
    hear, hear_onsets = quick(RNNBeatProcessor()), CNNOnsetProcessor()
    track, pick = DBNBeatTrackingProcessor(fps=FPS), OnsetPeakPickingProcessor(fps=FPS)

    def heard(mono):
        return {
            "beats": track(hear(mono)).tolist(),
            "onsets": pick(hear_onsets(mono)).tolist(),
        }

    return heard


def whole_bars():
    """Beats and downbeats by networks and an HMM of their own, bars of three or four beats."""
    hear = quick(downbeats.RNNDownBeatProcessor())
    track = downbeats.DBNDownBeatTrackingProcessor(beats_per_bar=[3, 4], fps=FPS)
    decoded = downbeats._process_dbn

    def pair(task):
        """(path, probability) as NumPy 1.24 wants it, which makes no array of uneven tuples."""
        both = np.empty(2, dtype=object)
        both[0], both[1] = decoded(task)
        return both

    downbeats._process_dbn = pair

    def heard(mono):
        bars = track(hear(mono))
        return {
            "beats": [float(when) for when, _ in bars],
            "downbeats": [float(when) for when, place in bars if place == 1],
        }

    return heard


hear_piece = {"online": causal, "offline": whole_file, "downbeats": whole_bars}[sys.argv[1]]()
for line in sys.stdin:
    answer = hear_piece(mono_of(line.rstrip("\n")))
    if len(answer["beats"]) > 1:
        answer["tempo_bpm"] = 60.0 / float(np.median(np.diff(answer["beats"])))
    print(json.dumps(answer), flush=True)
