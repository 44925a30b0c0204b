"""What shaders read of the curves that came after the bands: each value from its own place."""

from dataclasses import replace

import numpy as np
import pytest
from pictures import context, heard, pixels, scene

from v1z3r_core.model.analysis import (
    BANDS,
    FLOW_PERIOD,
    LINE,
    LOW,
    LOW_FIRST_HZ,
    LOW_LAST_HZ,
    PITCH_CLASSES,
    Curve,
    band_edges_hz,
    silent_frame,
)
from v1z3r_core.model.beat import Beat
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.renderer import Renderer


def seen(
    gpu: Gpu, expression: str, width: int, row: np.ndarray, beat: Beat | None = None
) -> np.ndarray:
    """Values 0…1 of a GLSL expression of `i`, the pixel, and `x`, its middle in 0…1."""
    code = f"""vec4 scene(vec2 uv) {{
        int i = int(uv.x * {width}.0);
        float x = uv.x;
        float value = {expression};
        return vec4(vec3(value < 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)), 1);
    }}"""
    renderer = Renderer(gpu, (width, 1))
    renderer.prepare(scene(code))
    renderer.draw(context(size=(width, 1), analysis=heard(row), beat=beat))
    values: np.ndarray = pixels(gpu, renderer.picture)[0, :, 0] / 255
    renderer.close()
    return values


def row_with(curve: Curve, values: np.ndarray) -> np.ndarray:
    row = silent_frame().row.copy()
    row[2 * LINE + curve :][: len(values)] = values
    return row


@pytest.mark.parametrize(
    ("expression", "curve"),
    [
        ("side_band(x)", Curve.SIDE),
        ("harmonic_band(x)", Curve.HARMONIC),
        ("percussive_band(x)", Curve.PERCUSSIVE),
    ],
)
def test_parts_of_the_bands_are_read_where_they_are(
    gpu: Gpu, expression: str, curve: Curve
) -> None:
    values = np.random.default_rng(curve).random(BANDS)
    np.testing.assert_allclose(
        seen(gpu, expression, BANDS, row_with(curve, values)), values, atol=0.006
    )


def test_pitch_classes_go_round(gpu: Gpu) -> None:
    values = np.random.default_rng(2).random(PITCH_CLASSES)
    row = row_with(Curve.CHROMA, values)
    np.testing.assert_allclose(seen(gpu, "chroma(i - 12)", 36, row), np.tile(values, 3), atol=0.006)


def test_the_low_line_is_read_by_frequency_and_clamped(gpu: Gpu) -> None:
    values = np.random.default_rng(3).random(LOW)
    step = (LOW_LAST_HZ / LOW_FIRST_HZ) ** (1 / (LOW - 1))
    hz = f"LOW_FIRST_HZ * pow({step!r}, float(i))"
    row = row_with(Curve.LOW, values)
    np.testing.assert_allclose(seen(gpu, f"low_line({hz})", LOW, row), values, atol=0.01)
    assert seen(gpu, "low_line(1.0)", 1, row)[0] == pytest.approx(values[0], abs=0.006)
    assert seen(gpu, "low_line(9000.0)", 1, row)[0] == pytest.approx(values[-1], abs=0.006)


@pytest.mark.parametrize("scale", ["log", "mel"])
def test_frequencies_of_the_axis_are_those_of_the_analyzer_s_scale(gpu: Gpu, scale: str) -> None:
    edges = band_edges_hz(scale)  # type: ignore[arg-type]
    octaves = 10 * seen(gpu, "log2(band_hz(x) / 20.0) / 10.0", BANDS, row_with(Curve.EDGES, edges))
    np.testing.assert_allclose(20 * 2**octaves, np.sqrt(edges[:-1] * edges[1:]), rtol=0.03)


def test_an_angle_turned_by_a_flow_does_not_jump_where_the_flow_begins_anew(gpu: Gpu) -> None:
    for speed in (0.14, 1.0, 7.3):
        angles = [
            seen(gpu, f"0.5 + 0.5 * sin(swing({flow!r}, {speed!r}))", 1, silent_frame().row)[0]
            for flow in (FLOW_PERIOD - 1e-3, 0.0)
        ]
        assert angles[0] == pytest.approx(angles[1], abs=0.02)
        later = seen(gpu, f"0.5 + 0.5 * sin(swing(0.2, {speed!r}))", 1, silent_frame().row)[0]
        assert later == pytest.approx(0.5 + 0.5 * np.sin(0.2 * speed), abs=0.01)


SURE = Beat(confidence=1.0, bar_confidence=1.0)  # the downbeat of a bar of four, at 120 BPM


def light(gpu: Gpu, expression: str, *beats: Beat) -> list[float]:
    row = silent_frame().row
    return [float(seen(gpu, expression, 1, row, beat)[0]) for beat in beats]


def test_light_on_the_beat_is_full_when_it_sounds_and_gone_before_the_next(gpu: Gpu) -> None:
    moments = [SURE.after(0.5 * beats) for beats in (0, 0.25, 0.5, 0.75, 0.99, 1, 2, 3)]
    pulse = light(gpu, "beat_pulse()", *moments)
    assert pulse == pytest.approx([1, 0.5625, 0.25, 0.0625, 0, 1, 1, 1], abs=0.006)


def test_light_on_the_bar_falls_over_the_whole_bar(gpu: Gpu) -> None:
    moments = [SURE.after(0.5 * beats) for beats in (0, 1, 2, 3, 3.98, 4)]
    pulse = light(gpu, "bar_pulse()", *moments)
    assert pulse == pytest.approx([1, 0.5625, 0.25, 0.0625, 0, 1], abs=0.006)


@pytest.mark.parametrize(("every", "beats"), [("0.5", (0, 0.5, 1, 2.5)), ("2.0", (0, 2, 4, 6))])
def test_parts_and_groups_of_beats_are_counted_from_the_downbeat(
    gpu: Gpu, every: str, beats: tuple[float, ...]
) -> None:
    pulse = light(gpu, f"on_beat({every})", *(SURE.after(0.5 * beat) for beat in beats))
    assert pulse == pytest.approx([1.0] * 4, abs=0.006)
    off = light(gpu, f"on_beat({every})", *(SURE.after(0.5 * (beat + 0.25)) for beat in beats))
    assert max(off) < 0.8


def test_no_light_pulses_where_no_beat_is_sure(gpu: Gpu) -> None:
    unsure = replace(SURE, confidence=0.3)
    for expression in ("beat_pulse()", "bar_pulse()", "on_beat(2.0)"):
        assert light(gpu, expression, unsure, SURE) == [0.0, 1.0]
    assert light(gpu, "bar_pulse()", replace(SURE, bar_confidence=0.25)) == [0.0]
