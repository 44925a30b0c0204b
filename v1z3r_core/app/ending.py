"""Being told to end by a signal: by a service manager, or by a terminal that was closed.

Until a command has something better to do, such a signal ends it as Ctrl-C does. Only the first
counts: a terminal that is closed and some service managers send several, and none of them may
spoil the end. One that was ignored from the start (`nohup`) stays ignored.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# Windows knows no SIGHUP.
_NAMES = ("SIGTERM", "SIGHUP")
_SIGNALS = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))

Answer = Callable[[signal.Signals], None]


class Ended(KeyboardInterrupt):
    """A signal other than Ctrl-C's asked this process to end."""

    def __init__(self, which: signal.Signals) -> None:
        super().__init__(which.name)
        self.which = which

    @property
    def status(self) -> int:
        """The exit status by which shells know it."""
        return 128 + self.which


@contextmanager
def heeding_signals() -> Iterator[None]:
    """Raise `Ended` where such a signal finds the main thread; elsewhere there is none to heed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heeded = [each for each in _SIGNALS if signal.getsignal(each) == signal.SIG_DFL]
    try:
        for each in heeded:
            signal.signal(each, _raise)
        yield
    finally:
        for each in heeded:
            if signal.getsignal(each) != signal.SIG_IGN:  # else the process is about to end
                signal.signal(each, signal.SIG_DFL)


def answer_signals(answer: Answer) -> None:
    """Call a function instead, from now to the end of `heeding_signals`.

    Parameters
    ----------
    answer : function (Signals) -> None
        Runs in the main thread between any two steps of Python, so it must take no lock.
    """

    def answered(number: int, _frame: FrameType | None) -> None:
        _heed_no_more()
        answer(signal.Signals(number))

    for each in _SIGNALS:
        if signal.getsignal(each) is _raise:
            signal.signal(each, answered)


def _raise(number: int, _frame: FrameType | None) -> None:
    _heed_no_more()
    raise Ended(signal.Signals(number))


def _heed_no_more() -> None:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
