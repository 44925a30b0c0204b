"""Our own ear through the public command line, whole-file and live."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.accuracy.score import Estimate

# Seconds for one piece, by the clock on the wall; the kernels' first compilation is included, and
# a machine busy with other work leaves little of a core.
_TIMEOUT = 3600


def heard(sound: Path, *, live: bool) -> Estimate:
    """What ``v1z3r analyze --json`` (with ``--live``: hop by hop, nothing looked ahead) prints.

    Raises
    ------
    RuntimeError
        If the command fails; carries its line.
    """
    command = [sys.executable, "-m", "v1z3r_core", "analyze", str(sound), "--json"]
    command += ["--live"] if live else []
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_TIMEOUT, env=dict(os.environ)
    )
    if run.returncode:
        lines = run.stderr.strip().splitlines() or ["no message"]
        raise RuntimeError(f"v1z3r analyze: {lines[-1]}")
    return estimate_from(json.loads(run.stdout))


def estimate_from(printed: Mapping[str, object]) -> Estimate:
    """The command's JSON as an estimate; keys that are absent are None.

    Beats, downbeats and onsets are numbers, or objects with ``time`` and ``announced_at``.
    """
    beats = printed.get("beats")
    leads = None
    if isinstance(beats, list) and beats and isinstance(beats[0], dict):
        leads = [beat["time"] - beat["announced_at"] for beat in beats if "announced_at" in beat]
    times = {
        name: _times(printed.get(name))
        for name in ("beats", "downbeats", "onsets", "kick", "snare", "hat")
    }
    drums = printed.get("drums")
    if isinstance(drums, Mapping):
        times |= {name: _times(drums.get(name)) for name in ("kick", "snare", "hat")}
    tempo, key = printed.get("tempo_bpm"), printed.get("key")
    if isinstance(key, Mapping):
        key = key.get("name")
    return Estimate(
        tempo_bpm=float(tempo) if isinstance(tempo, int | float) else None,
        key=key if isinstance(key, str) and key else None,
        leads=leads,
        **times,
    )


def _times(values: object) -> list[float] | None:
    if not isinstance(values, list):
        return None
    return [float(one["time"] if isinstance(one, Mapping) else one) for one in values]
