"""Where the results of one file, or of many, are written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from v1z3r_core.app.report import check_writable
from v1z3r_core.model.errors import OutputError


@dataclass(frozen=True, slots=True)
class Targets:
    """Files to write for one sound file; None for those that are not wanted."""

    json: Path | None = None
    npz: Path | None = None
    picture: Path | None = None


def targets(
    sounds: Sequence[str], output: Path | None, plot: Path | None, *, live: bool
) -> Iterator[tuple[str, Targets]]:
    """Each sound with what is written of it; every refusal comes before any work.

    A name with a suffix is a file and takes one sound; any other is a folder, made where it is
    missing, that takes each sound under its own name.

    Raises
    ------
    OutputError
        If a target cannot be written, is of an unknown kind, or would be written twice.
    """
    suffixes = (".json",) if live else (".json", ".npz")
    for place, allowed in ((output, suffixes), (plot, (".png",))):
        if place is not None:
            _check(place, allowed, sounds)
    for sound in sounds:
        data = {suffix: _of(sound, output, suffix) for suffix in suffixes}
        yield sound, Targets(data[".json"], data.get(".npz"), _of(sound, plot, ".png"))


def _of(sound: str, place: Path | None, suffix: str) -> Path | None:
    if place is None:
        return None
    if _is_folder(place):
        return place / f"{Path(sound).stem}{suffix}"
    return place if place.suffix == suffix else None


def _is_folder(place: Path) -> bool:
    return place.is_dir() or not place.suffix


def _check(place: Path, allowed: Sequence[str], sounds: Sequence[str]) -> None:
    if _is_folder(place):
        _check_names(place, sounds)
        try:
            place.mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(f"{place}: {error.strerror or error}; choose another") from None
        check_writable(place / f"{Path(sounds[0]).stem}{allowed[0]}")
        return
    if place.suffix not in allowed:
        raise OutputError(f"{place}: write {' or '.join(f'OUT{s}' for s in allowed)}, or a folder")
    if len(sounds) > 1:
        raise OutputError(f"{place}: takes one file's analysis; name a folder for several")
    check_writable(place)


def _check_names(folder: Path, sounds: Sequence[str]) -> None:
    """Two sounds of one name would be written over each other."""
    taken: dict[str, str] = {}
    for sound in sounds:
        stem = Path(sound).stem
        if stem not in taken:
            taken[stem] = sound
        elif taken[stem] == sound:
            raise OutputError(f"{sound}: is named twice; {folder} takes it once")
        else:
            raise OutputError(
                f"{folder}: {taken[stem]} and {sound} would both be {stem}; analyse them apart"
            )
