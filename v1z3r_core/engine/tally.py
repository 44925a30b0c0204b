"""Times the stages of each picture and hands them to the recorder."""

from collections.abc import Iterable

from v1z3r_core.engine.pacing import Pacing
from v1z3r_core.model.audio import AudioStats
from v1z3r_core.model.stats import GraphicsUse, SceneSwitch, StepStats
from v1z3r_core.telemetry.recorder import Recorder


class Tally:
    """A stopwatch with four laps a picture: analysis, update, draw, present.

    Parameters
    ----------
    pacing : Pacing
        Whose clock measures, from when the engine was asked for, and which knows the slots.
    """

    def __init__(self, pacing: Pacing) -> None:
        self._pacing = pacing
        self._clock = pacing.clock
        self._recorder = Recorder(started=0.0)
        self._laps: list[float] = []
        self._first: float | None = None
        self._presented: float | None = None
        self._switch: tuple[str, float] | None = None

    def start(self) -> None:
        """A picture begins."""
        self._laps.clear()
        self._laps.append(self._clock.now())

    def lap(self) -> None:
        """Its present stage is over."""
        self._laps.append(self._clock.now())

    def switched(self, scene: str) -> None:
        """The scene was changed within the present stage, which counts towards the change."""
        self._switch = (scene, self._laps[-1])

    def finish(self, gpu_seconds: Iterable[float]) -> StepStats:
        """The picture was presented; what it cost.

        Parameters
        ----------
        gpu_seconds : iterable of float
            Of pictures some frames ago.
        """
        self.lap()
        began, heard, decided, drawn, presented = self._laps
        stats = StepStats(
            presented=presented,
            analysis=heard - began,
            update=decided - heard,
            draw=drawn - decided,
            present=presented - drawn,
            missed=self._pacing.missed(presented, self._presented),
        )
        self._presented = presented
        if self._first is None:
            self._first = presented
        self._recorder.step(stats)
        for seconds in gpu_seconds:
            self._recorder.gpu(seconds)
        if self._switch is not None:
            scene, asked = self._switch
            self._recorder.switch(SceneSwitch(scene, 1_000 * (presented - asked)))
            self._switch = None
        return stats

    def since_first(self) -> float | None:
        """Seconds since the first picture was presented; None before it."""
        return None if self._first is None else self._clock.now() - self._first

    def report(self, audio: AudioStats, graphics: GraphicsUse) -> dict[str, object]:
        """Everything measured so far, under the keys of `--report`."""
        return self._recorder.report(audio=audio, graphics=graphics)

    def close(self) -> None:
        """Let go of the gauges; may be called twice."""
        self._recorder.close()
