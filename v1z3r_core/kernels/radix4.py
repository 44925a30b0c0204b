"""Passes of radix 4 between the first pass and the last: one by one, or three in one go.

Three passes at a time, where the packed samples do not fit the first-level cache any more: there
a pass takes as long as that cache takes to be filled with what is read and what is overwritten,
half as long again as the arithmetic or more. Of s interleaved sub-transforms of length n, the
rows p, p + m, p + 2m … (m = n/64) go through all three by themselves, from memory to a small
room, there, and back to memory.
"""

from dataclasses import dataclass
from typing import Any

from v1z3r_core.kernels.butterfly import butterfly, paired, unpaired
from v1z3r_core.kernels.twiddles import ALIGNMENT, FIRST_RADIX, LANES
from v1z3r_core.kernels.vectors import (
    FLOAT,
    Complex,
    Cursor,
    Index,
    declared,
    loop,
    number,
    product,
)

FACTORS = 6  # floats: three complex factors of one row
ROOM_STRIDE = 4 * FIRST_RADIX  # at most so many interleaved sub-transforms for three passes

_FIRST_ROW = 2 * FIRST_RADIX  # floats
_ROOM = 64 * 2 * ROOM_STRIDE  # floats: 16 KB


@dataclass(frozen=True, slots=True)
class Walk:
    """How a pass of radix 4 goes through memory, in floats.

    Parameters
    ----------
    steps : index
        How many times four rows are transformed.
    row : index
        What is transformed of a row, as many columns at once; two floats each.
    step, quarter : index
        From the first of four rows to the first of the next four, and from one of four to the
        next.
    out_step, out_quarter : index
        Likewise for the results.
    factors : index
        From the factors of one step to the next one's.
    """

    steps: Index
    row: Index
    step: Index
    quarter: Index
    out_step: Index
    out_quarter: Index
    factors: Index

    def arguments(self) -> list[Any]:
        """What a `walking_pass` is called with, after its arrays."""
        counts = self.steps, self.row, self.step, self.quarter
        return [*map(number, (*counts, self.out_step, self.out_quarter, self.factors))]


def whole_pass(builder: Any, length: Index, stride: Index) -> Walk:
    """One pass over everything: `stride` interleaved sub-transforms of a length."""
    row, steps = product(builder, 2, stride), builder.lshr(length, number(2))
    return Walk(
        steps, row, row, product(builder, row, steps), product(builder, row, 4), row, FACTORS
    )


def walking_pass(module: Any, lanes: int) -> Any:
    """A pass of radix 4 over a stated part of memory; one function per module and lanes.

    Emits ``void (source, twiddles, out, …)``, see `Walk`. Rows are of whole blocks.
    """
    name = f"v1z3r_fft_radix4_{lanes}"
    if name in module.globals:
        return module.globals[name]
    function, b, (source, twiddles, out, *counts) = declared(module, name, lanes, 3, 7)
    walk = Walk(*counts)
    with loop(b, 0, walk.steps) as p:
        here, there = source.at(product(b, p, walk.step)), out.at(product(b, p, walk.out_step))
        w = _factors(twiddles.at(product(b, p, walk.factors)))
        with loop(b, 0, walk.row, 2 * lanes) as q:
            x = [here.at(q, product(b, walk.quarter, k)).block() for k in range(4)]
            for j, value in enumerate(_turned(x, w)):
                there.at(q, product(b, walk.out_quarter, j)).put_block(value)
    b.ret_void()
    return function


