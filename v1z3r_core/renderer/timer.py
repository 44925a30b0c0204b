"""How long the GPU worked on a picture, told a few frames later so that nobody waits."""

from collections import deque
from collections.abc import Sequence
from ctypes import byref, c_int, c_uint64
from dataclasses import dataclass

from v1z3r_core.renderer import glraw
from v1z3r_core.renderer.gpu import Gpu

_DEPTH = 8  # pictures in flight; drivers queue at most three


@dataclass(slots=True)
class _Pair:
    begin: int
    end: int


class GpuTimer:
    """Timestamps at the begin and end of each picture, in a ring of queries.

    moderngl's own query blocks for its result and cannot be released, hence timestamps through
    ctypes. Where the driver counts no time every measurement is None.
    """

    def __init__(self, gpu: Gpu) -> None:
        self._gpu = gpu
        self._scope = gpu.scope("timer")
        bits = c_int()
        gpu.gl.glGetQueryiv(glraw.TIMESTAMP, glraw.QUERY_COUNTER_BITS, byref(bits))
        self.supported = bits.value > 0
        pairs = range(_DEPTH if self.supported else 0)
        self._free = deque(_Pair(self._scope.query(), self._scope.query()) for _ in pairs)
        self._waiting: deque[_Pair] = deque()
        self._open: _Pair | None = None

    def begin(self) -> None:
        """The picture's first command follows; without a free pair it goes unmeasured."""
        self._open = self._free.popleft() if self._free else None
        if self._open is not None:
            self._gpu.gl.glQueryCounter(self._open.begin, glraw.TIMESTAMP)

    def end(self) -> None:
        """The picture's last command was given."""
        if self._open is not None:
            self._gpu.gl.glQueryCounter(self._open.end, glraw.TIMESTAMP)
            self._waiting.append(self._open)
            self._open = None

    def results(self) -> Sequence[float]:
        """Seconds of each picture that finished since the last call, oldest first."""
        seconds = []
        while self._waiting and self._available(self._waiting[0].end):
            pair = self._waiting.popleft()
            seconds.append((self._result(pair.end) - self._result(pair.begin)) * 1e-9)
            self._free.append(pair)
        return seconds

    def close(self) -> None:
        """Give the queries back."""
        self._scope.close()

    def _available(self, query: int) -> bool:
        value = c_int()
        self._gpu.gl.glGetQueryObjectiv(query, glraw.QUERY_RESULT_AVAILABLE, byref(value))
        return bool(value.value)

    def _result(self, query: int) -> int:
        value = c_uint64()
        self._gpu.gl.glGetQueryObjectui64v(query, glraw.QUERY_RESULT, byref(value))
        return value.value
