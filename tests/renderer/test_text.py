from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import context, framebuffer_pixels, names_alive, pixels, scene

from v1z3r_core.model.errors import GraphicsError
from v1z3r_core.model.font import FontAtlas
from v1z3r_core.model.overlay import Anchor, Overlay, Panel
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.renderer import Renderer
from v1z3r_core.renderer.scope import Scope
from v1z3r_core.renderer.textlayout import QUAD_FLOATS, quads, text_px

SIZE = (320, 180)
ANCHORS: tuple[Anchor, ...] = (
    "top-left",
    "top",
    "top-right",
    "left",
    "center",
    "right",
    "bottom-left",
    "bottom",
    "bottom-right",
)


def font(px: int) -> FontAtlas:
    """A font whose "A" is a full cell, whose "." is empty, and whose unknown is half covered."""
    width, height = max(1, round(px * 0.6)), max(1, round(px * 1.3))
    sheet = np.zeros((height, 3 * width), np.uint8)
    sheet[:, :width] = 255
    sheet[:, 2 * width :] = 128
    return FontAtlas(px, (width, height), 3, sheet, {"A": 0, ".": 1}, unknown=2)


LINES = st.lists(st.text("A. ", max_size=40), min_size=1, max_size=12).map(tuple)


@given(
    lines=LINES,
    anchor=st.sampled_from(ANCHORS),
    size=st.tuples(st.integers(320, 4096), st.integers(180, 4096)),
)
def test_panels_stay_on_the_screen_and_letters_in_their_panel(
    lines: tuple[str, ...], anchor: Anchor, size: tuple[int, int]
) -> None:
    overlay = Overlay((Panel(lines, anchor),))
    rows = quads(overlay, size, font(text_px(overlay, size)))
    left, top, right, bottom = rows[0, :4]
    assert left >= 0
    assert top >= 0
    assert right <= size[0]
    assert bottom <= size[1]
    letters = rows[1:]
    assert len(letters) == sum(len(line) - line.count(" ") for line in lines)
    assert (letters[:, 0] > left).all()
    assert (letters[:, 1] > top).all()
    assert (letters[:, 2] < right).all()
    assert (letters[:, 3] < bottom).all()
    assert (rows[:, :4] == rows[:, :4].round()).all()  # whole pixels keep letters crisp


