"""`v1z3r run`: the live show."""

import argparse
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from signal import Signals
from typing import TYPE_CHECKING

from v1z3r_core.app import options, report
from v1z3r_core.app.console import note
from v1z3r_core.app.ending import answer_signals
from v1z3r_core.model.command import Quit, SetFullscreen
from v1z3r_core.model.errors import AudioDeviceError
from v1z3r_core.model.ports import AudioSource, Notify, PictureFormat, Surface

if TYPE_CHECKING:
    from v1z3r_core.engine.engine import Engine
    from v1z3r_core.output.writer import Writer

EXAMPLE = "v1z3r run song.flac --scene nebula --fullscreen"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "audio",
        nargs="?",
        metavar="AUDIO",
        help="a sound file, device, device:NAME, loopback, or synth (default: the default input)",
    )
    options.add_picture_options(parser, "the display's refresh rate")
    parser.add_argument("--fullscreen", action="store_true", help="start in fullscreen")
    parser.add_argument("--monitor", metavar="N|NAME", help="which monitor to use")
    parser.add_argument("--duration", type=options.positive_seconds, metavar="S", help="then stop")
    parser.add_argument("--start", type=options.seconds, default=0.0, metavar="S", help="of a file")
    parser.add_argument("--loop", action="store_true", help="begin a file again at its end")
    parser.add_argument(
        "--headless", action="store_true", help="the same live loop without window and speakers"
    )
    parser.add_argument("--record", metavar="OUT", help="also record it (.mp4 .mkv .webm .mov)")


def run(arguments: argparse.Namespace) -> int:
    """Play until the sound ends, someone quits, or the time is over."""
    report.check_writable(arguments.report)
    engine, writer = _open(arguments)
    asked: list[str] = []

    def end(which: Signals) -> None:
        asked.append(which.name)
        engine.post(Quit())

    answer_signals(end)
    with engine:
        try:
            engine.run(arguments.duration)
        except KeyboardInterrupt:
            asked.append("Ctrl-C")
        if asked:
            note(f"stopped by {asked[0]}")
        engine.finish()
        measured = report.of_run(engine)
    if writer is not None:
        measured["dropped"] = engine.dropped + writer.dropped
        if engine.recording_failure is None:
            note(f"recorded {arguments.record}, {measured['dropped']} frames dropped")
    report.write(measured, arguments.report)
    for line in report.summary(measured):
        note(line)
    return 0 if engine.recording_failure is None else 1


def _open(arguments: argparse.Namespace) -> "tuple[Engine, Writer | None]":
    from v1z3r_core.app import choice
    from v1z3r_core.engine.engine import Engine
    from v1z3r_core.engine.options import EngineOptions
    from v1z3r_core.engine.pacing import DEFAULT_FPS

    scenes = choice.scenes(arguments)
    values = choice.parameters(scenes[0], arguments.set)
    settings = EngineOptions(
        size=arguments.size,
        fps=arguments.fps,
        seed=arguments.seed,
        parameters=values,
        notify=note,
    )
    with ExitStack() as undo:
        surface = _surface(arguments)
        undo.callback(surface.close)
        source: AudioSource | Callable[[Notify], AudioSource]
        source, writer = partial(_source, arguments), None
        if arguments.record is not None:
            report.check_apart(arguments.audio, arguments.record)
            # A video file must know its sound, rate and size before its first picture.
            source = undo.enter_context(closing(source(note)))
            rate = arguments.fps or DEFAULT_FPS
            picture = PictureFormat(surface.size, rate, source.rate, source.channels)
            writer = _writer(arguments.record, picture)
            undo.callback(writer.abort)
            settings = replace(settings, sink=writer, fps=rate)
        engine = Engine.open(scenes, source, settings, surface=surface, headless=arguments.headless)
        undo.pop_all()  # the engine owns them now
    if arguments.fullscreen:
        engine.post(SetFullscreen(on=True))
    return engine, writer


def _source(arguments: argparse.Namespace, notify: Notify) -> AudioSource:
    from v1z3r_core.app import plugins
    from v1z3r_core.audio.open import open_source

    def opened(spec: str | None) -> AudioSource:
        return open_source(
            spec,
            play=not arguments.headless,
            notify=notify,
            start=arguments.start,
            loop=arguments.loop,
            extra=plugins.sources(),
        )

    try:
        return opened(arguments.audio)
    except AudioDeviceError as failure:
        if arguments.audio is not None:
            raise
        # Nobody chose a device, so a machine without one still gets its show.
        notify(f"{failure} — showing the built-in track instead; name a file to see that")
        return opened("synth")


def _surface(arguments: argparse.Namespace) -> Surface:
    if arguments.headless:
        from v1z3r_core.output.headless import OffscreenSurface

        return OffscreenSurface(arguments.size)
    from v1z3r_core.output.window import Window

    return Window(arguments.size, "v1z3r", monitor=arguments.monitor)


def _writer(path: str, picture: PictureFormat) -> "Writer":
    from v1z3r_core.app import plugins
    from v1z3r_core.output.open import open_sink
    from v1z3r_core.output.writer import Writer

    return Writer(open_sink(path, picture, extra=plugins.sinks()), blocking=False)
