"""A live recording, ended from outside: a service manager's signal, a closed terminal, `nohup`."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import time

import av
import pytest
from childsignals import as_from_a_terminal
from sounds import tone, write_wav

PATIENCE_SECONDS = 60.0
ENOUGH_BYTES = 20_000  # in the file under its interim name: some seconds of it


@pytest.fixture
def show(tmp_path):
    """A recording show, started with `show.start`, and what it leaves behind."""
    song = write_wav(tmp_path / "song.wav", tone(60.0, level=0.1))
    return Show(song, tmp_path / "live.mp4", tmp_path / "report.json")


class Show:
    def __init__(self, song, out, report):
        self.out, self.report = out, report
        self.partial = out.with_name("live.partial.mp4")
        self._arguments = [song, "--headless", "--size", "64x36", "--fps", "30"]
        self._arguments += ["--record", out, "--report", report]

    @contextlib.contextmanager
    def running(self, *arguments, **streams):
        """The command, once it has written something."""
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **streams}
        command = [sys.executable, "-m", "v1z3r_core", "run", *self._arguments, *arguments]
        process = subprocess.Popen([str(word) for word in command], **streams)
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not (self.partial.exists() and self.partial.stat().st_size > ENOUGH_BYTES):
                assert process.poll() is None
                assert time.monotonic() < deadline, "nothing was recorded"
                time.sleep(0.02)
            yield process
        finally:
            process.kill()
            process.communicate()

    def assert_whole(self):
        """The recording has its name, its pictures and its sound, and the report is written."""
        assert not self.partial.exists()
        measured = json.loads(self.report.read_text())
        with av.open(str(self.out)) as file:
            pictures = [frame.time for frame in file.decode(video=0)]
            file.seek(0)
            sound = sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))
        assert len(pictures) + measured["dropped"] <= measured["frames"]
        assert pictures[-1] == pytest.approx(measured["seconds"], abs=0.5)
        assert sound == pytest.approx(pictures[-1], abs=0.3)


@pytest.mark.parametrize(
    ("which", "word"),
    [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM"), (signal.SIGHUP, "SIGHUP")],
)
def test_a_show_that_is_told_to_end_finishes_its_recording(show, which, word):
    with show.running(preexec_fn=as_from_a_terminal) as process:
        process.send_signal(which)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, said
    assert f"stopped by {word}" in said
    assert "Traceback" not in said
    show.assert_whole()


def test_being_told_again_and_again_does_not_spoil_the_end(show):
    with show.running() as process:
        process.send_signal(signal.SIGTERM)
        for _ in range(20):  # as systemd does with SendSIGHUP=yes, and people do
            process.send_signal(signal.SIGHUP)
            time.sleep(0.002)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, said
    show.assert_whole()


def test_closing_the_terminal_finishes_the_recording(show):
    ours, theirs = os.openpty()

    def own_terminal():
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "text": False}
    with show.running(
        **streams,
        start_new_session=True,
        preexec_fn=own_terminal,
    ) as process:
        os.close(theirs)
        os.close(ours)  # the terminal's end: a signal, and nobody who reads what is said
        assert process.wait(PATIENCE_SECONDS) == 0
    show.assert_whole()


def test_a_show_under_nohup_does_not_mind_that_its_terminal_is_closed(show):
    def nohup():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with show.running("--duration", "4", preexec_fn=nohup) as process:
        process.send_signal(signal.SIGHUP)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, said
    assert "stopped" not in said
    assert json.loads(show.report.read_text())["seconds"] == pytest.approx(4.0, abs=0.3)
    show.assert_whole()
