"""Ctrl-C and its like in the middle: nothing under the final name, what is there plays."""

import signal
import subprocess
import sys
import time

import av
import pytest
from childsignals import as_from_a_terminal
from sounds import beats, write_wav

PATIENCE_SECONDS = 30.0


@pytest.mark.parametrize(
    ("which", "status", "word"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "ended by SIGTERM"),
        (signal.SIGHUP, 129, "ended by SIGHUP"),
    ],
)
def test_an_interrupted_render_says_what_is_left_and_that_it_plays(tmp_path, which, status, word):
    song = write_wav(tmp_path / "song.wav", beats(60.0))
    out, partial = tmp_path / "out.mp4", tmp_path / "out.partial.mp4"
    arguments = ["render", str(song), "-o", str(out), "--size", "160x90", "--scene", "spectrum"]
    process = subprocess.Popen(
        [sys.executable, "-m", "v1z3r_core", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=as_from_a_terminal,  # noqa: PLW1509  nothing else runs in this child yet
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (partial.exists() and partial.stat().st_size > 40_000):
        assert time.monotonic() < deadline, "nothing was written"
        time.sleep(0.02)
    process.send_signal(which)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == status
    assert "Traceback" not in said
    assert "out.partial.mp4: what was rendered so far" in said
    assert word in said
    assert not out.exists()
    with av.open(str(partial)) as file:
        assert sum(1 for _ in file.decode(video=0)) > 30
