"""A folder full of pieces: made in parallel, resumed where it stopped."""

import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

from tqdm import tqdm

from benchmarks.accuracy.material.build import Order, write_piece

_README = """Music with exact truth, made by `python -m benchmarks.accuracy material`.

NAME.flac  16 bit, 44.1 or 48 kHz, mono or stereo.
NAME.json  The truth, seconds from the file's first sample:
  beats, downbeats   every one of the metre, also where nothing sounds; downbeats [] = not known
  tempo              [[time, bpm], ...] from that time on
  metre              [n, d], null where it changes; 6/8, 9/8, 12/8 have dotted beats
  key                "F# minor" or null = not known
  kick, snare, hat   drum strokes
  onsets             all struck or plucked notes, drums included (slow attacks left out)
  kind, source       how and from what it was made; half (dev or held) follows from source
  notes              font, kit, tempo curve, degradations, seed
A .json is written after its .flac is whole, so that whoever lists *.json may read while it grows.
"""


def make(orders: list[Order], folder: Path, processes: int) -> int:
    """Make all orders in `folder`; returns how many failed, each reported in one line."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README").write_text(_README)
    failed = 0
    with ProcessPoolExecutor(processes) as pool, tqdm(total=len(orders), unit="piece") as bar:
        for order, future in _finished(pool, orders, folder, 4 * processes):
            error = future.exception()
            if isinstance(error, RuntimeError | FileNotFoundError):
                failed += 1
                print(f"{order.name}: {error}", file=sys.stderr)
            elif error is not None:
                raise error
            bar.update()
    return failed


def _finished(
    pool: ProcessPoolExecutor, orders: list[Order], folder: Path, ahead: int
) -> Iterator[tuple[Order, "Future[Path]"]]:
    """Orders as they finish, at most `ahead` submitted at a time."""
    waiting = iter(orders)
    running: dict[Future[Path], Order] = {}
    while True:
        while len(running) < ahead and (order := next(waiting, None)):
            running[pool.submit(write_piece, order, folder)] = order
        if not running:
            return
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), future
