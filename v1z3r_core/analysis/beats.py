"""Beats, downbeats and tempo of a whole file: what the network heard, the future known."""

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.beatplan import beat_tables
from v1z3r_core.analysis.plan import Plan, hop_size, window_size
from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.beat_layout import (
    DELAY_SECONDS,
    HALVED_BARS,
    LONGEST_BAR,
    SHORTEST_BAR,
    USUAL_BARS,
    BeatTables,
    PathMemory,
)
from v1z3r_core.kernels.beat_tuning import (
    FIRST_BIAS,
    FIRST_SLOPE,
    LEAST_FIRST,
    MIDDLE_BIAS,
    MIDDLE_SLOPE,
    MOST_FIRST,
)
from v1z3r_core.model.analysis import ROW_FLOATS, AnalyzerSettings, TempoSettings
from v1z3r_core.model.track import Rhythm

NEAR_HOPS = 4  # around a beat of the path in which its peak is looked for
FEWEST_BEATS = 4  # that make a tempo: the ends of three equal gaps are no accident
HEARD = 0.1  # activation that says where a beat is
LEAST_CONFIDENCE = 0.12  # mean activation on the beats; noise and speech stay below
TEMPO_SPAN = 4  # beats over which the tempo is measured: swing and rubato cancel out
BAR_CHANGE = 0.002  # likelihood that a beat is not where the bar before says


def find_rhythm(
    beat: NDArray[np.float32],
    downbeat: NDArray[np.float32],
    rate: int,
    settings: TempoSettings | None = None,
) -> Rhythm | None:
    """Find the beats that explain all activations of a file best.

    Parameters
    ----------
    beat, downbeat : NDArray[float32], shape (hops,)
        Activations, see `Scalar.BEAT_ACTIVATION`, from the hop that begins the file on.
    rate : int, Hz
    settings : TempoSettings, optional

    Returns
    -------
    Rhythm or None
        None where the network heard no beats. Downbeats only where it hears a metre.
    """
    if len(beat) == 0:
        return None
    hop = hop_size(rate)
    net = beatweights.load(beatweights.CAUSAL)
    window = window_size(rate)
    tables = beat_tables(rate, window, hop, settings or TempoSettings(), net)
    hops = _inside(_path(np.ascontiguousarray(beat), tables), beat)
    if len(hops) < FEWEST_BEATS:
        return None
    strengths = _around(beat, hops).max(axis=1)
    confidence = float(strengths.mean())
    if confidence < LEAST_CONFIDENCE:
        return None
    likelihood = _around(downbeat, hops).max(axis=1) / np.maximum(strengths, HEARD)
    places, metre = _bars(np.clip(likelihood, LEAST_FIRST, MOST_FIRST))
    times = (_refined(beat, hops) + 1) * hop / rate - DELAY_SECONDS
    heard = times >= 0
    contrast = likelihood[places == 0].mean() - likelihood[places > 0].mean()
    span = min(TEMPO_SPAN, len(times) - 1)
    return Rhythm(
        tempo_bpm=float(60 * span / np.median(times[span:] - times[:-span])),
        tempo_confidence=min(confidence, 1.0),
        beats=times[heard],
        downbeats=times[heard & (places == 0)],
        beats_per_bar=metre,
        downbeat_confidence=float(np.clip(contrast, 0, 1)),
    )


