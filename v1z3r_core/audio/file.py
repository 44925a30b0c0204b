"""A sound file as a source that is read as fast as asked."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.audio.decode import Decoder
from v1z3r_core.audio.position import samples_until
from v1z3r_core.model.audio import AudioBlock, AudioStats
from v1z3r_core.model.errors import AudioFileError
from v1z3r_core.model.ports import Notify

_VERIFY_SECONDS = 1.0  # decoded at a lossless file's end to believe the length it states


class FileSource:
    """Exact consecutive samples of a file's sound; keeps no clock and waits for nobody.

    Parameters
    ----------
    path : path of a sound or video file
    start, duration : float, seconds
        The part to read, exact to the sample; to the file's end when `duration` is None. The
        stream's sample 0 is the first one of the part.
    loop : bool, keyword-only
        Begin the part again at its end, without a gap, for ever.
    notify : function (str) -> None, optional
        Told once when the file turns out to be cut off or damaged.

    Raises
    ------
    AudioFileError
        If the file is missing, empty, unreadable, holds no sound, or ends before `start`.
    ValueError
        If `start` or `duration` is out of range.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        start: float = 0.0,
        duration: float | None = None,
        loop: bool = False,
        notify: Notify | None = None,
    ) -> None:
        if not 0 <= start < math.inf:
            raise ValueError(f"start is {start} s, expected 0 or more")
        if duration is not None and not 0 < duration < math.inf:
            raise ValueError(f"duration is {duration} s, expected more than 0")
        self.path = Path(path)
        self._notify = notify
        self._loop = loop
        self._decoder = Decoder(self.path)
        rate = self._decoder.rate
        self._first = samples_until(start, rate)
        self._length = None if duration is None else max(1, samples_until(duration, rate))
        self._frames: int | None = None
        self._position = 0
        self._warned = False
        self._pending: NDArray[np.float32] | None = None
        if self._first:
            self._restart()
        self._chunks = self._part()
        self._pending = next(self._chunks, None)
        if self._pending is None:
            self.close()
            raise AudioFileError(
                f"{self.path}: start is {start:g} s, the sound ends before; choose an earlier start"
            )

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    @property
    def rate(self) -> int:
        """The file's own sample rate, Hz."""
        return self._decoder.rate

    @property
    def channels(self) -> int:
        """The file's own number of channels."""
        return self._decoder.channels

    @property
    def ended(self) -> bool:
        """Whether the last sample was read."""
        return self._pending is None

    @property
    def frames(self) -> int:
        """Exact length of the part in frames; of one round when it loops.

        Free where the file states it exactly (WAV, FLAC and other lossless ones); elsewhere
        the first call decodes the whole file, a few hundred times faster than it plays.
        """
        if self._frames is None:
            rest = max(0, _frames_of(self.path) - self._first)
            self._frames = rest if self._length is None else min(rest, self._length)
        return self._frames

    @property
    def duration(self) -> float | None:
        """Exact length of the part in seconds, None when it loops; costs what `frames` costs."""
        return None if self._loop else self.frames / self.rate

    def time(self) -> None:
        """None: it keeps no clock."""

    def read(self, until: float) -> AudioBlock | None:
        """All samples up to stream time `until`, decoding as many as that takes.

        Parameters
        ----------
        until : float, seconds
            Infinity reads to the end.

        Raises
        ------
        ValueError
            If it is to read to the end of a loop.
        """
        if self._loop and until == math.inf:
            raise ValueError("until is infinite, but a loop has no end")
        parts = []
        start, target = self._position, samples_until(until, self.rate)
        while self._pending is not None and self._position < target:
            take = target - self._position
            part, rest = self._pending[:take], self._pending[take:]
            parts.append(part)
            self._position += len(part)
            self._pending = rest if len(rest) else next(self._chunks, None)
        if not parts:
            return None
        return AudioBlock(start, self.rate, parts[0] if len(parts) == 1 else np.concatenate(parts))

    def stats(self) -> AudioStats:
        """Zeros: a file loses nothing."""
        return AudioStats()

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._pending = None
        self._decoder.close()

    def _part(self) -> Iterator[NDArray[np.float32]]:
        while True:
            left = self._length
            for chunk in self._decoder.chunks():
                yield chunk if left is None else chunk[:left]
                if left is not None:
                    left -= len(chunk)
                    if left <= 0:
                        break
            self._warn()
            if not self._loop or self._pending is None:
                return
            self._restart()

    def _restart(self) -> None:
        self._decoder.close()
        self._decoder = Decoder(self.path, self._first)

    def _warn(self) -> None:
        if self._notify is None or self._warned:
            return
        if self._decoder.broken_off:
            self._notify(f"{self.path}: is cut off; played what is there, copy it again")
        elif self._decoder.damaged:
            count = self._decoder.damaged
            self._notify(f"{self.path}: {count} damaged packets were silent; copy it again")
        self._warned = self._decoder.broken_off or bool(self._decoder.damaged)


def _frames_of(path: Path) -> int:
    """Length of a whole file in frames, exact."""
    decoder = Decoder(path)
    try:
        declared, checked = decoder.declared, round(_VERIFY_SECONDS * decoder.rate)
        if decoder.lossless and declared is not None and declared > checked:
            end = Decoder(path, declared - checked)
            try:
                if sum(map(len, end.chunks())) == checked:
                    return declared
            finally:
                end.close()
        return sum(map(len, decoder.chunks()))
    finally:
        decoder.close()
