"""The key over time: where a piece modulates, from its tones.

Every window's pitch classes are notes drawn from one of 24 keys, or from none, where all twelve are
as likely. The best course of keys explains them all and pays for each change, so that a chord
borrowed from elsewhere stays a chord. How much of the sound is overtones and drums instead of the
key's own notes differs from piece to piece; the share that explains a piece best is taken.

References
----------
D. Temperley, "Music and Probability" (2007), chapter 6: keys as distributions of pitch classes, a
    constant likelihood of a change from segment to segment.
K. Noland and M. Sandler, "Key estimation using a hidden Markov model", ISMIR (2006): keys as
    hidden states whose most likely course is a Viterbi path.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.key import audible, key_fits, sureness, weighted_chroma
from v1z3r_core.analysis.keyprofiles import MAJOR, MINOR
from v1z3r_core.analysis.tones import Tones
from v1z3r_core.model.key import Mode
from v1z3r_core.model.track import Key, KeySpan

Doubles = NDArray[np.float64]
Times = NDArray[np.float64]

NONE = 24  # the state in which no key holds
# Notes a second that count as independent, and what a change costs in nats. Of 68 rendered pieces,
# some of drums alone, with their second half transposed, 75 % of the changes by one to three
# semitones are found within 8 s, and 55 % of those by a fifth, which alters one note of seven. As
# they are, 4 of them are said to change.
NOTES_PER_SECOND = 4.0
CHANGE_COST = 9.0
LEAST_GAIN = 0.03  # nats a note by which a key must beat none: noise leans somewhere too
UNPLAYED = 3  # of the twelve are not played at any time: as strong as the third weakest is noise
NOISE_SHARES = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
SILENT_SHARE = 0.02  # of the loud windows
SILENT_GAIN = 0.05  # nats a note for no key: 45 s of silence inside a piece are a gap
SNAP_SECONDS = 0.5  # a change so close to a downbeat happened there


def key_course(tones: Tones, key: Key | None, downbeats: Times) -> tuple[KeySpan, ...]:
    """Stretches of a piece in one key each, in order of time.

    Parameters
    ----------
    tones : Tones
        Of the whole piece.
    key : Key or None
        Of the whole piece; a piece without one is in none anywhere, and a piece that stays in one
        key is in this one.
    downbeats : NDArray[float64], seconds
        May be empty.

    Returns
    -------
    tuple of KeySpan
        Neighbours differ; between them there may be gaps, where nothing has a key.
    """
    if key is None:
        return ()
    chroma = weighted_chroma(tones)
    heard = audible(chroma)
    chroma, times = chroma[heard.start : heard.stop], tones.times[heard.start : heard.stop]
    step = float(times[1] - times[0])
    runs = _runs(_likeliest(chroma, step))
    spans = _merged(_led([_span(chroma, times, run) for run in runs]))
    if len({span.name for span in spans}) > 1:
        return _snapped(spans, downbeats)
    start, end = (spans[0].start, spans[-1].end) if spans else (times[0], times[-1])
    return (KeySpan(max(0.0, float(start)), float(end), key.tonic, key.mode, key.confidence),)


def _likeliest(chroma: Doubles, step: float) -> NDArray[np.int64]:
    """State of each window on the best course, at the share of noise that explains most."""
    loudness = chroma.sum(axis=1)
    floor = np.sort(chroma, axis=1)[:, UNPLAYED - 1 : UNPLAYED]
    played = np.maximum(chroma - floor, 0)
    played /= np.maximum(played.sum(axis=1, keepdims=True), 1e-12)
    silent = loudness <= SILENT_SHARE * np.quantile(loudness, 0.9)
    keys = np.array([np.roll(mode, tonic) for mode in (MAJOR, MINOR) for tonic in range(12)])
    notes = NOTES_PER_SECOND * step
    best: tuple[float, NDArray[np.int64]] | None = None
    for share in NOISE_SHARES:
        gains = played @ np.log(12 * (1 - share) * keys + share).T
        gains = np.concatenate([gains, np.full((len(gains), 1), LEAST_GAIN)], axis=1)
        gains[silent] = 0
        gains[silent, NONE] = SILENT_GAIN
        found = _best_course(notes * gains)
        if best is None or found[0] > best[0]:
            best = found
    assert best is not None
    return best[1]


def _best_course(gains: Doubles) -> tuple[float, NDArray[np.int64]]:
    """Viterbi where all changes cost the same: log-likelihood, and the state of each window."""
    states = np.arange(gains.shape[1])
    score = gains[0].copy()
    came = np.empty(gains.shape, np.int64)
    for window in range(1, len(gains)):
        leap = int(score.argmax())
        stays = score >= score[leap] - CHANGE_COST
        came[window] = np.where(stays, states, leap)
        score = np.where(stays, score, score[leap] - CHANGE_COST) + gains[window]
    course = np.empty(len(gains), np.int64)
    course[-1] = score.argmax()
    for window in range(len(gains) - 1, 0, -1):
        course[window - 1] = came[window, course[window]]
    return float(score.max()), course


def _runs(course: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """First window, last window and state of each run of one state that is a key."""
    edges = [0, *(1 + np.flatnonzero(np.diff(course))), len(course)]
    return [
        (int(first), int(stop) - 1, int(course[first]))
        for first, stop in pairwise(edges)
        if course[first] != NONE
    ]


def _span(chroma: Doubles, times: Times, run: tuple[int, int, int]) -> KeySpan:
    """The run in seconds, as sure as its key leads over all others where they are correlated."""
    first, last, state = run
    shares = chroma[first : last + 1]
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
    fits = key_fits(shares.mean(axis=0))
    lead = float(fits[state] - np.delete(fits, state).max())
    half = (times[1] - times[0]) / 2
    start, end = max(0.0, float(times[first] - half)), float(times[last] + half)
    mode: Mode = "major" if state < 12 else "minor"
    return KeySpan(start, end, state % 12, mode, sureness(lead, end - start))


def _led(spans: list[KeySpan]) -> list[KeySpan]:
    """Those whose key leads: under a lone bass line or tuned drums another one may fit better."""
    return [span for span in spans if span.confidence >= sureness(0.0, span.end - span.start)]


def _merged(spans: list[KeySpan]) -> list[KeySpan]:
    """Without neighbours in one key: what lay between them was no key of its own."""
    kept: list[KeySpan] = []
    for span in spans:
        if kept and kept[-1].name == span.name:
            sure = max(kept[-1].confidence, span.confidence)
            kept[-1] = replace(kept[-1], end=span.end, confidence=sure)
        else:
            kept.append(span)
    return kept


def _snapped(spans: list[KeySpan], downbeats: Times) -> tuple[KeySpan, ...]:
    """Changes that all but meet a downbeat moved there; a key lasts until the next begins."""
    starts = [span.start for span in spans]
    for place in range(1, len(spans)):
        near = downbeats[np.abs(downbeats - starts[place]) <= SNAP_SECONDS]
        if len(near):
            starts[place] = float(near[np.abs(near - starts[place]).argmin()])
    ends = [*starts[1:], spans[-1].end]
    return tuple(
        replace(span, start=start, end=end)
        for start, end, span in zip(starts, ends, spans, strict=True)
    )
