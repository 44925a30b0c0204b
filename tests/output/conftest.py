import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # for xvfb

from xvfb import bare_display, bare_server, desktop, managed_server

__all__ = ["bare_display", "bare_server", "desktop", "managed_server"]
