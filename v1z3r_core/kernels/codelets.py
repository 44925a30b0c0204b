"""Vector instructions of the Fourier passes, as LLVM functions put into any module.

Numba's loop vectoriser cannot shuffle lanes, and so cannot transpose in registers; these
passes say outright which vector instructions they want. They are generic in the size.

Derivation
----------
N weighted real samples are M = N/2 complex ones (even samples real, odd imaginary), whose
transform Z is taken apart at the end. Z is computed by Stockham's self-sorting passes, by
decimation in frequency: a pass of radix r over sub-transforms of length n = r m, of which s are
interleaved, computes for p < m and q < s ::

    y[q + s (r p + j)] = w^(p j) Σ_k x[q + s (p + m k)] exp(-2πi j k/r),   w = exp(-2πi/n)

and the next pass has n/r and s r. Element i of a pass lies in block i/8; a block is eight real
parts, then eight imaginary ones, so that a pass works on whole vectors along q with one
twiddle factor for all lanes. Only the first pass has s = 1: it has radix 8, works along p, and
an 8 × 8 transpose turns its eight outputs into blocks. Then follow passes of radix 4, and of
radix 2 or 4 at the end: of radix 8, sixteen registers hold the operands but not the factors,
and spilling cost a seventh to a quarter of the time on AVX2; with AVX-512's thirty-two it was
within 5 % either way.

Real and imaginary parts are separated by shuffles within 128-bit halves, which are cheap, and
leave the lanes in `ORDER`. Nothing ever needs them in ascending order: the last shuffle, that
joins real and imaginary parts, undoes it.

The last pass has m = 1 and no factors. With it comes the taking apart: of

    X[k] = (Z[k] + conj Z[M-k]) / 2 - i/2 exp(-2πi k/N) (Z[k] - conj Z[M-k])

with R its radix, row j of column q is Z[q + s j], and its partner is row R-1-j of column s-q.
So columns q … q+7 and their mirror images are loaded, transformed, combined and stored in one
go. Column 0 is its own mirror image, with partner rows j and (R-j) mod R; column s/2 stands
alone and is done by the same instructions on scalars.

No fast-math flag is set. Multiply-adds are fused where they say so (`llvm.fmuladd`: fused where
the processor can, and then always), so equal inputs give equal bits wherever they lie.

References
----------
P. N. Swarztrauber, "FFT algorithms for vector computers", Parallel Computing 1 (1984): the passes.
H. V. Sorensen et al., "Real-valued fast Fourier transform algorithms", IEEE Trans. ASSP 35
(1987), section III: the taking apart.
F. Franchetti and M. Püschel, "Short vector code generation for the discrete Fourier transform",
IPDPS (2003): a first pass that ends in an in-register transpose, complex data in vector blocks.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

from llvmlite import ir

from v1z3r_core.kernels.twiddles import ALIGNMENT, FIRST_RADIX, LANES, LAST_RADIX, ORDER
from v1z3r_core.kernels.vectors import (
    BLOCK,
    INT,
    POINTER,
    Complex,
    Cursor,
    Index,
    Real,
    loop,
    number,
    product,
    total,
)

Form = Literal["bins", "power"]

_PLACE = [ORDER.index(element) for element in range(LANES)]  # lane of an element

# Of a block and the one after it: elements 8, 7 … 1 for elements 0, 1 … 7 of the mirrored one.
_MIRROR = [_PLACE[-element % LANES] if element else LANES for element in ORDER]
_FIRST_LANE = [0, *range(LANES + 1, 2 * LANES)]


def butterfly(x: Sequence[Complex]) -> list[Complex]:
    """Fourier transform of 2, 4 or 8 values, those of a half length first."""
    if len(x) == 2:
        return [x[0] + x[1], x[0] - x[1]]
    even, odd = butterfly(x[::2]), butterfly(x[1::2])
    if len(x) == 4:
        return [
            even[0] + odd[0],
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


def transpose(rows: Sequence[Real]) -> list[Real]:
    """Turn eight vectors of eight lanes into their columns: by ones, twos and fours."""
    ones = _crossed(rows, 1, (0, 8, 1, 9, 4, 12, 5, 13), (2, 10, 3, 11, 6, 14, 7, 15))
    twos = _crossed(ones, 2, (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15))
    fours = _crossed(twos, 4, (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15))
    return [*fours[::2], *fours[1::2]]


def _crossed(
    rows: Sequence[Real], apart: int, low: Sequence[int], high: Sequence[int]
) -> list[Real]:
    """Lower and upper halves, by two lane patterns, of pairs of rows so far apart."""
    pairs = [(rows[i], rows[i + apart]) for i in range(8) if not i & apart]
    return [one.pick(other, half) for one, other in pairs for half in (low, high)]


def _function(module: Any, name: str, pointers: int, counts: int) -> tuple[Any, Any, list[Any]]:
    """Declare a function of arrays that do not overlap and of counts; a builder, the arguments.

    One definition serves all kernels that are linked together. Not inlined: functions of one
    size each ran 2 to 5 % faster, and took as long to compile, each, as these for all sizes.
    """
    kind = ir.FunctionType(ir.VoidType(), [POINTER] * pointers + [INT] * counts)
    function = ir.Function(module, kind, name)
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")
    function.attributes.add("nounwind")
    for argument in function.args[:pointers]:
        argument.add_attribute("noalias")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    arrays = [Cursor(builder, pointer) for pointer in function.args[:pointers]]
    return function, builder, [*arrays, *function.args[pointers:]]


def transform(module: Any, form: Form) -> Any:
    """All passes of one transform, as a function of which a module gets one.

    Emits ``void (samples, window, tables, work, out, size)``: the contract of `fft_bins` and
    `fft_power` in `kernels.fft`, for sizes that have codelets.
    """
    name = f"v1z3r_fft_{form}"
    known = module.globals.get(name)
    if known is not None:
        return known
    function, b, (samples, window, tables, work, out, size) = _function(module, name, 5, 1)
    step = b.lshr(size, number(4))
    begin = _next_line(work)
    first = _pass(module, "v1z3r_fft_first", first_pass)
    b.call(first, [samples.pointer, window.pointer, tables.pointer, begin.pointer, step])

    starts = [
        begin.pointer,
        begin.at(size).pointer,
        tables.at(product(b, step, 2 * (FIRST_RADIX - 1))).pointer,
        step,
        number(FIRST_RADIX),
    ]
    entry = b.block
    test, body, last = (b.append_basic_block(name) for name in ("test", "pass", "last"))
    b.branch(test)
    b.position_at_end(test)
    states = [b.phi(start.type) for start in starts]
    for state, start in zip(states, starts, strict=True):
        state.add_incoming(start, entry)
    source, target, factors, length, stride = states
    b.cbranch(b.icmp_unsigned(">", length, number(LAST_RADIX)), body, last)

    b.position_at_end(body)
    radix4 = _pass(module, "v1z3r_fft_radix4", radix4_pass)
    b.call(radix4, [source, factors, target, length, stride])
    quarter = b.lshr(length, number(2))
    beyond = Cursor(b, factors).at(product(b, quarter, 6)).pointer
    nexts = [target, source, beyond, quarter, product(b, stride, 4)]
    for state, following in zip(states, nexts, strict=True):
        state.add_incoming(following, body)
    b.branch(test)

    b.position_at_end(last)
    with b.if_else(b.icmp_unsigned("==", length, number(2))) as branches:
        for radix, branch in zip((2, 4), branches, strict=True):
            with branch:
                emitter = partial(last_pass, radix=radix, form=form)
                ending = _pass(module, f"v1z3r_fft_last{radix}_{form}", emitter)
                b.call(ending, [source, factors, out.pointer, stride])
    b.ret_void()
    return function


def _pass(module: Any, name: str, emitter: Callable[..., Any]) -> Any:
    return module.globals.get(name) or emitter(module, name)


def _next_line(memory: Cursor) -> Cursor:
    """The first cache line that begins in the memory."""
    builder = memory.builder
    missing = builder.neg(builder.ptrtoint(memory.pointer, INT))
    missing = builder.and_(missing, number(ALIGNMENT - 1))
    return memory.at(builder.lshr(missing, number(2)))


def first_pass(module: Any, name: str) -> Any:
    """Weight, pack, transform by radix 8.

    Emits ``void (samples, window, twiddles, out, step)`` with step = N/16.
    """
    function, b, (samples, window, twiddles, out, step) = _function(module, name, 4, 1)
    with loop(b, 0, step, LANES) as p:
        values = []
        for k in range(FIRST_RADIX):
            place = product(b, 2, total(b, p, product(b, step, k)))
            low, high = (
                samples.at(place, shift).vector() * window.at(place, shift).vector()
                for shift in (0, LANES)
            )
            values.append(
                Complex(
                    low.pick(high, (0, 2, 8, 10, 4, 6, 12, 14)),
                    low.pick(high, (1, 3, 9, 11, 5, 7, 13, 15)),
                )
            )
        values = butterfly(values)
        factors = twiddles.at(product(b, p, 2 * (FIRST_RADIX - 1)))
        for j in range(1, FIRST_RADIX):
            values[j] *= factors.at((j - 1) * BLOCK).vectors()
        re = transpose([values[j].re for j in ORDER])
        im = transpose([values[j].im for j in ORDER])
        blocks = out.at(product(b, p, BLOCK))
        for lane, element in enumerate(ORDER):
            blocks.at(element * BLOCK).put_block(Complex(re[lane], im[lane]))
    b.ret_void()
    return function


def radix4_pass(module: Any, name: str) -> Any:
    """Transform by radix 4.

    Emits ``void (source, twiddles, out, length, stride)``: the sub-transforms' length is n, a
    multiple of 4, their number s, a multiple of 8.
    """
    function, b, (source, twiddles, out, length, stride) = _function(module, name, 3, 2)
    steps = b.lshr(length, number(2))
    row = product(b, 2, stride)
    quarter = product(b, row, steps)
    with loop(b, 0, steps) as p:
        factors = twiddles.at(product(b, p, 6))
        w = [Complex(factors.at(2 * j).spread(), factors.at(2 * j + 1).spread()) for j in range(3)]
        here = source.at(product(b, p, row))
        there = out.at(product(b, p, row, 4))
        with loop(b, 0, row, BLOCK) as q:
            x = [here.at(q, product(b, quarter, k)).block() for k in range(4)]
            first, *others = butterfly(x)
            there.at(q).put_block(first)
            for j, (value, factor) in enumerate(zip(others, w, strict=True), start=1):
                there.at(q, product(b, row, j)).put_block(value * factor)
    b.ret_void()
    return function


def last_pass(module: Any, name: str, radix: int, form: Form) -> Any:
    """Transform by radix 2 or 4 and take the packed spectrum apart.

    Emits ``void (source, twiddles, out, stride)`` with stride s = N / (2 radix), a multiple of
    16. `out` receives N/2 + 1 complex bins, or their powers.
    """
    function, b, (source, twiddles, out, stride) = _function(module, name, 3, 1)
    half = product(b, stride, radix)
    row = product(b, 2, stride)
    rows = [source.at(product(b, row, i)) for i in range(radix)]

    def columns(q: Index, beyond: Any) -> tuple[list[Complex], list[Complex]]:
        """Columns q … q+7 and s-q … s-q-7; the latter's lane 0 is in the block `beyond`."""
        place = product(b, 2, q)
        back = b.sub(row, place)
        mirrored = [at.at(back, -BLOCK).block().pick(at.at(beyond).block(), _MIRROR) for at in rows]
        return butterfly([at.at(place).block() for at in rows]), butterfly(mirrored)

    def combine(q: Index, values: list[Complex], partners: list[Complex]) -> None:
        factors = twiddles.at(product(b, q, 2 * radix))
        for j, (value, partner) in enumerate(zip(values, partners, strict=True)):
            plain, mirrored = _apart(value, partner, factors.at(j * BLOCK).vectors())
            k = total(b, q, product(b, stride, j))
            _put_ascending(out, form, k, plain)
            _put_descending(out, form, b.sub(half, k), mirrored)

    values, partners = columns(0, 0)
    turned = [partners[-j % radix] for j in range(radix)]
    combine(0, values, [turned[j].pick(partners[~j], _FIRST_LANE) for j in range(radix)])
    with loop(b, LANES, b.lshr(stride, number(1)), LANES) as q:
        values, partners = columns(q, b.sub(row, product(b, 2, q)))
        combine(q, values, partners[::-1])

    alone = butterfly(
        [Complex(at.at(stride).scalar(), at.at(stride, LANES).scalar()) for at in rows]
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
    """Store bins k … k+7 from lanes in `ORDER`."""
    _put_lanes(out, form, k, values, _PLACE)


def _put_descending(out: Cursor, form: Form, k: Any, values: Complex) -> None:
    """Store bins k, k-1 … k-7 from lanes in `ORDER`."""
    _put_lanes(out.at(-(LANES - 1) * (2 if form == "bins" else 1)), form, k, values, _PLACE[::-1])


def _put_lanes(out: Cursor, form: Form, k: Any, values: Complex, lanes: Sequence[int]) -> None:
    if form == "power":
        power = _power(values)
        out.at(k).put(power.pick(power, lanes))
        return
    joined = [lane + part for lane in lanes for part in (0, LANES)]
    for start in (0, LANES):
        place = out.at(product(out.builder, k, 2), start)
        place.put(values.re.pick(values.im, joined[start : start + LANES]))


def _put_one(out: Cursor, form: Form, k: Any, value: Complex) -> None:
    if form == "power":
        out.at(k).put(_power(value))
        return
    place = out.at(product(out.builder, k, 2))
    place.put(value.re)
    place.at(1).put(value.im)