def second_pass(module: Any, lanes: int) -> Any:
    """The pass of radix 4 after the first one, whose rows are of eight columns.

    Emits ``void (source, twiddles, out, steps)`` with steps = N/64. Sixteen lanes take two rows
    at once, as the first pass put them, and have a factor of each; their results have rows of
    32 columns and whole blocks in them.
    """
    name = f"v1z3r_fft_second_{lanes}"
    if name in module.globals:
        return module.globals[name]
    function, b, (source, twiddles, out, steps) = declared(module, name, lanes, 3, 1)
    quarter = product(b, _FIRST_ROW, steps)
    together = lanes // LANES
    with loop(b, 0, steps, together) as p:
        here, there = source.at(product(b, p, _FIRST_ROW)), out.at(product(b, p, 4 * _FIRST_ROW))
        x = [here.at(product(b, quarter, k)).block() for k in range(4)]
        factors = twiddles.at(product(b, p, FACTORS))
        if together == 1:
            rows = [_turned(x, _factors(factors))]
        else:
            rows = _unpaired(_turned(x, _factors_of_two(factors)))
        for row, blocks in enumerate(rows):
            for i, block in enumerate(blocks):
                there.at(_FIRST_ROW * (4 * row + i * together)).put_block(block)
    b.ret_void()
    return function


def three_passes(module: Any, lanes: int) -> Any:
    """Three passes of radix 4 after the second, over rows of 32 columns.

    Emits ``void (source, twiddles, out, length)``: the sub-transforms' length n, a multiple of
    64.
    """
    name = f"v1z3r_fft_three_{lanes}"
    if name in module.globals:
        return module.globals[name]
    function, b, (source, twiddles, out, length) = declared(module, name, lanes, 3, 1)
    memory = b.alloca(FLOAT, number(_ROOM))
    memory.align = ALIGNMENT
    room = Cursor(b, memory, lanes)
    radix4 = walking_pass(module, lanes)
    row = 2 * ROOM_STRIDE
    quarters = [b.lshr(length, number(2 * i)) for i in (1, 2, 3)]
    tables = [twiddles]
    for quarter in quarters[:2]:
        tables.append(tables[-1].at(product(b, FACTORS, quarter)))
    apart = quarters[2]

    def go(source: Cursor, table: Cursor, target: Cursor, walk: Walk) -> None:
        b.call(radix4, [source.pointer, table.pointer, target.pointer, *walk.arguments()])

    with loop(b, 0, apart) as p:
        here, there = source.at(product(b, p, row)), out.at(product(b, p, 64 * row))
        first, second, third = (table.at(product(b, p, FACTORS)) for table in tables)
        far, between = product(b, apart, row), product(b, apart, FACTORS)
        quarter = product(b, quarters[0], row)
        go(here, first, room, Walk(16, row, far, quarter, 4 * row, row, between))
        # In its place: what the third pass reads need not be in order.
        go(room, second, room, Walk(4, 4 * row, 4 * row, 16 * row, 4 * row, 16 * row, between))
        go(room, third, there, Walk(4, 4 * row, 16 * row, 4 * row, 4 * row, 16 * row, 0))
    b.ret_void()
    return function


def _factors(twiddles: Cursor) -> list[Complex]:
    """Three factors in all lanes."""
    return [
        Complex(twiddles.at(j).spread(), twiddles.at(j + 1).spread()) for j in range(0, FACTORS, 2)
    ]


def _factors_of_two(twiddles: Cursor) -> list[Complex]:
    """Three factors of each of two rows that share a vector."""
    both = twiddles.vector()  # and four floats beyond: the next table's
    parts = [both.pick(both, paired(i, i + FACTORS)) for i in range(FACTORS)]
    return [Complex(*parts[i : i + 2]) for i in range(0, FACTORS, 2)]


def _unpaired(pairs: list[Complex]) -> list[list[Complex]]:
    """The blocks of two rows of 32 columns out of four vectors that each hold eight of both."""
    low, high = pairs[::2], pairs[1::2]
    re = [unpaired(one.re, other.re) for one, other in zip(low, high, strict=True)]
    im = [unpaired(one.im, other.im) for one, other in zip(low, high, strict=True)]
    return [[Complex(r[i], m[i]) for r, m in zip(re, im, strict=True)] for i in (0, 1)]


def _turned(x: list[Complex], factors: list[Complex]) -> list[Complex]:
    first, *others = butterfly(x)
    return [first, *(value * factor for value, factor in zip(others, factors, strict=True))]
