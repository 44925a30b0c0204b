"""Progress bars: on a terminal, and nowhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

_FORMAT = (
    "{desc} {percentage:3.0f}% |{bar:30}| {n_fmt}/{total_fmt} {unit}, {rate_fmt}, {remaining} left"
)


def counted(total: int, unit: str) -> Iterator[int]:
    """0 … total − 1, with a bar that says how fast and how long still."""
    yield from tqdm(
        range(total), unit=f" {unit}", bar_format=_FORMAT, disable=None, leave=False, desc="v1z3r"
    )


@contextmanager
def bar(name: str, unit: str) -> Iterator[Callable[[float], None]]:
    """A bar without a known end; call what it yields with the amount reached."""
    with tqdm(desc=name, unit=unit, disable=None, leave=False) as line:

        def reached(amount: float) -> None:
            line.update(round(amount - line.n, 3))

        yield reached
