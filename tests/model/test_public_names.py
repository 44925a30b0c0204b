import subprocess
import sys

import pytest

import v1z3r_core

PUBLIC = {
    "AnalysisExpired",
    "AnalysisFrame",
    "Analyzer",
    "AnalyzerSettings",
    "AudioBlock",
    "AudioDeviceError",
    "AudioFileError",
    "Engine",
    "EngineOptions",
    "Frame",
    "GraphicsError",
    "OutputError",
    "RealFFT",
    "SceneError",
    "Track",
    "V1z3rError",
    "analyze",
    "load_scene",
    "render",
}


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()


def test_the_public_names_are_these_and_all_of_them_exist():
    assert set(v1z3r_core.__all__) == PUBLIC
    for name in PUBLIC:
        assert getattr(v1z3r_core, name).__module__.startswith("v1z3r_core.")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Enginee"):
        v1z3r_core.Enginee  # noqa: B018


def test_importing_the_package_loads_numpy_and_the_model_only():
    loaded = run(
        "import sys, numpy; before = set(sys.modules); import v1z3r_core;"
        "print(*sorted(set(sys.modules) - before))"
    )
    assert loaded == ["v1z3r_core"]


def test_model_loads_nothing_beyond_numpy_and_the_standard_library():
    loaded = run(
        "import sys, pkgutil, importlib, numpy; before = set(sys.modules);"
        "import v1z3r_core.model as m;"
        "[importlib.import_module(f'v1z3r_core.model.{x.name}') for x in"
        " pkgutil.iter_modules(m.__path__)];"
        "print(*{n.split('.')[0] for n in set(sys.modules) - before}"
        " - set(sys.stdlib_module_names))"
    )
    assert set(loaded) == {"v1z3r_core"} | ({"numpy"} & set(loaded))  # numpy loads parts late


def test_importing_the_package_costs_less_than_100_ms_over_numpy():
    code = (
        "import time; a = time.perf_counter(); import numpy; b = time.perf_counter();"
        "import v1z3r_core; c = time.perf_counter(); print(c - b)"
    )
    assert min(float(run(code)[0]) for _ in range(3)) < 0.1
