"""How every hot loop is compiled: signatures, flags and the cache on disk.

All kernels are compiled for one stated signature when their module is imported, so that no
compile can happen in the middle of a show; from the second start on they come from the cache.
With ``NUMBA_DISABLE_JIT=1`` the decorators give the plain Python functions back.
"""

import hashlib
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from numba import cfunc, config, njit, types

Function = TypeVar("Function", bound=Callable[..., Any])
FastMath = Literal["nsz", "arcp", "contract", "reassoc"]

# What may be traded for speed in a loop that does nothing but add up many terms. Never "nnan",
# "ninf" or "fast": they let the compiler assume that no sample is NaN, and the guards against it
# vanish. And never in a loop that stores into an array: of such a loop the compiler makes two
# versions, picks one by where the arrays happen to lie in memory, and fuses multiplications and
# additions differently in each, so that two equal runs differ in the last bit.
REDUCE: tuple[FastMath, ...] = ("reassoc", "contract", "nsz")
EXACT: tuple[FastMath, ...] = ()

_STAMP = "v1z3r-kernels.sha256"


@dataclass(frozen=True, slots=True)
class KernelCache:
    """Where compiled kernels are kept between starts.

    Parameters
    ----------
    folder : Path or None
        None where no folder is writable or compiling is switched off.
    entries : int
        Compiled functions in it.
    """

    folder: Path | None
    entries: int


def reads(dtype: types.Type, ndim: int = 1) -> types.Array:
    """Type of an argument that a kernel only reads; takes writable and read-only arrays."""
    return types.Array(dtype, ndim, "C", readonly=True)


def writes(dtype: types.Type, ndim: int = 1) -> types.Array:
    """Type of an argument that a kernel changes; a read-only array is refused."""
    return types.Array(dtype, ndim, "C")


def several(*kinds: types.Type) -> types.Type:
    """Type of a tuple that a kernel returns."""
    return cast("Callable[..., types.Type]", types.Tuple)(kinds)


def kernel(
    *arguments: types.Type,
    returns: types.Type = types.void,
    fastmath: Sequence[FastMath] = EXACT,
) -> Callable[[Function], Function]:
    """Compile a function now, for these argument types and no others.

    Parameters
    ----------
    arguments : numba types
        See `reads` and `writes`; scalars as ``types.float32``, ``types.int64``, …
    returns : numba type
    fastmath : sequence of FastMath
        `EXACT` where the order of additions is part of the promise, `REDUCE` for sums.
    Returns
    -------
    decorator
        Gives a function that releases the GIL while it runs, divides by zero as IEEE 754
        says, and raises TypeError for other argument types.
    """

    def decorate(function: Function) -> Function:
        if not compiling():
            return function

        def compiled(*, cached: bool) -> Function:
            decorator = cast(Any, njit)(  # whose stubs leave _nrt out, there in 0.60 as in 0.68
                [returns(*arguments)],
                cache=cached,
                nogil=True,
                error_model="numpy",
                # Arrays are not counted as references: a kernel cannot make any, not even for
                # ``out[:] = values``, and saves an atomic addition and subtraction per array and
                # call, a third of a transform of 256 samples (benchmarks/fft.py).
                _nrt=False,
                fastmath=set(fastmath),
            )
            return cast(Function, decorator(function))

        return _with_or_without_cache(compiled)

    return decorate


def native_callback(
    *arguments: types.Type, returns: types.Type = types.void, cached: bool = True
) -> Callable[[Function], Function]:
    """Compile a function that C code may call from any thread, without Python and its lock.

    The result has `address` and `ctypes`. It is compiled even with ``NUMBA_DISABLE_JIT=1``,
    because C cannot call anything else. Only without the cache can it be inspected: Numba keeps
    the object code of what it caches.
    """

    def decorate(function: Function) -> Function:
        def compiled(*, cached: bool) -> Function:
            decorator = cfunc(returns(*arguments), cache=cached, error_model="numpy")
            return cast(Function, decorator(function))

        return _with_or_without_cache(compiled) if cached else compiled(cached=False)

    return decorate


def kernel_cache() -> KernelCache:
    """Say whether compiled kernels are kept, where, and how many are there now."""
    folder = _cache_folder()
    return KernelCache(folder, len(list(folder.glob("*.nbc"))) if folder else 0)


def _with_or_without_cache(compiled: Callable[..., Function]) -> Function:
    """Compile with the cache on disk, or without it where the disk does not play along."""
    if _cache_folder() is None:
        return compiled(cached=False)
    try:
        return compiled(cached=True)
    except (OSError, EOFError, pickle.UnpicklingError):  # disk full, entry cut short
        return compiled(cached=False)


@cache
def _cache_folder() -> Path | None:
    """Folder in which Numba caches the kernels, freed from stale entries; None if there is none.

    Numba tests for staleness by the file that holds a function alone. A kernel that inlines
    another file's kernel or constant would survive a change there, also across an upgrade of
    the package, so one stamp over all sources guards the folder.
    """
    if not compiling():
        return None
    try:
        # Without a signature nothing is compiled; Numba only looks for a writable folder.
        folder = Path(str(njit(cache=True)(_probe).stats.cache_path))
        stamp = folder / _STAMP
        current = _source_digest()
        if not stamp.is_file() or stamp.read_text("ascii") != current:
            for entry in [*folder.glob("*.nbi"), *folder.glob("*.nbc")]:
                entry.unlink(missing_ok=True)
            stamp.write_text(current, "ascii")
    except (RuntimeError, OSError):  # Numba's "no locator available", or a disk that is full
        return None
    return folder


def compiling() -> bool:
    """Whether the decorators compile: not with ``NUMBA_DISABLE_JIT=1``."""
    return not vars(config)["DISABLE_JIT"]


def _source_digest() -> str:
    here = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for source in [*sorted(here.glob("*.py")), here.parent / "model" / "analysis.py"]:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _probe() -> None:
    """Stand for the kernels where Numba is asked for their cache folder."""
