"""What this machine is playing, as a live source."""

from v1z3r_core.audio import pulse
from v1z3r_core.audio.device import DeviceSource
from v1z3r_core.audio.devices import host_apis, list_devices
from v1z3r_core.audio.portaudio import DeviceInfo
from v1z3r_core.model.errors import AudioDeviceError
from v1z3r_core.model.ports import Notify


def find_loopback(name: str | None = None) -> DeviceInfo:
    """The source that records what is played.

    A device that calls itself a loopback is taken first (BlackHole, snd-aloop, Stereo Mix);
    else a PulseAudio or PipeWire server's monitor of whatever its default output is.

    Parameters
    ----------
    name : str or None
        Part of the name where there are several; None takes the default output's.

    Raises
    ------
    AudioDeviceError
        If there is none.
    """
    loopbacks = [device for device in list_devices() if device.is_loopback]
    if name is not None:
        for device in loopbacks:
            if name.casefold() in device.name.casefold():
                return device
        known = ", ".join(device.name for device in loopbacks) or "none"
        raise AudioDeviceError(f"no loopback {name!r}; known: {known}")
    for device in loopbacks:
        if device.alsa is None:
            return device
    if "ALSA" in host_apis():
        return pulse.default_monitor()
    raise AudioDeviceError(
        "no loopback here; install a sound server: sudo apt-get install pulseaudio "
        "pulseaudio-utils libasound2-plugins"
    )


def open_loopback(name: str | None = None, *, notify: Notify) -> DeviceSource:
    """Record what this machine is playing.

    Raises
    ------
    AudioDeviceError
        If there is nothing to record it from, with the command that helps.
    """
    return DeviceSource(name, notify=notify, find=find_loopback)
