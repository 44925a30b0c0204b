"""Signals as a command finds them that somebody starts from a terminal."""

import signal


def as_from_a_terminal() -> None:
    """Undo what a test run in the background, or under `nohup`, hands down to its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for which in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, signal.SIG_DFL)
