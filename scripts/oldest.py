"""Print the lower bound of every core dependency as an exact pin, for one test run with them."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
for requirement in project["dependencies"]:
    match = re.fullmatch(r"([A-Za-z0-9_.-]+)>=([0-9.]+)", requirement)
    if match is None:
        raise SystemExit(f"pyproject.toml: dependency '{requirement}' has no plain lower bound")
    version = match[2] if match[2].count(".") >= 2 else match[2] + ".0"
    print(f"{match[1]}=={version}")
