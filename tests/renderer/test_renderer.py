import gc

import numpy as np
import pytest
from pictures import (
    SIZE,
    context,
    draw,
    encoded,
    framebuffer_pixels,
    heard,
    hearing,
    names_alive,
    pixels,
    scene,
)

from v1z3r_core.model.analysis import BANDS, LINE, silent_frame
from v1z3r_core.model.errors import GraphicsError, SceneError
from v1z3r_core.model.scene import Parameter, Target
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.renderer import Renderer

WHITE = "vec4 scene(vec2 uv) { return vec4(1.0); }"
# Adds a step to what it showed before and shows it: frame n is n steps bright.
COUNTER = """
vec4 step_up(vec2 uv) { return texture(trail, uv) + 0.1; }
vec4 scene(vec2 uv) { return texture(trail, uv); }
"""
TRAIL = Target("trail", persistent=True, pixel_format="rgba32f", filter="nearest")
COUNTING = (("step_up", "trail", ("trail",)),)


@pytest.mark.parametrize("value", [0.0, 0.001, 0.0031308, 0.18, 0.5, 1.0])
def test_linear_light_is_encoded_as_srgb_exactly_once(gpu: Gpu, value: float) -> None:
    shown = draw(gpu, f"vec4 scene(vec2 uv) {{ return vec4(vec3({value:f}), 1.0); }}")
    assert abs(shown[..., :3].astype(int) - encoded(value)).max() <= 1
    assert shown[..., :3].mean() == pytest.approx(255 * _srgb(value), abs=0.1)
    assert (shown[..., 3] == 255).all()


def _srgb(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


@pytest.mark.parametrize("step", [0, 1, 2, 17, 128, 254, 255])
def test_dither_leaves_every_exact_value_alone(gpu: Gpu, step: int) -> None:
    value = step / 255
    linear = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    shown = draw(gpu, f"vec4 scene(vec2 uv) {{ return vec4(vec3({linear:.9f}), 1.0); }}")
    assert set(shown[..., :3].flatten().tolist()) == {step}


def test_dither_turns_a_flat_half_step_into_a_mixture(gpu: Gpu) -> None:
    linear = ((100.5 / 255 + 0.055) / 1.055) ** 2.4
    shown = draw(gpu, f"vec4 scene(vec2 uv) {{ return vec4(vec3({linear:.9f}), 1.0); }}")
    assert set(shown[..., 0].flatten().tolist()) == {100, 101}
    assert 0.4 < (shown[..., 0] == 101).mean() < 0.6


def test_brighter_than_white_keeps_its_hue_and_bleeds_to_white(gpu: Gpu) -> None:
    def shown(gain: float) -> list[int]:
        code = f"vec4 scene(vec2 uv) {{ return vec4(vec3(1.0, 0.5, 0.0) * {gain:f}, 1.0); }}"
        return draw(gpu, code)[0, 0, :3].tolist()  # type: ignore[no-any-return]

    plain, bright, blinding = shown(1.0), shown(2.0), shown(50.0)
    assert plain == [255, encoded(0.5), 0]
    assert bright[0] == 255
    assert plain[1] < bright[1] < 255
    assert 0 < bright[2] < bright[1]
    assert min(blinding) > 250


def test_equal_contexts_give_equal_pictures(gpu: Gpu) -> None:
    code = """
    #include "noise.glsl"
    vec4 scene(vec2 uv) { return vec4(vec3(fbm(uv * 8.0 + time, 3)), 1.0); }
    """
    once, again = (draw(gpu, code, frames=3) for _ in range(2))
    assert (once == again).all()
    assert once.std() > 5


def test_uv_begins_at_the_bottom_left(gpu: Gpu) -> None:
    shown = draw(gpu, "vec4 scene(vec2 uv) { return vec4(uv, 0.0, 1.0); }")
    assert shown[-1, 0, :2].max() < 40
    assert shown[-1, -1, 0] > 250
    assert shown[0, 0, 1] > 250


def test_a_window_shows_the_picture_to_the_bit(gpu: Gpu) -> None:
    with Gpu.adopt() as window:
        scope = gpu.scope("window")
        framebuffer = scope.framebuffer(scope.texture(SIZE, "rgba8"))
        renderer = Renderer(window, SIZE)
        renderer.prepare(scene("vec4 scene(vec2 uv) { return vec4(uv, sin(time), 1.0); }"))
        renderer.draw(context(4), framebuffer.glo)
        seen = framebuffer_pixels(window, framebuffer.glo, SIZE)
        assert (seen == pixels(window, renderer.picture)).all()
        assert seen.std() > 20
        renderer.close()
        scope.close()


def test_parameters_are_globals_of_their_name(gpu: Gpu) -> None:
    parameters = (
        Parameter("knob", "float", 0.25, 0.0, 1.0, ""),
        Parameter("tint", "color", (0.0, 1.0, 0.0), (0.0,) * 3, (1.0,) * 3, ""),
        Parameter("on", "bool", True, False, True, ""),
        Parameter("count", "int", 3, 0, 9, ""),
        Parameter("at", "point", (0.5, 1.0), (0.0, 0.0), (1.0, 1.0), ""),
    )
    code = """vec4 scene(vec2 uv) {
        if (uv.x < 0.5) return vec4(on ? knob : 0.0, tint.y, 0.0, 1.0);
        return vec4(count == 3 ? 1.0 : 0.0, at.y, 0.0, 1.0);
    }"""
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene(code, parameters=parameters))
    renderer.draw(context())
    shown = pixels(gpu, renderer.picture)
    assert shown[0, 0, :3].tolist() == [encoded(0.25), 255, 0]
    assert shown[0, -1, :3].tolist() == [255, 255, 0]
    renderer.draw(context(1, knob=1.0, tint=(0.0, 0.0, 0.0), count=4))
    shown = pixels(gpu, renderer.picture)
    assert shown[0, 0, :3].tolist() == [255, 0, 0]
    assert shown[0, -1, :3].tolist() == [0, 255, 0]
    renderer.draw(context(2))
    assert pixels(gpu, renderer.picture)[0, 0, 0] == encoded(0.25)
    renderer.close()


