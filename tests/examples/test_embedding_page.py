"""The code of docs/embedding.md, run in order as it stands there."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sounds import RATE, beats, write_wav

from v1z3r_core.model.tempo import TempoHold
from v1z3r_core.renderer.gpu import Gpu

PAGE = Path(__file__).parents[2] / "docs" / "embedding.md"
PICTURES = 3


class Host:
    """What the page calls `host`: a context, a framebuffer, sound and time."""

    def __init__(self, gpu: Gpu) -> None:
        self.texture = gpu.api.texture((1280, 720), 4)
        self.framebuffer = gpu.api.framebuffer([self.texture])
        self.count = 0

    def running(self) -> bool:
        self.count += 1
        return self.count <= PICTURES

    def time(self) -> float:
        return self.count / 60

    def downbeat_time(self) -> float:
        return self.time() - 0.1

    def samples(self) -> np.ndarray:
        return beats(1 / 60)

    def play(self, frames: int) -> np.ndarray:
        return beats(frames / RATE)


@pytest.fixture
def host() -> Iterator[Host]:
    with Gpu.standalone() as gpu:
        yield Host(gpu)
        assert gpu.gl.glGetError() == 0


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_does_what_it_says(
    host: Host,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_wav(tmp_path / "song.flac", beats(0.5))  # FFmpeg goes by the content, not by the name
    embedding, callback, options, tempo, offline = blocks()
    names: dict[str, object] = {"host": host}

    exec(embedding, names)
    assert host.count == PICTURES + 1
    pixels = np.frombuffer(host.framebuffer.read(), np.uint8)
    assert pixels.std() > 5

    class Fed:
        def feed(self, samples: np.ndarray) -> None:
            self.samples = samples.copy()

    fed = Fed()
    exec(callback, names | {"visuals": fed}, heard := {})
    output = np.zeros((512, 2), np.float32)
    heard["callback"](output, 512, None, None)
    assert np.array_equal(fed.samples, output)
    assert output.any()

    exec(options, names)
    assert "p50" in capsys.readouterr().out

    exec(tempo, names)
    assert capsys.readouterr().out == "124.0\n"
    assert names["visuals"].show.tempo == TempoHold()

    exec(offline, names)
    assert names["frame"].index == 14
    assert names["picture"].shape == (180, 320, 3)


def test_every_file_the_page_points_to_exists() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / link).is_file(), link
