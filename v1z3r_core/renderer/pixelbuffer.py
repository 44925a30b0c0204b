"""A buffer that the GPU fills with pixels and the processor reads."""

import ctypes

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.renderer import glraw
from v1z3r_core.renderer.glraw import RawGl

_PERSISTENT = glraw.MAP_READ_BIT | glraw.MAP_PERSISTENT_BIT | glraw.MAP_COHERENT_BIT


class PixelBuffer:
    """Pixels on their way from the GPU. Made by `Scope.pixel_buffer`.

    Where the driver has buffer storage (OpenGL 4.4) the memory stays mapped for the buffer's
    life and is read in place. Elsewhere `bytes` maps, copies once and unmaps, because a view
    into an unmapped buffer would crash whoever kept it.
    """

    def __init__(self, gl: RawGl, size: int) -> None:
        self.name = gl.generate("Buffers")
        self._gl = gl
        self._size = size
        self._mapped: NDArray[np.uint8] | None = None
        gl.glBindBuffer(glraw.PIXEL_PACK_BUFFER, self.name)
        if gl.has("glBufferStorage"):
            storage = _PERSISTENT | glraw.CLIENT_STORAGE_BIT
            gl.glBufferStorage(glraw.PIXEL_PACK_BUFFER, size, None, storage)
            self._mapped = self._map(_PERSISTENT)
        else:
            gl.glBufferData(glraw.PIXEL_PACK_BUFFER, size, None, glraw.STREAM_READ)
            self._copy = np.empty(size, dtype=np.uint8)
        gl.glBindBuffer(glraw.PIXEL_PACK_BUFFER, 0)

    def read_pixels(self, width: int, height: int) -> None:
        """Let the GPU copy the RGBA pixels of the bound read framebuffer in here, when it can."""
        gl = self._gl
        gl.glBindBuffer(glraw.PIXEL_PACK_BUFFER, self.name)
        gl.glReadPixels(0, 0, width, height, glraw.RGBA, glraw.UNSIGNED_BYTE, None)
        gl.glBindBuffer(glraw.PIXEL_PACK_BUFFER, 0)

    def bytes(self) -> NDArray[np.uint8]:
        """The content, shape (size,), read-only; call it once a fence after the read passed.

        Valid until the next `read_pixels`, and never after `release`.
        """
        if self._mapped is not None:
            return self._mapped
        gl = self._gl
        gl.glBindBuffer(glraw.PIXEL_PACK_BUFFER, self.name)
        self._copy.flags.writeable = True
        np.copyto(self._copy, self._map(glraw.MAP_READ_BIT))
        self._copy.flags.writeable = False
        gl.glUnmapBuffer(glraw.PIXEL_PACK_BUFFER)
        gl.glBindBuffer(glraw.PIXEL_PACK_BUFFER, 0)
        return self._copy

    def release(self) -> None:
        """Give the buffer back; views of it are dangling from now on."""
        self._mapped = None
        self._gl.delete("Buffers", self.name)  # a mapped buffer is unmapped by its deletion

    def _map(self, access: int) -> NDArray[np.uint8]:
        address = self._gl.glMapBufferRange(glraw.PIXEL_PACK_BUFFER, 0, self._size, access)
        if not address:
            raise GraphicsError(f"the driver cannot map a pixel buffer of {self._size} bytes")
        memory = (ctypes.c_ubyte * self._size).from_address(address)
        view: NDArray[np.uint8] = np.ctypeslib.as_array(memory)
        view.flags.writeable = False
        return view
