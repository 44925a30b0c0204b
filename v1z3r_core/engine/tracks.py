"""A whole sound, from a file or from memory, through the analysis."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.ports import AudioSource
from v1z3r_core.model.track import Track

PORTION_SECONDS = 0.5  # analysed at a time: well within the analyzer's ring of hops

Progress = Callable[[float], None]
"""Called with the seconds of sound analysed so far."""


def analyze(
    source: str | Path | ArrayLike,
    *,
    sample_rate: int | None = None,
    progress: Progress | None = None,
) -> Track:
    """Everything the analysis hears in a whole track, by hop.

    Parameters
    ----------
    source : path, "synth" for the built-in track, or array_like of float
        Of shape (n,) or (n, channels). A file of that name is reached as a `Path`, or "./synth".
    sample_rate : int, Hz
        Of an array; a file knows its own.
    progress : function (float) -> None

    Raises
    ------
    AudioFileError
        If the file is missing, damaged or holds no sound.
    ValueError
        If an array has no sample rate or the wrong shape.
    """
    if not isinstance(source, str | Path):
        return _track(None, _portions(source, sample_rate), progress)
    sound = open_whole(source)
    try:
        return _track(Path(source), _blocks(sound), progress)
    finally:
        sound.close()


def open_whole(source: str | Path) -> AudioSource:
    """A file, or the built-in track for the word "synth", from beginning to end.

    Raises
    ------
    AudioFileError
        If the file is missing, damaged or holds no sound.
    """
    if source == "synth":
        from v1z3r_core.audio.synth import SynthSource

        return SynthSource(loop=False)
    from v1z3r_core.audio.file import FileSource

    return FileSource(source)


def _track(path: Path | None, blocks: Iterator[AudioBlock], progress: Progress | None) -> Track:
    from v1z3r_core.analysis.analyzer import Analyzer
    from v1z3r_core.analysis.health import settle
    from v1z3r_core.analysis.track import TrackBuilder

    settle()
    analyzer, builder = Analyzer(), TrackBuilder(path)
    for block in blocks:
        builder.add(block, analyzer.advance(block))
        if progress is not None:
            progress(block.end / block.rate)
    return builder.finish()


def _blocks(source: AudioSource) -> Iterator[AudioBlock]:
    until = 0.0
    while not source.ended:
        until += PORTION_SECONDS
        block = source.read(until)
        if block is not None:
            yield block


def _portions(samples: ArrayLike, rate: int | None) -> Iterator[AudioBlock]:
    if rate is None:
        raise ValueError("an array of samples needs its sample_rate, in Hz")
    array = np.ascontiguousarray(samples, dtype=np.float32)
    array = array[:, np.newaxis] if array.ndim == 1 else array
    size = max(1, round(PORTION_SECONDS * rate))
    for start in range(0, len(array), size):
        yield AudioBlock(start, rate, array[start : start + size])
