import argparse
from fractions import Fraction

import pytest

from v1z3r_core.app import options
from v1z3r_core.app.console import table
from v1z3r_core.app.main import main


@pytest.mark.parametrize(
    ("text", "value"),
    [("1280x720", (1280, 720)), ("1×1", (1, 1)), (" 320X180 ", (320, 180))],
)
def test_sizes(text, value):
    assert options.size(text) == value


@pytest.mark.parametrize("text", ["1280", "0x720", "20000x10", "axb", "-1x5", "1280x720x3"])
def test_what_is_no_size_is_refused_with_the_value(text):
    with pytest.raises(argparse.ArgumentTypeError, match=text[:2]):
        options.size(text)


def test_frame_rates_are_exactly_as_written():
    assert options.fps("29.97") == Fraction(2997, 100)
    assert options.fps("30000/1001") == Fraction(30000, 1001)


@pytest.mark.parametrize("text", ["0", "-30", "fast", "1/0", "1001", "nan", "inf"])
def test_what_is_no_frame_rate_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match=text):
        options.fps(text)


@pytest.mark.parametrize(
    ("text", "value"), [("90", 90.0), ("1:30", 90.0), ("1:02:03.5", 3723.5), ("0", 0.0)]
)
def test_times(text, value):
    assert options.seconds(text) == value


@pytest.mark.parametrize("text", ["", "-1", "1:2:3:4", "nan", "inf", "soon"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        options.seconds(text)


@pytest.mark.parametrize("text", ["glow", "=1", "glow=", "-1"])
def test_what_is_no_assignment_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        options.assignment(text)


@pytest.mark.parametrize("text", ["-1", "4294967296", "1.5", "x"])
def test_what_is_no_seed_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match=text):
        options.seed(text)


def test_tables_stand_in_columns():
    assert table([("a", "bb"), ("ccc", "d")]) == "a    bb\nccc  d"


@pytest.mark.parametrize("command", ["run", "render", "analyze", "scenes", "devices", "doctor"])
def test_every_command_explains_itself_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"example: v1z3r {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["dance"], ["render", "synth"], ["run", "--size", "big"], ["analyze"], ["scenes", "--xml"]],
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_without_a_command_the_help_is_shown(capsys):
    assert main([]) == 2
    assert "example: v1z3r run" in capsys.readouterr().out
