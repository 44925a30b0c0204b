"""Check a wheel's size and contents: python scripts/check_wheel.py dist/v1z3r_core-….whl."""

import sys
import zipfile
from pathlib import Path

MAX_BYTES = 1_000_000  # the wheel's budget
NEEDED = (
    "v1z3r_core/py.typed",
    "v1z3r_core/shaders/lib/audio.glsl",
    "v1z3r_core/shaders/spectrum.glsl",
    "v1z3r_core/shaders/scope.glsl",
    "v1z3r_core/media/fonts/OFL.txt",
)

PREBUILT = tuple(f"v1z3r_core/kernels/prebuilt/x86-64-v{level}.so" for level in (3, 4))

wheel = Path(sys.argv[1])
names = set(zipfile.ZipFile(wheel).namelist())
size = wheel.stat().st_size
needed = NEEDED if wheel.name.endswith("-any.whl") else NEEDED + PREBUILT
missing = [name for name in needed if name not in names]
stray = [name for name in names if name.split("/")[0] in {"tests", "benchmarks", "examples"}]
print(f"{wheel.name}: {size:,} bytes, {len(names)} files (budget {MAX_BYTES:,} bytes)")
if missing or stray or size > MAX_BYTES:
    sys.exit(f"{wheel.name}: missing {missing}, stray {stray}, size {size} of {MAX_BYTES}")
