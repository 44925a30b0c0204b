"""`v1z3r doctor`: what this machine has, what is missing, what that costs, what fixes it."""

import argparse
import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import v1z3r_core
from v1z3r_core.model.errors import V1z3rError

if TYPE_CHECKING:
    from v1z3r_core.output.monitors import Monitor

EXAMPLE = "v1z3r doctor"

APT = "sudo apt-get install -y"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Parameters
    ----------
    subject : str
    ok : bool
    found : str
        What is there.
    cost, fix : str
        Where it is not: what cannot be done without it, and the command that helps.
    """

    subject: str
    ok: bool
    found: str
    cost: str = ""
    fix: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; 1 if something that every use needs is missing."""
    findings = [finding for look in _LOOKS for finding in look()]
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            print(f"{'ok     ' if finding.ok else 'MISSING'}  {finding.subject}: {finding.found}")
            if not finding.ok:
                print(f"         without it: {finding.cost}\n         fix: {finding.fix}")
    essential = {"OpenGL", "shaders", "kernels"}
    return int(any(not finding.ok and finding.subject in essential for finding in findings))


def _python() -> list[Finding]:
    version = f"v1z3r {v1z3r_core.__version__}, Python {platform.python_version()}"
    return [Finding("version", True, f"{version}, {platform.system()} {platform.machine()}")]


def _graphics() -> list[Finding]:
    from v1z3r_core.renderer.gpu import Gpu

    try:
        with Gpu.standalone() as gpu:
            info = gpu.info
    except V1z3rError as failure:
        return [
            Finding(
                "OpenGL",
                False,
                str(failure),
                "no pictures",
                f"{APT} libegl1 libgl1 libopengl0 libgl1-mesa-dri",
            )
        ]
    kind = "software" if info.software else "hardware"
    found = [Finding("OpenGL", True, f"{info.renderer}, {info.version}, {kind}")]
    if info.software:
        found.append(
            Finding(
                "GPU",
                False,
                "pictures are computed by the processor",
                "60 fps only at small sizes",
                "install the graphics card's driver",
            )
        )
    return found


def _display() -> list[Finding]:
    from v1z3r_core.output.monitors import monitors

    try:
        found = monitors()
    except V1z3rError as failure:
        return [
            Finding(
                "display",
                False,
                str(failure),
                "no window; --headless and v1z3r render work",
                "run it in a desktop session, or set DISPLAY",
            )
        ]
    return [Finding("display", True, "; ".join(map(_monitor, found)))]


def _monitor(monitor: "Monitor") -> str:
    refresh = "" if monitor.refresh_hz is None else f" at {monitor.refresh_hz:g} Hz"
    return f"{monitor.name} {monitor.rect[2]}x{monitor.rect[3]}{refresh}"


def _sound() -> list[Finding]:
    from v1z3r_core.audio.devices import host_apis, list_devices

    try:
        apis, found = host_apis(), list_devices()
    except V1z3rError as failure:
        return [Finding("sound", False, str(failure), "no live sound", f"{APT} libportaudio2")]
    names = ", ".join(apis) or "none"
    findings = [Finding("sound library", True, f"PortAudio, host APIs: {names}")]
    inputs = [device.name for device in found if device.inputs]
    outputs = [device.name for device in found if device.outputs]
    fix = "connect a device, or start the desktop's sound server (PulseAudio or PipeWire)"
    findings.append(
        Finding("sound input", bool(inputs), ", ".join(inputs) or "none", "no live input", fix)
    )
    findings.append(
        Finding("sound output", bool(outputs), ", ".join(outputs) or "none", "silent files", fix)
    )
    return findings


def _files() -> list[Finding]:
    from v1z3r_core.formats.load import list_scenes
    from v1z3r_core.media.font import atlas

    reinstall = "pip install --force-reinstall v1z3r-core"
    try:
        names = ", ".join(scene.name for scene in list_scenes())
        found = [Finding("shaders", True, f"scenes {names}")]
    except (V1z3rError, FileNotFoundError) as failure:
        found = [Finding("shaders", False, str(failure), "no scenes", reinstall)]
    try:
        atlas(16)
        found.append(Finding("fonts", True, "JetBrains Mono (in the package)"))
    except (V1z3rError, OSError) as failure:
        found.append(Finding("fonts", False, str(failure), "no help on screen", reinstall))
    return found


def _codecs() -> list[Finding]:
    from v1z3r_core.output.codecs import codec_report

    report = codec_report()
    gpl = f"; GPL encoders: {', '.join(report.gpl_encoders)}" if report.gpl_encoders else ""
    found = [Finding("FFmpeg", True, f"{report.ffmpeg} in PyAV {report.pyav}{gpl}")]
    reinstall = "pip install --force-reinstall av"
    for each in report.containers:
        codecs = f"{each.video}, {each.sound}"
        text = f"no {', '.join(each.missing)}" if each.missing else codecs
        found.append(
            Finding(each.suffix, not each.missing, text, f"no {each.suffix} files", reinstall)
        )
    return found


def _kernels() -> list[Finding]:
    from v1z3r_core.analysis.health import kernel_health

    try:
        health = kernel_health()
    except V1z3rError as failure:
        cost = "nothing is heard"
        return [Finding("kernels", False, str(failure), cost, "unset V1Z3R_KERNELS")]
    return [Finding("kernels", True, f"{health.name} ({health.reason}): {health.origin}")]


_LOOKS: tuple[Callable[[], list[Finding]], ...] = (
    _python,
    _graphics,
    _display,
    _sound,
    _codecs,
    _files,
    _kernels,
)