def test_shaders_hear_every_curve_where_it_is(gpu: Gpu) -> None:
    row = silent_frame().row.copy()
    row[:LINE] = np.linspace(0.0, 1.0, LINE)
    row[LINE : 2 * LINE] = np.linspace(-1.0, 1.0, LINE)
    bands = np.random.default_rng(1).random(BANDS).astype(np.float32)
    row[2 * LINE : 2 * LINE + BANDS] = bands
    row[2 * LINE + BANDS : 2 * LINE + 2 * BANDS] = 1.0 - bands
    code = """vec4 scene(vec2 uv) {
        int i = int(uv.x * float(BANDS));
        float x = (float(i) + 0.5) / float(BANDS);
        float value = uv.y < 0.25 ? spectrum(uv.x * 1023.0 * bin_hz)
            : uv.y < 0.5 ? 0.5 + 0.5 * waveform(uv.x)
            : uv.y < 0.75 ? band(x) : peak_band(x);
        return vec4(vec3(value < 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)), 1);
    }"""
    size = (BANDS, 4)
    renderer = Renderer(gpu, size)
    renderer.prepare(scene(code))
    renderer.draw(context(size=size, analysis=heard(row)))
    peak, band, wave, line = pixels(gpu, renderer.picture)[..., 0] / 255
    ramp = (np.arange(BANDS) + 0.5) / BANDS
    for seen, expected in ((line, ramp), (wave, ramp), (band, bands), (peak, 1.0 - bands)):
        np.testing.assert_allclose(seen, expected, atol=0.006)
    renderer.close()


