"""`v1z3r render`: exact pictures of a whole track."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from v1z3r_core.app import options, report
from v1z3r_core.app.console import note, say_if_compiling
from v1z3r_core.app.progress import counted
from v1z3r_core.model.errors import UsageError
from v1z3r_core.model.ports import AudioSource, PictureFormat
from v1z3r_core.model.scene import Scene

if TYPE_CHECKING:
    from v1z3r_core.engine.engine import Engine
    from v1z3r_core.output.writer import Writer

EXAMPLE = "v1z3r render song.flac -o song.mp4 --scene nebula --size 1920x1080"
DEFAULT_FPS = Fraction(60)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("audio", metavar="AUDIO", help="a sound file, or synth")
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUT",
        help="OUT.mp4 .mkv .webm or .mov, OUT.png with --at, or a folder for numbered PNGs",
    )
    options.add_picture_options(parser, str(DEFAULT_FPS))
    parser.add_argument(
        "--start", type=options.seconds, default=0.0, metavar="S", help="begin there in the sound"
    )
    parser.add_argument(
        "--duration", type=options.positive_seconds, metavar="S", help="and take that much"
    )
    parser.add_argument(
        "--at", type=options.seconds, metavar="S", help="one picture of that time, as OUT.png"
    )


def run(arguments: argparse.Namespace) -> int:
    """Render, with a progress bar on a terminal."""
    report.check_writable(arguments.report)
    report.check_apart(arguments.audio, arguments.output)
    _check_still(arguments)
    from v1z3r_core.app import choice
    from v1z3r_core.engine.engine import Engine
    from v1z3r_core.engine.options import EngineOptions

    scene = choice.scenes(arguments)[0]
    values = choice.parameters(scene, arguments.set)
    with _saying_what_is_left(arguments.output), ExitStack() as undo:
        source = undo.enter_context(closing(_source(arguments)))
        rate, count, length = _extent(arguments, source)
        writer = _writer(arguments, source, rate)
        undo.callback(writer.abort)  # nothing left to do once it is finished
        settings = EngineOptions(arguments.size, rate, arguments.seed, values, note, writer)
        say_if_compiling()
        engine = undo.enter_context(Engine.offline(scene, source, settings))
        _draw(engine, scene, count, still=arguments.at is not None)
        engine.finish(length)
        measured = report.of_run(engine)
    report.write(measured, arguments.report)
    print(arguments.output, *report.summary(measured), sep="\n")
    return 0


@contextmanager
def _saying_what_is_left(output: str) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        from v1z3r_core.output.partial import partial_path

        partial = partial_path(Path(output))
        if partial.is_file():
            note(f"{partial}: what was rendered so far")
        raise


def _draw(engine: "Engine", scene: Scene, count: int, *, still: bool) -> None:
    # A still needs the pictures before it only where the scene builds on its own last one.
    remembers = any(target.persistent for target in scene.targets)
    for index in counted(count, "frames"):
        if not still or index == count - 1:
            engine.step()
        elif remembers:
            engine.step(record=False)
        else:
            engine.skip()


def _check_still(arguments: argparse.Namespace) -> None:
    from v1z3r_core.app import plugins

    if arguments.output.partition(":")[0] in plugins.sinks():
        return  # a plugin decides by itself what its PATH means
    is_png = arguments.output.lower().endswith(".png")
    if arguments.at is not None and not is_png:
        raise UsageError(f"{arguments.output}: --at makes one picture; name it OUT.png")
    if arguments.at is None and is_png:
        raise UsageError(f"{arguments.output}: say which moment with --at SECONDS")


def _source(arguments: argparse.Namespace) -> AudioSource:
    from v1z3r_core.app import plugins
    from v1z3r_core.audio.open import open_source

    return open_source(
        arguments.audio,
        play=False,
        notify=note,
        start=arguments.start,
        duration=arguments.duration,
        extra=plugins.sources(),
    )


def _extent(arguments: argparse.Namespace, source: AudioSource) -> tuple[Fraction, int, float]:
    """Frame rate, number of pictures, and seconds of sound."""
    from v1z3r_core.engine.offline import length_of, picture_count

    rate = arguments.fps or DEFAULT_FPS
    length = length_of(source, arguments.duration)
    if arguments.at is None:
        return rate, picture_count(length, rate), length
    if arguments.at > length:
        raise UsageError(
            f"{arguments.output}: --at {arguments.at:g} is beyond the end; "
            f"the sound is {length:.2f} s long"
        )
    return rate, int(arguments.at * rate) + 1, arguments.at


def _writer(arguments: argparse.Namespace, source: AudioSource, rate: Fraction) -> "Writer":
    from v1z3r_core.app import plugins
    from v1z3r_core.output.open import open_sink
    from v1z3r_core.output.writer import Writer

    picture = PictureFormat(arguments.size, rate, source.rate, source.channels)
    sink = open_sink(arguments.output, picture, extra=plugins.sinks())
    return Writer(sink, blocking=True)
