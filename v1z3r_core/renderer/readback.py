"""Pictures on their way from the GPU to the processor, some frames late and never waited for."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.frame import Frame
from v1z3r_core.renderer import glraw
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.pixelbuffer import PixelBuffer
from v1z3r_core.renderer.scope import Fence

WAIT_SECONDS = 60.0  # a software rasteriser takes seconds for a heavy 4K picture, a hang for ever


@dataclass(slots=True)
class _Journey:
    index: int
    time: float
    buffer: PixelBuffer
    fence: Fence


class Readback:
    """A ring of pixel buffers with a fence each.

    A push asks for the picture's bytes; the frame is read in place when the fence has passed.
    GL counts rows from the bottom and frames from the top, so the pixels are a view with a
    negative row stride: whoever keeps them copies anyway, and a copy turns them at no cost. Turning
    them on the GPU was measured on llvmpipe at 720p: half of a light scene's whole draw.

    Parameters
    ----------
    gpu : Gpu
    size : tuple of int
        Of the pictures; width and height in pixels.
    depth : int, ≥ 1
        Pictures in flight.
    """

    def __init__(self, gpu: Gpu, size: tuple[int, int], depth: int = 3) -> None:
        self.size = size
        self._gpu = gpu
        with gpu.using():
            self._scope = gpu.scope(f"readback {size[0]}x{size[1]}")
            length = size[0] * size[1] * 4
            self._free = deque(self._scope.pixel_buffer(length) for _ in range(depth))
        self._flying: deque[_Journey] = deque()
        self._lent: PixelBuffer | None = None

    @property
    def full(self) -> bool:
        """Whether a push now would be refused."""
        self._take_back()
        return not self._free

    def push(self, index: int, time: float) -> bool:
        """Send the picture that was drawn last on its way; False, at once, if the ring is full.

        Parameters
        ----------
        index : int
        time : float, seconds
            Both come back with the frame.

        Raises
        ------
        GraphicsError
            If nothing was drawn yet or the picture has another size.
        """
        self._take_back()
        if not self._free:
            self._gpu.check()
            return False
        with self._gpu.using():
            self._bind_picture()
            buffer = self._free.popleft()
            buffer.read_pixels(*self.size)
            self._flying.append(_Journey(index, time, buffer, self._scope.fence()))
        return True

    def ready(self, *, wait: bool = False) -> Iterator[Frame]:
        """Frames that have arrived, oldest first.

        Parameters
        ----------
        wait : bool, keyword-only
            If the ring is full, wait for the oldest frame, with the GIL released, so that the
            next push is taken. Live one does not wait and a push may be refused.

        Yields
        ------
        Frame
            Its pixels are the ring's: valid until the iterator is asked for the next one, or
            another method of the ring is called.

        Raises
        ------
        GraphicsError
            If the GPU does not get there within `WAIT_SECONDS`.
        """
        self._take_back()
        patience = WAIT_SECONDS if wait and not self._free else 0.0
        while self._flying and self._arrived(self._flying[0], patience):
            patience = 0.0
            yield self._land()
            self._take_back()

    def drain(self) -> Iterator[Frame]:
        """Every frame in flight, each waited for; validity as in `ready`."""
        self._take_back()
        while self._flying and self._arrived(self._flying[0], WAIT_SECONDS):
            yield self._land()
            self._take_back()

    def close(self) -> None:
        """Give the buffers back; frames still in flight are lost and lent ones dangle."""
        self._scope.close()
        self._flying.clear()
        self._free.clear()
        self._lent = None

    def _bind_picture(self) -> None:
        picture = self._gpu.finished
        if picture is None:
            raise GraphicsError("a readback was asked for before the first picture was drawn")
        if picture.size != self.size:
            raise GraphicsError(
                f"the picture is {picture.size[0]}×{picture.size[1]}, the readback was opened for "
                f"{self.size[0]}×{self.size[1]}"
            )
        self._gpu.gl.glBindFramebuffer(glraw.READ_FRAMEBUFFER, picture.framebuffer)

    def _arrived(self, journey: _Journey, patience: float) -> bool:
        with self._gpu.using():
            if journey.fence.passed(patience):
                return True
        if patience:
            raise GraphicsError(
                f"picture {journey.index} did not leave the GPU within {patience:g} s; "
                "the driver hangs or the scene is far too heavy"
            )
        return False

    def _land(self) -> Frame:
        journey = self._flying.popleft()
        with self._gpu.using():
            journey.fence.drop()
            pixels = journey.buffer.bytes()
        self._lent = journey.buffer
        width, height = self.size
        return Frame(journey.index, journey.time, pixels.reshape(height, width, 4)[::-1])

    def _take_back(self) -> None:
        if self._lent is not None:
            self._free.append(self._lent)
            self._lent = None