def test_between_bands_the_curve_is_smooth_and_in_range(gpu: Gpu) -> None:
    row = silent_frame().row.copy()
    row[2 * LINE : 2 * LINE + BANDS : 2] = 1.0
    size = (1024, 1)
    renderer = Renderer(gpu, size)
    renderer.prepare(scene("vec4 scene(vec2 uv) { return vec4(vec3(band(uv.x)), 1.0); }"))
    renderer.draw(context(size=size, analysis=heard(row)))
    curve = pixels(gpu, renderer.picture)[0, :, 0].astype(int)
    assert curve.min() == 0
    assert curve.max() == 255
    assert abs(np.diff(curve)).max() < 80
    renderer.close()


def test_scalars_reach_the_shader(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene("vec4 scene(vec2 uv) { return vec4(bass, treble, onset_decay, 1.0); }"))
    renderer.draw(context(analysis=hearing(bass=0.2, treble=0.4, onset_decay=0.8)))
    expected = [encoded(0.2), encoded(0.4), encoded(0.8)]
    assert abs(pixels(gpu, renderer.picture)[5, 5, :3].astype(int) - expected).max() <= 1
    renderer.close()


def test_feedback_sees_the_previous_frame(gpu: Gpu) -> None:
    for frames in (1, 2, 5):
        shown = draw(gpu, COUNTER, COUNTING, (TRAIL,), frames=frames)
        assert abs(int(shown[3, 3, 0]) - encoded(0.1 * frames)) <= 1


def test_a_reader_before_the_writer_is_one_frame_late(gpu: Gpu) -> None:
    code = """
    vec4 late(vec2 uv) { return texture(trail, uv); }
    vec4 step_up(vec2 uv) { return texture(trail, uv) + 0.1; }
    vec4 scene(vec2 uv) { return vec4(texture(copy, uv).r, texture(trail, uv).r, 0.0, 1.0); }
    """
    passes = (("late", "copy", ("trail",)), ("step_up", "trail", ("trail",)))
    copy = Target("copy", pixel_format="rgba32f")
    shown = draw(gpu, code, passes, (TRAIL, copy), frames=4)
    assert abs(shown[0, 0, :2].astype(int) - [encoded(0.3), encoded(0.4)]).max() <= 1


@pytest.mark.parametrize("poison", ["0.0 / zero", "1.0 / zero", "-1.0 / zero", "log(zero - 1.0)"])
@pytest.mark.parametrize("pixel_format", ["rgba16f", "rgba32f"])
def test_one_bad_frame_does_not_poison_feedback(gpu: Gpu, poison: str, pixel_format: str) -> None:
    code = f"""
    vec4 spread(vec2 uv) {{
        float zero = float(frame) - 1.0;
        vec4 fresh = frame == 1 ? vec4({poison}) : vec4(0.25);
        return 0.5 * texture(trail, uv) + 0.5 * fresh;
    }}
    vec4 scene(vec2 uv) {{ return texture(trail, uv); }}
    """
    trail = Target("trail", persistent=True, pixel_format=pixel_format)  # type: ignore[arg-type]
    shown = draw(gpu, code, (("spread", "trail", ("trail",)),), (trail,), frames=40)
    assert abs(int(shown[0, 0, 0]) - encoded(0.25)) <= 1


def test_a_scene_that_fails_leaves_the_last_good_one_on(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene(WHITE))
    renderer.draw(context())
    ledger, names = gpu.ledger, names_alive(gpu.gl)
    for broken in ("vec4 scene(vec2 uv) { return foo; }", "vec4 scen(vec2 uv) { return uv.xyxy; }"):
        with pytest.raises(SceneError):
            renderer.prepare(scene(broken))
        assert gpu.ledger == ledger
        assert names_alive(gpu.gl) == names
    renderer.draw(context(1))
    assert (pixels(gpu, renderer.picture) == 255).all()
    renderer.close()


