import subprocess

import av
import pytest

from v1z3r_core.output import codecs
from v1z3r_core.output.codecs import codec_report


def test_this_installation_can_write_everything_that_is_offered() -> None:
    report = codec_report()
    assert [each.suffix for each in report.containers] == [".mp4", ".mov", ".mkv", ".webm"]
    assert [each.missing for each in report.containers] == [()] * 4
    assert report.png
    assert report.pyav == av.__version__


def test_a_build_with_x264_is_told_to_hold_gpl_code_whatever_it_says_of_itself() -> None:
    report = codec_report()
    assert "GPL" in report.licence
    assert "libx264" in report.gpl_encoders


def test_what_a_build_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = codecs.codecs_available - {"libx264", "libopus", "png"}
    monkeypatch.setattr(codecs, "codecs_available", lacking)
    report = codec_report()
    missing = {each.suffix: each.missing for each in report.containers}
    assert missing == {
        ".mp4": ("libx264",),
        ".mov": ("libx264",),
        ".mkv": ("libx264",),
        ".webm": ("libopus",),
    }
    assert not report.png
    assert "libx264" not in report.gpl_encoders


def test_a_decoder_alone_is_not_an_encoder() -> None:
    only_decoded = "mp3float"
    assert only_decoded in codecs.codecs_available
    assert not codecs._can_encode(only_decoded)


def test_the_rest_of_the_package_does_not_load_ffmpeg_for_a_surface() -> None:
    program = (
        "import sys; import v1z3r_core.output.headless, v1z3r_core.output.window;"
        "print([name for name in ('av', 'glfw') if name in sys.modules])"
    )
    import sys

    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"
