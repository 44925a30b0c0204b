"""Whether swapping buffers waits for the display."""

from collections.abc import Callable

WARM_UP = 3  # swaps that a driver may queue before it makes anyone wait
MEASURED = 4
LONGEST_SECONDS = 0.25  # a hidden window may be made to wait a second per swap


def waits_for_refresh(
    swap: Callable[[], None], now: Callable[[], float], refresh_hz: float | None
) -> bool:
    """Swap a few times with nothing to draw and see how long it takes.

    A request for it says little: Xvfb has no refresh to wait for, drivers are told otherwise by
    their control panels, and virtual machines ignore it.

    Parameters
    ----------
    swap : callable
        Puts the next picture on the display.
    now : callable
        Seconds, monotonic.
    refresh_hz : float or None
        Nominal; None counts as 60.

    Returns
    -------
    bool
        Whether a swap took at least half a refresh on average.
    """
    began = now()
    for _ in range(WARM_UP):
        swap()
    warm = now()
    count = 0
    while count < MEASURED and now() - began < LONGEST_SECONDS:
        swap()
        count += 1
    if count == 0:
        return True
    return (now() - warm) / count >= 0.5 / (refresh_hz or 60.0)
