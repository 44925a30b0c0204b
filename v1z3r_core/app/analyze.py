"""`v1z3r analyze`: what the analysis hears, for people, programs and arrays."""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from v1z3r_core.app import report, summary
from v1z3r_core.app.console import fail, note, say_if_compiling
from v1z3r_core.app.options import jobs as count_of_jobs
from v1z3r_core.app.options import sound_name
from v1z3r_core.app.progress import bar
from v1z3r_core.app.targets import Targets, targets
from v1z3r_core.model.errors import OutputError, V1z3rError

if TYPE_CHECKING:
    from v1z3r_core.engine.listening import Announcement, Listened
    from v1z3r_core.model.track import Track

EXAMPLE = "v1z3r analyze song.flac --plot song.png"

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One sound, as it was named, and what is wanted of it."""

    sound: str
    live: bool
    targets: Targets


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be printed about one file."""

    described: dict[str, object]
    text: str
    written: tuple[Path, ...] = ()
    failure: str | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "audio",
        nargs="+",
        type=sound_name,
        metavar="AUDIO",
        help="sound files, or synth for the built-in track",
    )
    parser.add_argument("--json", action="store_true", help="print JSON: one object, or a list")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        help="write OUT.json, or OUT.npz with every hop's values, or both for each file in folder "
        "OUT",
    )
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="OUT",
        help="draw OUT.png, or a picture of each file in folder OUT",
    )
    parser.add_argument(
        "--live",
        action="store_true",
        help="play it to the live analysis instead: what was announced, and when",
    )
    parser.add_argument(
        "--jobs",
        type=count_of_jobs,
        metavar="N",
        help="files analysed at once (default: one for each core)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Analyse each file; one that fails is named and the others go on."""
    if arguments.live and arguments.plot is not None:
        raise OutputError(f"{arguments.plot}: --live has no picture; leave out --live or --plot")
    jobs = [
        Job(sound, arguments.live, wanted)
        for sound, wanted in targets(
            arguments.audio, arguments.output, arguments.plot, live=arguments.live
        )
    ]
    say_if_compiling()
    described: list[dict[str, object]] = []
    failures = 0
    for outcome in _outcomes(jobs, arguments.jobs):
        for path in outcome.written:
            note(f"wrote {path}")
        if outcome.failure is not None:
            fail(outcome.failure)
            failures += 1
            continue
        described.append(outcome.described)
        if not arguments.json and arguments.output is None:
            print(outcome.text, flush=True)
    if arguments.json and described:
        single = len(jobs) == 1
        print(json.dumps(described[0] if single else described, indent=2))
    return 1 if failures else 0


def work(job: Job, progress: Progress) -> Outcome:
    """Everything that is wanted of one file; its foreseen failures are part of the outcome."""
    written: list[Path] = []
    try:
        found = _listen(job, progress) if job.live else _analyze(job, progress, written)
    except V1z3rError as failure:
        return Outcome({}, "", tuple(written), str(failure))
    return found


def _outcomes(jobs: list[Job], processes: int | None) -> Iterator[Outcome]:
    # Imported here: multiprocessing is a tenth of a start, and other commands do without.
    from v1z3r_core.app.workers import Died, each, usable_cores

    count = min(processes or usable_cores(), len(jobs))
    if count == 1:
        for job in jobs:
            with bar(Path(job.sound).name, unit="s") as progress:
                outcome = work(job, progress)
            yield outcome
        return
    with bar(f"{len(jobs)} files", unit="s") as progress:
        results = each(work, jobs, jobs=count, progress=progress)
        for job, result in zip(jobs, results, strict=True):
            if isinstance(result, Died):
                ended = f"{job.sound}: its process ended with status {result.status}; try --jobs 1"
                yield Outcome({}, "", failure=ended)
            else:
                yield result


def _analyze(job: Job, progress: Progress, written: list[Path]) -> Outcome:
    from v1z3r_core.analysis.export import described, save_npz
    from v1z3r_core.engine.tracks import analyze

    track = analyze(job.sound, progress=progress)
    values = described(track)
    for path, write in (
        (job.targets.json, partial(report.write, values)),
        (job.targets.npz, partial(save_npz, track)),
        (job.targets.picture, partial(_draw, track)),
    ):
        if path is not None:
            try:
                write(path)
            except OSError as error:
                raise OutputError(f"{path}: {error.strerror or error}") from None
            written.append(path)
    return Outcome(values, summary.of_track(track, job.sound), tuple(written))


def _listen(job: Job, progress: Progress) -> Outcome:
    from v1z3r_core.engine.listening import listen

    listened = listen(job.sound, progress=progress)
    values = _announced(listened)
    if job.targets.json is not None:
        report.write(values, job.targets.json)
    written = () if job.targets.json is None else (job.targets.json,)
    return Outcome(values, summary.of_listened(listened), written)


def _announced(listened: "Listened") -> dict[str, object]:
    """As JSON: beats and onsets with the stream time at which they were announced."""
    from v1z3r_core.analysis.export import finite, seconds

    onsets = listened.onsets
    return {
        "path": str(listened.path),
        "sample_rate": listened.sample_rate,
        "duration": round(listened.duration, 6),
        "live": True,
        "tempo_bpm": finite(listened.tempo_bpm),
        "beats": _with_announcements(listened.beats),
        "downbeats": _with_announcements(listened.downbeats),
        "onsets": seconds([onset.time for onset in onsets]),
        "onsets_announced_at": seconds([onset.announced_at for onset in onsets]),
        "drums": {name: seconds(list(times)) for name, times in listened.drums.items()},
        "key": listened.key,
        "key_confidence": round(listened.key_confidence, 3),
        "loudness_lufs": finite(listened.loudness_lufs),
    }


def _with_announcements(beats: "tuple[Announcement, ...]") -> list[dict[str, float]]:
    return [
        {"time": round(beat.time, 4), "announced_at": round(beat.announced_at, 4)} for beat in beats
    ]


def _draw(track: "Track", path: Path) -> None:
    from v1z3r_core.media.font import FONT_FILE
    from v1z3r_core.output.trackplot import save_picture

    save_picture(track, path, FONT_FILE)
