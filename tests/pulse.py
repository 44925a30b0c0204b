"""A private PulseAudio with a null sink: sound devices on a machine that has none."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# norewinds=1 is essential: without it the first stream opened with a low latency stalls.
_SERVER = """\
load-module module-native-protocol-unix
load-module module-null-sink sink_name=vsink rate=48000 format=float32le channels=2 norewinds=1
load-module module-null-sink sink_name=other rate=48000 format=float32le channels=2 norewinds=1
set-default-sink vsink
set-default-source vsink.monitor
"""
_ALSA = """\
pcm.!default { type pulse }
ctl.!default { type pulse }
"""
_ANSWER_SECONDS = 10.0


class SoundServer:
    """Owns the server's process and its folder; the process environment points at them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "server.pa").write_text(_SERVER)
        (folder / "alsa.conf").write_text(_ALSA)
        (folder / "run").mkdir(mode=0o700)
        self.environment = {
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "PULSE_RUNTIME_PATH": str(folder / "run" / "pulse"),
            "PULSE_STATE_PATH": str(folder / "state"),
            "PULSE_COOKIE": str(folder / "cookie"),
            "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{folder / 'alsa.conf'}",
        }

    def start(self) -> None:
        """Run the server and wait until it answers."""
        shutil.rmtree(self._folder / "run" / "pulse", ignore_errors=True)
        command = ["pulseaudio", "-n", "-F", str(self._folder / "server.pa")]
        command += ["--exit-idle-time=-1", "--daemonize=no", "--realtime=no", "--log-target=null"]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + _ANSWER_SECONDS
        while subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode:
            assert time.monotonic() < deadline, "pulseaudio does not answer"
            time.sleep(0.05)

    def freeze(self) -> None:
        """Let the server hang: it neither answers nor hangs up."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the server the hard way, as a crash does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


@pytest.fixture(scope="session")
def sound_server() -> Iterator[SoundServer]:
    """The server, running; its sink "vsink" is the default, its monitor the default input."""
    for program in ("pulseaudio", "pactl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: sudo apt-get install pulseaudio-utils")
    with tempfile.TemporaryDirectory(prefix="v1z3r-pulse-") as folder:
        server = SoundServer(Path(folder))
        before = {name: os.environ.get(name) for name in server.environment}
        os.environ.update(server.environment)
        server.start()
        from v1z3r_core.audio import portaudio

        portaudio.rescan()
        try:
            yield server
        finally:
            server.kill()
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
