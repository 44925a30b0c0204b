import math
from ctypes import c_char_p, c_int, c_uint

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pictures import context, heard, hearing

from v1z3r_core.model.analysis import COUNT_PERIOD, LINE, Scalar, silent_frame
from v1z3r_core.model.beat import Beat
from v1z3r_core.model.glsl import BEAT_NAMES, SCALAR_NAMES, name_problem
from v1z3r_core.model.scene import Parameter
from v1z3r_core.renderer import glraw
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.program import FULL_SCREEN
from v1z3r_core.renderer.uniforms import (
    FRAME_BLOCK,
    Block,
    Field,
    FramePacker,
    pack_parameters,
    params_block,
)

TYPES = ("float", "int", "uint", "bool", "vec2", "vec3", "vec4")


def _driver_offsets(gpu: Gpu, block: Block) -> dict[str, int]:
    """Where the driver puts each field, asked of a program that reads the block."""
    first = block.fields[0].name
    fragment = (
        f"#version 330 core\n{block.glsl}\nout vec4 c;\n"
        f"void main() {{ c = vec4(vec2({first}).x); }}"
    )
    scope = gpu.scope("reflection")
    program = scope.program(FULL_SCREEN, fragment)
    names = [field.name for field in block.fields]
    count = len(names)
    texts = (c_char_p * count)(*(name.encode() for name in names))
    indices, offsets = (c_uint * count)(), (c_int * count)()
    gpu.gl.glGetUniformIndices(program.glo, count, texts, indices)
    gpu.gl.glGetActiveUniformsiv(program.glo, count, indices, glraw.UNIFORM_OFFSET, offsets)
    size = program[block.name].size  # type: ignore[union-attr]
    scope.close()
    return {**dict(zip(names, offsets, strict=True)), "": size}


def _our_offsets(block: Block) -> dict[str, int]:
    fields = block.dtype.fields
    assert fields is not None
    return {**{name: fields[name][1] for name in fields}, "": block.dtype.itemsize}


def test_the_frame_block_lies_as_the_driver_says(gpu: Gpu) -> None:
    assert _our_offsets(FRAME_BLOCK) == _driver_offsets(gpu, FRAME_BLOCK)


@given(types=st.lists(st.sampled_from(TYPES), min_size=1, max_size=9))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_block_lies_as_the_driver_says(gpu: Gpu, types: list[str]) -> None:
    block = Block("Any", tuple(Field(kind, f"v{i}") for i, kind in enumerate(types)))
    assert _our_offsets(block) == _driver_offsets(gpu, block)


def test_a_wrong_layout_is_noticed(gpu: Gpu) -> None:
    # vec3 after float: packed tightly it would stand at 4, std140 wants 16
    block = Block("Any", (Field("float", "a"), Field("vec3", "b")))
    assert _driver_offsets(gpu, block)["b"] == 16


def test_a_context_is_packed_under_its_names() -> None:
    frame = hearing(bass=0.25, onset_count=12.0, bin_hz=23.4375, centroid=1500.0)
    packed = FramePacker().pack(context(90, (64, 16), frame))[0]
    assert packed["time"] == np.float32(1.5)
    assert packed["frame"] == 90
    assert packed["seed"] == 7
    assert packed["resolution"].tolist() == [64.0, 16.0]
    assert packed["aspect"] == 4.0
    assert packed["bass"] == 0.25
    assert packed["onset_count"] == 12.0
    assert packed["bin_hz"] == np.float32(23.4375)
    assert packed["centroid_hz"] == 1500.0


def test_the_beat_is_that_of_the_picture_and_not_of_the_newest_hop() -> None:
    beat = Beat(0.25, 0.48, 0.9, 2, 3, 0.6, 41)
    frame = hearing(beat_phase=0.8, beat_period=0.4, beat_place=1.0, beat_count=7.0)
    packed = FramePacker().pack(context(analysis=frame, beat=beat))[0]
    seen = {name: float(packed[name]) for name in BEAT_NAMES}
    assert seen == pytest.approx(
        {
            "beat_phase": 0.25,
            "beat_period": 0.48,
            "beat_confidence": 0.9,
            "beat_place": 2.0,
            "beats_per_bar": 3.0,
            "bar_confidence": 0.6,
            "beat_count": 41.0,
            "bar_phase": 0.75,
            "bpm": 125.0,
        }
    )


def test_every_other_scalar_is_packed_from_its_own_place() -> None:
    row = silent_frame().row.copy()
    row[3 * LINE : 3 * LINE + len(Scalar)] = 1.0 + np.arange(len(Scalar))
    packed = FramePacker().pack(context(analysis=heard(row)))[0]
    assert [float(packed[name]) for name in SCALAR_NAMES.values()] == [
        1.0 + scalar for scalar in SCALAR_NAMES
    ]
    left_out = {scalar for scalar in Scalar if scalar not in SCALAR_NAMES}
    assert {name.partition("_")[0] for name in (scalar.name for scalar in left_out)} == {
        "BEAT",
        "BEATS",
        "BAR",
        "ANNOUNCED",
        "DOWNBEAT",
    }


@pytest.mark.parametrize(
    "beat",
    [
        Beat(phase=math.nextafter(1.0, 0.0), place=3),
        Beat(period=0.0),
        Beat().after(2e9),
        Beat().after(-2e9),
    ],
)
def test_any_beat_is_finite_in_shaders_and_its_phases_stay_below_one(beat: Beat) -> None:
    packed = FramePacker().pack(context(beat=beat))[0]
    assert all(np.isfinite(packed[name]) for name in BEAT_NAMES)
    assert 0.0 <= packed["beat_phase"] < 1.0
    assert 0.0 <= packed["bar_phase"] < 1.0
    assert packed["beat_count"] == beat.count % COUNT_PERIOD < 2**24


def test_silence_has_a_finite_loudness_in_shaders() -> None:
    packed = FramePacker().pack(context())[0]
    assert packed["lufs_momentary"] == packed["lufs_short"] == -70.0


def test_packing_makes_no_new_array() -> None:
    packer = FramePacker()
    assert packer.pack(context(1)) is packer.pack(context(2))


def test_parameters_fall_back_to_their_defaults_and_strangers_are_ignored() -> None:
    parameters = (
        Parameter("on", "bool", True, False, True, ""),
        Parameter("tint", "color", (0.1, 0.2, 0.3), (0.0,) * 3, (1.0,) * 3, ""),
        Parameter("at", "point", (0.5, 0.6), (0.0, 0.0), (1.0, 1.0), ""),
        Parameter("count", "int", -3, -9, 9, ""),
    )
    block = params_block(parameters)
    assert block is not None
    row = pack_parameters(block, parameters, {"count": 4, "stranger": 1.0})[0]
    assert row["on"] == 1
    assert row["tint"].tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert row["at"].tolist() == pytest.approx([0.5, 0.6])
    assert row["count"] == 4


def test_a_scene_without_parameters_has_no_block() -> None:
    assert params_block(()) is None


def test_scenes_may_not_take_a_name_of_the_frame_block() -> None:
    assert [field.name for field in FRAME_BLOCK.fields if name_problem(field.name) is None] == []


def test_no_name_is_kept_from_scenes_that_shaders_cannot_read_anyway() -> None:
    fields = {field.name for field in FRAME_BLOCK.fields}
    hidden = {scalar.name.lower() for scalar in Scalar} - fields - {"centroid"}
    assert len(hidden) == 5
    assert [name for name in hidden if name_problem(name) is not None] == []
