"""Which names a scene reads, and which it may give its parameters, targets and functions."""

import re
from types import MappingProxyType

from v1z3r_core.model.analysis import Scalar

BEAT_NAMES = (
    "beat_phase",
    "beat_period",
    "beat_confidence",
    "beat_place",
    "beats_per_bar",
    "bar_confidence",
    "beat_count",
    "bar_phase",
    "bpm",
)
"""What scenes read of the beat: at the moment of the picture, not of the newest hop."""

# The hop's own beat is replaced by those above; announcements and activations are for programs.
_NOT_FOR_SCENES = range(Scalar.BEAT_PHASE, Scalar.DOWNBEAT_ACTIVATION + 1)

# `centroid` is a keyword of GLSL
SCALAR_NAMES = MappingProxyType(
    {
        scalar: "centroid_hz" if scalar is Scalar.CENTROID else scalar.name.lower()
        for scalar in Scalar
        if scalar not in _NOT_FOR_SCENES
    }
)
"""What scenes call the values of line 3."""

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

# OpenGL Shading Language 3.30, section 3.6 "Keywords", those reserved for later included.
_KEYWORD_TEXT = """
attribute const uniform varying layout centroid flat smooth noperspective break continue do for
while switch case default if else in out inout float int void bool true false invariant discard
return mat2 mat3 mat4 mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4 vec2 vec3
vec4 ivec2 ivec3 ivec4 bvec2 bvec3 bvec4 uint uvec2 uvec3 uvec4 lowp mediump highp precision
sampler1D sampler2D sampler3D samplerCube sampler1DShadow sampler2DShadow samplerCubeShadow
sampler1DArray sampler2DArray sampler2DRect samplerBuffer sampler2DMS isampler2D usampler2D
struct common partition active asm class union enum typedef template this packed goto inline
noinline volatile public static extern external interface long short double half fixed unsigned
superp input output hvec2 hvec3 hvec4 dvec2 dvec3 dvec4 fvec2 fvec3 fvec4 filter image1D image2D
image3D sizeof cast namespace using row_major main sample patch subroutine
"""
_KEYWORDS = frozenset(_KEYWORD_TEXT.split())

# Functions of GLSL that a global of the same name would hide from the scene's own code.
_FUNCTION_TEXT = """
radians degrees sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh pow exp log exp2
log2 sqrt inversesqrt abs sign floor trunc round ceil fract mod min max clamp mix step
smoothstep isnan isinf length distance dot cross normalize faceforward reflect refract transpose
inverse determinant any all not texture texelFetch textureSize textureLod dFdx dFdy fwidth
"""
_FUNCTIONS = frozenset(_FUNCTION_TEXT.split())

# What the engine itself declares in every scene: the Frame block, the audio library's functions,
# and `uv`, which every entry takes.
_ENGINE_TEXT = """
time delta frame seed resolution aspect spectrum waveform band peak_band side_band
harmonic_band percussive_band band_hz low_line chroma swing beat_pulse bar_pulse on_beat
BANDS BAND_LOW_HZ BAND_HIGH_HZ LOW_FIRST_HZ LOW_LAST_HZ FLOW_PERIOD uv
"""
_ENGINE = frozenset({*_ENGINE_TEXT.split(), *BEAT_NAMES, *SCALAR_NAMES.values()})


def name_problem(name: str) -> str | None:
    """Why that name cannot be given to a global of a scene; None if it can."""
    if not _IDENTIFIER.fullmatch(name):
        return "is not a GLSL name; use letters, digits and _, beginning with a letter"
    if name.startswith(("gl_", "v1z3r_")) or "__" in name:
        return "is reserved; names with gl_, v1z3r_ or __ belong to OpenGL and the engine"
    if name in _KEYWORDS:
        return "is a word of GLSL; choose another name"
    if name in _FUNCTIONS:
        return "is a function of GLSL; choose another name"
    if name in _ENGINE:
        return "is one of the engine's own values; choose another name"
    return None
