"""Vectors, complex numbers and loops in an LLVM function that is being built.

What the Fourier passes are written with: operators on these add instructions. A vector has as
many lanes as the cursor that loaded it says. Typed pointers, which every llvmlite since Numba
0.60 takes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from llvmlite import ir

from v1z3r_core.kernels.twiddles import WIDE_LANES

FLOAT = ir.FloatType()
INT = ir.IntType(64)
POINTER = FLOAT.as_pointer()
FLOAT_BYTES = 4

_LANE = ir.IntType(32)

# An index or a count: an int, or a value (llvmlite is untyped) known when the function runs.
Index: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Real:
    """A float, or a vector of them, in the function being built; operators add instructions."""

    builder: Any
    value: Any

    def __add__(self, other: "Real") -> "Real":
        return Real(self.builder, self.builder.fadd(self.value, other.value))

    def __sub__(self, other: "Real") -> "Real":
        return Real(self.builder, self.builder.fsub(self.value, other.value))

    def __neg__(self) -> "Real":
        return Real(self.builder, self.builder.fneg(self.value))

    def __mul__(self, other: "Real") -> "Real":
        return Real(self.builder, self.builder.fmul(self.value, other.value))

    def times(self, factor: "Real", *, plus: "Real") -> "Real":
        """The product and a summand, rounded once where the processor can."""
        kind = self.value.type
        name = f"llvm.fmuladd.{f'v{kind.count}' if _is_vector(kind) else ''}f32"
        module = self.builder.module
        known = module.globals.get(name)
        function = known or ir.Function(module, ir.FunctionType(kind, [kind] * 3), name)
        return Real(
            self.builder, self.builder.call(function, [self.value, factor.value, plus.value])
        )

    def like(self, number: float) -> "Real":
        """A constant of the same kind, the same in all lanes."""
        kind = self.value.type
        value = [number] * kind.count if _is_vector(kind) else number
        return Real(self.builder, ir.Constant(kind, value))

    def pick(self, other: "Real", lanes: Sequence[int]) -> "Real":
        """Lanes of this vector, counted from 0, and of another, counted on from this one's."""
        mask = ir.Constant(ir.VectorType(_LANE, len(lanes)), list(lanes))
        return Real(self.builder, self.builder.shuffle_vector(self.value, other.value, mask))


