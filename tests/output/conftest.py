import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # for xvfb

from xvfb import bare_display, desktop

__all__ = ["bare_display", "desktop"]
