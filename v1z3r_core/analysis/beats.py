"""Beats, downbeats and tempo of a whole file: what the network heard, the future known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis import beatweights
from v1z3r_core.analysis.beatplan import TempoSettings, beat_memory, beat_spectrum, beat_tables
from v1z3r_core.kernels.beat_layout import (
    DELAY_SECONDS,
    LONGEST_BAR,
    SHORTEST_BAR,
    USUAL_BARS,
    BeatTables,
)
from v1z3r_core.kernels.beat_listen import listen
from v1z3r_core.kernels.beat_path import best_path

NEAR_HOPS = 4  # around a beat of the path in which its peak is looked for
HEARD = 0.1  # activation that says where a beat is
LEAST_CONFIDENCE = 0.12  # mean activation on the beats; noise and speech stay below
TEMPO_SPAN = 4  # beats over which the tempo is measured: swing and rubato cancel out
BAR_CHANGE = 0.002  # likelihood that a beat is not where the bar before says
ODDS = 3.0  # against a beat being the bar's first, before anything is heard


@dataclass(frozen=True, slots=True)
class Beats:
    """What a whole file's beat is.

    Parameters
    ----------
    times : NDArray[float64], shape (n,), seconds
        Ascending; empty where no beat was found.
    places : NDArray[int64], shape (n,)
        Place of each beat in its bar, 0 for downbeats.
    bpm : float or None
        Median tempo; None for fewer than two beats.
    confidence : float, 0…1
        Mean activation of the network on the beats.
    beats_per_bar : int or None
        The metre of most bars.
    bar_confidence : float, 0…1
        How much likelier the network finds downbeats than the other beats.
    """

    times: NDArray[np.float64]
    places: NDArray[np.int64]
    bpm: float | None
    confidence: float
    beats_per_bar: int | None
    bar_confidence: float

    @property
    def downbeats(self) -> NDArray[np.float64]:
        """First beats of bars, seconds."""
        first: NDArray[np.float64] = self.times[self.places == 0]
        return first


NO_BEATS = Beats(np.empty(0), np.empty(0, np.int64), None, 0.0, None, 0.0)


def find_beats(
    activations: NDArray[np.float32], rate: int, hop: int, settings: TempoSettings | None = None
) -> Beats:
    """Find the beats that explain all activations of a file best.

    Parameters
    ----------
    activations : NDArray[float32], shape (hops, 2)
        Of beat and downbeat, as the hop gives them (`BeatValue.ACTIVATION` and the next) or
        `hear` does. The first hop ends `hop` samples into the file.
    rate, hop : int
        Hz, samples.
    settings : TempoSettings, optional

    Returns
    -------
    Beats
        `NO_BEATS` where the network heard none.
    """
    if len(activations) == 0:
        return NO_BEATS
    window = 4 * hop  # of no account: the path reads no bands
    net = beatweights.load(beatweights.CAUSAL)
    tables = beat_tables(rate, window, hop, settings or TempoSettings(), net)
    beat, first = np.ascontiguousarray(activations.T)
    hops = _inside(_path(beat, tables), beat)
    if len(hops) < 2:
        return NO_BEATS
    strengths = _around(beat, hops).max(axis=1)
    confidence = float(strengths.mean())
    if confidence < LEAST_CONFIDENCE:
        return NO_BEATS
    likelihood = _around(first, hops).max(axis=1) / np.maximum(strengths, HEARD)
    places, metre = _bars(np.clip(likelihood, 0.04, 0.94))
    times = (_refined(beat, hops) + 1) * hop / rate - DELAY_SECONDS
    heard = times >= 0
    contrast = likelihood[places == 0].mean() - likelihood[places > 0].mean()
    span = min(TEMPO_SPAN, len(times) - 1)
    return Beats(
        times=times[heard],
        places=places[heard],
        bpm=float(60 * span / np.median(times[span:] - times[:-span])),
        confidence=confidence,
        beats_per_bar=metre,
        bar_confidence=float(np.clip(contrast, 0, 1)),
    )


def hear(samples: NDArray[np.float32], rate: int, window: int, hop: int) -> NDArray[np.float32]:
    """Activations of a mono file, shape (hops, 2), as `find_beats` wants them.

    Parameters
    ----------
    samples : NDArray[float32], shape (n,)
        What is left of the last hop is not heard.
    rate, window, hop : int
        See `analysis.plan.window_size` and `hop_size`.
    """
    return _listen(samples, rate, window, hop)[1]


def features(samples: NDArray[np.float32], rate: int, window: int, hop: int) -> NDArray[np.float32]:
    """What the network sees of a mono file, shape (hops, inputs): what it is trained with."""
    return _listen(samples, rate, window, hop)[0]


def _listen(
    samples: NDArray[np.float32], rate: int, window: int, hop: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    tables = beat_tables(rate, window, hop, TempoSettings(), beatweights.load(beatweights.CAUSAL))
    memory = beat_memory(tables)
    hops = len(samples) // hop
    silence = np.zeros(window - hop, np.float32)
    padded = np.concatenate([silence, samples[: hops * hop]], dtype=np.float32)
    inputs = np.empty((hops, len(memory.inputs)), np.float32)
    activations = np.empty((hops, 2), np.float32)
    short, long = beat_spectrum(window // 2), beat_spectrum(window)
    listen(padded, hop, short, long, tables, memory, inputs, activations)
    return inputs, activations


def _path(beat: NDArray[np.float32], tables: BeatTables) -> NDArray[np.float64]:
    """Beats of the best course through all tempos and phases, in hops, ascending."""
    lengths = np.diff(tables.starts)
    tempos = len(lengths)
    scores = np.repeat(np.log(tables.preference / lengths), lengths).astype(np.float64)
    found = np.empty(len(beat))
    came = np.empty((len(beat), tempos), np.int64)
    heads, ends = np.zeros(tempos, np.int64), np.zeros(tempos)
    count = best_path(tables, beat, scores, heads, ends, came, found)
    return found[:count][::-1].copy()


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
    gain = np.where(places[:, None] == 0, np.log(ODDS * likelihood / (1 - likelihood)), 0.0)
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
