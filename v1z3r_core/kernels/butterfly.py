"""Small Fourier transforms and transpositions of vectors: what goes on in registers.

Derivation
----------
The even and the odd ones of ascending floats, and later the real and imaginary parts of
ascending bins, are told apart and joined by shuffles. Those within 128 bits are the cheap ones
of AVX2, and leave the elements of eight lanes in `ORDER`. Sixteen lanes are twice that, so that
eight and sixteen lanes read the same tables.

Eight rows of eight lanes are transposed by ones, twos and fours. Of sixteen lanes, the columns
2i and 2i+1 end up together in one vector, and one step by ones and two of whole quarters do it:
half the shuffles per value. Such a pair's lanes hold, quarter by quarter, rows 2g and 2g+1 of the
one column and then of the other.
"""

import math
from collections.abc import Sequence

from v1z3r_core.kernels.twiddles import LANES, ORDER
from v1z3r_core.kernels.vectors import Complex, Real


def butterfly(x: Sequence[Complex], one: Real | None = None) -> list[Complex]:
    """Fourier transform of 2, 4 or 8 values, those of a half length first.

    With a `one` that the compiler takes for any number, sums are multiply-adds by it. They come
    out the same, but on the ports of the multipliers, which are idle just then: the first pass
    took 7 % less time on Zen 4, and a fifth less as AVX2, whose sixteen registers are too few.
    """

    def plus(a: Complex, b: Complex) -> Complex:
        return a + b if one is None else a.scaled(one, plus=b)

    if len(x) == 2:
        return [plus(x[0], x[1]), x[0] - x[1]]
    even, odd = butterfly(x[::2], one), butterfly(x[1::2], one)
    if len(x) == 4:
        return [
            plus(even[0], odd[0]),
            even[1].minus_i(odd[1]),
            even[0] - odd[0],
            even[1].plus_i(odd[1]),
        ]
    # exp(-πi/4) = (1 - i) √½ and its cube (-1 - i) √½: the √½ goes into multiply-adds.
    root = x[0].re.like(math.sqrt(0.5))
    first, third = odd[1].minus_i(odd[1]), odd[3].plus_i(odd[3])
    return [
        even[0] + odd[0],
        first.scaled(root, plus=even[1]),
        even[2].minus_i(odd[2]),
        third.scaled(-root, plus=even[3]),
        even[0] - odd[0],
        first.scaled(-root, plus=even[1]),
        even[2].plus_i(odd[2]),
        third.scaled(root, plus=even[3]),
    ]


def order(lanes: int) -> list[int]:
    """Which element of a block each lane holds."""
    return [start + element for start in range(0, lanes, LANES) for element in ORDER]


def place(lanes: int) -> list[int]:
    """Which lane holds each element of a block."""
    return [order(lanes).index(element) for element in range(lanes)]


def transposed(rows: Sequence[Real], lanes: int) -> dict[int, Real]:
    """Columns of eight rows whose lanes are in order, or pairs of columns, by the first's place.

    Eight lanes give the columns, rows in order. Sixteen give pairs of columns, see above.
    """
    return _columns(rows) if lanes == LANES else _pairs(rows)


def unpaired(one: Real, other: Real) -> list[Real]:
    """Elements 0 to 7 out of one vector of a pair, 8 to 15 out of another; and its second's."""
    first = [2 * LANES * (e // LANES) + 4 * (e % LANES // 2) + e % 2 for e in order(2 * LANES)]
    return [one.pick(other, [lane + 2 * second for lane in first]) for second in (0, 1)]


def paired(first: int, second: int) -> list[int]:
    """For each lane of a pair what belongs to its column, the first or the second."""
    return [first, first, second, second] * 4


def _columns(rows: Sequence[Real]) -> dict[int, Real]:
    ordered = [rows[j] for j in ORDER]
    ones = _crossed(ordered, 1, (0, 8, 1, 9, 4, 12, 5, 13), (2, 10, 3, 11, 6, 14, 7, 15))
    twos = _crossed(ones, 2, (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15))
    fours = _crossed(twos, 4, (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15))
    return dict(zip(ORDER, [*fours[::2], *fours[1::2]], strict=True))


def _pairs(rows: Sequence[Real]) -> dict[int, Real]:
    low = [4 * g + i + 16 * j for g in range(4) for i in (0, 1) for j in (0, 1)]
    ones = _crossed(rows, 1, low, [lane + 2 for lane in low])
    found = {}
    for half in (0, 1):
        a, b, c, d = ones[half::2]
        for g in (0, 2):
            left, right = (
                one.pick(other, _quarters(g, g + 1, g + 4, g + 5))
                for one, other in ((a, b), (c, d))
            )
            for odd in (0, 1):
                column = order(2 * LANES)[4 * (g + odd) + 2 * half]
                found[column] = left.pick(right, _quarters(*range(odd, 8, 2)))
    return found


def _quarters(*which: int) -> list[int]:
    return [4 * quarter + lane for quarter in which for lane in range(4)]


def _crossed(
    rows: Sequence[Real], apart: int, low: Sequence[int], high: Sequence[int]
) -> list[Real]:
    """Lower and upper halves, by two lane patterns, of pairs of rows so far apart."""
    pairs = [(rows[i], rows[i + apart]) for i in range(8) if not i & apart]
    return [one.pick(other, half) for one, other in pairs for half in (low, high)]
