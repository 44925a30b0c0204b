import os

import numpy as np

from v1z3r_core.model.audio import AudioStats
from v1z3r_core.model.stats import GraphicsUse, SceneSwitch, StepStats
from v1z3r_core.telemetry.memory import ResidentMemory
from v1z3r_core.telemetry.recorder import Recorder

CONTRACT = {
    "frames",
    "seconds",
    "fps",
    "first_frame_s",
    "interval_ms",
    "missed",
    "stage_ms",
    "rss_mb",
    "gl",
    "audio",
    "switches",
}


def stats(presented, *, missed=False):
    return StepStats(presented, 0.001, 0.002, 0.003, 0.004, missed)


def report_of(recorder):
    return recorder.report(audio=AudioStats(3, 512, 21.0), graphics=GraphicsUse(7, 4096))


def test_the_report_has_the_contract_s_keys_and_the_run_s_numbers():
    recorder = Recorder(started=10.0)
    for frame in range(61):
        recorder.step(stats(10.5 + frame / 60, missed=frame == 30))
    recorder.switch(SceneSwitch("scope", 12.5))
    report = report_of(recorder)
    recorder.close()
    assert set(report) == CONTRACT
    assert report["frames"] == 61
    assert abs(report["fps"] - 60) < 1e-6
    assert report["first_frame_s"] == 0.5
    assert report["missed"] == 1
    assert set(report["interval_ms"]) == {"p50", "p95", "p99", "p999", "max"}
    assert abs(report["interval_ms"]["p50"] - 1000 / 60) < 0.2
    assert {name: set(ms) for name, ms in report["stage_ms"].items()} == {
        name: {"p50", "p99"} for name in ("analysis", "update", "draw", "present")
    }
    assert report["gl"] == {"objects": 7, "bytes": 4096}
    assert report["audio"] == {"xruns": 3, "latency_ms": 21.0}
    assert report["switches"] == [{"scene": "scope", "ms": 12.5}]


def test_gpu_time_is_in_the_report_only_when_it_was_measured():
    recorder = Recorder(started=0.0)
    recorder.step(stats(0.1))
    assert "gpu_ms" not in report_of(recorder)
    recorder.gpu(0.002)
    assert abs(report_of(recorder)["gpu_ms"]["p50"] - 2.0) < 0.02
    recorder.close()


def test_a_run_without_pictures_reports_no_rates():
    recorder = Recorder(started=0.0)
    report = report_of(recorder)
    recorder.close()
    assert report["frames"] == 0
    assert "fps" not in report
    assert "first_frame_s" not in report


def test_resident_memory_sees_an_allocation_come():
    memory = ResidentMemory()
    before = memory.sample()
    ballast = np.ones(8_000_000, dtype=np.float64)
    after = memory.sample()
    assert after - before > 60
    assert memory.max_mb >= after
    assert ballast.nbytes == 64_000_000
    memory.close()


def test_the_gauge_lets_go_of_its_descriptor():
    open_before = len(os.listdir("/proc/self/fd"))
    memory = ResidentMemory()
    assert len(os.listdir("/proc/self/fd")) == open_before + 1
    memory.close()
    memory.close()
    assert len(os.listdir("/proc/self/fd")) == open_before
