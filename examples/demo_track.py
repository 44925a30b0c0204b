"""Write the demo track to a FLAC file, and what is true about it to a JSON file beside it.

python examples/demo_track.py demo.flac
"""

import json
import sys
from pathlib import Path

import av
import numpy as np

from v1z3r_core.audio.compose import Composition, compose

ENCODER_BLOCK = 4_096  # FLAC's own default at 48 kHz


def write_flac(path: Path, track: Composition) -> None:
    """Encode losslessly with 24 bits per sample."""
    scaled = np.clip(np.rint(track.samples * 2.0**23), -(2**23), 2**23 - 1).astype(np.int32) << 8
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=track.rate, layout="stereo")
        stream.codec_context.format = "s32"
        for start in range(0, len(scaled), ENCODER_BLOCK):
            block = np.ascontiguousarray(scaled[start : start + ENCODER_BLOCK]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="s32", layout="stereo")
            frame.sample_rate = track.rate
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def truth(track: Composition) -> dict[str, object]:
    """What a listener should find, in the words of `v1z3r analyze --json`."""
    return {
        "sample_rate": track.rate,
        "duration": track.duration,
        "tempo_bpm": track.tempo_bpm,
        "key": track.key,
        "beats": track.beats.round(6).tolist(),
        "downbeats": track.downbeats.round(6).tolist(),
        "kicks": track.kicks.round(6).tolist(),
        "onsets": track.onsets.round(6).tolist(),
        "sections": [{"start": round(start, 6), "name": name} for start, name in track.sections],
    }


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or Path(arguments[0]).suffix.lower() != ".flac":
        print("usage: python examples/demo_track.py OUT.flac", file=sys.stderr)
        return 2
    path = Path(arguments[0])
    if not path.parent.is_dir():
        print(f"{path}: folder {path.parent} does not exist; make it first", file=sys.stderr)
        return 1
    track = compose()
    write_flac(path, track)
    beside = path.with_suffix(".json")
    beside.write_text(json.dumps(truth(track), indent=1) + "\n", encoding="utf-8")
    print(
        f"{path}: {track.duration:.1f} s, {track.tempo_bpm:g} BPM, {track.key}; truth in {beside}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