def test_a_second_pass_that_fails_gives_back_the_first(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    names = names_alive(gpu.gl)
    code = """
    vec4 good(vec2 uv) { return vec4(1.0); }
    vec4 scene(vec2 uv) { return texture(a, uv); }
    """
    with pytest.raises(SceneError, match="reads 'a' without listing it"):
        renderer.prepare(scene(code, (("good", "a", ()),), (Target("a"),), inputs=()))
    assert names_alive(gpu.gl) == names
    renderer.close()


def test_drawing_without_a_scene_is_refused(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    with pytest.raises(GraphicsError, match="prepare a scene first"):
        renderer.draw(context())
    renderer.close()


def test_steady_state_creates_no_gl_object(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene(COUNTER, COUNTING, (TRAIL,)))
    for index in range(12):  # a query has a name from its first use on
        renderer.draw(context(index))
    created, ledger, names = gpu.created, gpu.ledger, names_alive(gpu.gl)
    for index in range(300):
        renderer.draw(context(index))
        renderer.gpu_seconds()
    assert (gpu.created, gpu.ledger, names_alive(gpu.gl)) == (created, ledger, names)
    renderer.close()


def test_steady_state_keeps_no_python_object(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene(COUNTER, COUNTING, (TRAIL,)))
    same = context(1)
    for _ in range(20):
        renderer.draw(same)
        renderer.gpu_seconds()
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(200):
        renderer.draw(same)
        renderer.gpu_seconds()
    gc.collect()
    assert len(gc.get_objects()) - before < 20
    renderer.close()


def test_the_context_decides_the_size_and_nothing_is_drawn_at_none(gpu: Gpu) -> None:
    renderer = Renderer(gpu, (0, 0))
    renderer.prepare(scene(WHITE))
    renderer.draw(context(size=(16, 9)))
    assert renderer.picture.size == (16, 9)
    for empty in ((0, 0), (0, 9), (16, 0)):
        renderer.draw(context(size=empty))
    renderer.resize((0, 0))
    assert renderer.picture.size == renderer.size == (16, 9)
    assert (pixels(gpu, renderer.picture) == 255).all()
    renderer.close()


def test_feedback_outlives_a_resize(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene(COUNTER, COUNTING, (TRAIL,)))
    for index, size in enumerate([SIZE, (100, 10), (7, 99), SIZE]):
        renderer.draw(context(index, size))
    assert abs(int(pixels(gpu, renderer.picture)[3, 3, 0]) - encoded(0.4)) <= 1
    renderer.close()


def test_a_new_scene_begins_black(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    for _ in range(2):
        renderer.prepare(scene(COUNTER, COUNTING, (TRAIL,)))
        assert pixels(gpu, renderer.picture)[..., :3].max() == 0
        renderer.draw(context())
        assert abs(int(pixels(gpu, renderer.picture)[3, 3, 0]) - encoded(0.1)) <= 1
    renderer.close()


def test_pictures_may_be_4096_wide_and_not_wider_than_the_gpu_allows(gpu: Gpu) -> None:
    renderer = Renderer(gpu, SIZE)
    renderer.prepare(scene("vec4 scene(vec2 uv) { return vec4(uv.x, uv.x, uv.x, 1.0); }"))
    renderer.draw(context(size=(4096, 2)))
    line = pixels(gpu, renderer.picture)[0, :, 0].astype(int)
    assert (np.diff(line) >= -1).all()
    assert line[-1] == 255
    with pytest.raises(GraphicsError, match="larger than"):
        renderer.resize((gpu.info.max_size + 1, 2))
    renderer.close()


@pytest.mark.parametrize(("wrap", "expected"), [("clamp", 255), ("repeat", 0), ("mirror", 255)])
def test_targets_wrap_as_declared(gpu: Gpu, wrap: str, expected: int) -> None:
    code = """
    vec4 right_half(vec2 uv) { return vec4(step(0.5, uv.x)); }
    vec4 scene(vec2 uv) { return texture(half_lit, vec2(1.0 + 0.4 * uv.x, 0.5)); }
    """
    target = Target("half_lit", filter="nearest", wrap=wrap)  # type: ignore[arg-type]
    shown = draw(gpu, code, (("right_half", "half_lit", ()),), (target,))
    assert (shown[..., 0] == expected).all()
