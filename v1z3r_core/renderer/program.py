"""A pass of a scene, compiled."""

import re
from dataclasses import dataclass
from pathlib import Path

import moderngl

from v1z3r_core.model.analysis import (
    BAND_HIGH_HZ,
    BAND_LOW_HZ,
    BANDS,
    FLOW_PERIOD,
    LINE,
    LOW,
    LOW_FIRST_HZ,
    LOW_LAST_HZ,
    Curve,
)
from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.resources import shader_folder
from v1z3r_core.model.scene import Pass, Scene, ShaderSource
from v1z3r_core.renderer.diagnose import explain
from v1z3r_core.renderer.preprocess import Shader, assemble, without_comments
from v1z3r_core.renderer.scope import Scope
from v1z3r_core.renderer.uniforms import (
    FRAME_BINDING,
    FRAME_BLOCK,
    PARAMS_BINDING,
    params_block,
)

AUDIO_UNIT = 0
FIRST_INPUT_UNIT = 1

# One triangle that covers the screen has no diagonal where pixels would be shaded twice.
FULL_SCREEN = """#version 330 core
out vec2 v1z3r_uv;
void main() {
    v1z3r_uv = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
    gl_Position = vec4(v1z3r_uv * 2.0 - 1.0, 0.0, 1.0);
}
"""


@dataclass(frozen=True, slots=True)
class CompiledPass:
    """A linked pass.

    Parameters
    ----------
    source : Pass
    vertex_array : moderngl.VertexArray
        Draws it: three vertices.
    units : tuple of (int, str)
        Texture unit of each target that its code really reads.
    files : frozenset of Path
        What it includes.
    """

    source: Pass
    vertex_array: moderngl.VertexArray
    units: tuple[tuple[int, str], ...]
    files: frozenset[Path]


def compile_pass(scope: Scope, scene: Scene, source: Pass) -> CompiledPass:
    """Compile and link one pass into the scope.

    Raises
    ------
    SceneError
        At ``file:line`` of the user's text, for whatever the driver or the preprocessor minds.
    """
    shader = fragment_shader(scene, source)
    try:
        program = scope.program(FULL_SCREEN, shader.text)
    except moderngl.Error as refusal:
        raise SceneError(explain(str(refusal), shader, source.source.name)) from None
    _bind_block(program, FRAME_BLOCK.name, FRAME_BINDING)
    _bind_block(program, "Params", PARAMS_BINDING)
    _bind_sampler(program, "v1z3r_audio", AUDIO_UNIT)
    units = _bind_inputs(program, scene, source)
    return CompiledPass(source, scope.vertex_array(program), units, shader.files)


def fragment_shader(scene: Scene, source: Pass) -> Shader:
    """Complete text of a pass: what every scene has, the user's file, and our `main`.

    Raises
    ------
    SceneError
        If an include fails or the file has no function of the pass's name.
    """
    library = shader_folder() / "lib"
    prelude = ShaderSource(_prelude(scene), "the engine's prelude", folder=library)
    closing = ShaderSource(_closing(source), f"pass {source.name!r} of {scene.name}")
    shader = assemble((prelude, source.source, closing), library)
    entry = re.compile(rf"\bvec4\s+{source.entry}\s*\(\s*(?:in\s+)?vec2\b")
    if not entry.search(without_comments(shader.text)):
        raise SceneError(
            f"{source.source.name}:{source.source.first_line}: no function "
            f"vec4 {source.entry}(vec2 uv)"
        )
    return shader


def _prelude(scene: Scene) -> str:
    params = params_block(scene.parameters)
    samplers = [f"uniform sampler2D {target.name};" for target in scene.targets]
    return "\n".join(
        [
            f"const int v1z3r_LINE = {LINE};",
            *(f"const int v1z3r_{curve.name} = {curve.value};" for curve in Curve),
            f"const int BANDS = {BANDS};",
            f"const int v1z3r_LOW_POINTS = {LOW};",
            f"const float LOW_FIRST_HZ = {LOW_FIRST_HZ!r};",
            f"const float LOW_LAST_HZ = {LOW_LAST_HZ!r};",
            f"const float FLOW_PERIOD = {FLOW_PERIOD!r};",
            f"const float BAND_LOW_HZ = {BAND_LOW_HZ!r};",
            f"const float BAND_HIGH_HZ = {BAND_HIGH_HZ!r};",
            FRAME_BLOCK.glsl,
            params.glsl if params is not None else "",
            *samplers,
            "in vec2 v1z3r_uv;",
            "out vec4 v1z3r_color;",
            '#include "audio.glsl"',
            '#include "finish.glsl"',
        ]
    )


def _closing(source: Pass) -> str:
    color = f"v1z3r_guard({source.entry}(v1z3r_uv))"
    shown = f"v1z3r_finish({color})" if source.target is None else color
    return f"void main() {{ v1z3r_color = {shown}; }}"


def _bind_block(program: moderngl.Program, name: str, binding: int) -> None:
    block = program.get(name, None)  # the driver drops a block that nothing reads
    if isinstance(block, moderngl.UniformBlock):
        block.binding = binding


def _bind_sampler(program: moderngl.Program, name: str, unit: int) -> bool:
    uniform = program.get(name, None)
    if not isinstance(uniform, moderngl.Uniform):
        return False
    uniform.value = unit
    return True


def _bind_inputs(
    program: moderngl.Program, scene: Scene, source: Pass
) -> tuple[tuple[int, str], ...]:
    units: list[tuple[int, str]] = []
    for target in scene.targets:
        unit = FIRST_INPUT_UNIT + len(units)
        if not _bind_sampler(program, target.name, unit):
            continue  # its code does not read that one
        if target.name not in source.inputs:
            raise SceneError(
                f"{source.source.name}:{source.source.first_line}: pass {source.name!r} reads "
                f"{target.name!r} without listing it; add it to the pass's inputs"
            )
        units.append((unit, target.name))
    return tuple(units)