@dataclass(frozen=True, slots=True)
class Complex:
    """Real and imaginary parts, each a `Real`."""

    re: Real
    im: Real

    def __add__(self, other: "Complex") -> "Complex":
        return Complex(self.re + other.re, self.im + other.im)

    def __sub__(self, other: "Complex") -> "Complex":
        return Complex(self.re - other.re, self.im - other.im)

    def __mul__(self, other: "Complex") -> "Complex":
        return Complex(
            self.re.times(other.re, plus=-(self.im * other.im)),
            self.re.times(other.im, plus=self.im * other.re),
        )

    def plus_i(self, other: "Complex") -> "Complex":
        """This and i times the other."""
        return Complex(self.re - other.im, self.im + other.re)

    def minus_i(self, other: "Complex") -> "Complex":
        """This less i times the other."""
        return Complex(self.re + other.im, self.im - other.re)

    def scaled(self, factor: Real, *, plus: "Complex") -> "Complex":
        """A real multiple of this and a summand."""
        return Complex(
            self.re.times(factor, plus=plus.re),
            self.im.times(factor, plus=plus.im),
        )

    def pick(self, other: "Complex", lanes: Sequence[int]) -> "Complex":
        """Lanes of this and of another."""
        return Complex(self.re.pick(other.re, lanes), self.im.pick(other.im, lanes))


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an array of floats, and what can be done there; the builder's position moves.

    A block is a vector of real parts, then one of the imaginary parts.
    """

    builder: Any
    pointer: Any
    lanes: int

    def at(self, *offsets: Index) -> "Cursor":
        """The place so many floats further on."""
        offset = total(self.builder, *offsets)
        pointer = self.builder.gep(self.pointer, [offset], inbounds=True)
        return Cursor(self.builder, pointer, self.lanes)

    def vector(self, align: int = FLOAT_BYTES) -> Real:
        """As many floats from here as there are lanes."""
        return Real(self.builder, self.builder.load(self._as_vector(), align=align))

    def vectors(self, apart: int) -> Complex:
        """As many real parts from here, and imaginary ones that begin so many floats further on."""
        return Complex(self.vector(), self.at(apart).vector())

    def block(self) -> Complex:
        """A block of work memory that begins here."""
        whole = self.lanes * FLOAT_BYTES
        return Complex(self.vector(whole), self.at(self.lanes).vector(whole))

    def scalar(self) -> Real:
        """One float."""
        return Real(self.builder, self.builder.load(self.pointer, align=FLOAT_BYTES))

    def spread(self) -> Real:
        """One float in all lanes."""
        blank = ir.Constant(ir.VectorType(FLOAT, self.lanes), ir.Undefined)
        one = self.builder.insert_element(blank, self.scalar().value, ir.Constant(_LANE, 0))
        return Real(self.builder, one).pick(Real(self.builder, blank), [0] * self.lanes)

    def put(self, value: Real, align: int = FLOAT_BYTES) -> None:
        """Store a vector or a scalar."""
        target = self._as_vector() if _is_vector(value.value.type) else self.pointer
        self.builder.store(value.value, target, align=align)

    def put_block(self, values: Complex) -> None:
        """Store a block of work memory."""
        self.put(values.re, self.lanes * FLOAT_BYTES)
        self.at(self.lanes).put(values.im, self.lanes * FLOAT_BYTES)

    def _as_vector(self) -> Any:
        kind = ir.VectorType(FLOAT, self.lanes)
        return self.builder.bitcast(self.pointer, kind.as_pointer())


def _is_vector(kind: Any) -> bool:
    return isinstance(kind, ir.VectorType)


def total(builder: Any, *terms: Index) -> Any:
    """Sum of indices."""
    values = [number(term) for term in terms]
    result = values[0]
    for value in values[1:]:
        result = builder.add(result, value)
    return result


def product(builder: Any, *factors: Index) -> Any:
    """Product of indices."""
    values = [number(factor) for factor in factors]
    result = values[0]
    for value in values[1:]:
        result = builder.mul(result, value)
    return result


def number(index: Index) -> Any:
    """An index as an LLVM value."""
    return ir.Constant(INT, index) if isinstance(index, int) else index


def declared(
    module: Any, name: str, lanes: int, pointers: int, counts: int
) -> tuple[Any, Any, list[Any]]:
    """Declare a function of arrays and of counts; also a builder for it, and its arguments.

    The arrays do not overlap, except that the first may be one of those written. One definition
    serves all kernels that are linked together. Not inlined: functions of one size each ran 2 to
    5 % faster, and took as long to compile, each, as these for all sizes.
    """
    kind = ir.FunctionType(ir.VoidType(), [POINTER] * pointers + [INT] * counts)
    function = ir.Function(module, kind, name)
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")
    function.attributes.add("nounwind")
    for argument in function.args[1:pointers]:
        argument.add_attribute("noalias")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    arrays = [Cursor(builder, pointer, lanes) for pointer in function.args[:pointers]]
    return function, builder, [*arrays, *function.args[pointers:]]


@contextmanager
def loop(builder: Any, start: Index, stop: Index, step: int = 1) -> Iterator[Any]:
    """Repeat what is built inside for i = start, start + step … below stop; at least once."""
    before = builder.block
    body = builder.append_basic_block("loop")
    builder.branch(body)
    builder.position_at_end(body)
    i = builder.phi(INT)
    i.add_incoming(number(start), before)
    yield i
    following = builder.add(i, number(step))
    i.add_incoming(following, builder.block)
    after = builder.append_basic_block("after")
    builder.cbranch(builder.icmp_unsigned("<", following, number(stop)), body, after)
    builder.position_at_end(after)


def repeated(
    builder: Any,
    starts: Sequence[Any],
    going: Callable[[Sequence[Any]], Any],
    step: Callable[[Sequence[Any]], Sequence[Any]],
) -> list[Any]:
    """Values after as many steps as they say they want; maybe none."""
    before = builder.block
    test, body, after = (builder.append_basic_block(name) for name in ("test", "step", "after"))
    builder.branch(test)
    builder.position_at_end(test)
    states = [builder.phi(start.type) for start in starts]
    for state, start in zip(states, starts, strict=True):
        state.add_incoming(start, before)
    builder.cbranch(going(states), body, after)
    builder.position_at_end(body)
    for state, following in zip(states, step(states), strict=True):
        state.add_incoming(following, builder.block)
    builder.branch(test)
    builder.position_at_end(after)
    return states


def factor_group(twiddles: Cursor, element: Index, rows: int) -> Cursor:
    """Where a table by groups of sixteen elements holds an element's factors of the first row."""
    builder = twiddles.builder
    begin = builder.and_(number(element), number(-WIDE_LANES))
    return twiddles.at(product(builder, begin, 2 * rows), builder.sub(number(element), begin))
