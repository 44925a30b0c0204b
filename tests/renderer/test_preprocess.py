from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import scene

from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.scene import Pass, Scene, ShaderSource
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.preprocess import assemble, without_comments
from v1z3r_core.renderer.renderer import Renderer

PICTURE = "vec4 scene(vec2 uv) { return vec4(1.0); }"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "shared.glsl").write_text("float shared_value = 1.0;\n")
    return folder


def _expand(text: str, folder: Path | None, library: Path) -> str:
    return assemble((ShaderSource(text, "user.glsl", 1, folder),), library).text


def _refusal(gpu: Gpu, code: str, folder: Path | None = None, first_line: int = 1) -> str:
    source = ShaderSource(code, "user.glsl", first_line, folder)
    renderer = Renderer(gpu, (8, 8))
    with pytest.raises(SceneError) as error:
        renderer.prepare(Scene("s", "S", (Pass("scene", source, "scene", None),)))
    renderer.close()
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_file_beside_the_scene_wins_over_the_library(tmp_path: Path, library: Path) -> None:
    (tmp_path / "shared.glsl").write_text("float shared_value = 2.0;\n")
    assert "= 2.0" in _expand('#include "shared.glsl"', tmp_path, library)
    assert "= 1.0" in _expand('#include "shared.glsl"', None, library)


def test_a_file_is_included_once(tmp_path: Path, library: Path) -> None:
    (tmp_path / "a.glsl").write_text('#include "shared.glsl"\n')
    (tmp_path / "b.glsl").write_text('#include "shared.glsl"\n')
    text = _expand('#include "a.glsl"\n#include "b.glsl"\n', tmp_path, library)
    assert text.count("shared_value") == 1


def test_what_was_included_is_told_for_reloading(tmp_path: Path, library: Path) -> None:
    (tmp_path / "a.glsl").write_text('#include "shared.glsl"\n')
    source = ShaderSource('#include "a.glsl"', "user.glsl", 1, tmp_path)
    files = assemble((source,), library).files
    assert files == {(tmp_path / "a.glsl").resolve(), (library / "shared.glsl").resolve()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\n#include "gone.glsl"', 'user.glsl:2: #include "gone.glsl" is not in'),
        ('#include "../secret.glsl"', 'user.glsl:1: #include "../secret.glsl" leaves its folder'),
        ('#include "/etc/passwd"', 'user.glsl:1: #include "/etc/passwd" leaves its folder'),
        ("#include <a.glsl>", 'user.glsl:1: expected #include "file.glsl"'),
        ("#include", 'user.glsl:1: expected #include "file.glsl"'),
        ("// a\n#version 450", "user.glsl:2: #version is written by the engine"),
        ('#include "binary.glsl"', "binary.glsl is not UTF-8 at byte 1"),
        ('#include "ring1.glsl"', "in a circle: ring1.glsl -> ring2.glsl -> ring1.glsl"),
        ('#include "self.glsl"', "in a circle: self.glsl -> self.glsl"),
    ],
)
def test_bad_includes_name_file_and_line(
    tmp_path: Path, library: Path, text: str, message: str
) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    (tmp_path / "secret.glsl").write_text("float secret;")
    (folder / "binary.glsl").write_bytes(b"a\xff\x00")
    (folder / "ring1.glsl").write_text('#include "ring2.glsl"')
    (folder / "ring2.glsl").write_text('#include "ring1.glsl"')
    (folder / "self.glsl").write_text('#include "self.glsl"')
    with pytest.raises(SceneError) as error:
        _expand(text, folder, library)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path, library: Path) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    (tmp_path / "secret.glsl").write_text("float secret;")
    (folder / "link.glsl").symlink_to(tmp_path / "secret.glsl")
    with pytest.raises(SceneError, match="leaves its folder"):
        _expand('#include "link.glsl"', folder, library)


def test_directives_in_comments_are_left_alone(library: Path) -> None:
    text = '/*\n#include "gone.glsl"\n#version 100\n*/ // /*\n//#include "gone.glsl"\nfloat a;'
    assert "float a;" in _expand(text, None, library)


def test_extensions_move_to_the_top(library: Path) -> None:
    lines = _expand("float a;\n#extension GL_ARB_gpu_shader5 : enable", None, library).splitlines()
    assert lines[:2] == ["#version 330 core", "#extension GL_ARB_gpu_shader5 : enable"]


def test_an_error_is_told_at_the_users_line(gpu: Gpu) -> None:
    message = _refusal(gpu, f"// one\n// two\nfloat f() {{ return missing; }}\n{PICTURE}")
    assert message.startswith("user.glsl:3: ")
    assert "| float f() { return missing; }" in message


def test_an_error_after_a_head_counts_from_the_files_first_line(gpu: Gpu) -> None:
    assert _refusal(gpu, f"float f = missing;\n{PICTURE}", first_line=21).startswith("user.glsl:21")


def test_an_error_after_an_include_is_told_at_the_users_line(gpu: Gpu, tmp_path: Path) -> None:
    (tmp_path / "good.glsl").write_text("float one;\nfloat two;\nfloat three;\n")
    code = f'#include "good.glsl"\n\nfloat f = missing;\n{PICTURE}'
    assert _refusal(gpu, code, tmp_path).startswith("user.glsl:3: ")


def test_an_error_inside_an_include_is_told_in_that_file(gpu: Gpu, tmp_path: Path) -> None:
    (tmp_path / "outer.glsl").write_text('float one;\n#include "inner.glsl"\nfloat f = missing;\n')
    (tmp_path / "inner.glsl").write_text("float two;\n")
    message = _refusal(gpu, f'#include "outer.glsl"\n{PICTURE}', tmp_path)
    assert "outer.glsl:3: " in message.split(" | ", maxsplit=1)[0]


def test_a_missing_entry_is_said_in_plain_words(gpu: Gpu) -> None:
    assert "no function vec4 scene(vec2 uv)" in _refusal(gpu, "// vec4 scene(vec2 uv)\nfloat a;")


def test_a_scene_of_the_library_alone_compiles(gpu: Gpu) -> None:
    names = ("audio.glsl", "color.glsl", "noise.glsl", "finish.glsl")
    includes = "\n".join(f'#include "{name}"' for name in names)
    renderer = Renderer(gpu, (8, 8))
    renderer.prepare(scene(f"{includes}\n{PICTURE}"))
    renderer.close()


@given(st.lists(st.sampled_from(["/*", "*/", "//", "\n", "a", " "]), max_size=30))
def test_blanking_comments_keeps_every_line_where_it_was(parts: list[str]) -> None:
    text = "".join(parts)
    blank = without_comments(text)
    assert len(blank) == len(text)
    assert [i for i, c in enumerate(blank) if c == "\n"] == [
        i for i, c in enumerate(text) if c == "\n"
    ]