def test_text_grows_with_the_screen() -> None:
    overlay = Overlay((Panel(("A",)),))
    sizes = [text_px(overlay, (height * 16 // 9, height)) for height in (360, 720, 1080, 2160)]
    assert sizes == [10, 20, 30, 60]


def test_invisible_panels_cost_nothing() -> None:
    overlay = Overlay((Panel(("A",), opacity=0.0), Panel(())))
    assert quads(overlay, SIZE, font(8)).shape == (0, QUAD_FLOATS)


@pytest.fixture
def window(gpu: Gpu) -> Iterator[tuple[Renderer, Scope, int]]:
    scope = gpu.scope("window")
    framebuffer = scope.framebuffer(scope.texture(SIZE, "rgba8"))
    renderer = Renderer(gpu, SIZE, font=font)
    renderer.prepare(scene("vec4 scene(vec2 uv) { return vec4(1.0, 0.0, 0.0, 1.0); }"))
    yield renderer, scope, framebuffer.glo
    renderer.close()
    scope.close()


def test_an_overlay_is_seen_in_the_window_and_never_in_the_picture(
    gpu: Gpu, window: tuple[Renderer, Scope, int]
) -> None:
    renderer, _, framebuffer = window
    renderer.draw(context(size=SIZE), framebuffer, Overlay((Panel(("AAAA",), "center"),)))
    picture = pixels(gpu, renderer.picture)
    assert (picture == [255, 0, 0, 255]).all()
    shown = framebuffer_pixels(gpu, framebuffer, SIZE)
    assert (shown[90, 160, :3] > 235).all()  # a letter: nearly white
    assert shown[90, 146, 0] < 90  # the panel beside it: dark
    assert (shown[0, 0] == [255, 0, 0, 255]).all()  # the corner: untouched
    assert (shown[..., 3] == 255).all()


def test_opacity_fades_panel_and_text_together(
    gpu: Gpu, window: tuple[Renderer, Scope, int]
) -> None:
    renderer, _, framebuffer = window
    greens = []
    for opacity in (0.0, 0.5, 1.0):
        overlay = Overlay((Panel(("AAAA",), "center", opacity),))
        renderer.draw(context(size=SIZE), framebuffer, overlay)
        greens.append(int(framebuffer_pixels(gpu, framebuffer, SIZE)[90, 160, 1]))
    assert greens[0] == 0
    assert 90 < greens[1] < 150
    assert greens[2] > 235


def test_top_and_left_are_where_people_see_them(
    gpu: Gpu, window: tuple[Renderer, Scope, int]
) -> None:
    renderer, _, framebuffer = window
    renderer.draw(context(size=SIZE), framebuffer, Overlay((Panel(("A",), "top-left"),)))
    touched = (framebuffer_pixels(gpu, framebuffer, SIZE) != [255, 0, 0, 255]).any(axis=2)
    rows, columns = np.nonzero(touched)
    assert rows.max() < 60
    assert columns.max() < 60


def test_the_font_is_asked_once_per_size_and_not_before_it_is_needed(gpu: Gpu) -> None:
    asked: list[int] = []

    def counting(px: int) -> FontAtlas:
        asked.append(px)
        return font(px)

    scope = gpu.scope("window")
    framebuffer = scope.framebuffer(scope.texture((640, 360), "rgba8"))
    renderer = Renderer(gpu, SIZE, font=counting)
    renderer.prepare(scene("vec4 scene(vec2 uv) { return vec4(0.0); }"))
    renderer.draw(context(size=SIZE), framebuffer.glo)
    assert asked == []
    for size in (SIZE, SIZE, (640, 360), (640, 360)):
        for opacity in (1.0, 0.9):
            overlay = Overlay((Panel(("A",), opacity=opacity),))
            renderer.draw(context(size=size), framebuffer.glo, overlay)
    assert asked == [8, 10]
    renderer.close()
    scope.close()


def test_an_unchanging_overlay_creates_nothing(
    gpu: Gpu, window: tuple[Renderer, Scope, int]
) -> None:
    renderer, _, framebuffer = window
    overlay = Overlay((Panel(("A" * 30,) * 20, "center"),))
    for index in range(12):
        renderer.draw(context(index, SIZE), framebuffer, overlay)
    created, names = gpu.created, names_alive(gpu.gl)
    for index in range(100):
        fading = Overlay((Panel(("A" * 30,) * 20, "center", 1.0 - index / 100),))
        renderer.draw(context(index, SIZE), framebuffer, fading)
    assert (gpu.created, names_alive(gpu.gl)) == (created, names)


def test_more_text_than_the_buffer_holds_makes_it_grow(
    gpu: Gpu, window: tuple[Renderer, Scope, int]
) -> None:
    renderer, _, framebuffer = window
    for rows in (1, 60, 5):
        overlay = Overlay((Panel(("A" * 50,) * rows, "center"),))
        renderer.draw(context(size=SIZE), framebuffer, overlay)
    shown = framebuffer_pixels(gpu, framebuffer, SIZE)
    assert (shown[90, 160, :3] > 235).all()


def test_an_overlay_without_a_font_is_refused(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene("vec4 scene(vec2 uv) { return vec4(0.0); }"))
    scope = gpu.scope("window")
    framebuffer = scope.framebuffer(scope.texture(SIZE, "rgba8"))
    with pytest.raises(GraphicsError, match="needs a font"):
        renderer.draw(context(size=SIZE), framebuffer.glo, Overlay((Panel(("A",)),)))
    renderer.close()
    scope.close()
