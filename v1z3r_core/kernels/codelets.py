"""The vectorised Fourier transform, as LLVM functions put into any module.

Numba's loop vectoriser cannot shuffle lanes, and so cannot transpose in registers; these
passes say outright which vector instructions they want. They are generic in the size.

Derivation
----------
N weighted real samples are M = N/2 complex ones (even samples real, odd imaginary), whose
transform Z is taken apart at the end. Z is computed by Stockham's self-sorting passes, by
decimation in frequency: a pass of radix r over sub-transforms of length n = r m, of which s are
interleaved, computes for p < m and q < s ::

    y[q + s (r p + j)] = w^(p j) Σ_k x[q + s (p + m k)] exp(-2πi j k/r),   w = exp(-2πi/n)

and the next pass has n/r and s r. L lanes make a block: L real parts, then L imaginary ones, and
element i of a pass lies in block i/L, so that a pass works on whole vectors along q with one
twiddle factor for all lanes. Only the first pass has s = 1: it has radix 8, works along p, and
transposes its eight outputs into blocks (`kernels.firstpass`). Then follow passes of radix 4
(`kernels.radix4`), and of radix 2 or 4 at the end. Of radix 8, sixteen registers hold the
operands but not the factors, and spilling cost a seventh to a quarter of the time on AVX2; with
AVX-512's thirty-two it was within 5 % either way. Two passes of radix 4 without memory between
them need all thirty-two and more, and were slower than one after the other.

Real and imaginary parts are separated by shuffles within 128-bit halves, which are cheap, and
leave the lanes in an order of theirs (`kernels.butterfly`). Nothing ever needs them in ascending
order: the last shuffle, that joins real and imaginary parts, undoes it.

The last pass has m = 1 and no factors. With it comes the taking apart: of

    X[k] = (Z[k] + conj Z[M-k]) / 2 - i/2 exp(-2πi k/N) (Z[k] - conj Z[M-k])

with R its radix, row j of column q is Z[q + s j], and its partner is row R-1-j of column s-q.
So L columns from q and their mirror images are loaded, transformed, combined and stored in one
go. Column 0 is its own mirror image, with partner rows j and (R-j) mod R; column s/2 stands
alone and is done by the same instructions on scalars.

There are eight lanes, or sixteen where the processor has AVX-512: half the instructions, which
on Zen 4, whose units are still half as wide, was worth 5 to 10 %. Both do the same arithmetic on
every value. No fast-math flag is set. Multiply-adds are fused where they say so
(`llvm.fmuladd`: fused where the processor can, and then always), so equal inputs give equal bits
wherever they lie.

References
----------
P. N. Swarztrauber, "FFT algorithms for vector computers", Parallel Computing 1 (1984): the passes.
H. V. Sorensen et al., "Real-valued fast Fourier transform algorithms", IEEE Trans. ASSP 35
(1987), section III: the taking apart.
F. Franchetti and M. Püschel, "Short vector code generation for the discrete Fourier transform",
IPDPS (2003): a first pass that ends in an in-register transpose, complex data in vector blocks.
D. H. Bailey, "FFTs in external or hierarchical memory", J. Supercomputing 4 (1990): several
passes over a part that fits the faster memory.
"""

from collections.abc import Sequence
from typing import Any

from v1z3r_core.kernels.firstpass import first_pass
from v1z3r_core.kernels.lastpass import Form, last_pass
from v1z3r_core.kernels.radix4 import (
    FACTORS,
    ROOM_STRIDE,
    second_pass,
    three_passes,
    walking_pass,
    whole_pass,
)
from v1z3r_core.kernels.twiddles import (
    ALIGNMENT,
    FIRST_RADIX,
    LANES,
    LAST_RADIX,
    WIDE_LANES,
)
from v1z3r_core.kernels.vectors import INT, Cursor, declared, number, product, repeated, total

_WIDE_FROM = 1_024  # samples: of fewer, sixteen lanes have too few columns to gain by
_LONG = 128  # rows after the second pass: from 8,192 samples on, which leave the nearest cache


def transform(module: Any, form: Form, lanes: int) -> Any:
    """All passes of one transform, as a function of which a module gets one.

    Emits ``void (samples, window, tables, work, out, size)``: the contract of `fft_bins` and
    `fft_power` in `kernels.fft`, for sizes that have codelets.
    """
    name = f"v1z3r_fft_{form}_{lanes}"
    if name in module.globals:
        return module.globals[name]
    function, b, (samples, window, tables, work, out, size) = declared(module, name, lanes, 5, 1)
    if lanes == WIDE_LANES:
        narrow = transform(module, form, LANES)
        with b.if_then(b.icmp_unsigned("<", size, number(_WIDE_FROM)), likely=False):
            b.call(narrow, function.args)
            b.ret_void()
    step = b.lshr(size, number(4))
    begin = _next_line(work)
    first = first_pass(module, lanes)
    b.call(first, [samples.pointer, window.pointer, tables.pointer, begin.pointer, step])
    padded = b.select(b.icmp_unsigned("<", step, number(WIDE_LANES)), number(WIDE_LANES), step)
    factors = tables.at(product(b, padded, 2 * (FIRST_RADIX - 1)))
    state = [begin.pointer, begin.at(size).pointer, factors.pointer, step, number(FIRST_RADIX)]

    def passing(state: Sequence[Any], radix: int, floats: Any) -> list[Any]:
        """What the next pass begins with, after one that had so many floats of factors."""
        source, target, factors, length, stride = state
        beyond = Cursor(b, factors, lanes).at(floats).pointer
        return [target, source, beyond, b.udiv(length, number(radix)), product(b, stride, radix)]

    def second(state: Sequence[Any]) -> list[Any]:
        source, target, factors, length, _ = state
        steps = b.lshr(length, number(2))
        b.call(second_pass(module, lanes), [source, factors, target, steps])
        return passing(state, 4, product(b, FACTORS, steps))

    def three(state: Sequence[Any]) -> list[Any]:
        source, target, factors, length, _ = state
        b.call(three_passes(module, lanes), [source, factors, target, length])
        rows = [b.lshr(length, number(shift)) for shift in (2, 4, 6)]
        return passing(state, 64, product(b, FACTORS, total(b, *rows)))

    def one(state: Sequence[Any]) -> list[Any]:
        source, target, factors, length, stride = state
        walk = whole_pass(b, length, stride)
        b.call(walking_pass(module, lanes), [source, factors, target, *walk.arguments()])
        return passing(state, 4, product(b, FACTORS, walk.steps))

    def wants_three(state: Sequence[Any]) -> Any:
        *_, length, stride = state
        long = b.icmp_unsigned(">=", length, number(_LONG))
        return b.and_(long, b.icmp_unsigned("<=", stride, number(ROOM_STRIDE)))

    state = repeated(b, second(state), wants_three, three)
    state = repeated(
        b, state, lambda state: b.icmp_unsigned(">", state[3], number(LAST_RADIX)), one
    )
    source, _, factors, length, stride = state
    with b.if_else(b.icmp_unsigned("==", length, number(2))) as branches:
        for radix, branch in zip((2, LAST_RADIX), branches, strict=True):
            with branch:
                last = last_pass(module, lanes, radix, form)
                b.call(last, [source, factors, out.pointer, tables.pointer, stride])
    b.ret_void()
    return function


def _next_line(memory: Cursor) -> Cursor:
    """The first cache line that begins in the memory."""
    builder = memory.builder
    missing = builder.neg(builder.ptrtoint(memory.pointer, INT))
    missing = builder.and_(missing, number(ALIGNMENT - 1))
    return memory.at(builder.lshr(missing, number(2)))
