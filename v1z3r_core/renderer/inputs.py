"""What every pass can read: the Frame block and the audio texture."""

import numpy as np

from v1z3r_core.model.analysis import LINE, LINES
from v1z3r_core.model.show import FrameContext
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.uniforms import FRAME_BINDING, FRAME_BLOCK, FramePacker

_SLOTS = 3  # pictures that a driver may have in flight; none waits for an older one's block
_ALIGNMENT = 256  # the largest UNIFORM_BUFFER_OFFSET_ALIGNMENT that OpenGL permits


class Inputs:
    """Uploads one frame context at a time; creates nothing after the start."""

    def __init__(self, gpu: Gpu) -> None:
        self._gpu = gpu
        self._scope = gpu.scope("inputs")
        self._packer = FramePacker()
        self._bytes = self._packer.data.view(np.uint8)
        self._stride = -(-FRAME_BLOCK.dtype.itemsize // _ALIGNMENT) * _ALIGNMENT
        self._slot = 0
        self._blocks = self._scope.buffer(self._stride * _SLOTS)
        self._audio = self._scope.texture((LINE, LINES), "r32f")
        self._sampler = self._scope.sampler("nearest", "clamp")

    def load(self, context: FrameContext) -> None:
        """Upload the context's values and its analysis row, as they lie in memory."""
        self._packer.pack(context)
        self._slot = (self._slot + 1) % _SLOTS
        offset = self._slot * self._stride
        self._blocks.write(self._bytes, offset=offset)
        self._blocks.bind_to_uniform_block(FRAME_BINDING, offset, FRAME_BLOCK.dtype.itemsize)
        self._audio.write(context.analysis.lines)

    def bind(self, unit: int) -> None:
        """Put the audio texture on that unit."""
        self._audio.use(unit)
        self._gpu.gl.glBindSampler(unit, self._sampler)

    def close(self) -> None:
        """Give buffer and texture back."""
        self._scope.close()
