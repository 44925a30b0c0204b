"""`python -m benchmarks.accuracy`: material, peers, run."""

import argparse
import os
import sys
from pathlib import Path

from benchmarks.accuracy.truth import HALVES

ALL_KINDS = ("mma", "midi", "synth", "score", "hydrogen")


def main() -> int:
    """Run one command; 1 if some of it failed."""
    arguments = _parser().parse_args()
    try:
        return int(arguments.command(arguments))
    except (FileNotFoundError, ValueError) as error:
        print(f"accuracy: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    material = commands.add_parser("material", help="render pieces with exact truth")
    material.add_argument("--out", type=Path, required=True, metavar="DIR")
    material.add_argument("--count", type=int, default=54, metavar="N", help="pieces (54)")
    material.add_argument(
        "--seed", type=int, default=1, metavar="S", help="same S, same pieces (1)"
    )
    material.add_argument(
        "--kind", default=",".join(ALL_KINDS), metavar="K,…", help="of " + ", ".join(ALL_KINDS)
    )
    material.add_argument("--half", choices=HALVES, help="draw only from sources of this half")
    material.add_argument(
        "--seconds", type=float, nargs=2, default=(60.0, 60.0), metavar=("MIN", "MAX")
    )
    material.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1), metavar="P")
    material.set_defaults(command=_material)
    peers = commands.add_parser("peers", help="install the other libraries, list what is there")
    peers.add_argument("--install", default="", metavar="L,…", help="names, or all")
    peers.add_argument("--btrack-source", type=Path, metavar="DIR", help="a clone of BTrack")
    _add_folder(peers)
    peers.set_defaults(command=_peers)
    run = commands.add_parser("run", help="score ours and the peers, print one table")
    run.add_argument("--material", type=Path, required=True, metavar="DIR")
    run.add_argument("--half", choices=HALVES, help="only this half of the material")
    run.add_argument("--peers", default="all", metavar="P,…", help="all, none, or names")
    run.add_argument("--no-ours", action="store_true", help="score the peers only")
    run.add_argument("--json", type=Path, metavar="F", help="write every score to F")
    _add_folder(run)
    run.set_defaults(command=_run)
    return parser


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--peers-folder", type=Path, metavar="DIR", help="where they live (user cache)"
    )


def _material(arguments: argparse.Namespace) -> int:
    from benchmarks.accuracy.material.batch import make
    from benchmarks.accuracy.material.build import Order

    kinds = tuple(kind.strip() for kind in arguments.kind.split(","))
    if unknown := [kind for kind in kinds if kind not in ALL_KINDS]:
        raise ValueError(f"--kind: {unknown[0]!r} is not one of {', '.join(ALL_KINDS)}")
    orders = [
        Order(arguments.seed, number, kinds, arguments.half, tuple(arguments.seconds))
        for number in range(arguments.count)
    ]
    failed = make(orders, arguments.out, arguments.processes)
    print(f"{arguments.count - failed} pieces in {arguments.out}, {failed} failed")
    return 1 if failed else 0


def _peers(arguments: argparse.Namespace) -> int:
    from benchmarks.accuracy import peers

    folder = arguments.peers_folder or peers.default_folder()
    wanted = (
        peers.LIBRARIES
        if arguments.install == "all"
        else tuple(filter(None, arguments.install.split(",")))
    )
    if unknown := [name for name in wanted if name not in peers.LIBRARIES]:
        raise ValueError(f"--install: {unknown[0]!r} is not one of {', '.join(peers.LIBRARIES)}")
    failed = 0
    for library in wanted:
        try:
            peers.install(library, folder, btrack_source=arguments.btrack_source)
        except RuntimeError as error:
            failed += 1
            print(f"{library}: {error}", file=sys.stderr)
    for library in peers.LIBRARIES:
        print(f"{library:12}{'installed' if peers.installed(library, folder) else 'not installed'}")
    return 1 if failed else 0


def _run(arguments: argparse.Namespace) -> int:
    from benchmarks.accuracy import peers, run

    folder = arguments.peers_folder or peers.default_folder()
    chosen, missing = run.methods(arguments.peers, folder)
    if arguments.no_ours:
        chosen = [one for one in chosen if not one.name.startswith("v1z3r")]
    results = run.run(chosen, run.pieces(arguments.material, arguments.half), folder / "answers")
    print(run.table(results))
    for line in [
        *missing,
        *(f"{one.method}, {one.piece}: {one.failure}" for one in results if one.failure),
    ]:
        print(line)
    if arguments.json:
        arguments.json.write_text(run.as_json(results))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
