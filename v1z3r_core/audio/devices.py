"""The sound devices of this machine, and the one that a name means."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from v1z3r_core.audio import pulse
from v1z3r_core.audio.portaudio import DeviceInfo, query_devices, query_host_apis, rescan
from v1z3r_core.model.errors import AudioDeviceError
from v1z3r_core.model.suggest import did_you_mean

__all__ = [
    "DeviceInfo",
    "FindDevice",
    "find_input",
    "find_output",
    "found_again",
    "host_apis",
    "list_devices",
]

FindDevice = Callable[[str | None], DeviceInfo]

Kind = Literal["input", "output"]

# Opened where the list is out of date and cannot be renewed, because a stream is open.
_ALSA_DEFAULT = DeviceInfo(
    index=None,
    name="default",
    host_api="ALSA",
    inputs=2,
    outputs=2,
    default_rate=48_000,
    latency_ms=0.0,
    is_default_input=True,
    is_default_output=True,
    alsa="default",
)
_ALSA_CARD = re.compile(r"\((hw:\d+,\d+)\)$")  # in the names that PortAudio makes of cards
_LOOPBACK = re.compile(r"monitor|loopback|stereo mix|blackhole|what u hear", re.IGNORECASE)


def list_devices() -> tuple[DeviceInfo, ...]:
    """PortAudio's devices in its order, then the sources of a PulseAudio or PipeWire server.

    Raises
    ------
    AudioDeviceError
        If PortAudio is not installed or the sound system does not answer.
    """
    devices = tuple(
        DeviceInfo(
            index=record["index"],
            name=record["name"],
            host_api=record["api"],
            inputs=record["max_input_channels"],
            outputs=record["max_output_channels"],
            default_rate=round(record["default_samplerate"]),
            latency_ms=1e3
            * record[
                f"default_low_{'input' if record['max_input_channels'] else 'output'}_latency"
            ],
            is_default_input=record["is_default_input"],
            is_default_output=record["is_default_output"],
            is_loopback=bool(record["max_input_channels"] and _LOOPBACK.search(record["name"])),
        )
        for record in query_devices()
    )
    return devices + pulse.sources()


def host_apis() -> tuple[str, ...]:
    """Sound systems that PortAudio speaks here: ("ALSA", "JACK Audio Connection Kit", …).

    Raises
    ------
    AudioDeviceError
        As `list_devices`.
    """
    return query_host_apis()


def find_input(name: str | None = None) -> DeviceInfo:
    """The default input, or the one that a name means.

    Parameters
    ----------
    name : str or None
        PortAudio's number, a whole name, or a part that only one input's name has; upper and
        lower case are one.

    Raises
    ------
    AudioDeviceError
        If there is none, or more than one.
    """
    return _found(name, "input")


def find_output(name: str | None = None) -> DeviceInfo:
    """The default output, or the one that a name means; see `find_input`.

    Raises
    ------
    AudioDeviceError
        If there is none, or more than one.
    """
    return _found(name, "output")


def found_again(find: FindDevice, name: str | None, known: DeviceInfo) -> DeviceInfo:
    """The device that was lost, also where PortAudio's list does not hold it.

    The list cannot be renewed while another stream is open, but ALSA opens by name what is
    there again.

    Parameters
    ----------
    find : function (str or None) -> DeviceInfo
        How it was found at first.
    name : str or None
    known : DeviceInfo
        What was found then.

    Raises
    ------
    AudioDeviceError
        If it can be found neither way.
    """
    try:
        return find(name)
    except AudioDeviceError:
        if known.host_api != "ALSA":
            raise
        card = _ALSA_CARD.search(known.name)
        return replace(known, alsa=card[1] if card else known.name)


def _found(name: str | None, kind: Kind) -> DeviceInfo:
    """Look in PortAudio's list, and in a new one if that was in vain."""
    try:
        return _listed(name, kind)
    except AudioDeviceError:
        if rescan():
            return _listed(name, kind)
        if name is None and "ALSA" in host_apis():
            return _ALSA_DEFAULT
        raise


def _listed(name: str | None, kind: Kind) -> DeviceInfo:
    devices = [device for device in list_devices() if getattr(device, f"{kind}s")]
    if name is not None:
        return _named(name, devices, kind)
    for device in devices:
        if device.is_default_input if kind == "input" else device.is_default_output:
            return device
    raise AudioDeviceError(f"no sound {kind} here; connect one and look with: v1z3r devices")


def _named(name: str, devices: Sequence[DeviceInfo], kind: Kind) -> DeviceInfo:
    wanted = name.casefold()
    for device in devices:
        if wanted in (device.name.casefold(), str(device.index)):
            return device
    found = [device for device in devices if wanted in device.name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(device.name for device in found)
        raise AudioDeviceError(f"{kind} {name!r} may be any of: {names}; write more of the name")
    known = did_you_mean(name, [device.name for device in devices])
    raise AudioDeviceError(f"no {kind} {name!r}{known or '; there is none at all'}")
