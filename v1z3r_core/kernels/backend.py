"""Which kernels run: the page by which everything else gets at them.

``V1Z3R_KERNELS`` chooses: ``native`` (a library made beforehand, built first if need be),
``jit`` (Numba in this process) or ``numpy`` (no compiler at all). Unset, a native library is
taken where there is one; where there is none yet NumPy works at once, a library is built in the
background, and who asks again after that gets the native kernels. A sound device does not ask
again; its callback is changed under it.
"""

import os
import threading
from dataclasses import dataclass, replace
from functools import cache

from v1z3r_core.kernels.cache import Unfit
from v1z3r_core.kernels.interface import Kernels
from v1z3r_core.kernels.library import build_library, open_library
from v1z3r_core.kernels.relay import Relay
from v1z3r_core.kernels.sources import supported
from v1z3r_core.model.errors import KernelsError

VARIABLE = "V1Z3R_KERNELS"
CHOICES = ("native", "jit", "numpy")


@dataclass(slots=True)
class Decision:
    """What runs in this process; changes at most once, when a background build is done.

    Parameters
    ----------
    kernels : Kernels
    reason : str
        Why these, for people.
    building : Thread or None
        At work on better ones.
    relays : tuple of Relay
        What open sound devices call: the callbacks of the kernels, `capture` and `play`.
    """

    kernels: Kernels
    reason: str
    building: threading.Thread | None = None
    relays: tuple[Relay, ...] = ()


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
        raise KernelsError(f"{VARIABLE} is {wanted!r}, expected one of {', '.join(CHOICES)}")
    if wanted == "jit":
        return Decision(_jit(), f"{VARIABLE} asks for it")
    if wanted == "numpy":
        return Decision(_numpy(), f"{VARIABLE} asks for it")
    if not supported():
        if wanted:
            raise KernelsError(f"{VARIABLE} is native, which is made for x86-64 Linux; use jit")
        return Decision(_jit(), "native libraries are made for x86-64 Linux")
    try:
        return Decision(open_library(), "a library was there")
    except Unfit as misfit:
        if wanted:
            return Decision(build_library(), "built just now")
        interim = _interim(f"no native library: {misfit}; building one")
    interim.building = threading.Thread(
        target=_improve, args=(interim,), name="v1z3r-kernels", daemon=True
    )
    interim.building.start()
    return interim


def settle() -> None:
    """Wait for kernels that are being built: what is exact must not change them on the way.

    Raises
    ------
    KernelsError
        As `kernels`.
    """
    building = decision().building
    if building is not None:
        building.join()


def _interim(reason: str) -> Decision:
    """NumPy kernels, whose callbacks can be changed while a sound device calls them."""
    plain = _numpy()
    relays = capture, play = Relay(plain.capture), Relay(plain.play)
    kernels = replace(plain, capture=capture.address, play=play.address)
    return Decision(kernels, reason, relays=relays)


def _improve(interim: Decision) -> None:
    """Replace interim kernels by native ones; a thread's top, which does little but wait."""
    try:
        native = build_library()
    except KernelsError as failure:
        interim.reason = str(failure)
        _warn(f"{failure}; NumPy goes on")
        return
    turned = [
        relay.turn(callback)
        for relay, callback in zip(interim.relays, (native.capture, native.play), strict=True)
    ]
    interim.kernels, interim.reason = native, "built in the background"
    if not all(turned):
        _warn(
            "this system lets no memory become executable: a sound device that is open may lose "
            "sound while a picture takes long, and counts it; start again to have it native"
        )


def _warn(line: str) -> None:
    import logging

    logging.getLogger("v1z3r_core").warning("%s", line)


def _jit() -> Kernels:
    from v1z3r_core.kernels import jit

    return jit.load()


def _numpy() -> Kernels:
    from v1z3r_core.kernels import uncompiled

    return uncompiled.load()
