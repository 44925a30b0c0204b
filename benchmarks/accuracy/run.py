"""Every method over a folder of pieces: answers kept on disk, scores, one table."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from benchmarks.accuracy import ours, peers
from benchmarks.accuracy.score import Estimate, Score, score, summary
from benchmarks.accuracy.truth import Truth, read_truth

_COLUMNS = (
    ("F", "f", "{:.3f}"), ("AMLt", "amlt", "{:.3f}"), ("CMLt", "cmlt", "{:.3f}"),
    ("err ms", "error_ms", "{:.1f}"), ("bias ms", "bias_ms", "{:+.1f}"),
    ("down F", "downbeat_f", "{:.3f}"), ("tempo", "tempo_exact", "{:.2f}"),
    ("octave", "tempo_octave", "{:.2f}"), ("key", "key", "{:.2f}"),
    ("onset F", "onset_f", "{:.3f}"),
    ("kick", "kick_f", "{:.2f}"), ("snare", "snare_f", "{:.2f}"), ("hat", "hat_f", "{:.2f}"),
    ("lead ms", "lead_ms", "{:.0f}"), ("≥50 ms", "lead_share", "{:.2f}"),
    ("µs/hop", "us_per_hop", "{:.1f}"),
)  # fmt: skip


def _nothing() -> None:
    """For a method that holds nothing."""


@dataclass(frozen=True, slots=True)
class Method:
    """Something that hears: a name, whether it looks ahead, how it is asked and let go."""

    name: str
    causal: bool
    ask: Callable[[Path], Estimate]
    version: str
    close: Callable[[], None] = _nothing


@dataclass(frozen=True, slots=True)
class Result:
    """One method's score of one piece; `failure` says why there is none."""

    method: str
    causal: bool
    piece: str
    kind: str
    score: Score
    failure: str | None = None


def methods(chosen: str, folder: Path) -> tuple[list[Method], list[str]]:
    """Ours and the chosen peers that are installed, and a line for each that is not.

    Parameters
    ----------
    chosen : str
        ``all``, ``none``, or names separated by commas.

    Raises
    ------
    ValueError
        If a name is unknown; lists those there are.
    """
    names = [one.strip() for one in chosen.split(",")]
    known = [peer.name for peer in peers.PEERS]
    if chosen not in ("all", "none") and (unknown := [n for n in names if n not in known]):
        raise ValueError(f"--peers: {unknown[0]!r} is not one of {', '.join(known)}")
    own = _own_version()
    found = [
        Method("v1z3r live", True, lambda path: ours.heard(path, live=True), own),
        Method("v1z3r whole file", False, lambda path: ours.heard(path, live=False), own),
    ]
    missing = []
    for peer in peers.PEERS:
        if chosen == "none" or (chosen != "all" and peer.name not in names):
            continue
        if peers.installed(peer.library, folder):
            asked = peers.Asked(peer, folder)
            found.append(Method(peer.name, peer.causal, asked.ask, _adapter(peer), asked.close))
        else:
            how = f"python -m benchmarks.accuracy peers --install {peer.library}"
            missing.append(f"{peer.name}: not installed ({how})")
    return found, missing


def pieces(folder: Path, half: str | None) -> list[tuple[Path, Truth]]:
    """Sound files and truths, by name.

    Raises
    ------
    FileNotFoundError
        If there are none of that half.
    """
    found = [
        (path.with_suffix(".flac"), read_truth(path)) for path in sorted(folder.glob("*.json"))
    ]
    kept = [(path, truth) for path, truth in found if half is None or truth.half == half]
    if not kept:
        raise FileNotFoundError(f"{folder}: no pieces{f' of the half {half}' if half else ''}")
    return kept


def run(
    chosen: Sequence[Method], material: Sequence[tuple[Path, Truth]], kept: Path
) -> list[Result]:
    """Ask every method about every piece; answers already kept are not asked for again."""
    results = []
    with tqdm(total=len(chosen) * len(material), unit="piece") as bar:
        for method in chosen:
            bar.set_description(method.name)
            try:
                for sound, truth in material:
                    results.append(_result(method, sound, truth, kept))
                    bar.update()
            finally:
                method.close()
    return results


def table(results: Sequence[Result]) -> str:
    """All methods over all pieces, then one block per kind."""
    names = list(dict.fromkeys(one.method for one in results))
    kinds = sorted({one.kind for one in results})
    blocks = [_block(f"all, {_count(results)} pieces", names, results)]
    for kind in kinds:
        of_kind = [one for one in results if one.kind == kind]
        blocks.append(_block(f"{kind}, {_count(of_kind)} pieces", names, of_kind))
    return "\n\n".join(blocks)


def as_json(results: Sequence[Result]) -> str:
    """Every score, and the summaries the table prints."""
    names = list(dict.fromkeys(one.method for one in results))
    kinds = ["all", *sorted({one.kind for one in results})]
    summaries = {
        name: {
            kind: summary(
                [r.score for r in results if r.method == name and kind in ("all", r.kind)]
            )
            for kind in kinds
        }
        for name in names
    }
    return json.dumps({"summary": summaries, "scores": [asdict(one) for one in results]}, indent=1)


def _result(method: Method, sound: Path, truth: Truth, kept: Path) -> Result:
    try:
        estimate = _answer(method, sound, kept)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        # A method that fails on a piece has found no beat in it: it does not get to skip it.
        none = score(truth, Estimate(beats=()))
        return Result(method.name, method.causal, sound.stem, truth.kind, none, str(error))
    return Result(method.name, method.causal, sound.stem, truth.kind, score(truth, estimate))


def _answer(method: Method, sound: Path, kept: Path) -> Estimate:
    """From disk where the same version heard the same file."""
    stat = sound.stat()
    identity = f"{method.name}|{method.version}|{sound.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
    place = kept / f"{hashlib.blake2b(identity.encode(), digest_size=12).hexdigest()}.json"
    if place.exists():
        return Estimate(**json.loads(place.read_text()))
    estimate = method.ask(sound)
    kept.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(estimate)))
    unfinished.replace(place)
    return estimate


def _adapter(peer: peers.Peer) -> str:
    """Changes when the adapter does."""
    files = sorted(path for path in peers.ADAPTERS.glob(f"*{peer.library}*") if path.is_file())
    content = b"".join(path.read_bytes() for path in files)
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _own_version() -> str:
    """Changes when any of our modules does."""
    import v1z3r_core

    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(v1z3r_core.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} {sys.version_info[:2]}"


def _count(results: Sequence[Result]) -> int:
    return len({one.piece for one in results})


def _block(title: str, names: Sequence[str], results: Sequence[Result]) -> str:
    lines = [title, f"{'':24}{'':8}" + "".join(f"{head:>8}" for head, _, _ in _COLUMNS)]
    for name in names:
        own = [one for one in results if one.method == name]
        if not own:
            continue
        values = summary([one.score for one in own])
        cells = "".join(f"{_cell(values[key], form):>8}" for _, key, form in _COLUMNS)
        failed = sum(one.failure is not None for one in own)
        note = f"  {failed} failed" if failed else ""
        lines.append(f"{name:24}{'causal' if own[0].causal else 'offline':8}{cells}{note}")
    return "\n".join(lines)


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else form.format(value)
