import pytest
from hypothesis import given
from hypothesis import strategies as st

from v1z3r_core.model.command import (
    NextScene,
    Quit,
    SetFullscreen,
    SetParameter,
    SetScene,
    ShowHint,
    ToggleHelp,
)
from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.show import ShowState
from v1z3r_core.show.reducer import apply

STATE = ShowState(("nebula", "scope", "spectrum"), "nebula")

commands = st.one_of(
    st.builds(NextScene, st.integers(-5, 5)),
    st.builds(SetScene, st.sampled_from(STATE.scenes)),
    st.builds(SetParameter, st.sampled_from(["glow", "speed"]), st.floats(0, 1)),
    st.builds(SetFullscreen, st.sampled_from([True, False, None])),
    st.builds(ToggleHelp),
    st.builds(Quit),
)


@given(st.lists(commands, max_size=20))
def test_any_commands_keep_the_scene_in_the_playlist_and_leave_the_start_untouched(sequence):
    before = repr(STATE)
    state = STATE
    for command in sequence:
        state = apply(state, command)
    assert state.scene in state.scenes
    assert state.scenes == STATE.scenes
    assert repr(STATE) == before


def test_next_scene_goes_round_and_back():
    state = apply(apply(apply(STATE, NextScene()), NextScene()), NextScene())
    assert state.scene == "nebula"
    assert apply(STATE, NextScene(-1)).scene == "spectrum"


def test_parameters_belong_to_their_scene():
    state = apply(STATE, SetParameter("glow", 0.5))
    assert dict(state.parameters) == {"glow": 0.5}
    assert apply(state, SetScene("nebula")).parameters == state.parameters
    assert dict(apply(state, NextScene()).parameters) == {}


def test_an_unknown_scene_is_refused_with_the_likely_name():
    with pytest.raises(SceneError, match="'specrtum' is not in the show; did you mean spectrum"):
        apply(STATE, SetScene("specrtum"))


def test_help_fullscreen_hint_and_quit():
    assert apply(STATE, ToggleHelp()).help_visible
    assert not apply(apply(STATE, ToggleHelp()), ToggleHelp()).help_visible
    assert apply(STATE, SetFullscreen()).fullscreen
    assert not apply(STATE, SetFullscreen(on=False)).fullscreen
    hinted = apply(STATE, ShowHint("hello", 3.0))
    assert (hinted.hint, hinted.hint_until) == ("hello", 3.0)
    assert apply(STATE, Quit()).quitting
