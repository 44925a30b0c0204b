"""Keeps the processor from running far ahead of the GPU where no display does."""

from collections import deque

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.scope import Fence

PICTURES = 2  # one being drawn while the next one is described: full speed, least delay
WAIT_SECONDS = 60.0  # a software rasteriser takes seconds for a heavy 4K picture, a hang for ever


class InFlight:
    """Marks the end of each picture in the command stream and bounds how many are unfinished.

    A swap chain does this for a window; off screen the driver would queue commands without end,
    and the time of a step would say nothing about the time of a picture.

    Parameters
    ----------
    gpu : Gpu
    """

    def __init__(self, gpu: Gpu) -> None:
        self._gpu = gpu
        with gpu.using():
            self._scope = gpu.scope("in flight")
        self._fences: deque[Fence] = deque()

    def mark(self) -> None:
        """One more picture was described; wait, with the GIL released, while there are too many.

        Raises
        ------
        GraphicsError
            If the GPU does not finish a picture within `WAIT_SECONDS`.
        """
        with self._gpu.using():
            self._fences.append(self._scope.fence())
            while len(self._fences) > PICTURES:
                fence = self._fences.popleft()
                if not fence.passed(WAIT_SECONDS):
                    raise GraphicsError(
                        f"a picture took the GPU more than {WAIT_SECONDS:g} s; the driver hangs "
                        "or the scene is far too heavy"
                    )
                fence.drop()

    def close(self) -> None:
        """Give the marks back."""
        self._scope.close()
        self._fences.clear()
