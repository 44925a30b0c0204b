"""Taps count from when the key came, however late the next picture asks for them."""

import pytest

from v1z3r_core.engine.mailbox import Mailbox
from v1z3r_core.engine.options import EngineOptions
from v1z3r_core.engine.stage import Stage
from v1z3r_core.formats.load import load_scene
from v1z3r_core.model.beat import Beat
from v1z3r_core.model.command import Tap
from v1z3r_core.model.scene import Scene
from v1z3r_core.model.tempo import TempoHold

EAR = Beat(period=0.4, confidence=0.9, count=20)  # at 0 s


class Blank:
    """A renderer that any scene suits."""

    def prepare(self, scene: Scene) -> None:
        self.scene = scene


def tempo_after_taps(*, late_by: float) -> TempoHold:
    stage = Stage(Blank(), [load_scene("scope")], EngineOptions(), None, Mailbox())  # type: ignore[arg-type]
    for beat in range(4):
        time = 4.0 + 0.4 * beat
        stage.post(Tap(time))
        stage.listen(time + late_by, EAR.after(time + late_by))
    return stage.state.tempo


@pytest.mark.parametrize("late_by", [0.016, 0.1, 0.3])
def test_a_tap_that_is_dealt_with_late_means_the_same_beat(late_by: float) -> None:
    prompt, late = tempo_after_taps(late_by=0.0), tempo_after_taps(late_by=late_by)
    assert prompt.link is not None
    assert late == prompt
