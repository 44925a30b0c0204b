"""Which kernels run: the page by which everything else gets at them.

``V1Z3R_KERNELS`` chooses: ``native`` (a library made beforehand, built first if need be),
``jit`` (Numba in this process) or ``numpy`` (no compiler at all). Unset, a native library is
taken where there is one; where there is none yet NumPy works at once, a library is built in the
background, and who asks again after that gets the native kernels.
"""

import os
import threading
from dataclasses import dataclass
from functools import cache

from v1z3r_core.kernels.interface import Kernels
from v1z3r_core.kernels.library import build_library, find_library
from v1z3r_core.kernels.sources import supported
from v1z3r_core.model.errors import KernelsError

VARIABLE = "V1Z3R_KERNELS"
CHOICES = ("native", "jit", "numpy")


@dataclass(slots=True)
class Decision:
    """Which kernels run in this process; changes at most once, when a build is done.

    Parameters
    ----------
    kernels : Kernels
    reason : str
        Why these, for people.
    """

    kernels: Kernels
    reason: str


def kernels() -> Kernels:
    """The kernels to use now; cheap enough to be asked before every block.

    Raises
    ------
    KernelsError
        If ``V1Z3R_KERNELS`` is no choice, or asks for what cannot be had.
    """
    return decision().kernels


@cache
def decision() -> Decision:
    """Which kernels run and why; decided at the first call.

    Raises
    ------
    KernelsError
        As `kernels`.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in {"", *CHOICES}:
        raise KernelsError(f"{VARIABLE} is {wanted!r}; expected one of {', '.join(CHOICES)}")
    if wanted == "jit":
        return Decision(_jit(), f"{VARIABLE} is jit")
    if wanted == "numpy":
        return Decision(_numpy(), f"{VARIABLE} is numpy")
    if not supported():
        if wanted:
            raise KernelsError(f"{VARIABLE} is native, which is for x86-64 Linux; try jit")
        return Decision(_jit(), "native libraries are for x86-64 Linux")
    found = find_library()
    if found.kernels is not None:
        return Decision(found.kernels, found.reason)
    if wanted:
        return Decision(build_library(found.path), f"{VARIABLE} is native; built just now")
    interim = Decision(_numpy(), f"{found.reason}; being built in the background")
    threading.Thread(target=_improve, args=(interim, found.path), daemon=True).start()
    return interim


def _improve(interim: Decision, path: Path | None) -> None:
    """Build, and replace the interim kernels; the top of a thread that only waits."""
    try:
        interim.kernels = build_library(path)
        interim.reason = "built in the background"
    except KernelsError as failure:
        interim.reason = str(failure)
        logging.getLogger("v1z3r_core").warning("%s; NumPy goes on", failure)
