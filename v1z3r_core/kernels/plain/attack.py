"""The moment of an attack, finer than any spectrum tells it."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from v1z3r_core.kernels.onset_tuning import AFTER, BEFORE, LEAST_RISE, TINY

Floats = NDArray[np.float32]


def attack_age(history: Floats, length: int, blocks: Floats) -> int:
    """Samples from the steepest rise of energy to the end of `history`.

    Parameters
    ----------
    history : float32, shape (more than length · blocks,)
    length : int
        Samples per block: the resolution.
    blocks : float32, shape (blocks,)
        Overwritten with the energies of the newest blocks.
    """
    count = len(blocks)
    steps = np.diff(history[-count * length - 1 :]).reshape(count, length)
    np.sum(steps * steps, axis=1, out=blocks)
    floor = blocks.max() * LEAST_RISE + TINY
    before = floor + sliding_window_view(blocks[: count - AFTER], BEFORE).sum(axis=1)
    after = floor + sliding_window_view(blocks[BEFORE:], AFTER).sum(axis=1)
    return (count - BEFORE - int(np.argmax(after / before))) * length
