"""Every error the engine raises on purpose.

A message is one line that says where, what, which value, what is allowed and what to do
about it; the command line prints it as it stands.
"""


class V1z3rError(Exception):
    """Any failure the engine foresaw; its text is one line fit for a person."""


class AudioFileError(V1z3rError):
    """A sound file that is missing, empty, damaged, or holds no sound."""


class AudioDeviceError(V1z3rError):
    """A sound device that is absent, busy, or refuses the format."""


class SceneError(V1z3rError):
    """A scene that is unknown, malformed, or does not compile.

    The text begins with ``file:line:`` wherever the mistake has a place.
    """


class GraphicsError(V1z3rError):
    """No usable OpenGL, no display, or a renderer used wrongly."""


class OutputError(V1z3rError):
    """A picture or video file that cannot be written."""


class KernelsError(V1z3rError):
    """Kernels that cannot be chosen, built or loaded."""


class UsageError(V1z3rError):
    """A command's option that contradicts the sound, the scene or another option."""


class PluginError(V1z3rError):
    """An entry point that cannot be loaded or breaks its port's contract."""


class AnalysisExpired(V1z3rError):
    """A view into the analysis ring read after its row was overwritten."""
