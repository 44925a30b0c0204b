"""The same work on many items in processes of their own, results in the order of the items.

`concurrent.futures` gives up its whole pool when one worker dies and lets running work go on
after Ctrl-C; `multiprocessing.Pool` waits for ever for a worker that was killed. Here each
worker has a pipe of its own: a death is the end of that pipe, costs that one item, and another
worker takes the place.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Progress = Callable[[float], None]

_CONTEXT = get_context("spawn")  # a fork would copy locks that other threads hold


@dataclass(frozen=True, slots=True)
class Died:
    """In place of a result: the worker ended without one, with this exit status."""

    status: int | None


@dataclass(slots=True)
class _Worker:
    """A process, our end of its pipe, and the number of the item it works on."""

    process: SpawnProcess
    pipe: "Connection[Any, Any]"
    item: int | None = None


@dataclass(slots=True)
class _Ledger:
    """What came back, and how far each item is."""

    results: dict[int, Any] = field(default_factory=dict)
    reached: dict[int, float] = field(default_factory=dict)


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def each(
    work: Callable[[Item, Progress], Result],
    items: Sequence[Item],
    *,
    jobs: int,
    progress: Progress,
) -> Iterator[Result | Died]:
    """Results in the order of the items, each as soon as those before it are there.

    When the iteration is left early, as by Ctrl-C, every worker is stopped at once.

    Parameters
    ----------
    work : function (item, progress) -> result
        A module's own function, since workers are spawned; items and results are pickled. An
        exception ends its worker.
    items : sequence
    jobs : int, ≥ 1
        Processes at most.
    progress : function (float) -> None
        Called with the sum of what all items reported last.
    """
    crew: list[_Worker] = []
    ledger = _Ledger()
    waiting = deque(range(len(items)))
    try:
        for index in range(len(items)):
            while index not in ledger.results:
                while waiting and len(crew) < jobs:
                    _hire(work, crew)
                for worker in crew:
                    if worker.item is None and waiting:
                        _assign(worker, waiting.popleft(), items)
                for pipe in wait([worker.pipe for worker in crew if worker.item is not None]):
                    _hear(next(worker for worker in crew if worker.pipe is pipe), crew, ledger)
                progress(sum(ledger.reached.values()))
            yield ledger.results.pop(index)
    finally:
        for worker in crew:
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()


def _hire(work: Callable[[Item, Progress], Result], crew: list[_Worker]) -> None:
    """Start a worker. Ctrl-C reaches every process of a terminal; only we answer it.

    It joins the crew while Ctrl-C is still held back: an interrupt in between would leave a
    process that nobody stops.
    """
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_serve, args=(theirs, work), daemon=True)
    # Started with the first worker otherwise, it would unblock what is blocked here.
    resource_tracker.ensure_running()
    # A child inherits what is blocked, from its first instruction on; here it is only late.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
        crew.append(_Worker(process, ours))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()


def _serve(pipe: "Connection[Any, Any]", work: Callable[[Item, Progress], Result]) -> None:
    """What a worker does until the other end of its pipe is closed."""

    def progress(amount: float) -> None:
        pipe.send(("reached", amount))

    try:
        while True:
            pipe.send(("result", work(pipe.recv(), progress)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pipe.close()  # whoever asked is gone


def _assign(worker: _Worker, index: int, items: Sequence[Item]) -> None:
    worker.item = index
    try:
        worker.pipe.send(items[index])
    except (BrokenPipeError, ConnectionResetError):
        return  # it died before its first item; `wait` finds the end of its pipe next


def _hear(worker: _Worker, crew: list[_Worker], ledger: _Ledger) -> None:
    """Take in one message, or the worker's end."""
    assert worker.item is not None
    try:
        what, value = worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        worker.process.join()
        worker.pipe.close()
        crew.remove(worker)
        ledger.results[worker.item] = Died(worker.process.exitcode)
        return
    if what == "reached":
        ledger.reached[worker.item] = value
    else:
        ledger.results[worker.item] = value
        worker.item = None
