"""Uniform blocks: one declaration gives the std140 layout, the GLSL text and the packed array."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.model.analysis import COUNT_PERIOD, Scalar
from v1z3r_core.model.beat import Beat
from v1z3r_core.model.glsl import BEAT_NAMES, SCALAR_NAMES
from v1z3r_core.model.scene import Parameter, ParameterKind, ParameterValue
from v1z3r_core.model.show import FrameContext

SILENCE_LUFS = -70.0  # BS.1770's absolute gate stands for the meter's -inf: GLSL cannot use that
BELOW_ONE = float(np.nextafter(np.float32(1), np.float32(0)))  # a phase must not round up to 1
FRAME_BINDING = 0
PARAMS_BINDING = 1

# GLSL type → (scalar dtype, components, std140 base alignment in bytes)
# OpenGL 3.3 core specification, section 2.11.4, "Standard Uniform Block Layout".
_STD140: Mapping[str, tuple[type[np.generic], int, int]] = {
    "float": (np.float32, 1, 4),
    "int": (np.int32, 1, 4),
    "uint": (np.uint32, 1, 4),
    "bool": (np.uint32, 1, 4),
    "vec2": (np.float32, 2, 8),
    "vec3": (np.float32, 3, 16),
    "vec4": (np.float32, 4, 16),
}
_GLSL: Mapping[ParameterKind, str] = {
    "float": "float",
    "int": "int",
    "bool": "bool",
    "color": "vec3",
    "point": "vec2",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a block: a GLSL type and the global name that shaders read."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """A std140 uniform block.

    Parameters
    ----------
    name : str
    fields : tuple of Field
        At least one.
    """

    name: str
    fields: tuple[Field, ...]

    @property
    def dtype(self) -> np.dtype[np.void]:
        """The block as a structured NumPy type, padding included."""
        formats: list[object] = []
        offsets: list[int] = []
        end = 0
        for field in self.fields:
            scalar, components, alignment = _STD140[field.type]
            offset = -(-end // alignment) * alignment
            offsets.append(offset)
            formats.append(scalar if components == 1 else (scalar, (components,)))
            end = offset + 4 * components
        return np.dtype(
            {
                "names": [field.name for field in self.fields],
                "formats": formats,
                "offsets": offsets,
                "itemsize": -(-end // 16) * 16,  # a block is as long as its largest alignment
            }
        )

    @property
    def glsl(self) -> str:
        """The declaration, on one line per field; the fields are globals."""
        lines = [f"    {field.type} {field.name};" for field in self.fields]
        return "\n".join([f"layout(std140) uniform {self.name} {{", *lines, "};"])


# The values of the beat lie together, and so do the scalars: one copy packs each of them.
FRAME_BLOCK = Block(
    "Frame",
    (
        Field("float", "time"),
        Field("float", "delta"),
        Field("int", "frame"),
        Field("uint", "seed"),
        Field("vec2", "resolution"),
        Field("float", "aspect"),
        *(Field("float", name) for name in BEAT_NAMES),
        *(Field("float", name) for name in SCALAR_NAMES.values()),
    ),
)
FRAME_NAMES = frozenset(field.name for field in FRAME_BLOCK.fields)


def params_block(parameters: Sequence[Parameter]) -> Block | None:
    """The block of a scene's parameters; None without any, for GLSL has no empty block."""
    if not parameters:
        return None
    return Block("Params", tuple(Field(_GLSL[p.kind], p.name) for p in parameters))


class FramePacker:
    """Packs frame contexts into one array that is made once."""

    def __init__(self) -> None:
        self.data = np.zeros(1, dtype=FRAME_BLOCK.dtype)
        self._row = self.data[0]
        floats: NDArray[np.float32] = self.data.view(np.float32)
        offsets = FRAME_BLOCK.dtype.fields
        assert offsets is not None  # a structured type has fields
        first = offsets[BEAT_NAMES[0]][1] // 4
        self._beat = floats[first : first + len(BEAT_NAMES)]
        scalars = tuple(SCALAR_NAMES)
        self._places = np.array(scalars, dtype=np.intp)
        first = offsets[SCALAR_NAMES[scalars[0]]][1] // 4
        self._scalars = floats[first : first + len(scalars)]
        lufs = scalars.index(Scalar.LUFS_MOMENTARY)
        self._lufs = self._scalars[lufs : lufs + 2]

    def pack(self, context: FrameContext) -> NDArray[np.void]:
        """The Frame block of that context; the array is overwritten by the next call."""
        width, height = context.size
        row = self._row
        row["time"] = context.time
        row["delta"] = context.delta
        row["frame"] = context.index & 0x7FFFFFFF
        row["seed"] = context.seed
        row["resolution"] = context.size
        row["aspect"] = width / height
        self._pack_beat(context.beat)
        # Every place exists; the default mode would go through an array of its own.
        context.analysis.lines[3].take(self._places, out=self._scalars, mode="clip")
        np.maximum(self._lufs, SILENCE_LUFS, out=self._lufs)
        return self.data

    def _pack_beat(self, beat: Beat) -> None:
        # In the order of BEAT_NAMES: one tuple costs a third of nine values by name.
        self._beat[:] = (
            min(beat.phase, BELOW_ONE),
            beat.period,
            beat.confidence,
            beat.place,
            beat.beats_per_bar,
            beat.bar_confidence,
            beat.count % COUNT_PERIOD,  # a clock held since 1970 is beyond what a float counts
            min(beat.bar_phase, BELOW_ONE),
            beat.bpm,
        )


def pack_parameters(
    block: Block, parameters: Sequence[Parameter], values: Mapping[str, ParameterValue]
) -> NDArray[np.void]:
    """The Params block: each parameter's value, or its default where `values` has none.

    Names that the scene does not have are somebody else's and left out.
    """
    data = np.zeros(1, dtype=block.dtype)
    row = data[0]
    for parameter in parameters:
        row[parameter.name] = values.get(parameter.name, parameter.default)
    return data
