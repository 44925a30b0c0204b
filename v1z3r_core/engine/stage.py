"""The show on its renderer: commands change the state, the state decides the picture."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from v1z3r_core.control.keyboard import Keyboard
from v1z3r_core.engine.mailbox import Mailbox
from v1z3r_core.engine.options import EngineOptions
from v1z3r_core.engine.overlay import overlay_of, tempo_line
from v1z3r_core.engine.watch import FileWatch
from v1z3r_core.formats.load import load_scene
from v1z3r_core.model.beat import Beat
from v1z3r_core.model.command import Command, Quit, ShowHint, Tap
from v1z3r_core.model.errors import GraphicsError, SceneError, V1z3rError
from v1z3r_core.model.input import CloseRequest, KeyPress
from v1z3r_core.model.ports import Surface
from v1z3r_core.model.scene import Scene
from v1z3r_core.model.show import FrameContext, ShowState
from v1z3r_core.renderer.renderer import Renderer
from v1z3r_core.show.reducer import apply

TEMPO_SECONDS = 2.0  # a figure is read at a glance
NOTICE_SECONDS = 6.0  # a line of a dozen words is read twice in that time


class Stage:
    """Owns the show's state and the renderer that draws it.

    A scene that does not compile, or a command that makes no sense, is reported once and changes
    nothing on screen.

    Parameters
    ----------
    renderer : Renderer
    scenes : sequence of Scene
        The playlist, the first one on screen.
    options : EngineOptions
    surface : Surface or None
        Whose keys are listened to.
    notices : Mailbox of str
        Lines for the person at the desk, from any thread.

    Raises
    ------
    SceneError
        If the first scene does not compile, two scenes share a name, or there is none.
    """

    def __init__(
        self,
        renderer: Renderer,
        scenes: Sequence[Scene],
        options: EngineOptions,
        surface: Surface | None,
        notices: Mailbox[str],
    ) -> None:
        self._renderer = renderer
        self._surface = surface
        self._notify = options.notify
        self._notices = notices
        self._scenes = _by_name(scenes)
        self.state = ShowState(
            tuple(self._scenes), scenes[0].name, MappingProxyType(dict(options.parameters))
        )
        self._commands: Mailbox[Command] = Mailbox()
        self._saved: Mailbox[Path] = Mailbox()
        self._keyboard = Keyboard()
        self._heard = Beat()
        self._heard_time = 0.0
        self._watch: FileWatch | None = None
        renderer.prepare(scenes[0])

    def post(self, command: Command) -> None:
        """Ask for a change, from any thread; done at the beginning of the next step."""
        self._commands.post(command)

    def tell(self, line: str) -> None:
        """Say something to the person at the desk, from any thread."""
        self._notices.post(line)

    def watch_files(self) -> None:
        """Reload the scene on screen whenever one of its files is saved."""
        self._watch = FileWatch(self._saved.post)
        self._watch.watch(self._renderer.files)

    def speak(self, show_time: float) -> None:
        """Pass on what there is to say, and put it on the screen for a while."""
        for line in self._notices.drain():
            self._notify(line)
            self.state = apply(self.state, ShowHint(line, show_time + NOTICE_SECONDS))

    def listen(self, show_time: float, heard: Beat) -> str | None:
        """Do what keys, commands, files and notices ask for; the scene changed to, if one was.

        Parameters
        ----------
        show_time : float, seconds
        heard : Beat
            What the ear says about that moment, for whoever taps along.
        """
        self._heard, self._heard_time = heard, show_time
        self.speak(show_time)
        before = self.state
        if self._surface is not None:
            self._handle_events(self._surface, show_time)
        for command in self._commands.drain():
            self._do(command)
        if self.state.tempo != before.tempo:
            line = tempo_line(self.state.tempo)
            self.state = apply(self.state, ShowHint(line, show_time + TEMPO_SECONDS))
        if self.state.fullscreen != before.fullscreen:
            self._change_fullscreen(on=self.state.fullscreen)
        if self.state.scene != before.scene:
            self._prepare(self._scenes[self.state.scene])
            return self.state.scene
        self._reload_saved()
        return None

    def draw(self, context: FrameContext, framebuffer: int | None) -> None:
        """Draw the picture; the overlay goes only to a framebuffer that somebody looks at."""
        overlay = None if framebuffer is None else overlay_of(self.state, context.time)
        self._renderer.draw(context, framebuffer, overlay)

    def resize(self, size: tuple[int, int]) -> None:
        """Draw at another size from now on."""
        self._renderer.resize(size)

    def gpu_seconds(self) -> Sequence[float]:
        """GPU time of pictures drawn some frames ago; empty where the driver does not tell."""
        return self._renderer.gpu_seconds()

    def close(self) -> None:
        """Stop watching files; may be called twice."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _handle_events(self, surface: Surface, show_time: float) -> None:
        for event in surface.poll():
            if isinstance(event, CloseRequest):
                self._do(Quit())
            elif isinstance(event, KeyPress):
                fullscreen = self.state.fullscreen
                for command in self._keyboard.commands(
                    event, fullscreen=fullscreen, show_time=show_time
                ):
                    self._do(command)

    def _do(self, command: Command) -> None:
        if isinstance(command, Tap):
            command = replace(command, heard=self._heard.after(command.time - self._heard_time))
        try:
            self.state = apply(self.state, command)
        except V1z3rError as mistake:
            self.tell(str(mistake))

    def _change_fullscreen(self, *, on: bool) -> None:
        if self._surface is None:
            return
        try:
            self._surface.set_fullscreen(on)
        except GraphicsError as refusal:
            self.tell(str(refusal))
            self.state = replace(self.state, fullscreen=not on)

    def _prepare(self, scene: Scene) -> None:
        try:
            self._renderer.prepare(scene)
        except SceneError as mistake:
            self.tell(str(mistake))
        if self._watch is not None:
            # A scene that failed is watched too: mending it should bring it on screen.
            own = (scene.path,) if scene.path is not None else ()
            self._watch.watch({*self._renderer.files, *own})

    def _reload_saved(self) -> None:
        saved = self._saved.drain()
        path = self._scenes[self.state.scene].path
        if not saved or path is None:
            return
        try:
            fresh = replace(load_scene(path), name=self.state.scene)
        except SceneError as mistake:
            self.tell(str(mistake))
            return
        self._scenes[fresh.name] = fresh
        self._prepare(fresh)


def _by_name(scenes: Sequence[Scene]) -> dict[str, Scene]:
    if not scenes:
        raise SceneError("the show has no scene; name one with --scene")
    named: dict[str, Scene] = {}
    for scene in scenes:
        if scene.name in named:
            raise SceneError(f"two scenes are called '{scene.name}'; rename one of the files")
        named[scene.name] = scene
    return named
