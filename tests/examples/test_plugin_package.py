"""The example plugin, built and installed as any package, and used from the command line."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the plugin, built from its own pyproject.toml."""
    target = tmp_path_factory.mktemp("plugin")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-index", "--no-deps", "--no-build-isolation", "--target", str(target)]
    subprocess.run([*command, str(ROOT / "examples" / "plugin")], check=True, timeout=120)
    return target


def cli(*arguments: str, path: tuple[Path, ...]) -> "subprocess.CompletedProcess[str]":
    """The `v1z3r` command with these folders on the path of Python."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*path, ROOT)))}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "v1z3r_core", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )


def names(listing: "subprocess.CompletedProcess[str]") -> list[str]:
    assert listing.returncode == 0, listing.stderr
    return [scene["name"] for scene in json.loads(listing.stdout)]


def test_its_scene_is_listed_with_the_built_in_ones(installed: Path) -> None:
    listing = cli("scenes", "--json", path=(installed,))
    assert {"ripples", "spectrum", "nebula"} <= set(names(listing))
    assert listing.stderr == ""
    assert "ripples" not in names(cli("scenes", "--json", path=()))


def test_its_source_drives_the_live_loop(installed: Path) -> None:
    done = cli(
        *("run", "metronome:128", "--scene", "ripples", "--headless", "--duration", "1"),
        *("--size", "160x90", "--report", "-"),
        path=(installed,),
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["frames"] > 10
    assert report["audio"]["xruns"] == 0


def test_its_source_clicks_at_the_tempo(installed: Path) -> None:
    script = (
        "import numpy as np; from v1z3r_core import analyze\n"
        "from v1z3r_example_plugin.metronome import open_metronome\n"
        "source = open_metronome('150', notify=print)\n"
        "parts = [source.read(until).samples for until in (0.3, 1.0, 4.0)]\n"
        "whole = open_metronome('150', notify=print).read(4.0).samples\n"
        "assert np.array_equal(np.concatenate(parts), whole)\n"
        "print(*analyze(whole, sample_rate=48_000).onsets)\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{installed}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    onsets = np.array(done.stdout.split(), dtype=float)
    assert len(onsets) >= 8
    beat = 60 / 150
    off = (onsets + beat / 2) % beat - beat / 2
    assert np.abs(off - np.median(off)).max() < 0.012  # one hop


def test_a_wrong_tempo_is_one_line_with_an_example(installed: Path) -> None:
    done = cli("run", "metronome:fast", "--headless", "--duration", "1", path=(installed,))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "v1z3r: metronome:fast: beats a minute are a number from 20 to 400, like metronome:128"
    ]


def test_its_sink_lays_out_a_render_on_one_sheet(installed: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    done = cli(
        *("render", "synth", "-o", f"contact:{sheet}", "--scene", "spectrum"),
        *("--duration", "1.5", "--size", "160x90", "--fps", "30"),
        path=(installed,),
    )
    assert done.returncode == 0, done.stderr
    picture = np.asarray(Image.open(sheet))
    assert picture.shape == (4 + 4 * 94, 4 + 4 * 164, 3)
    moments = [
        picture[4 + 94 * row : 94 * (row + 1), 4 + 164 * column : 164 * (column + 1)]
        for row in range(4)
        for column in range(4)
    ]
    assert all(moment.std() > 3 for moment in moments[1:])
    changes = [np.abs(a.astype(int) - b).max() for a, b in pairwise(moments)]
    assert min(changes) > 10
    assert [file.name for file in tmp_path.iterdir()] == ["sheet.png"]


def test_its_sink_says_in_one_line_where_it_cannot_write(installed: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "nowhere" / "sheet.png"
    done = cli("render", "synth", "-o", f"contact:{sheet}", "--duration", "1", path=(installed,))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"v1z3r: {sheet}: folder {sheet.parent} does not exist; make it first"
    ]


def broken_package(folder: Path) -> Path:
    """An installed plugin: one part cannot be imported, the other fails when it is called."""
    (folder / "shaky.py").write_text(
        "def scenes():\n    raise KeyError('lost')\n\n"
        "def source(argument, *, notify):\n    return 1 / 0\n"
    )
    (folder / "torn.py").write_text("import a_module_nobody_has\n")
    information = folder / "broken-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(
        "[v1z3r.scenes]\ntorn = torn:scenes\nshaky = shaky:scenes\n"
        "[v1z3r.sources]\ntorn = torn:source\nshaky = shaky:source\n"
        "[v1z3r.sinks]\ntorn = torn:sink\n"
    )
    return folder


def test_a_broken_plugin_is_told_in_a_line_and_stops_nothing_else(
    installed: Path, tmp_path: Path
) -> None:
    listing = cli("scenes", "--json", path=(broken_package(tmp_path), installed))
    assert {"ripples", "spectrum"} <= set(names(listing))
    assert sorted(listing.stderr.splitlines()) == [
        "v1z3r: plugin scenes 'shaky' failed: KeyError('lost')",
        "v1z3r: plugin scenes 'torn' cannot be loaded: "
        "ModuleNotFoundError(\"No module named 'a_module_nobody_has'\")",
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("run", "torn:x", "--headless"), "plugin source 'torn' cannot be loaded: Module"),
        (("run", "shaky:x", "--headless"), "plugin source 'shaky' failed: ZeroDivisionError"),
        (("render", "synth", "-o", "torn:x", "--duration", "1"), "plugin sink 'torn' cannot be"),
    ],
)
def test_using_a_broken_plugin_ends_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    folder = broken_package(tmp_path)
    done = cli(*arguments, "--scene", "spectrum", "--size", "64x36", path=(folder,))
    assert done.returncode == 1
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
