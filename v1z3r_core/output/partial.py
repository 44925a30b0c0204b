"""A file that takes its final name only when it is whole."""

import errno
import fcntl
import io
import os
from pathlib import Path

from v1z3r_core.model.errors import OutputError

_CAUSES = {
    errno.EACCES: "permission denied; choose a folder you may write to",
    errno.EPERM: "permission denied; choose a folder you may write to",
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.ENOENT: "the folder does not exist; create it first",
    errno.ENOTDIR: "part of the path is a file, not a folder; choose another path",
    errno.EISDIR: "is a folder; give a file name inside it",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ENOSPC: "the disk is full; free some space or choose another disk",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another disk",
    errno.EFBIG: "the file grew beyond the allowed size; raise the limit or split the job",
}


def cannot_write(path: Path, error: OSError, *, kept: Path | None = None) -> OutputError:
    """One line for a failed write: the path, the cause and what to do about it.

    Parameters
    ----------
    kept : Path, optional
        Where the part written so far can be found.
    """
    cause = _CAUSES.get(error.errno or 0) or error.strerror or str(error)
    rest = f" (the part written so far plays: {kept})" if kept else ""
    return OutputError(f"{path}: {cause}{rest}")


def partial_path(final: Path) -> Path:
    """Name of the unfinished file: ``demo.mp4`` is written as ``demo.partial.mp4``."""
    return final.with_name(f"{final.stem}.partial{final.suffix}")


class PartialFile:
    """Writes beside the final name, locked against a second writer.

    One of `commit`, `keep` and `discard` ends it; each may be called again and does nothing
    then. Used by one thread at a time.

    Parameters
    ----------
    final : Path
        Replaced only by `commit`.

    Raises
    ------
    OutputError
        If the place cannot be written to, or another program is writing there.
    """

    def __init__(self, final: Path) -> None:
        self.final = final
        self.path = partial_path(final)
        self.error: OSError | None = None
        self._settled = 0
        try:
            if final.is_dir():
                raise IsADirectoryError(errno.EISDIR, "")
            self._file = io.FileIO(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666), "r+")
        except OSError as error:
            raise cannot_write(final, error) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise OutputError(
                f"{final}: another program is writing it; wait for it or choose another name"
            ) from error
        self._file.truncate(0)

    def settle(self) -> None:
        """Note that what was written so far is readable as it stands."""
        if self.error is None and not self._file.closed:
            self._settled = self._file.tell()

    def write(self, data: bytes) -> int:
        """Write all of `data`; the first failure is raised, and kept in `error`.

        A failure also cuts the file back to where it was settled: half a fragment is of no use.
        After it, and after the end, nothing reaches the disk any more and no complaint is made:
        a muxer writes its closing index whenever it is destroyed, and over a file that broke
        off that index would make the good part unreadable.
        """
        if self.error is not None or self._file.closed:
            return len(data)
        left = memoryview(data)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            self.error = error
            self._file.truncate(self._settled)
            raise
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the write position; see `io.RawIOBase.seek`."""
        return 0 if self._file.closed else self._file.seek(offset, whence)

    def tell(self) -> int:
        """Write position in bytes."""
        return 0 if self._file.closed else self._file.tell()

    def commit(self) -> None:
        """Put the file under its final name, replacing what was there.

        Raises
        ------
        OutputError
            If the disk refuses; the partial file is kept.
        """
        if self._file.closed:
            return
        try:
            if self.error is not None:
                raise self.error
            os.fsync(self._file.fileno())  # before the rename: a power cut must not lose both
            self.path.replace(self.final)
        except OSError as error:
            raise cannot_write(self.final, error, kept=self.path) from error
        finally:
            self._file.close()

    def keep(self) -> None:
        """Leave what was written under the partial name."""
        self._file.close()

    def discard(self) -> None:
        """Remove the partial file: nothing worth keeping is in it."""
        if not self._file.closed:
            self.path.unlink(missing_ok=True)
            self._file.close()
