"""A track as plain values for JSON and as arrays for NPZ."""

import math
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.analysis import BANDS, band_edges_hz
from v1z3r_core.model.track import Track, spectrogram_hz

_WHOLE = (
    "path",
    "key",
    "keys",
    "rhythm",
    "sections",
    "events",
)  # fields that are no array or number


def described(track: Track) -> dict[str, object]:
    """What was measured, as JSON can hold it; null for what cannot be said of this sound.

    The keys are listed in docs/analysis.md.
    """
    key, rhythm = track.key, track.rhythm
    return {
        "path": None if track.path is None else str(track.path),
        "sample_rate": track.sample_rate,
        "duration": round(track.duration, 6),
        "tempo_bpm": None if rhythm is None else round(rhythm.tempo_bpm, 2),
        "tempo_confidence": None if rhythm is None else round(rhythm.tempo_confidence, 3),
        "beats": None if rhythm is None else seconds(rhythm.beats),
        "downbeats": None if rhythm is None else seconds(rhythm.downbeats),
        "downbeat_confidence": None if rhythm is None else round(rhythm.downbeat_confidence, 3),
        "metre": None if rhythm is None else rhythm.beats_per_bar,
        "key": None if key is None else key.name,
        "key_confidence": None if key is None else round(key.confidence, 3),
        "key_camelot": None if key is None else key.camelot,
        "keys": [
            {
                "start": round(span.start, 3),
                "end": round(span.end, 3),
                "key": span.name,
                "camelot": span.camelot,
                "confidence": round(span.confidence, 3),
            }
            for span in track.keys
        ],
        "tuning_cents": None if key is None else round(key.tuning_cents, 1),
        "loudness_lufs": finite(track.loudness_lufs),
        "loudness_range_lu": finite(track.loudness_range_lu),
        "true_peak_dbtp": finite(track.true_peak_dbtp),
        "onsets": seconds(track.onsets),
        "onset_strengths": [round(float(strength), 3) for strength in track.onset_strengths],
        "sections": [
            {
                "start": round(part.start, 3),
                "end": round(part.end, 3),
                "label": part.label,
                "letter": part.letter,
            }
            for part in track.sections
        ],
        "events": [
            {"time": round(turn.time, 3), "kind": turn.kind, "strength": round(turn.strength, 3)}
            for turn in track.events
        ],
        "bands": {
            "edges_hz": [round(float(edge), 2) for edge in band_edges_hz()],
            "mean": [round(level, 4) for level in mean_bands(track)],
        },
    }


def arrays(track: Track) -> dict[str, NDArray[np.generic]]:
    """Every array and number of a track under its own name, and the axis of the spectrogram.

    What is None, and a path, is left out; beats and downbeats are there where there is a rhythm.
    """
    found: dict[str, NDArray[np.generic]] = {}
    for field in fields(Track):
        value = getattr(track, field.name)
        if field.name not in _WHOLE and value is not None:
            found[field.name] = np.asarray(value)
    found["spectrogram_hz"] = spectrogram_hz()
    found["section_starts"] = np.array([part.start for part in track.sections], np.float64)
    found["section_labels"] = np.array([part.label for part in track.sections], np.str_)
    found["section_letters"] = np.array([part.letter for part in track.sections], np.str_)
    found["key_starts"] = np.array([span.start for span in track.keys], np.float64)
    found["key_ends"] = np.array([span.end for span in track.keys], np.float64)
    found["key_names"] = np.array([span.name for span in track.keys], np.str_)
    found["key_confidences"] = np.array([span.confidence for span in track.keys], np.float64)
    if track.rhythm is not None:
        found["tempo_bpm"] = np.asarray(track.rhythm.tempo_bpm)
        found["beats"], found["downbeats"] = track.rhythm.beats, track.rhythm.downbeats
    if track.key is not None:
        found["key"] = np.asarray(track.key.name)
    return found


def save_npz(track: Track, path: Path) -> None:
    """Write `arrays` compressed; whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    partial = path.with_name(path.stem + ".partial.npz")
    try:
        np.savez_compressed(partial, **arrays(track))  # type: ignore[arg-type]  # names are free
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def mean_bands(track: Track) -> list[float]:
    """Mean level of each band over the track; zeros for one shorter than a hop."""
    if len(track.bands) == 0:
        return [0.0] * BANDS
    return [float(level) for level in track.bands.mean(axis=0, dtype=np.float64)]


def seconds(times: Iterable[float]) -> list[float]:
    """Times to a tenth of a millisecond."""
    return [round(float(time), 4) for time in times]


def finite(value: float | None) -> float | None:
    """To two places; None for what JSON cannot hold."""
    return round(value, 2) if value is not None and math.isfinite(value) else None
