"""`v1z3r analyze`: what the analysis hears, for people, programs and arrays."""

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from v1z3r_core.app.console import fail, note
from v1z3r_core.app.progress import bar
from v1z3r_core.app.report import check_writable
from v1z3r_core.model.errors import AudioFileError, OutputError

if TYPE_CHECKING:
    from v1z3r_core.model.track import Track

EXAMPLE = "v1z3r analyze song.flac --json"
STRONGEST_ONSETS = 8  # shown to a person; --json has them all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("audio", nargs="+", type=Path, metavar="AUDIO", help="sound files")
    parser.add_argument("--json", action="store_true", help="print JSON: one object, or a list")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="F",
        help="write F.json, or F.npz with every hop's values (one AUDIO only)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Analyse each file; one that fails is named and the others go on."""
    _check_output(arguments)
    described: list[dict[str, object]] = []
    failures = 0
    for path in arguments.audio:
        try:
            track = _analyze(path)
        except AudioFileError as failure:
            fail(str(failure))
            failures += 1
            continue
        if arguments.json:
            described.append(describe(track, path))
        if arguments.output is not None:
            _write(track, path, arguments.output)
        elif not arguments.json:
            print(_summary(track, path))
    if described:
        single = len(arguments.audio) == 1
        print(json.dumps(described[0] if single else described, indent=2))
    return 1 if failures else 0


def describe(track: "Track", path: Path) -> dict[str, object]:
    """The track as JSON; only what was measured, and null for the loudness of silence."""
    from v1z3r_core.model.analysis import band_edges_hz

    return {
        "path": str(path),
        "sample_rate": track.sample_rate,
        "duration": round(track.duration, 6),
        "onsets": [round(float(time), 4) for time in track.onsets],
        "loudness_lufs": _finite(track.loudness_lufs),
        "bands": {
            "edges_hz": [round(float(edge), 2) for edge in band_edges_hz()],
            "mean": [round(float(level), 4) for level in _mean_levels(track)],
        },
    }


def _analyze(path: Path) -> "Track":
    from v1z3r_core.engine.tracks import analyze

    with bar(path.name, unit="s") as progress:
        return analyze(path, progress=progress)


def _check_output(arguments: argparse.Namespace) -> None:
    output = arguments.output
    if output is None:
        return
    if len(arguments.audio) > 1:
        raise OutputError(f"{output}: takes one file's analysis; use --json for several")
    if output.suffix not in {".json", ".npz"}:
        raise OutputError(f"{output}: write F.json or F.npz")
    check_writable(output)


def _write(track: "Track", path: Path, output: Path) -> None:
    import numpy as np

    from v1z3r_core.app import report

    if output.suffix == ".json":
        report.write(describe(track, path), output)
    else:
        partial = output.with_name(output.stem + ".partial.npz")
        try:
            np.savez_compressed(
                partial,
                sample_rate=track.sample_rate,
                duration=track.duration,
                times=track.times,
                bands=track.bands,
                bass=track.bass,
                mid=track.mid,
                treble=track.treble,
                rms=track.rms,
                flux=track.flux,
                momentary_lufs=track.momentary_lufs,
                onsets=track.onsets,
                onset_strengths=track.onset_strengths,
                loudness_lufs=track.loudness_lufs,
            )
            partial.replace(output)
        except OSError as error:
            raise OutputError(f"{output}: {error.strerror or error}") from None
    note(f"wrote {output}")


def _summary(track: "Track", path: Path) -> str:
    minutes, seconds = divmod(track.duration, 60)
    loudness = _finite(track.loudness_lufs)
    heard = "too quiet or short for a loudness" if loudness is None else f"{loudness:.1f} LUFS"
    lines = [
        f"{path}: {int(minutes)}:{seconds:05.2f}, {track.sample_rate} Hz, {heard}, "
        f"{len(track.onsets)} onsets"
    ]
    if len(track.bands):
        lines.append(f"  30 Hz {_spark(_mean_levels(track))} 16 kHz")
    if len(track.onsets):
        strongest = track.onset_strengths.argsort()[::-1][:STRONGEST_ONSETS]
        times = sorted(float(track.onsets[place]) for place in strongest)
        lines.append("  strongest onsets at " + ", ".join(f"{time:.2f}" for time in times) + " s")
    return "\n".join(lines)


def _mean_levels(track: "Track") -> list[float]:
    """Of each band over the whole track; zeros for one shorter than a hop."""
    from v1z3r_core.model.analysis import BANDS

    return track.bands.mean(axis=0).tolist() if len(track.bands) else [0.0] * BANDS


def _spark(levels: list[float]) -> str:
    """The shape of the levels: auto-gain has made them alike, so only differences are drawn."""
    blocks = "▁▂▃▄▅▆▇█"
    low = min(levels)
    step = (max(levels) - low) / (len(blocks) - 1) or 1.0
    return "".join(blocks[round((level - low) / step)] for level in levels)


def _finite(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None
