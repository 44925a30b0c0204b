"""A surface that nobody sees."""

from collections import deque
from collections.abc import Sequence

from v1z3r_core.model.input import Resize, SurfaceEvent


class OffscreenSurface:
    """A `Surface` without a window: its GL context is the renderer's own.

    It never closes by itself and has no display to wait for. What would come from a keyboard
    or a desktop is put in with `inject`, from any thread.

    Parameters
    ----------
    size : tuple of int
        Width and height in pixels; (0, 0) stands for a minimised window.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._events: deque[SurfaceEvent] = deque()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as of the last `poll`."""
        return self._size

    @property
    def refresh_hz(self) -> float | None:
        """None: there is no display."""
        return None

    @property
    def waits_for_refresh(self) -> bool:
        """False: `present` returns at once."""
        return False

    def inject(self, *events: SurfaceEvent) -> None:
        """Let the next `poll` find these events; a `Resize` also changes `size` then."""
        self._events.extend(events)

    def poll(self) -> Sequence[SurfaceEvent]:
        """What was injected since the last call, oldest first."""
        events: list[SurfaceEvent] = []
        while self._events:
            event = self._events.popleft()
            if isinstance(event, Resize):
                self._size = (event.width, event.height)
            events.append(event)
        return events

    def set_fullscreen(self, on: bool) -> None:
        """Nothing to do: there is no monitor to fill."""

    def present(self) -> None:
        """Nothing to do: nobody watches."""

    def close(self) -> None:
        """Nothing to let go of."""
