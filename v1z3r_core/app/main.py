"""The `v1z3r` command: parse, dispatch, and one line for every foreseen failure."""

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

import v1z3r_core
from v1z3r_core.app import options
from v1z3r_core.app.console import fail
from v1z3r_core.app.ending import Ended, heeding_signals
from v1z3r_core.model.errors import UsageError, V1z3rError

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

COMMANDS: dict[str, str] = {
    "run": "show it live, in a window or off screen",
    "render": "make a video, a picture, or a folder of pictures",
    "analyze": "print what the analysis hears in files",
    "scenes": "list the scenes",
    "devices": "list the sound devices",
    "doctor": "say what this machine has, what is missing, and what fixes it",
}
"""Each command is a module of this package with `add_arguments` and `run`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status.

    0 ok, 1 failed, 2 usage; 130 interrupted by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP. A live
    show ends by hand, so being told to end is no failure of it: 0.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 shows ? instead
    parsed = _parser().parse_args(arguments)
    if parsed.command is None:
        _parser().print_help()
        return USAGE
    command: Callable[[argparse.Namespace], int] = _module(parsed.command).run
    try:
        with heeding_signals():
            return command(parsed)
    except UsageError as mistake:
        fail(str(mistake))
        return USAGE
    except V1z3rError as failure:
        fail(str(failure))
        return FAILED
    except Ended as asked:
        fail(f"ended by {asked}")
        return asked.status
    except KeyboardInterrupt:
        fail("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # `v1z3r analyze … | head`: the reader has all it wanted
        sys.stderr.close()
        return OK
    except OSError as failure:  # a folder that may not be entered, a full disk behind stdout
        where = f"{failure.filename}: " if failure.filename else ""
        fail(f"{where}{failure.strerror or failure}; choose another place")
        return FAILED


def _module(name: str):  # type: ignore[no-untyped-def]  # a module, seen only through its functions
    return import_module(f"v1z3r_core.app.{name}")


class _OneLineParser(argparse.ArgumentParser):
    """Says what is wrong and where help is, without the whole usage in front of it."""

    def error(self, message: str) -> NoReturn:
        """Exit with one line."""
        fail(f"error: {message}; see {self.prog} --help")
        sys.exit(USAGE)


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="v1z3r",
        description="Music in, pictures out: a real-time audio-visual engine.",
        epilog="example: v1z3r run song.flac --scene nebula",
    )
    parser.add_argument("--version", action="version", version=f"v1z3r {v1z3r_core.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        module = _module(name)
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=f"example: {module.EXAMPLE}",
            formatter_class=options.HelpFormatter,
        )
        module.add_arguments(command)
    return parser
