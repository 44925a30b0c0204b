"""How the kernels run, for whoever looks after the machine."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from v1z3r_core.kernels.backend import decision, settle
from v1z3r_core.kernels.interface import Choice
from v1z3r_core.kernels.library import PREBUILT

__all__ = ["KernelHealth", "kernel_health", "kernels_are_being_built", "settle"]


@dataclass(frozen=True, slots=True)
class KernelHealth:
    """Which kernels run in this process.

    Parameters
    ----------
    name : Choice
    reason : str
        Why these.
    origin : str
        Where they came from; of a library its size and date too.
    """

    name: Choice
    reason: str
    origin: str


def kernel_health() -> KernelHealth:
    """Choose the kernels, as a show does, and say which they are.

    Raises
    ------
    KernelsError
        If ``V1Z3R_KERNELS`` is no choice, or asks for what cannot be had.
    """
    chosen = decision()
    kernels = chosen.kernels
    return KernelHealth(kernels.name, chosen.reason, _described(kernels.name, kernels.origin))


def kernels_are_being_built() -> bool:
    """Whether there were none for this machine, so that `settle` would take a while."""
    building = decision().building
    return building is not None and building.is_alive()


def _described(name: Choice, origin: str) -> str:
    if name != "native":
        return origin
    if Path(origin).parent == PREBUILT:
        return f"{origin}, which came with the package"
    try:
        status = Path(origin).stat()
    except FileNotFoundError:
        return "a library built for this process alone, for want of a folder that is only ours"
    made = datetime.fromtimestamp(status.st_mtime).strftime("%Y-%m-%d %H:%M")
    return f"{origin}, {status.st_size // 1024} KB, built {made}"
