"""The last pass: transform by radix 2 or 4 and take the packed spectrum apart."""

from collections.abc import Sequence
from typing import Any, Literal

from v1z3r_core.kernels.butterfly import butterfly, order, place
from v1z3r_core.kernels.twiddles import WIDE_LANES
from v1z3r_core.kernels.vectors import (
    Complex,
    Cursor,
    Index,
    Real,
    declared,
    factor_group,
    loop,
    number,
    product,
    total,
)

Form = Literal["bins", "power"]


def last_pass(module: Any, lanes: int, radix: int, form: Form) -> Any:
    """The pass as a function; one per module, lanes, radix and form.

    Emits ``void (source, twiddles, out, unit, stride)`` with stride s = N / (2 radix), a
    multiple of four times the lanes. `out` receives N/2 + 1 complex bins, or their powers; `unit`
    points to a 1.
    """
    name = f"v1z3r_fft_last{radix}_{form}_{lanes}"
    if name in module.globals:
        return module.globals[name]
    function, b, (source, twiddles, out, unit, stride) = declared(module, name, lanes, 4, 1)
    half = product(b, stride, radix)
    row = product(b, 2, stride)
    rows = [source.at(product(b, row, i)) for i in range(radix)]
    one = unit.spread()
    # Of a block and the one after it: elements L, L-1 … 1 for 0, 1 … L-1 of the mirrored one.
    mirror = [place(lanes)[-element % lanes] if element else lanes for element in order(lanes)]
    first_lane = [0, *range(lanes + 1, 2 * lanes)]

    def columns(q: Index, beyond: Any) -> tuple[list[Complex], list[Complex]]:
        """Columns q, q+1 … and s-q, s-q-1 …; the latter's lane 0 is in the block `beyond`."""
        here = product(b, 2, q)
        back = b.sub(row, here)
        mirrored = [
            at.at(back, -2 * lanes).block().pick(at.at(beyond).block(), mirror) for at in rows
        ]
        return butterfly([at.at(here).block() for at in rows], one), butterfly(mirrored, one)

    def combine(q: Index, values: list[Complex], partners: list[Complex]) -> None:
        factors = factor_group(twiddles, q, radix)
        for j, (value, partner) in enumerate(zip(values, partners, strict=True)):
            factor = factors.at(2 * WIDE_LANES * j).vectors(WIDE_LANES)
            plain, mirrored = _apart(value, partner, factor)
            k = total(b, q, product(b, stride, j))
            _put_ascending(out, form, k, plain)
            _put_descending(out, form, b.sub(half, k), mirrored)

    values, partners = columns(0, 0)
    turned = [partners[-j % radix] for j in range(radix)]
    combine(0, values, [turned[j].pick(partners[~j], first_lane) for j in range(radix)])
    with loop(b, lanes, b.lshr(stride, number(1)), lanes) as q:
        values, partners = columns(q, b.sub(row, product(b, 2, q)))
        combine(q, values, partners[::-1])

    alone = butterfly(
        [Complex(at.at(stride).scalar(), at.at(stride, lanes).scalar()) for at in rows]
    )
    factors = twiddles.at(product(b, row, radix // 2))
    for j in range(radix // 2):
        w = Complex(factors.at(2 * j).scalar(), factors.at(2 * j + 1).scalar())
        k = total(b, b.lshr(stride, number(1)), product(b, stride, j))
        plain, mirrored = _apart(alone[j], alone[~j], w)
        _put_one(out, form, k, plain)
        _put_one(out, form, b.sub(half, k), mirrored)
    b.ret_void()
    return function


def _apart(value: Complex, partner: Complex, factor: Complex) -> tuple[Complex, Complex]:
    """X[k] and X[M-k] from Z[k], Z[M-k] and half of exp(-2πi k/N)."""
    half = value.re.like(0.5)
    even = Complex(value.re + partner.re, value.im - partner.im)
    odd = Complex(value.im + partner.im, partner.re - value.re) * factor
    return (
        even.scaled(half, plus=odd),
        Complex(even.re.times(half, plus=-odd.re), even.im.times(-half, plus=odd.im)),
    )


def _power(value: Complex) -> Real:
    return value.re.times(value.re, plus=value.im * value.im)


def _put_ascending(out: Cursor, form: Form, k: Any, values: Complex) -> None:
    """Store bins k, k+1 … from lanes in order."""
    _put_lanes(out, form, k, values, place(out.lanes))


def _put_descending(out: Cursor, form: Form, k: Any, values: Complex) -> None:
    """Store bins k, k-1 … from lanes in order."""
    first = out.at((1 - out.lanes) * (2 if form == "bins" else 1))
    _put_lanes(first, form, k, values, place(out.lanes)[::-1])


def _put_lanes(out: Cursor, form: Form, k: Any, values: Complex, lanes: Sequence[int]) -> None:
    if form == "power":
        power = _power(values)
        out.at(k).put(power.pick(power, lanes))
        return
    joined = [lane + part for lane in lanes for part in (0, out.lanes)]
    for start in (0, out.lanes):
        target = out.at(product(out.builder, k, 2), start)
        target.put(values.re.pick(values.im, joined[start : start + out.lanes]))


def _put_one(out: Cursor, form: Form, k: Any, value: Complex) -> None:
    if form == "power":
        out.at(k).put(_power(value))
        return
    target = out.at(product(out.builder, k, 2))
    target.put(value.re)
    target.at(1).put(value.im)
