"""Real-time audio-visual engine: sound in, pictures out.

Importing the package loads numpy and nothing heavy; every public name is fetched
from its home at first use, so that a server or a tool pays only for what it touches.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from v1z3r_core.analysis.analyzer import Analyzer
    from v1z3r_core.analysis.realfft import RealFFT
    from v1z3r_core.engine.engine import Engine
    from v1z3r_core.engine.offline import render
    from v1z3r_core.engine.options import EngineOptions
    from v1z3r_core.engine.tracks import analyze
    from v1z3r_core.formats.load import load_scene
    from v1z3r_core.model.analysis import AnalysisFrame, AnalyzerSettings
    from v1z3r_core.model.audio import AudioBlock
    from v1z3r_core.model.errors import (
        AnalysisExpired,
        AudioDeviceError,
        AudioFileError,
        GraphicsError,
        OutputError,
        SceneError,
        V1z3rError,
    )
    from v1z3r_core.model.frame import Frame
    from v1z3r_core.model.track import Track

__version__ = "0.1.0"

_HOMES = {
    "AnalysisExpired": "model.errors",
    "AnalysisFrame": "model.analysis",
    "Analyzer": "analysis.analyzer",
    "AnalyzerSettings": "model.analysis",
    "AudioBlock": "model.audio",
    "AudioDeviceError": "model.errors",
    "AudioFileError": "model.errors",
    "Engine": "engine.engine",
    "EngineOptions": "engine.options",
    "Frame": "model.frame",
    "GraphicsError": "model.errors",
    "OutputError": "model.errors",
    "RealFFT": "analysis.realfft",
    "SceneError": "model.errors",
    "Track": "model.track",
    "V1z3rError": "model.errors",
    "analyze": "engine.tracks",
    "load_scene": "formats.load",
    "render": "engine.offline",
}

__all__ = [
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
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"v1z3r_core.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
