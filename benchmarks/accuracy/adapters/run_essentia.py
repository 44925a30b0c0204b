"""Essentia's whole-file RhythmExtractor2013 (argv[1]: degara or multifeature), key, onsets."""

import json
import sys

import essentia.standard as es
import numpy as np

RATE = 44_100  # what RhythmExtractor2013 requires

for line in sys.stdin:
    samples = es.MonoLoader(filename=line.rstrip("\n"), sampleRate=RATE)()
    bpm, beats, _, _, _ = es.RhythmExtractor2013(method=sys.argv[1])(samples)
    key, scale, _ = es.KeyExtractor()(samples)
    onsets, _ = es.OnsetRate()(samples)
    answer = {
        "beats": np.asarray(beats, float).tolist(),
        "onsets": np.asarray(onsets, float).tolist(),
        "tempo_bpm": float(bpm),
        "key": f"{key} {scale}",
    }
    print(json.dumps(answer), flush=True)
