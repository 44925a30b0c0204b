"""Collects what steps cost, in memory that does not grow with the length of a show."""

from collections import deque

from v1z3r_core.model.audio import AudioStats
from v1z3r_core.model.stats import GraphicsUse, SceneSwitch, StepStats
from v1z3r_core.telemetry.histogram import DurationHistogram
from v1z3r_core.telemetry.memory import ResidentMemory

STAGES = ("analysis", "update", "draw", "present")
MEMORY_PERIOD_SECONDS = 1.0  # RSS moves in pages over seconds; more often would tell nothing new
SWITCHES_KEPT = 1_000


class Recorder:
    """Takes one `StepStats` per picture and turns them into the report of the run.

    Parameters
    ----------
    started : float, seconds
        On the engine's clock: when the run began, for `first_frame_s`.
    """

    def __init__(self, started: float) -> None:
        self._started = started
        self._first: float | None = None
        self._last: float | None = None
        self._frames = 0
        self._missed: int | None = None
        self._intervals = DurationHistogram()
        self._gpu = DurationHistogram()
        self._stages = {name: DurationHistogram() for name in STAGES}
        self._switches: deque[SceneSwitch] = deque(maxlen=SWITCHES_KEPT)
        self._memory = ResidentMemory()
        self._memory_due = started + MEMORY_PERIOD_SECONDS

    @property
    def frames(self) -> int:
        """Pictures so far."""
        return self._frames

    def step(self, stats: StepStats) -> None:
        """Count one picture."""
        if self._last is None:
            self._first = stats.presented
        else:
            self._intervals.add(stats.presented - self._last)
        self._last = stats.presented
        self._frames += 1
        if stats.missed is not None:
            self._missed = (self._missed or 0) + stats.missed
        self._stages["analysis"].add(stats.analysis)
        self._stages["update"].add(stats.update)
        self._stages["draw"].add(stats.draw)
        self._stages["present"].add(stats.present)
        if stats.presented >= self._memory_due:
            self._memory.sample()
            self._memory_due = stats.presented + MEMORY_PERIOD_SECONDS

    def gpu(self, seconds: float) -> None:
        """Count one picture's GPU time."""
        self._gpu.add(seconds)

    def switch(self, change: SceneSwitch) -> None:
        """Remember a change of scene."""
        self._switches.append(change)

    def report(self, *, audio: AudioStats, graphics: GraphicsUse) -> dict[str, object]:
        """The run so far under the keys of `--report`; what was not measured is not there.

        Parameters
        ----------
        audio : AudioStats
        graphics : GraphicsUse
        """
        report: dict[str, object] = {"frames": self._frames}
        if self._first is not None and self._last is not None:
            seconds = self._last - self._first
            report["seconds"] = round(seconds, 6)
            if seconds > 0:
                report["fps"] = round((self._frames - 1) / seconds, 4)
            report["first_frame_s"] = round(self._first - self._started, 6)
        intervals = self._intervals.quantiles_ms(0.5, 0.95, 0.99, 0.999)
        if intervals:
            intervals["max"] = round(1_000 * self._intervals.max_seconds, 4)
        report["interval_ms"] = intervals
        if self._missed is not None:
            report["missed"] = self._missed
        report["stage_ms"] = {
            name: stage.quantiles_ms(0.5, 0.99) for name, stage in self._stages.items()
        }
        if self._gpu.count:
            report["gpu_ms"] = self._gpu.quantiles_ms(0.5, 0.99)
        end = self._memory.sample()
        if end is not None:
            report["rss_mb"] = {
                "start": round(self._memory.start_mb or 0.0, 2),
                "end": round(end, 2),
                "max": round(self._memory.max_mb or end, 2),
            }
        report["gl"] = {"objects": graphics.objects, "bytes": graphics.bytes}
        report["audio"] = {"xruns": audio.xruns, "latency_ms": audio.latency_ms}
        report["switches"] = [{"scene": s.scene, "ms": round(s.ms, 3)} for s in self._switches]
        return report

    def close(self) -> None:
        """Let go of the memory gauge; may be called twice."""
        self._memory.close()
