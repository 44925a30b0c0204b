"""Where the package keeps the files that ship with it."""

from pathlib import Path


def shader_folder() -> Path:
    """Folder of the scenes and the shared GLSL library.

    In a wheel it lies inside the package; in a checkout it is the top-level `shaders/`.

    Raises
    ------
    FileNotFoundError
        If the installation lost its shaders.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "shaders", package.parent / "shaders"):
        if (folder / "lib").is_dir():
            return folder
    raise FileNotFoundError(f"{package / 'shaders'}: missing; reinstall v1z3r-core")