def features(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """What the network sees of a mono file, shape (hops, inputs): what it is trained with.

    Parameters
    ----------
    samples : float32, shape (n,)
        What is left of the last hop is not heard.
    rate : int, Hz
    """
    plan = Plan.of(rate, 1, AnalyzerSettings())
    memory, hop = plan.memory(), plan.hop
    row, generation = np.zeros((1, ROW_FLOATS), np.float32), np.zeros((1, 1), np.int64)
    run = kernels().stream(plan.tables, memory, row, generation)
    seen = np.empty((len(samples) // hop, len(memory.beat.inputs)), np.float32)
    for k in range(len(seen)):
        run(np.ascontiguousarray(samples[k * hop : (k + 1) * hop, np.newaxis]), k)
        seen[k] = memory.beat.inputs
    return seen


def _path(beat: NDArray[np.float32], tables: BeatTables) -> NDArray[np.float64]:
    """Beats of the best course through all tempos and phases, in hops, ascending."""
    lengths = np.diff(tables.starts)
    tempos = len(lengths)
    path = PathMemory(
        scores=np.repeat(np.log(tables.preference / lengths), lengths).astype(np.float64),
        heads=np.zeros(tempos, np.int64),
        ends=np.zeros(tempos),
        came=np.empty((len(beat), tempos), np.int64),
        beats=np.empty(len(beat)),
    )
    count = kernels().best_path(tables, path, beat)
    return path.beats[:count][::-1].copy()


def _inside(hops: NDArray[np.float64], beat: NDArray[np.float32]) -> NDArray[np.float64]:
    """Beats from the first one heard to the last: the path also runs through silence around."""
    if len(hops) == 0:
        return hops
    heard = np.flatnonzero(_around(beat, hops).max(axis=1) > HEARD)
    return hops[heard[0] : heard[-1] + 1] if len(heard) else hops[:0]


def _around(values: NDArray[np.float32], hops: NDArray[np.float64]) -> NDArray[np.float32]:
    """Values near each beat, shape (beats, 2 · NEAR_HOPS + 1); 0 beyond the ends."""
    padded = np.pad(values, NEAR_HOPS)
    middle = np.clip(np.round(hops).astype(np.int64), 0, len(values) - 1)
    near: NDArray[np.float32] = padded[middle[:, None] + np.arange(2 * NEAR_HOPS + 1)]
    return near


def _refined(beat: NDArray[np.float32], hops: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centres of the peaks at the beats, in fractions of hops; where there is none, the path's."""
    near = _around(beat, hops)
    top = near.max(axis=1, keepdims=True)
    above = np.maximum(near - 0.5 * top, 0)
    places = np.round(hops)[:, None] + np.arange(-NEAR_HOPS, NEAR_HOPS + 1)
    mass = above.sum(axis=1)
    centre = (above * places).sum(axis=1) / np.maximum(mass, 1e-9)
    return np.where(top[:, 0] > HEARD, centre, hops)


def _bars(likelihood: NDArray[np.float64]) -> tuple[NDArray[np.int64], int]:
    """Place of every beat in its bar, and the usual metre: Viterbi over places of all bars."""
    bars = range(SHORTEST_BAR, LONGEST_BAR + 1)
    metres = np.repeat(bars, bars)
    places = np.concatenate([np.arange(bar) for bar in bars])
    usual = np.repeat([u / bar for u, bar in zip(USUAL_BARS, bars, strict=True)], bars)
    before = np.arange(len(places)) - 1 + np.where(places == 0, metres, 0)
    odds = np.log(likelihood / (1 - likelihood))
    first = (places == 0)[:, None]
    middle = (np.isin(metres, HALVED_BARS) & (2 * places == metres))[:, None]
    gain = first * (FIRST_BIAS + FIRST_SLOPE * odds) + middle * (MIDDLE_BIAS + MIDDLE_SLOPE * odds)
    score = np.log(usual) + gain[:, 0]
    came = np.empty((len(likelihood), len(places)), np.int64)
    for beat in range(1, len(likelihood)):
        leap = int(np.argmax(score))
        leapt = score[leap] + np.log(BAR_CHANGE * usual)
        stays = score[before] >= leapt
        came[beat] = np.where(stays, before, leap)
        score = np.where(stays, score[before], leapt) + gain[:, beat]
    state = int(np.argmax(score))
    states = [state]
    for beat in range(len(likelihood) - 1, 0, -1):
        state = int(came[beat, state])
        states.append(state)
    course = np.array(states[::-1])
    return places[course], int(np.bincount(metres[course]).argmax())
