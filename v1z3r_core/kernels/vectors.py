"""Vectors, complex numbers and loops in an LLVM function that is being built.

What the Fourier passes are written with: operators on these add instructions. Typed pointers,
which every llvmlite since Numba 0.60 takes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from llvmlite import ir

from v1z3r_core.kernels.twiddles import ALIGNMENT, LANES

FLOAT = ir.FloatType()
INT = ir.IntType(64)
POINTER = FLOAT.as_pointer()
BLOCK = 2 * LANES  # floats: eight real parts, then eight imaginary ones

_LANE = ir.IntType(32)
_VECTOR = ir.VectorType(FLOAT, LANES)
_BLOCK_ALIGNMENT = ALIGNMENT // 2  # bytes: of each half of a block
_ANY_ALIGNMENT = 4  # bytes

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
        name = f"llvm.fmuladd.{'v8' if kind == _VECTOR else ''}f32"
        module = self.builder.module
        known = module.globals.get(name)
        function = known or ir.Function(module, ir.FunctionType(kind, [kind] * 3), name)
        return Real(
            self.builder, self.builder.call(function, [self.value, factor.value, plus.value])
        )

    def like(self, number: float) -> "Real":
        """A constant of the same kind, the same in all lanes."""
        kind = self.value.type
        value = [number] * LANES if kind == _VECTOR else number
        return Real(self.builder, ir.Constant(kind, value))

    def pick(self, other: "Real", lanes: Sequence[int]) -> "Real":
        """Lanes of this vector (0 to 7) and of another (8 to 15)."""
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
    """A place in an array of floats, and what can be done there; the builder's position moves."""

    builder: Any
    pointer: Any

    def at(self, *offsets: Index) -> "Cursor":
        """The place so many floats further on."""
        offset = total(self.builder, *offsets)
        return Cursor(self.builder, self.builder.gep(self.pointer, [offset], inbounds=True))

    def vector(self, align: int = _ANY_ALIGNMENT) -> Real:
        """Eight floats from here."""
        return Real(self.builder, self.builder.load(self._as_vector(), align=align))

    def vectors(self) -> Complex:
        """Eight real parts from here, then as many imaginary ones."""
        return Complex(self.vector(), self.at(LANES).vector())

    def block(self) -> Complex:
        """A block of work memory that begins here."""
        return Complex(self.vector(_BLOCK_ALIGNMENT), self.at(LANES).vector(_BLOCK_ALIGNMENT))

    def scalar(self) -> Real:
        """One float."""
        return Real(self.builder, self.builder.load(self.pointer, align=_ANY_ALIGNMENT))

    def spread(self) -> Real:
        """One float in all lanes."""
        blank = ir.Constant(_VECTOR, ir.Undefined)
        one = self.builder.insert_element(blank, self.scalar().value, ir.Constant(_LANE, 0))
        return Real(self.builder, one).pick(Real(self.builder, blank), [0] * LANES)

    def put(self, value: Real, align: int = _ANY_ALIGNMENT) -> None:
        """Store a vector or a scalar."""
        target = self._as_vector() if value.value.type == _VECTOR else self.pointer
        self.builder.store(value.value, target, align=align)

    def put_block(self, values: Complex) -> None:
        """Store a block of work memory."""
        self.put(values.re, _BLOCK_ALIGNMENT)
        self.at(LANES).put(values.im, _BLOCK_ALIGNMENT)

    def _as_vector(self) -> Any:
        return self.builder.bitcast(self.pointer, _VECTOR.as_pointer())


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
