from pathlib import Path

import pytest

from v1z3r_core.formats.load import MAX_BYTES, list_scenes, load_scene
from v1z3r_core.model.errors import SceneError

BODY = "vec4 scene(vec2 uv) { return vec4(1.0); }\n"


def _refusal(what: str | Path) -> str:
    with pytest.raises(SceneError) as error:
        load_scene(what)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_name_is_looked_for_among_the_scenes_that_ship() -> None:
    names = [scene.name for scene in list_scenes()]
    assert names == sorted(names)
    assert names
    for name in names:
        scene = load_scene(name)
        assert scene.name == name
        assert scene.path is not None
        assert scene.title != ""


def test_a_name_that_is_nearly_right_is_recognised() -> None:
    name = list_scenes()[0].name
    assert f"did you mean {name}?" in _refusal(name[:-1])


@pytest.mark.parametrize("name", ["", "nonsense_of_the_first_order"])
def test_an_unknown_name_is_told_with_those_that_exist(name: str) -> None:
    assert f"no scene is named {name!r}; known: " in _refusal(name)


def test_a_path_is_read_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.glsl"
    file.write_text(BODY)
    monkeypatch.chdir(tmp_path)
    for given in (file, str(file), "./mine.glsl", "mine.glsl"):
        scene = load_scene(given)
        assert scene.name == "mine"
        assert scene.path == file.resolve()
        assert scene.passes[0].source.name == "mine.glsl"


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "dos.glsl"
    file.write_bytes(b"\xef\xbb\xbf/*---\r\ntitle = 'DOS'\r\n---*/\r\n" + BODY.encode())
    scene = load_scene(file)
    assert (scene.title, scene.passes[0].source.first_line) == ("DOS", 4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"  \n\n", "the file is empty"),
        (b"ab\xffcd", "is not UTF-8 at byte 2"),
        (b"\x00" * 10, "has no function vec4 scene(vec2 uv)"),
        (b"void main() {}", "has no function vec4 scene(vec2 uv)"),
        (b"void mainImage(out vec4 c, in vec2 p) { c = p.xyxy; }", "is a Shadertoy shader"),
        (b'/*{ "INPUTS": [] }*/ void main() {}', "is an ISF shader"),
        (b"x" * (MAX_BYTES + 1), f"has {MAX_BYTES + 1} bytes, a scene has at most {MAX_BYTES}"),
    ],
)
def test_what_is_no_native_scene_is_told_in_one_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "bad.glsl"
    file.write_bytes(content)
    refusal = _refusal(file)
    assert "bad.glsl: " in refusal
    assert message in refusal


def test_a_milkdrop_preset_is_called_one(tmp_path: Path) -> None:
    file = tmp_path / "old.milk"
    file.write_text("[preset00]\nfRating=3\n")
    assert "is a MilkDrop preset; scenes are read in the native format" in _refusal(file)


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "waves.glsl").write_text(BODY)
    assert "no such file; did you mean waves.glsl?" in _refusal(tmp_path / "wave.glsl")
    assert "no such file" in _refusal(tmp_path / "gone" / "x.glsl")


def test_a_folder_is_no_scene(tmp_path: Path) -> None:
    assert "is a folder" in _refusal(tmp_path)


def test_an_impossible_path_is_one_line() -> None:
    assert "cannot be read" in _refusal("a\0b.glsl")
    assert "cannot be read" in _refusal("x" * 5000 + ".glsl")
