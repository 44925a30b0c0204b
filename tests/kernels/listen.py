"""Runs in a process of its own: hears a sound in odd blocks and saves the rows.

``python listen.py OUT.npz [SECONDS]``: analyses until SECONDS have passed or, without, the sound
is over; prints as JSON which kernels heard the last block, why, and what was loaded.
"""

import json
import sys
import time

import numpy as np

from v1z3r_core import Analyzer, AudioBlock
from v1z3r_core.kernels.backend import decision, kernels

STREAMS = ((8_000, 1), (44_100, 2), (96_000, 6))


def sound(rate, channels, seconds=2.5):
    """Something of everything: a tone, struck noise, silence, and broken samples."""
    rng = np.random.default_rng(3)
    moment = np.arange(round(rate * seconds)) / rate
    struck = rng.normal(0, 0.3, len(moment)) * np.exp(-(moment % 0.13) / 0.02)
    tone = 0.3 * np.sin(2 * np.pi * 110 * moment)
    signal = np.where((moment > 0.5) & (moment < 0.7), 0, struck + tone)
    samples = np.stack([signal * (1 + c) / channels for c in range(channels)], axis=1)
    samples[rng.integers(0, len(samples), 5), 0] = np.nan
    return samples.astype(np.float32)


def heard(rate, samples):
    """Rows of a stream cut into blocks of any size, and by which kernels each was begun."""
    rng = np.random.default_rng(4)
    analyzer = Analyzer()
    rows, names, at = [], [], 0
    while at < len(samples):
        block = np.ascontiguousarray(samples[at : at + int(rng.integers(1, 3_000))])
        names.append(kernels().name)
        rows += [frame.row.copy() for frame in analyzer.advance(AudioBlock(at, rate, block))]
        at += len(block)
    return np.stack(rows), names


def until_native(rate, samples, patience):
    """Rows of the sound again and again, until native kernels have heard all of it once."""
    analyzer = Analyzer()
    rows, first = [], []
    begin, at = time.monotonic(), 0
    again = 0
    while time.monotonic() < begin + patience and again < 2:
        place = at % len(samples)
        block = np.ascontiguousarray(samples[place : place + 441])
        before = kernels().name
        new = analyzer.advance(AudioBlock(at, rate, block))
        rows += [frame.row.copy() for frame in new]
        first += [before] * len(new)
        at += len(block)
        again += place + 441 >= len(samples) and before == "native"
        time.sleep(0.002)
    return np.stack(rows), first, at


if __name__ == "__main__":
    if len(sys.argv) > 2:
        rows, names, length = until_native(44_100, sound(44_100, 2), float(sys.argv[2]))
        np.savez(sys.argv[1], rows=rows, names=np.array(names), length=length)
    else:
        found = {str(rate): heard(rate, sound(rate, channels))[0] for rate, channels in STREAMS}
        np.savez(sys.argv[1], **found)
    loaded = sorted({"numba", "llvmlite"} & set(sys.modules))
    chosen = decision()
    print(json.dumps({"name": chosen.kernels.name, "reason": chosen.reason, "loaded": loaded}))
