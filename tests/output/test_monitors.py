import pytest
from hypothesis import given
from hypothesis import strategies as st

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.output.keys import key_name
from v1z3r_core.output.monitors import Monitor, choose, most_covered, moved_into
from v1z3r_core.output.refresh import LONGEST_SECONDS, waits_for_refresh

LEFT = (0, 0, 1920, 1080)
RIGHT = (1920, 0, 1280, 1024)
KNOWN = [
    Monitor(0, "DELL U2720Q", LEFT, 60.0),
    Monitor(1, "EPSON PJ", RIGHT, 50.0),
    Monitor(2, "DELL P2419H", (3200, 0, 1920, 1080), None),
]
numbers = st.integers(-5000, 5000)
lengths = st.integers(1, 4000)
rects = st.tuples(numbers, numbers, lengths, lengths)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ((100, 100, 640, 480), 0),
        ((1900, 100, 640, 480), 1),
        ((1600, 100, 640, 480), 0),  # exactly half on each: the first
        ((-9000, 0, 10, 10), 0),  # on none
    ],
)
def test_a_window_is_on_the_monitor_that_shows_most_of_it(
    window: tuple[int, int, int, int], expected: int
) -> None:
    assert most_covered(window, [LEFT, RIGHT]) == expected


@given(rects, st.lists(rects, min_size=1, max_size=4))
def test_a_window_is_brought_back_wholly_inside_one_screen(
    window: tuple[int, int, int, int], screens: list[tuple[int, int, int, int]]
) -> None:
    left, top, width, height = moved_into(window, screens)
    assert any(
        s[0] <= left and s[1] <= top and left + width <= s[0] + s[2] and top + height <= s[1] + s[3]
        for s in screens
    )
    assert width <= window[2]
    assert height <= window[3]


def test_a_window_inside_a_screen_stays_where_it_is() -> None:
    assert moved_into((2000, 100, 640, 480), [LEFT, RIGHT]) == (2000, 100, 640, 480)


@pytest.mark.parametrize(
    ("which", "index"),
    [(1, 1), ("2", 2), ("epson pj", 1), ("u27", 0), ("DELL P2419H", 2)],
)
def test_a_monitor_is_chosen_by_number_name_or_part_of_it(which: int | str, index: int) -> None:
    assert choose(which, KNOWN) is KNOWN[index]


@pytest.mark.parametrize(
    ("which", "complaint"),
    [
        (7, "no monitor 7; there is: 0 DELL U2720Q, 1 EPSON PJ, 2 DELL P2419H"),
        ("dell", "monitor 'dell' fits several: 0 DELL U2720Q, 2 DELL P2419H; give its number"),
        ("epsom pj", "no monitor 'epsom pj'; did you mean EPSON PJ?"),
        ("beamer", "no monitor 'beamer'; known: DELL P2419H, DELL U2720Q, EPSON PJ"),
    ],
)
def test_a_monitor_that_is_not_there_is_told_with_those_that_are(
    which: int | str, complaint: str
) -> None:
    with pytest.raises(GraphicsError) as failure:
        choose(which, KNOWN)
    assert str(failure.value) == complaint


@pytest.mark.parametrize(
    ("printed", "code", "name"),
    [
        ("f", 70, "f"),
        ("F", 70, "f"),
        ("a", 81, "a"),  # the key of Q on a French keyboard
        ("&", 49, "1"),  # its key of 1
        ("а", 70, "f"),  # a Cyrillic letter
        (None, 256, "escape"),
        (None, 9999, "unknown"),
    ],
)
def test_keys_are_called_by_what_is_printed_on_them(
    printed: str | None, code: int, name: str
) -> None:
    assert key_name(printed, code, {70: "f", 81: "q", 49: "1", 256: "escape"}) == name


class Display:
    """Time that passes only in swaps."""

    def __init__(self, swap_seconds: float, queued: int = 0) -> None:
        self.seconds = 0.0
        self.swaps = 0
        self._swap_seconds = swap_seconds
        self._queued = queued

    def swap(self) -> None:
        self.swaps += 1
        if self.swaps > self._queued:
            self.seconds += self._swap_seconds

    def now(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("swap_seconds", "refresh_hz", "waits"),
    [
        (1 / 60, 60.0, True),
        (1 / 60, None, True),
        (1 / 144, 144.0, True),
        (0.0002, 60.0, False),  # Xvfb
        (1 / 240, 60.0, False),  # the driver was told not to wait
        (1.0, 60.0, True),  # a hidden window under Wayland
    ],
)
def test_waiting_is_judged_by_how_long_swaps_take(
    swap_seconds: float, refresh_hz: float | None, waits: bool
) -> None:
    display = Display(swap_seconds)
    assert waits_for_refresh(display.swap, display.now, refresh_hz) is waits
    assert display.seconds <= max(LONGEST_SECONDS, 3 * swap_seconds) + swap_seconds


def test_swaps_that_a_driver_queues_do_not_count() -> None:
    display = Display(1 / 60, queued=3)
    assert waits_for_refresh(display.swap, display.now, 60.0)
