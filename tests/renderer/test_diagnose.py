import pytest

from v1z3r_core.renderer.diagnose import complaints, explain
from v1z3r_core.renderer.preprocess import Piece, Shader

_OURS = Piece("prelude", 1, ("#version 330 core", "uniform float time;"))
_WAVES = Piece("waves.glsl", 11, ("vec4 scene(vec2 uv) {", "    return vec4(foo);", "}"))
SHADER = Shader(
    "".join(f"{line}\n" for line in (*_OURS.lines, *_WAVES.lines)),
    ((_OURS, 1), (_OURS, 2), (_WAVES, 11), (_WAVES, 12), (_WAVES, 13)),
    frozenset(),
)

# As the drivers print them; NVIDIA's and Intel's from their public forums.
LOGS = {
    "Mesa": "0:4(17): error: `foo' undeclared",
    "Mesa preprocessor": "0:4(2): preprocessor error: syntax error, unexpected HASH_TOKEN",
    "NVIDIA": '0(4) : error C1503: undefined variable "foo"',
    "Intel": "ERROR: 0:4: 'foo' : undeclared identifier",
    "AMD": "ERROR: 0:4: error(#143) Undeclared identifier: foo",
    "Apple": "ERROR: 0:4: Use of undeclared identifier 'foo'",
}


@pytest.mark.parametrize("driver", LOGS)
def test_each_drivers_error_is_told_in_the_users_file(driver: str) -> None:
    log = f"GLSL Compiler failed\n\nfragment_shader\n===============\n{LOGS[driver]}\n"
    (found,) = complaints(log, SHADER)
    assert (found.name, found.line, found.code) == ("waves.glsl", 12, "return vec4(foo);")
    line = explain(log, SHADER, "waves.glsl")
    assert line.startswith("waves.glsl:12: ")
    assert line.endswith(" | return vec4(foo);")


def test_warnings_are_no_errors() -> None:
    assert complaints("0:4(17): warning: `foo' used uninitialized", SHADER) == []


def test_only_the_first_error_is_spelled_out() -> None:
    log = "0:4(17): error: `foo' undeclared\n0:5(1): error: syntax error"
    assert explain(log, SHADER, "waves.glsl").endswith("(and 1 more)")


def test_a_line_that_does_not_exist_is_quoted_with_the_log() -> None:
    log = "0:99(1): error: syntax error, unexpected end of file"
    assert complaints(log, SHADER) == []
    assert explain(log, SHADER, "waves.glsl").endswith(log)


def test_a_link_error_is_quoted_after_the_scenes_name() -> None:
    log = "GLSL Linker failed\n\nerror: too many uniforms\n"
    assert explain(log, SHADER, "waves.glsl") == (
        "waves.glsl: the driver refused it: GLSL Linker failed / error: too many uniforms"
    )


def test_a_silent_driver_still_gives_a_message() -> None:
    assert explain("", SHADER, "waves.glsl").endswith("without a reason")
