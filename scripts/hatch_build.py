"""Puts native libraries of the kernels into a wheel made on x86-64 Linux.

One library per processor level, so that the very first start on such a machine sounds at once,
without a compile. Elsewhere, and in an editable install, whose sources change, the wheel stays
pure Python and the library is built on first use.
"""

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEVELS = ("x86-64-v3", "x86-64-v4")  # AVX2 and AVX-512; what is older builds its own
# The newest version of a function that `kernels.functions` allows is of glibc 2.29.
TAG = "py3-none-manylinux_2_29_x86_64"


class KernelsHook(BuildHookInterface):
    """Builds the libraries when a wheel is made."""

    def dependencies(self) -> list[str]:
        """What building them needs."""
        return ["numba>=0.60", "numpy>=1.26"] if _supported() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build them, and have them packed."""
        if version == "editable" or not _supported():
            return
        self._folder = tempfile.TemporaryDirectory()
        for level in LEVELS:
            library = Path(self._folder.name, f"{level}.so")
            subprocess.run(
                [sys.executable, "-m", "v1z3r_core.kernels.build", library, "--cpu", level],
                cwd=self.root,
                env={**os.environ, "NUMBA_CACHE_DIR": self._folder.name},
                check=True,
            )
            build_data["force_include"][str(library)] = f"v1z3r_core/kernels/prebuilt/{level}.so"
        build_data["pure_python"] = False
        build_data["tag"] = TAG

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was packed."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()


def _supported() -> bool:
    return sys.platform == "linux" and platform.machine() == "x86_64"
