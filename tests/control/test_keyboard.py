import pytest

from v1z3r_core.control.keyboard import Keyboard
from v1z3r_core.model.command import (
    FollowSound,
    NextScene,
    Nudge,
    Quit,
    SetFullscreen,
    ShowHint,
    Tap,
    ToggleHelp,
)
from v1z3r_core.model.input import KeyPress


def press(keyboard, key, time=0.0, *, fullscreen=False):
    return keyboard.commands(KeyPress(key, time), fullscreen=fullscreen, show_time=10.0)


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("space", NextScene()),
        ("right", NextScene()),
        ("left", NextScene(-1)),
        ("f", SetFullscreen()),
        ("h", ToggleHelp()),
        ("t", Tap(10.0)),
        ("comma", Nudge(-0.010)),
        ("period", Nudge(0.010)),
        ("r", FollowSound()),
    ],
)
def test_each_key_asks_for_its_command(key, command):
    assert tuple(press(Keyboard(), key)) == (command,)


def test_an_unmapped_key_does_nothing():
    assert tuple(press(Keyboard(), "q")) == ()


def test_one_escape_leaves_fullscreen_and_says_what_a_second_one_does():
    fullscreen, hint = press(Keyboard(), "escape", fullscreen=True)
    assert fullscreen == SetFullscreen(on=False)
    assert isinstance(hint, ShowHint)
    assert "ESC again" in hint.text
    assert hint.until == 12.0


def test_two_escapes_within_two_seconds_quit():
    keyboard = Keyboard()
    assert Quit() not in press(keyboard, "escape", 5.0)
    assert tuple(press(keyboard, "escape", 7.0)) == (Quit(),)


def test_two_escapes_further_apart_do_not_quit():
    keyboard = Keyboard()
    press(keyboard, "escape", 5.0)
    assert Quit() not in press(keyboard, "escape", 7.1)
    assert tuple(press(keyboard, "escape", 8.0)) == (Quit(),)
