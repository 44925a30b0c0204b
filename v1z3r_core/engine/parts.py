"""Making the parts of an engine, each closed by the stack it is entered in."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from v1z3r_core.audio.open import open_source
from v1z3r_core.engine.mailbox import Mailbox
from v1z3r_core.engine.options import EngineOptions
from v1z3r_core.engine.outlet import Outlet
from v1z3r_core.engine.pacing import Pacing
from v1z3r_core.engine.stage import Stage
from v1z3r_core.engine.tally import Tally
from v1z3r_core.model.font import FontAtlas
from v1z3r_core.model.ports import AudioSource, Notify, Surface
from v1z3r_core.model.scene import Scene
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.renderer import Renderer

SourceChoice = str | AudioSource | Callable[[Notify], AudioSource]
"""A word or path, a source that is open already, or what opens one."""


def window(options: EngineOptions) -> Surface:
    """A window of our own; glfw is loaded here and nowhere else."""
    from v1z3r_core.output.window import Window

    return Window(options.size, "v1z3r")


def settle_analysis() -> None:
    """Wait until the analysis runs as it always will here; at once but for the first time."""
    from v1z3r_core.analysis.health import settle  # a live show does not wait for it

    settle()


def kept(owned: ExitStack, gpu: Gpu) -> Gpu:
    """The GPU, closed with the stack."""
    owned.callback(gpu.close)
    return gpu


def stage(
    owned: ExitStack,
    gpu: Gpu,
    scenes: Scene | Sequence[Scene],
    options: EngineOptions,
    surface: Surface | None,
    notices: Mailbox[str],
) -> Stage:
    """Renderer and show, closed with the stack."""
    size = options.size if surface is None else surface.size
    renderer = Renderer(gpu, size, font=_font)
    owned.callback(renderer.close)
    playlist = (scenes,) if isinstance(scenes, Scene) else tuple(scenes)
    made = Stage(renderer, playlist, options, surface, notices)
    owned.callback(made.close)
    return made


def _font(px: int) -> FontAtlas:
    from v1z3r_core.media.font import atlas  # the first picture must not wait for Pillow

    return atlas(px)


def outlet(owned: ExitStack, gpu: Gpu, surface: Surface, framebuffer: int | None) -> Outlet:
    """Where pictures go, closed with the stack."""
    made = Outlet(gpu, surface, framebuffer)
    owned.callback(made.close)
    return made


def tally(owned: ExitStack, pacing: Pacing) -> Tally:
    """What counts and measures, closed with the stack."""
    made = Tally(pacing)
    owned.callback(made.close)
    return made


def opened(source: SourceChoice, *, play: bool, notify: Notify) -> AudioSource:
    """The source that was chosen, open.

    Raises
    ------
    AudioFileError, AudioDeviceError
        If it cannot be opened.
    """
    if isinstance(source, str):
        return open_source(source, play=play, notify=notify)
    return source(notify) if callable(source) else source
