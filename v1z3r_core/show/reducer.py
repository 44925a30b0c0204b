"""The one function that changes the state of the show."""

from dataclasses import replace
from types import MappingProxyType

from v1z3r_core.model.command import (
    Command,
    FollowSound,
    HoldTempo,
    NextScene,
    Nudge,
    Quit,
    SetFullscreen,
    SetParameter,
    SetScene,
    ShowHint,
    Tap,
    ToggleHelp,
)
from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.show import ShowState
from v1z3r_core.model.suggest import did_you_mean
from v1z3r_core.model.tempo import TempoHold
from v1z3r_core.show.tempo import tapped


def apply(state: ShowState, command: Command) -> ShowState:
    """State after the command; a pure function of both.

    Raises
    ------
    SceneError
        If `SetScene` names a scene that is not in the playlist.
    """
    match command:
        case NextScene(step):
            place = (state.scenes.index(state.scene) + step) % len(state.scenes)
            return _change_scene(state, state.scenes[place])
        case SetScene(name):
            if name not in state.scenes:
                raise SceneError(
                    f"scene '{name}' is not in the show{did_you_mean(name, state.scenes)}"
                )
            return _change_scene(state, name)
        case SetParameter(name, value):
            return replace(state, parameters=MappingProxyType({**state.parameters, name: value}))
        case ToggleHelp():
            return replace(state, help_visible=not state.help_visible)
        case SetFullscreen(on):
            return replace(state, fullscreen=(not state.fullscreen) if on is None else on)
        case ShowHint(text, until):
            return replace(state, hint=text, hint_until=until)
        case Tap(time, heard):
            return replace(state, tempo=tapped(state.tempo, time, heard))
        case Nudge(seconds):
            shifted = replace(state.tempo, shift=state.tempo.shift + seconds)
            return replace(state, tempo=shifted)
        case HoldTempo(bpm, downbeat_time, beats_per_bar):
            return replace(state, tempo=TempoHold(bpm, downbeat_time, beats_per_bar))
        case FollowSound():
            return replace(state, tempo=TempoHold())
        case Quit():
            return replace(state, quitting=True)


def _change_scene(state: ShowState, name: str) -> ShowState:
    if name == state.scene:
        return state
    # Parameters belong to the scene that declared them: another one's names mean nothing here.
    return replace(state, scene=name, parameters=MappingProxyType({}))
