"""What an estimate is worth against the truth: mir_eval's measures over the first minute.

Nothing is trimmed at the beginning (mir_eval's own `evaluate` leaves out five seconds): finding the
beat late is part of the result. Absent parts of an estimate give None, wrong ones 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import mir_eval
import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.truth import DRUMS, Truth

SECONDS = 60.0
BEAT_WINDOW = 0.07  # mir_eval's default, and the literature's (Davies et al. 2009)
ONSET_WINDOW = 0.05  # likewise
CHORD_SECONDS = 0.03  # starts closer than this are one chord, strum or flam to a listener
EXACT = 0.01  # of the tempo
LEAD_SECONDS = 0.05  # an announcement this early lets a picture land on the beat
_STEADY = 0.9  # of the beats within 1 % of the median tempo: else there is no one tempo to name


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a method heard; None = it does not say.

    Parameters
    ----------
    beats, downbeats, onsets, kick, snare, hat : sequence of float or None, seconds
    tempo_bpm : float or None
    key : str or None
        Such as ``F# minor``.
    leads : sequence of float or None, seconds
        How long before its time each beat was announced.
    us_per_hop, hop : float, int or None
        Time per hop of so many samples.
    """

    beats: Sequence[float] | None = None
    downbeats: Sequence[float] | None = None
    onsets: Sequence[float] | None = None
    kick: Sequence[float] | None = None
    snare: Sequence[float] | None = None
    hat: Sequence[float] | None = None
    tempo_bpm: float | None = None
    key: str | None = None
    leads: Sequence[float] | None = None
    us_per_hop: float | None = None
    hop: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """One estimate of one piece; None where there is nothing to compare.

    Parameters
    ----------
    f, cmlt, amlt : float, 0 … 1
        Beat F-measure; longest correct continuity summed, at the right and at allowed levels.
    error_ms, bias_ms : float
        Median absolute and median signed distance (late is positive) of beats that match.
    downbeat_f : float
    tempo_exact, tempo_octave : float, 0 or 1
        Within 1 %, and within 1 % of half, once or twice; only where the piece has one tempo.
    key : float
        mir_eval's weighted score.
    onset_f, kick_f, snare_f, hat_f : float
    lead_ms, lead_share : float
        Median announcement, and the share of beats announced at least 50 ms before.
    us_per_hop : float
    """

    f: float | None = None
    amlt: float | None = None
    cmlt: float | None = None
    error_ms: float | None = None
    bias_ms: float | None = None
    downbeat_f: float | None = None
    tempo_exact: float | None = None
    tempo_octave: float | None = None
    key: float | None = None
    onset_f: float | None = None
    kick_f: float | None = None
    snare_f: float | None = None
    hat_f: float | None = None
    lead_ms: float | None = None
    lead_share: float | None = None
    us_per_hop: float | None = None


# Means over pieces, but medians for times: one lost piece has an error of nothing in particular.
MEDIANS = ("error_ms", "bias_ms", "lead_ms", "us_per_hop")
NAMES = tuple(field.name for field in fields(Score))


def score(truth: Truth, estimate: Estimate) -> Score:
    """Every measure that both sides allow."""
    measures: dict[str, float | None] = {
        "us_per_hop": estimate.us_per_hop,
        "onset_f": _onset_f(merged(truth.onsets), estimate.onsets),
    }
    measures |= _beats(truth, estimate) | _tempo(truth, estimate) | _leads(estimate)
    for drum in DRUMS:
        measures[f"{drum}_f"] = _onset_f(_events(getattr(truth, drum)), getattr(estimate, drum))
    if truth.downbeats and estimate.downbeats is not None:
        measures["downbeat_f"] = beat_f(_events(truth.downbeats), _events(estimate.downbeats))
    if truth.key is not None and estimate.key is not None:
        measures["key"] = float(mir_eval.key.weighted_score(truth.key, estimate.key))
    return Score(**measures)


def beat_f(reference: NDArray[np.float64], estimated: NDArray[np.float64]) -> float:
    """F-measure within ±70 ms; 0 where either is empty."""
    if not len(reference) or not len(estimated):
        return 0.0
    return float(mir_eval.beat.f_measure(reference, estimated, BEAT_WINDOW))


def continuity(
    reference: NDArray[np.float64], estimated: NDArray[np.float64]
) -> tuple[float, float]:
    """(CMLt, AMLt); 0 for fewer than two beats, which make no interval."""
    if len(reference) < 2 or len(estimated) < 2:
        return 0.0, 0.0
    _, cmlt, _, amlt = mir_eval.beat.continuity(reference, estimated)
    return float(cmlt), float(amlt)


def merged(times: Sequence[float]) -> NDArray[np.float64]:
    """The first minute's starts, each chord (30 ms) once, at its first note."""
    kept: list[float] = []
    for time in _events(times):
        if not kept or time - kept[-1] >= CHORD_SECONDS:
            kept.append(float(time))
    return np.array(kept)


def summary(scores: Sequence[Score]) -> dict[str, float | None]:
    """One number per measure over many pieces: means, medians of times, None where none has it."""
    out: dict[str, float | None] = {}
    for name in NAMES:
        values = [value for one in scores if (value := getattr(one, name)) is not None]
        middle = np.median if name in MEDIANS else np.mean
        out[name] = float(middle(values)) if values else None
    return out


def _beats(truth: Truth, estimate: Estimate) -> dict[str, float | None]:
    if estimate.beats is None:
        return {}
    reference, estimated = _events(truth.beats), _events(estimate.beats)
    cmlt, amlt = continuity(reference, estimated)
    found: dict[str, float | None] = {
        "f": beat_f(reference, estimated), "cmlt": cmlt, "amlt": amlt,
    }  # fmt: skip
    pairs = mir_eval.util.match_events(reference, estimated, BEAT_WINDOW)
    if pairs:
        off = np.array([estimated[heard] - reference[true] for true, heard in pairs]) * 1e3
        found |= {"error_ms": float(np.median(np.abs(off))), "bias_ms": float(np.median(off))}
    return found


def _tempo(truth: Truth, estimate: Estimate) -> dict[str, float | None]:
    beats = _events(truth.beats)
    if estimate.tempo_bpm is None or len(beats) < 4:
        return {}
    bpm = 60.0 / np.diff(beats)
    true = float(np.median(bpm))
    if np.mean(np.abs(bpm / true - 1) < EXACT) < _STEADY:
        return {}
    near = [abs(estimate.tempo_bpm / true / factor - 1) <= EXACT for factor in (1.0, 0.5, 2.0)]
    return {"tempo_exact": float(near[0]), "tempo_octave": float(any(near))}


def _leads(estimate: Estimate) -> dict[str, float | None]:
    if not estimate.leads:
        return {}
    leads = np.array(estimate.leads)
    share = float(np.mean(leads >= LEAD_SECONDS))
    return {"lead_ms": float(np.median(leads)) * 1e3, "lead_share": share}


def _onset_f(reference: NDArray[np.float64], estimated: Sequence[float] | None) -> float | None:
    """None where nothing is to be found or nothing is claimed."""
    if estimated is None or not len(reference):
        return None
    if not len(estimated):
        return 0.0
    return float(mir_eval.onset.f_measure(reference, _events(estimated), window=ONSET_WINDOW)[0])


def _events(times: Sequence[float]) -> NDArray[np.float64]:
    """Those of the first minute, ascending."""
    found = np.sort(np.asarray(times, np.float64))
    return found[(found >= 0) & (found < SECONDS)]
