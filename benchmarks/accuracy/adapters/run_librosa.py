"""librosa's whole-file beat tracker and onset detector at their defaults."""

import json
import sys

import librosa
import numpy as np

for line in sys.stdin:
    samples, rate = librosa.load(line.rstrip("\n"), sr=None, mono=True)
    tempo, beats = librosa.beat.beat_track(y=samples, sr=rate, units="time")
    onsets = librosa.onset.onset_detect(y=samples, sr=rate, units="time")
    answer = {
        "beats": beats.tolist(),
        "onsets": onsets.tolist(),
        "tempo_bpm": float(np.atleast_1d(tempo)[0]),
    }
    print(json.dumps(answer), flush=True)
