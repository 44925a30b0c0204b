"""Keeps a device stream running through unplugging and server restarts."""

import threading
import time
from typing import Protocol

from v1z3r_core.audio.portaudio import NativeStream
from v1z3r_core.model.errors import AudioDeviceError

CHECK_SECONDS = 0.2
STALL_SECONDS = 2.0  # without a callback; the longest buffer asked for is a tenth of that
FIRST_RETRY_SECONDS = 0.25
LAST_RETRY_SECONDS = 2.0
_CLOSE_SECONDS = 3.0  # a hanging sound server keeps the thread, not the program


class Connected(Protocol):
    """What owns the ring at the other end of the stream."""

    def open_stream(self) -> NativeStream:
        """Open and start a stream. Raises `AudioDeviceError`."""

    def progress(self) -> int:
        """A number that grows with every callback."""

    def lost(self) -> None:
        """The stream is dead. A sound server that hangs may keep it from being closed."""

    def closed(self) -> None:
        """The stream is closed, no callback runs; also called for each one that never ran."""

    def back(self) -> None:
        """A new stream is running and has made progress."""


class Connection:
    """A thread that owns the stream: it notices a loss, and opens anew with growing pauses.

    Parameters
    ----------
    owner : Connected
        Called on the connection's thread.
    stream : NativeStream or None
        Running already; None counts as lost before the start.
    """

    def __init__(self, owner: Connected, stream: NativeStream | None) -> None:
        self._owner = owner
        self._stream = stream
        self._closing = threading.Event()
        self._retry_seconds = FIRST_RETRY_SECONDS
        self._thread = threading.Thread(target=self._watch, name="v1z3r-device", daemon=True)
        self._thread.start()

    @property
    def latency_ms(self) -> float | None:
        """The driver's own figure; None while there is no stream."""
        stream = self._stream
        return None if stream is None else 1e3 * stream.latency_seconds

    @property
    def up(self) -> bool:
        """Whether a stream is open."""
        return self._stream is not None

    def close(self) -> None:
        """Close the stream and end the thread; may be called twice."""
        self._closing.set()
        self._thread.join(_CLOSE_SECONDS)

    def _watch(self) -> None:
        try:
            while not self._closing.is_set():
                if self._stream is not None:
                    self._until_lost(self._stream)
                elif not self._closing.wait(self._retry_seconds):
                    self._retry()
        finally:
            if self._stream is not None:
                self._stream.close()
                self._stream = None

    def _until_lost(self, stream: NativeStream) -> None:
        seen, seen_at = self._owner.progress(), time.monotonic()
        while not self._closing.wait(CHECK_SECONDS):
            now, progress = time.monotonic(), self._owner.progress()
            if progress != seen:
                seen, seen_at = progress, now
                self._retry_seconds = FIRST_RETRY_SECONDS
            if not stream.active or now - seen_at > STALL_SECONDS:
                self._stream = None
                self._owner.lost()
                stream.close()
                self._owner.closed()
                return

    def _retry(self) -> None:
        self._retry_seconds = min(2 * self._retry_seconds, LAST_RETRY_SECONDS)
        try:
            stream = self._owner.open_stream()
        except AudioDeviceError:
            return
        if self._makes_progress(stream):
            self._stream = stream
            self._owner.back()
        else:
            stream.close()
            self._owner.closed()

    def _makes_progress(self, stream: NativeStream) -> bool:
        """Whether callbacks arrive: a suspended device opens without complaint."""
        before = self._owner.progress()
        deadline = time.monotonic() + STALL_SECONDS
        while stream.active and time.monotonic() < deadline:
            if self._owner.progress() != before:
                return True
            if self._closing.wait(0.01):
                return False
        return False
