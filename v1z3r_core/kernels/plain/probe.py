"""Sums of products: how much of a given wave or pattern there is."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def products(patterns: Floats, values: Floats) -> Floats:
    """Scalar product of each row of `patterns`, shape (n, m), with the values.

    Not `@`: a microsecond or two are not worth a library whose rounding, and whether it wakes
    threads, differ from one build of NumPy to the next.
    """
    sums: Floats = np.einsum("ij,j->i", patterns, values)
    return sums


def probe(samples: Floats, waves: Floats, power: Floats) -> None:
    """Power of each complex wave in the samples.

    Parameters
    ----------
    samples : float32, shape (n,)
    waves : float32, shape (2 · probes, n)
        Real and imaginary parts in turn.
    power : float32, shape (probes,), written
    """
    parts = products(waves, samples)
    squares = parts * parts
    np.add(squares[0::2], squares[1::2], out=power)
