"""The measured report of a run, as JSON and as a few lines to read."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v1z3r_core.model.errors import OutputError

if TYPE_CHECKING:
    from v1z3r_core.engine.engine import Engine


def check_writable(path: Path | None) -> None:
    """Refuse before the work begins what could not be written after it.

    Raises
    ------
    OutputError
        If the folder is missing or cannot be written.
    """
    if path is None or str(path) == "-":
        return
    folder = path.parent
    if not folder.is_dir():
        raise OutputError(f"{path}: folder {folder} does not exist; create it first")
    if path.is_dir() or not os.access(path if path.exists() else folder, os.W_OK):
        raise OutputError(f"{path}: cannot be written; choose another place")


def write(report: Mapping[str, object], path: Path | None) -> None:
    """Write the report whole or not at all; "-" prints it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    if path is None:
        return
    text = json.dumps(report, indent=2) + "\n"
    if str(path) == "-":
        print(text, end="")
        return
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: {error.strerror or error}; the report was not written"
        ) from None


def check_apart(sound: str | None, output: str | Path) -> None:
    """Refuse to write over the very file that is being read.

    Raises
    ------
    OutputError
        If both are one file.
    """
    if sound is None or not (os.path.exists(sound) and os.path.exists(output)):
        return
    if os.path.samefile(sound, output):
        raise OutputError(f"{output}: is the sound itself; choose another name for the output")


def of_run(engine: "Engine") -> dict[str, object]:
    """The engine's report, its first frame counted from the start of the process.

    Where the system does not tell when that was, it counts from the opening of the engine.
    """
    from v1z3r_core.telemetry.age import process_age_seconds

    measured = engine.report()
    age, since = process_age_seconds(), engine.seconds_since_first_picture
    if age is not None and since is not None:
        measured["first_frame_s"] = round(age - since, 3)
    return measured


def summary(report: Mapping[str, Any]) -> list[str]:
    """The report in a few lines for a person."""
    interval = report["interval_ms"]
    lines = [f"{report['frames']} frames"]
    if "fps" in report:
        lines[0] += f" in {report['seconds']:.2f} s, {report['fps']:.1f} fps"
    if "first_frame_s" in report:
        lines[0] += f", first after {report['first_frame_s']:.2f} s"
    if interval:
        lines.append(
            f"interval ms: p50 {interval['p50']:.2f}, p95 {interval['p95']:.2f}, "
            f"p99 {interval['p99']:.2f}, max {interval['max']:.2f}; "
            f"missed {report.get('missed', 0)}, xruns {report['audio']['xruns']}"
        )
    stages = report["stage_ms"]
    if all(stages.values()):
        lines.append(
            "stage ms p50: " + ", ".join(f"{name} {ms['p50']:.2f}" for name, ms in stages.items())
        )
    return lines
