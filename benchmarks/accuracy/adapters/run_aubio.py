"""aubio's causal tempo and onset detectors at their defaults (1,024 samples, hop 512)."""

import json
import sys
import time

import aubio
import numpy as np
import soundfile

WINDOW, HOP = 1024, 512

for line in sys.stdin:
    samples, rate = soundfile.read(line.rstrip("\n"), dtype="float32", always_2d=True)
    mono = np.ascontiguousarray(samples.mean(axis=1))
    tempo = aubio.tempo("default", WINDOW, HOP, rate)
    onset = aubio.onset("default", WINDOW, HOP, rate)
    beats, onsets, bpm, used = [], [], [], 0.0
    for first in range(0, len(mono) - HOP + 1, HOP):
        hop = mono[first : first + HOP]
        before = time.process_time()
        is_beat = tempo(hop)[0]
        used += time.process_time() - before
        if is_beat:
            beats.append(float(tempo.get_last_s()))
            bpm.append(float(tempo.get_bpm()))
        if onset(hop)[0]:
            onsets.append(float(onset.get_last_s()))
    answer = {
        "beats": beats,
        "onsets": onsets,
        "tempo_bpm": float(np.median(bpm)) if bpm else None,
        "us_per_hop": 1e6 * used / max(1, len(mono) // HOP),
        "hop": HOP,
    }
    print(json.dumps(answer), flush=True)
