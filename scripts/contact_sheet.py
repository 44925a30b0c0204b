"""Draw docs/images/scenes.jpg: every scene at telling moments of the built-in track.

.venv/bin/python scripts/contact_sheet.py [OUT.png]
"""

import sys
from pathlib import Path

from PIL import Image

from v1z3r_core import load_scene, render

SCENES = ("nebula", "spectrum", "scope")
MOMENTS = (4.3, 13.7, 21.5, 26.95)  # intro, groove, break, drop
SIZE, FPS, GAP = (320, 180), 30, 4


def main(out: Path) -> None:
    """Render each scene once, keep the frames asked for, and paste them together."""
    width, height = SIZE
    sheet = Image.new(
        "RGB",
        (len(MOMENTS) * (width + GAP) - GAP, len(SCENES) * (height + GAP) - GAP),
    )
    wanted = {round(moment * FPS): column for column, moment in enumerate(MOMENTS)}
    for row, name in enumerate(SCENES):
        frames = render("synth", load_scene(name), fps=FPS, size=SIZE, duration=max(MOMENTS) + 0.1)
        for frame in frames:
            if frame.index in wanted:
                place = (wanted[frame.index] * (width + GAP), row * (height + GAP))
                sheet.paste(Image.fromarray(frame.rgb), place)
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(out, quality=90)
    print(f"{out}: {out.stat().st_size:,} bytes")


main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images/scenes.jpg"))
