"""Panels of text over a picture."""

from v1z3r_core.model.font import FontSource
from v1z3r_core.model.overlay import Overlay
from v1z3r_core.renderer.gpu import Gpu


class TextPass:
    """Draws overlays; makes nothing before the first one."""

    def __init__(self, gpu: Gpu, font: FontSource | None) -> None:
        self._gpu = gpu
        self._font = font

    def draw(self, overlay: Overlay, size: tuple[int, int]) -> None:
        """Draw into the bound framebuffer."""

    def close(self) -> None:
        """Give everything back."""
