"""From an audio source to the newest analysis frame."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from v1z3r_core.model.analysis import AnalysisFrame, AnalyzerSettings, silent_frame
from v1z3r_core.model.audio import AudioBlock, AudioStats
from v1z3r_core.model.ports import AudioSource

if TYPE_CHECKING:
    from v1z3r_core.analysis.analyzer import Analyzer

OpenFunction = Callable[[], AudioSource]

# Whoever quits waits no longer for a source that is still opening. A device that is not there is
# found out within one second, a compiler may be at work for a minute.
PATIENCE_SECONDS = 2.0


class Hearing:
    """Owns the source and its analyzer.

    Live, both are opened on a thread of their own that starts when the first picture is out: it
    waits neither for the kernels to load nor for a sound server, it is drawn in silence. Offline
    they are opened at once.

    Parameters
    ----------
    open_source : function () -> AudioSource
    background : bool, keyword-only
    settings : AnalyzerSettings

    Raises
    ------
    AudioFileError, AudioDeviceError
        Whatever `open_source` raises: here, or in the background from the first `advance` after
        it happened.
    """

    def __init__(
        self,
        open_source: OpenFunction,
        *,
        background: bool,
        settings: AnalyzerSettings | None = None,
    ) -> None:
        self._open = open_source
        self._settings = settings or AnalyzerSettings()
        self._analyzer: Analyzer | None = None
        self._source: AudioSource | None = None
        self._arrived: tuple[AudioSource, Analyzer] | None = None
        self._failure: Exception | None = None
        self._loader: threading.Thread | None = None
        self._border = threading.Lock()  # who crosses it second sees what the first has left
        self._patience = PATIENCE_SECONDS  # spent once, also by who is interrupted meanwhile
        self._closed = False
        self._asked = False
        self._offset = 0.0
        self._silence = silent_frame()
        self.block: AudioBlock | None = None
        if not background:
            self._source, self._analyzer = self._make()

    @property
    def source(self) -> AudioSource | None:
        """The source, once it is open."""
        return self._source

    @property
    def ended(self) -> bool:
        """Whether the source has nothing more to say."""
        return self._source is not None and self._source.ended

    def time(self, engine_time: float) -> float:
        """Show time: the source's own clock where it has one, else the engine's, in seconds.

        A source that opened late starts where the show already was, so that pictures never
        jump; from then on its clock alone counts.
        """
        heard = None if self._source is None else self._source.time()
        return engine_time if heard is None else heard + self._offset

    def advance(self, show_time: float) -> AnalysisFrame:
        """Take in all sound up to the show time; what was heard of it. `block` holds the sound."""
        if self._source is None:
            self._welcome(show_time)
        if self._source is None or self._analyzer is None:
            return self._silence
        self.block = self._source.read(show_time - self._offset)
        if self.block is not None:
            self._analyzer.advance(self.block)
        return self._analyzer.latest

    def settle(self) -> None:
        """Wait a moment for a source that is still opening, so that its failure is not lost.

        Raises
        ------
        AudioFileError, AudioDeviceError
            What opening it raised, if nobody was told yet.
        """
        self._wait_for_loader()
        self._raise_failure()

    def stats(self) -> AudioStats:
        """The source's health; zeros while it is not open."""
        return AudioStats() if self._source is None else self._source.stats()

    def close(self) -> None:
        """Close the source, or let one that is still opening be closed once it is open.

        May be called twice.
        """
        self._wait_for_loader()
        with self._border:
            self._closed = True
            if self._source is None and self._arrived is not None:
                self._source = self._arrived[0]
        if self._source is not None:
            self._source.close()

    def _make(self) -> "tuple[AudioSource, Analyzer]":
        source = self._open()
        try:
            from v1z3r_core.analysis.analyzer import Analyzer  # loads the kernels

            return source, Analyzer(self._settings)
        except BaseException:
            source.close()
            raise

    def _load(self) -> None:
        try:
            made = self._make()
        except Exception as failure:  # noqa: BLE001  top of a thread: `advance` raises it again
            self._failure = failure
            return
        with self._border:
            if not self._closed:
                self._arrived = made
                return
        made[0].close()

    def _wait_for_loader(self) -> None:
        patience, self._patience = self._patience, 0.0
        if self._loader is not None:
            self._loader.join(patience)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def _welcome(self, show_time: float) -> None:
        self._raise_failure()
        if self._arrived is not None:
            self._source, self._analyzer = self._arrived
            self._offset = show_time - (self._source.time() or 0.0)
        elif self._loader is None:
            if self._asked:  # the first picture is out
                self._loader = threading.Thread(target=self._load, name="v1z3r-loader", daemon=True)
                self._loader.start()
            self._asked = True
