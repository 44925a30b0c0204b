"""What other threads have to say to the engine."""

from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
CAPACITY = 1_024  # a controller sends a few hundred messages a second; older ones are superseded


class Mailbox(Generic[T]):
    """Takes values from any thread and hands them over in order; never blocks.

    `deque.append` and `popleft` are atomic in CPython, so no lock is needed. When full, the
    oldest value makes room and `dropped` counts it.
    """

    def __init__(self) -> None:
        self._values: deque[T] = deque(maxlen=CAPACITY)
        self.dropped = 0

    def post(self, value: T) -> None:
        """Leave a value."""
        if len(self._values) == CAPACITY:
            self.dropped += 1
        self._values.append(value)

    def drain(self) -> Sequence[T]:
        """Everything left so far, oldest first."""
        if not self._values:
            return ()
        values = []
        while self._values:
            values.append(self._values.popleft())
        return values
