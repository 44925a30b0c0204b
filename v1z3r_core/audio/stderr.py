"""What C libraries print to the standard error stream while they are called."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

# PortAudio and ALSA report every failed attempt there and offer no switch, while the caller
# turns the same failure into one line. Lines of anyone else are passed on.
_CHATTER = re.compile(
    rb"Expression '.*' failed in '.*', line: \d+|ALSA lib .*|jack server .*|Cannot .* socket .*|\s*"
)

_STDERR = 2


@contextmanager
def hushed() -> Iterator[list[str]]:
    """Keep the sound libraries' chatter off the terminal; the list receives it at the end.

    The file descriptor belongs to the whole process: hold PortAudio's lock around it. Where
    there is none (a service without a terminal) nothing is redirected.
    """
    chatter: list[str] = []
    try:
        terminal = os.dup(_STDERR)
    except OSError:
        yield chatter
        return
    aside = os.memfd_create("v1z3r-stderr", os.MFD_CLOEXEC)
    os.dup2(aside, _STDERR)
    try:
        yield chatter
    finally:
        os.dup2(terminal, _STDERR)
        os.close(terminal)
        os.lseek(aside, 0, os.SEEK_SET)
        with open(aside, "rb") as file:
            for line in file:
                if _CHATTER.fullmatch(line.rstrip(b"\n")):
                    chatter.append(line.decode(errors="replace").strip())
                else:
                    os.write(_STDERR, line)
