"""The street's parts, put together: for a live show, exact pictures, or inside a host's window."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from v1z3r_core.audio.feed import FeedSource
from v1z3r_core.engine import parts
from v1z3r_core.engine.clock import WallClock
from v1z3r_core.engine.hearing import Hearing
from v1z3r_core.engine.mailbox import Mailbox
from v1z3r_core.engine.options import EngineOptions
from v1z3r_core.engine.outlet import Outlet
from v1z3r_core.engine.pacing import (
    DEFAULT_FPS,
    HostPacing,
    LivePacing,
    OfflinePacing,
    Pacing,
)
from v1z3r_core.engine.stage import Stage
from v1z3r_core.engine.tally import Tally
from v1z3r_core.model.ports import Surface
from v1z3r_core.model.scene import Scene
from v1z3r_core.output.headless import OffscreenSurface
from v1z3r_core.renderer.gpu import Gpu


@dataclass(frozen=True, slots=True)
class Street:
    """Everything that an engine steps.

    Parameters
    ----------
    gpu : Gpu
    stage : Stage
    hearing : Hearing
    pacing : Pacing
    outlet : Outlet
    tally : Tally
    seed : int
    size : tuple of int
        Of the first picture.
    owned : ExitStack
        Closes it all, the newest first.
    feed : FeedSource or None
        What a host's sound goes into.
    """

    gpu: Gpu
    stage: Stage
    hearing: Hearing
    pacing: Pacing
    outlet: Outlet
    tally: Tally
    seed: int
    size: tuple[int, int]
    owned: ExitStack
    feed: FeedSource | None = None


def live(
    scenes: Scene | Sequence[Scene],
    source: parts.SourceChoice,
    options: EngineOptions,
    surface: Surface | None,
    *,
    headless: bool,
) -> Street:
    """A window, the sound, the wall clock; see `Engine.open`."""
    clock, notices = WallClock(), Mailbox[str]()
    with ExitStack() as owned:
        if surface is None:
            surface = OffscreenSurface(options.size) if headless else parts.window(options)
        owned.callback(surface.close)
        gpu = parts.kept(owned, Gpu.standalone() if headless else Gpu.adopt())
        stage = parts.stage(owned, gpu, scenes, options, surface, notices)
        stage.watch_files()
        hearing = Hearing(
            lambda: parts.opened(source, play=not headless, notify=notices.post),
            background=options.sink is None,
            settings=options.analysis,
        )
        owned.callback(hearing.close)
        pacing = LivePacing(clock, surface, options.fps)
        outlet = parts.outlet(owned, gpu, surface, None if headless else 0)
        if options.sink is not None:
            outlet.record(options.sink, surface.size, pacing.fps, tell=notices.post)
        tally = parts.tally(owned, pacing)
        size, seed = surface.size, options.seed
        return Street(gpu, stage, hearing, pacing, outlet, tally, seed, size, owned.pop_all())


def offline(
    scenes: Scene | Sequence[Scene], source: parts.SourceChoice, options: EngineOptions
) -> Street:
    """Exact times, off screen; see `Engine.offline`."""
    fps = options.fps or DEFAULT_FPS
    clock, notices = WallClock(), Mailbox[str]()
    parts.settle_analysis()
    with ExitStack() as owned:
        hearing = Hearing(
            lambda: parts.opened(source, play=False, notify=notices.post),
            background=False,
            settings=options.analysis,
        )
        owned.callback(hearing.close)
        gpu = parts.kept(owned, Gpu.standalone())
        stage = parts.stage(owned, gpu, scenes, options, None, notices)
        outlet = parts.outlet(owned, gpu, OffscreenSurface(options.size), None)
        if options.sink is not None:
            outlet.record(options.sink, options.size, fps, tell=None)
        pacing = OfflinePacing(clock, fps)
        tally = parts.tally(owned, pacing)
        size, seed = options.size, options.seed
        return Street(gpu, stage, hearing, pacing, outlet, tally, seed, size, owned.pop_all())


def attached(
    scene: Scene,
    options: EngineOptions,
    *,
    size: tuple[int, int],
    sample_rate: int,
    channels: int,
) -> Street:
    """A host's window, context, sound and clock; see `Engine.attach`."""
    options = replace(options, size=size)
    clock, notices = WallClock(), Mailbox[str]()
    feed = FeedSource(sample_rate, channels)
    with ExitStack() as owned:
        hearing = Hearing(lambda: feed, background=False, settings=options.analysis)
        owned.callback(hearing.close)
        gpu = parts.kept(owned, Gpu.adopt(borrowed=True))
        stage = parts.stage(owned, gpu, scene, options, None, notices)
        outlet = parts.outlet(owned, gpu, OffscreenSurface(size), None)
        if options.sink is not None:
            outlet.record(options.sink, size, options.fps or DEFAULT_FPS, tell=notices.post)
        pacing = HostPacing(clock)
        tally, seed = parts.tally(owned, pacing), options.seed
        return Street(gpu, stage, hearing, pacing, outlet, tally, seed, size, owned.pop_all(), feed)
