"""Run an example as a program of its own, with every call into the engine watched.

python watched.py REPORT.json EXAMPLE.py [ARGUMENT …]

Before and after each call the whole GL state is read, by the list that the renderer's own tests
use. When the first engine is about to draw for the `CAPTURE_AT`-th time, the picture before is
on the screen: both are saved beside the report, as `screen.npy` and `picture0.npy`,
`picture1.npy` …, top row first, and `hosted0.npy` … for what lies in a framebuffer of the host's.
"""

import ctypes
import json
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ImageGrab

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "renderer"))
sys.path.insert(0, str(HERE.parents[1]))

from pictures import names_alive  # noqa: E402
from test_hoststate import state_of  # noqa: E402

from v1z3r_core import Engine  # noqa: E402
from v1z3r_core.renderer import context, glraw  # noqa: E402

CAPTURE_AT = 12
SAMPLES = 0x80A9  # of the framebuffer that the host has bound when it calls
SETTLE_SECONDS = 0.3  # a swap is on an idle X server's screen long before that


class Watch:
    """Stands between an example and the engine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engines: list[Engine] = []
        self.hosted: dict[Engine, int] = {}
        self.gl: Any = None
        self.report: dict[str, Any] = {
            "draws": 0,
            "closed": 0,
            "errors": [],
            "changes": [],
            "made": [],
            "freed": [],
            "held_at_the_end": 0,
            "captured": False,
        }

    def call(self, name: str, function: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
        """One call, with the state around it compared."""
        load = context.current_loader()
        self.gl = self.gl or glraw.RawGl(load)
        while self.gl.glGetError():
            pass  # what the host's own calls left is not ours
        before = state_of(load)
        result = function(*args, **keywords)
        error = self.gl.glGetError()
        if error:
            self.report["errors"].append(f"{name}: {error:#x}")
        after = state_of(load)
        self.report["changes"] += [
            f"{name}: {key} {before[key]} -> {after[key]}"
            for key in before
            if before[key] != after[key]
        ]
        return result

    def attach(self, original: Any, *args: Any, **keywords: Any) -> Engine:
        names = _names()
        engine: Engine = self.call("attach", original, *args, **keywords)
        self.engines.append(engine)
        self.report["made"].append([_names() - names, _held(engine)])
        return engine

    def draw(self, original: Any, engine: Engine, framebuffer: Any, seconds: float) -> Any:
        if engine is self.engines[0]:
            self.report["draws"] += 1
            if self.report["draws"] == CAPTURE_AT:
                self.capture()
        self.report["samples"] = self.gl.integer(SAMPLES)
        self.hosted[engine] = framebuffer if isinstance(framebuffer, int) else framebuffer.glo
        return self.call("draw", original, engine, framebuffer, seconds)

    def close(self, original: Any, engine: Engine) -> None:
        if engine._gpu.gone:  # the host's toolkit destroyed the context and all that was in it
            original(engine)
        else:
            names, held = _names(), _held(engine)
            self.call("close", original, engine)
            self.report["freed"].append([names - _names(), held])
        self.report["held_at_the_end"] += engine._gpu.use.objects
        self.report["closed"] += 1

    def capture(self) -> None:
        self.gl.glFinish()
        time.sleep(SETTLE_SECONDS)
        np.save(self.folder / "screen.npy", np.asarray(ImageGrab.grab().convert("RGB")))
        for index, engine in enumerate(self.engines):
            picture = engine._stage._renderer.picture
            with engine._gpu.using():
                for kind, name in (
                    ("picture", picture.framebuffer),
                    ("hosted", self.hosted[engine]),
                ):
                    if name != 0:
                        pixels = _pixels(engine._gpu.gl, name, picture.size)
                        np.save(self.folder / f"{kind}{index}.npy", pixels)
        self.gl.glGetError()  # a multisampled framebuffer of the host's cannot be read like that
        self.report["captured"] = True


# A query that was never used is no object yet, and a program keeps its shaders alive.
UNCOUNTED = {"Query", "Shader"}


def _names() -> int:
    """GL objects alive, by the driver's word."""
    gl = glraw.RawGl(context.current_loader())
    alive = names_alive(gl, up_to=2_000)
    return sum(len(names) for kind, names in alive.items() if kind not in UNCOUNTED)


def _held(engine: Engine) -> int:
    """GL objects alive, by our own ledger."""
    return sum(held.count for (_, kind), held in engine._gpu.ledger.items() if kind != "query")


def _pixels(gl: Any, framebuffer: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    width, height = size
    pixels = np.zeros((height, width, 4), np.uint8)
    gl.glBindFramebuffer(glraw.READ_FRAMEBUFFER, framebuffer)
    gl.glReadPixels(
        *(0, 0, width, height),
        glraw.RGBA,
        glraw.UNSIGNED_BYTE,
        pixels.ctypes.data_as(ctypes.c_void_p),
    )
    return np.ascontiguousarray(pixels[::-1, :, :3])


def main() -> None:
    target, example, *arguments = sys.argv[1:]
    watch = Watch(Path(target).parent)
    attach, draw, resize, close = Engine.attach, Engine.draw, Engine.resize, Engine.close
    Engine.attach = lambda *a, **k: watch.attach(attach, *a, **k)  # type: ignore[method-assign]
    Engine.draw = lambda *a: watch.draw(draw, *a)  # type: ignore[method-assign]
    Engine.resize = lambda *a: watch.call("resize", resize, *a)  # type: ignore[method-assign]
    Engine.close = lambda engine: watch.close(close, engine)  # type: ignore[method-assign]
    sys.argv = [example, *arguments]
    sys.path.insert(0, str(Path(example).parent))
    try:
        runpy.run_path(example, run_name="__main__")
    except SystemExit as end:
        watch.report["exit"] = end.code
    Path(target).write_text(json.dumps(watch.report))


if __name__ == "__main__":
    main()
