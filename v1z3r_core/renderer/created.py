"""Names of the shaders and programs that moderngl creates, so that none is lost when it fails.

When a shader does not compile, moderngl 5.13 raises without deleting the program and the vertex
shader that it had already created: two objects lost by every broken edit of a scene.
"""

import ctypes
import sys
from ctypes import c_uint
from typing import Any

from v1z3r_core.renderer.glraw import Loader, RawGl


class CreatedNames:
    """Stands between moderngl and the driver at the two entry points that create.

    Parameters
    ----------
    load : Loader
        The driver's.
    """

    def __init__(self, load: Loader) -> None:
        self._load = load
        self._names: list[int] = []
        convention: Any = ctypes.CFUNCTYPE
        if sys.platform == "win32":
            convention = ctypes.WINFUNCTYPE
        shader, program = convention(c_uint, c_uint), convention(c_uint)
        create_shader = shader(load("glCreateShader"))
        create_program = program(load("glCreateProgram"))
        # moderngl keeps their addresses, so they must live as long as its context.
        self._entries = {
            "glCreateShader": shader(lambda kind: self._note(create_shader(kind))),
            "glCreateProgram": program(lambda: self._note(create_program())),
        }

    def load(self, name: str) -> int:
        """Address of the entry point for moderngl."""
        if name in self._entries:
            return ctypes.cast(self._entries[name], ctypes.c_void_p).value or 0
        return self._load(name)

    def begin(self) -> None:
        """Forget what was created so far."""
        self._names.clear()

    def undo(self, gl: RawGl) -> None:
        """Delete whatever was created since `begin` and still exists."""
        for name in self._names:
            if gl.glIsShader(name):
                gl.glDeleteShader(name)
            elif gl.glIsProgram(name):
                gl.glDeleteProgram(name)
        self._names.clear()

    def _note(self, name: int) -> int:
        self._names.append(name)
        return name
