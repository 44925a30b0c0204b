"""A thread between the engine and a slow sink."""

import threading
from collections import deque
from collections.abc import Callable
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import FrameSink

SOUND_SECONDS = 10.0  # that may wait; 4 MB of 48 kHz stereo


class _Phase(Enum):
    RUNNING = "running"
    FINISHING = "finishing"
    ABORTING = "aborting"
    FAILED = "failed"


class Writer:
    """Hands pictures and sound to a sink in a thread of its own; is a `FrameSink` itself.

    One thread, the engine's, calls the methods; the sink is called from the writer's thread
    only. Pictures are copied into buffers that are used again and again.

    The first error of the sink ends the work: the sink is aborted at once, and the error is
    raised by the caller's next `write`, `write_audio`, `finish` or `abort`, and never again;
    pictures and sound that still come are counted as dropped.

    Parameters
    ----------
    sink : FrameSink
        Owned from here on.
    blocking : bool, keyword-only
        Whether `write` waits for room (offline) or drops the picture (live).
    depth : int, keyword-only, ≥ 1
        Pictures that may wait.
    """

    def __init__(self, sink: FrameSink, *, blocking: bool, depth: int = 4) -> None:
        if depth < 1:
            raise ValueError(f"depth is {depth}, expected 1 or more")
        self._sink = sink
        self._blocking = blocking
        self._depth = depth
        self._dropped = 0
        self._dropped_samples = 0
        # Everything below is read and written under the condition, which is notified at every
        # change. Room is counted in the queue itself, not beside it: a Ctrl-C between two
        # statements then costs a spare buffer and nothing else.
        self._changed = threading.Condition()
        self._waiting: deque[Frame | AudioBlock] = deque()
        self._spare: list[NDArray[np.uint8]] = []
        self._phase = _Phase.RUNNING
        self._error: OutputError | None = None
        # A daemon: a program that dies without `abort` must not hang on this thread, and what
        # the sink has written by then is playable.
        self._thread = threading.Thread(target=self._run, name="v1z3r-writer", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Pictures that never reached the sink."""
        return self._dropped

    @property
    def dropped_samples(self) -> int:
        """Sound samples per channel that never reached the sink."""
        return self._dropped_samples

    def write(self, frame: Frame) -> None:
        """Queue a copy of the picture; its pixels may be reused at once.

        Raises
        ------
        OutputError
            What the sink raised before.
        """
        if not self._wait_for_room(self._has_frame_room):
            self._dropped += 1
            return
        buffer = self._spare_buffer(frame.pixels.shape)
        np.copyto(buffer, frame.pixels)
        self._put(Frame(frame.index, frame.time, buffer))

    def write_audio(self, block: AudioBlock) -> None:
        """Queue a copy of the sound; up to `SOUND_SECONDS` may wait.

        Raises
        ------
        OutputError
            What the sink raised before.
        """
        if not self._wait_for_room(self._has_sound_room):
            self._dropped_samples += len(block.samples)
            return
        self._put(AudioBlock(block.start, block.rate, block.samples.copy()))

    def finish(self) -> None:
        """Let the sink take all that waits and finish; returns when it has.

        Raises
        ------
        OutputError
            What the sink raised.
        """
        self._end(_Phase.FINISHING)

    def abort(self) -> None:
        """Throw away what waits and let the sink abort; returns when it has.

        May follow a `finish` that Ctrl-C interrupted.

        Raises
        ------
        OutputError
            What the sink raised and nobody has been told yet.
        """
        self._end(_Phase.ABORTING)

    def _end(self, phase: _Phase) -> None:
        with self._changed:
            if self._phase is not _Phase.FAILED:
                self._phase = phase
            self._changed.notify_all()
        self._thread.join()
        self._raise_error()

    def _wait_for_room(self, has_room: Callable[[], bool]) -> bool:
        with self._changed:
            if self._blocking:
                self._changed.wait_for(lambda: self._phase is not _Phase.RUNNING or has_room())
            self._raise_error()
            return self._phase is _Phase.RUNNING and has_room()

    def _has_frame_room(self) -> bool:
        return sum(isinstance(item, Frame) for item in self._waiting) < self._depth

    def _has_sound_room(self) -> bool:
        blocks = (item for item in self._waiting if isinstance(item, AudioBlock))
        return sum(len(block.samples) / block.rate for block in blocks) < SOUND_SECONDS

    def _spare_buffer(self, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        with self._changed:
            while self._spare:
                buffer = self._spare.pop()
                if buffer.shape == shape:
                    return buffer
        return np.empty(shape, np.uint8)

    def _put(self, item: Frame | AudioBlock) -> None:
        with self._changed:
            self._waiting.append(item)
            self._changed.notify_all()

    def _raise_error(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _run(self) -> None:
        try:
            while (item := self._take()) is not None:
                if isinstance(item, Frame):
                    self._sink.write(item)
                    self._recycle(item.pixels)
                else:
                    self._sink.write_audio(item)
            if self._phase is _Phase.ABORTING:
                self._sink.abort()
            else:
                self._sink.finish()
        except OutputError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - an extension's sink may raise anything
            name = type(self._sink).__name__
            failure = OutputError(f"output {name} broke: {type(error).__name__}: {error}")
            failure.__cause__ = error
            self._fail(failure)

    def _take(self) -> Frame | AudioBlock | None:
        """Next item; None when the work has ended one way or the other."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._phase is not _Phase.RUNNING)
            if self._phase is _Phase.ABORTING:
                self._waiting.clear()
            item = self._waiting.popleft() if self._waiting else None
            self._changed.notify_all()
            return item

    def _recycle(self, buffer: NDArray[np.uint8]) -> None:
        with self._changed:
            self._spare.append(buffer)

    def _fail(self, error: OutputError) -> None:
        with self._changed:
            self._phase = _Phase.FAILED
            self._error = error
            self._waiting.clear()
            self._spare.clear()
            self._changed.notify_all()
        try:
            self._sink.abort()
        except Exception as second:  # noqa: BLE001 - told along with the first
            error.add_note(f"and its abort failed: {second}")
