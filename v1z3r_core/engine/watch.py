"""Notices when a file of the scene on screen was saved."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

POLL_SECONDS = 0.2  # a save is seen well within a second; stat of a handful of files costs µs


class FileWatch:
    """Looks at a set of files from a thread of its own and reports each change once.

    Parameters
    ----------
    changed : function (Path) -> None
        Called from the watch's thread.
    """

    def __init__(self, changed: Callable[[Path], None]) -> None:
        self._changed = changed
        self._stamps: dict[Path, tuple[int, int] | None] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="v1z3r-watch", daemon=True)
        self._thread.start()

    def watch(self, files: Iterable[Path]) -> None:
        """Watch these files from now on, and no others."""
        self._stamps = {file: _stamp(file) for file in files}

    def close(self) -> None:
        """End the thread; may be called twice."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            stamps = self._stamps  # `watch` replaces the dict; this round keeps the one it began
            for file, before in list(stamps.items()):
                now = _stamp(file)
                # An editor that saves by renaming leaves a moment without the file.
                if now is not None and now != before:
                    stamps[file] = now
                    self._changed(file)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:  # gone, or its folder is: seen again when it comes back
        return None
    return status.st_mtime_ns, status.st_size
