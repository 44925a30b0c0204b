"""Sources of a PulseAudio or PipeWire server, which PortAudio does not list.

PortAudio reaches such a server through ALSA's "pulse" device alone. That device takes the
server's name of a source as an argument, so each one can be opened by ALSA name.
"""

import subprocess
from dataclasses import replace

from v1z3r_core.audio.portaudio import DeviceInfo

_RATE_HZ = 48_000  # of practically every server; another one resamples
_PACTL_SECONDS = 2.0
_LATENCY_MS = 10.0  # libpulse's own smallest sensible fragment


def source(name: str, inputs: int = 2, rate: int = _RATE_HZ) -> DeviceInfo:
    """The server's source of that name, whether it exists or not."""
    return DeviceInfo(
        index=None,
        name=name,
        host_api="PulseAudio",
        inputs=inputs,
        outputs=0,
        default_rate=rate,
        latency_ms=_LATENCY_MS,
        is_loopback=name.endswith(".monitor"),
        alsa=f"pulse:DEVICE={name}",
    )


def default_monitor() -> DeviceInfo:
    """What the server's default output plays; which that is, the server says when it is opened."""
    monitor = source("@DEFAULT_MONITOR@")
    return replace(monitor, name="monitor of the default output", is_loopback=True)


def sources() -> tuple[DeviceInfo, ...]:
    """What the server offers to record; none without a server or without its pactl."""
    try:
        answer = subprocess.run(
            ["pactl", "list", "short", "sources"],
            capture_output=True,
            check=True,
            text=True,
            timeout=_PACTL_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    found = []
    for line in answer.stdout.splitlines():
        fields = line.split("\t")
        if len(fields) >= 4:
            found.append(_parsed(fields[1], fields[3]))
    return tuple(found)


def _parsed(name: str, sample_format: str) -> DeviceInfo:
    """From a line's fields, such as "vsink.monitor" and "float32le 2ch 48000Hz"."""
    words = sample_format.split()
    channels = next((int(word[:-2]) for word in words if word.endswith("ch")), 2)
    rate = next((int(word[:-2]) for word in words if word.endswith("Hz")), _RATE_HZ)
    return source(name, channels, rate)
