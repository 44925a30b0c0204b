"""Reader of the native format: a TOML head and ``vec4 scene(vec2 uv)``."""

import math
from pathlib import Path
from typing import Any, get_args

from v1z3r_core.formats.head import Head, Table, read_head
from v1z3r_core.model.colour import light_from_hex
from v1z3r_core.model.errors import SceneError
from v1z3r_core.model.glsl import name_problem
from v1z3r_core.model.scene import (
    Filter,
    Parameter,
    ParameterKind,
    ParameterValue,
    Pass,
    PixelFormat,
    Scene,
    ShaderSource,
    Target,
    Wrap,
)
from v1z3r_core.model.suggest import did_you_mean

ENTRY = "scene"  # the function that draws the picture

_TOP_KEYS = ("title", "author", "description", "tags", "parameters", "targets", "passes")
_PARAMETER_KEYS = ("kind", "default", "min", "max", "label")
_TARGET_KEYS = ("scale", "format", "filter", "wrap", "persistent")
_PASS_KEYS = ("entry", "target", "inputs")
_LENGTHS = {"color": 3, "point": 2}
MAX_SCALE = 4.0  # a target larger than this is a mistake in the unit, not a wish


def read_native(text: str, name: str, path: Path | None) -> Scene:
    """The scene in a native text.

    Parameters
    ----------
    text : str
    name : str
        What messages call the file.
    path : Path or None
        The file, whose stem names the scene and whose folder is searched for includes.

    Raises
    ------
    SceneError
        At ``file:line`` of the first mistake.
    """
    head = read_head(text, name)
    _known(head, (), head.table, _TOP_KEYS)
    folder = path.parent if path is not None else None
    source = ShaderSource(head.body, name, head.body_line, folder)
    targets = tuple(_target(head, key, value) for key, value in _tables(head, "targets").items())
    parameters = tuple(
        _parameter(head, key, value) for key, value in _tables(head, "parameters").items()
    )
    _distinct(head, targets, parameters)
    names = tuple(target.name for target in targets)
    passes = tuple(_pass(head, i, entry, source, names) for i, entry in enumerate(_passes(head)))
    stem = path.stem if path is not None else name
    return Scene(
        name=stem,
        title=_text(head, "title", stem),
        passes=(*passes, Pass(ENTRY, source, ENTRY, None, names)),
        targets=targets,
        parameters=parameters,
        author=_text(head, "author", ""),
        description=_text(head, "description", ""),
        tags=_tags(head),
        path=path,
    )


def _parameter(head: Head, name: str, table: dict[str, Any]) -> Parameter:
    where: Table = ("parameters", name)
    _named(head, where, name)
    _known(head, where, table, _PARAMETER_KEYS)
    if "default" not in table:
        raise SceneError(f"{head.place(where)}: parameter {name!r} has no default")
    default = table["default"]
    guessed = "bool" if isinstance(default, bool) else "float"
    kind: ParameterKind = _choice(head, where, "kind", table.get("kind", guessed), ParameterKind)
    label = table.get("label", name.replace("_", " ").capitalize())
    if not isinstance(label, str):
        raise SceneError(f"{head.place(where, 'label')}: label is {label!r}, expected text")
    if kind == "bool":
        return Parameter(name, kind, _value(head, where, "default", default, kind), 0, 1, label)
    bounds: dict[str, object] = {}
    for key, unit in (("min", 0.0), ("max", 1.0)):
        if key not in table and kind not in _LENGTHS:
            raise SceneError(f"{head.place(where)}: parameter {name!r} has no {key}")
        bounds[key] = table.get(key, [unit] * _LENGTHS.get(kind, 1))
    low = _value(head, where, "min", bounds["min"], kind)
    high = _value(head, where, "max", bounds["max"], kind)
    value = _value(head, where, "default", default, kind)
    _ordered(head, where, low, value, high)
    return Parameter(name, kind, value, low, high, label)


def _value(head: Head, where: Table, key: str, raw: object, kind: ParameterKind) -> ParameterValue:
    place = head.place(where, key)
    if kind == "color" and isinstance(raw, str):
        return _hex_color(place, key, raw)
    if kind in _LENGTHS:
        length = _LENGTHS[kind]
        if not isinstance(raw, list) or len(raw) != length or not all(map(_is_number, raw)):
            raise SceneError(f"{place}: {key} is {raw!r}, expected {length} numbers")
        return tuple(float(part) for part in raw)
    if kind == "bool":
        if not isinstance(raw, bool):
            raise SceneError(f"{place}: {key} is {raw!r}, expected true or false")
        return raw
    if kind == "int":
        if isinstance(raw, bool) or not isinstance(raw, int) or not -(2**31) <= raw < 2**31:
            raise SceneError(f"{place}: {key} is {raw!r}, expected a whole number of 32 bits")
        return raw
    if not isinstance(raw, int | float) or not _is_number(raw):
        raise SceneError(f"{place}: {key} is {raw!r}, expected a number")
    return float(raw)


def _hex_color(place: str, key: str, raw: str) -> tuple[float, ...]:
    try:
        return light_from_hex(raw)
    except ValueError:
        raise SceneError(f'{place}: {key} is {raw!r}, expected "#rrggbb" or 3 numbers') from None


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw)


def _ordered(
    head: Head, where: Table, low: ParameterValue, value: ParameterValue, high: ParameterValue
) -> None:
    lows, values, highs = (v if isinstance(v, tuple) else (v,) for v in (low, value, high))
    for least, middle, most in zip(lows, values, highs, strict=True):
        if least > most:
            raise SceneError(f"{head.place(where, 'min')}: min {least:g} is above max {most:g}")
        if not least <= middle <= most:
            raise SceneError(
                f"{head.place(where, 'default')}: parameter {where[-1]!r} has default "
                f"{middle:g}, outside min {least:g} … max {most:g}"
            )


def _target(head: Head, name: str, table: dict[str, Any]) -> Target:
    where: Table = ("targets", name)
    _named(head, where, name)
    _known(head, where, table, _TARGET_KEYS)
    scale = table.get("scale", 1.0)
    if not _is_number(scale) or not 0 < scale <= MAX_SCALE:
        raise SceneError(
            f"{head.place(where, 'scale')}: scale is {scale!r}, expected more than 0, "
            f"at most {MAX_SCALE:g}"
        )
    persistent = table.get("persistent", False)
    if not isinstance(persistent, bool):
        raise SceneError(
            f"{head.place(where, 'persistent')}: persistent is {persistent!r}, expected true or "
            "false"
        )
    pixel_format = _choice(head, where, "format", table.get("format", "rgba16f"), PixelFormat)
    texture_filter = _choice(head, where, "filter", table.get("filter", "linear"), Filter)
    wrap = _choice(head, where, "wrap", table.get("wrap", "clamp"), Wrap)
    return Target(name, float(scale), pixel_format, texture_filter, wrap, persistent=persistent)


def _pass(
    head: Head, index: int, table: dict[str, Any], source: ShaderSource, targets: tuple[str, ...]
) -> Pass:
    where: Table = ("passes", str(index))
    _known(head, where, table, _PASS_KEYS)
    for key in ("entry", "target"):
        if not isinstance(table.get(key), str):
            raise SceneError(f'{head.place(where, key)}: a pass needs {key} = "NAME"')
    entry, target = table["entry"], table["target"]
    problem = name_problem(entry)
    if problem is not None:
        raise SceneError(f"{head.place(where, 'entry')}: entry {entry!r} {problem}")
    if entry == ENTRY:
        raise SceneError(f"{head.place(where, 'entry')}: {ENTRY} draws the picture by itself, last")
    inputs = table.get("inputs", [])
    if not isinstance(inputs, list) or not all(isinstance(name, str) for name in inputs):
        raise SceneError(f"{head.place(where, 'inputs')}: inputs is {inputs!r}, expected names")
    for key, name in (("target", target), *(("inputs", name) for name in inputs)):
        if name not in targets:
            hint = did_you_mean(name, targets)
            raise SceneError(f"{head.place(where, key)}: no target is named {name!r}{hint}")
    return Pass(entry, source, entry, target, tuple(inputs))


def _tables(head: Head, key: str) -> dict[str, dict[str, Any]]:
    found = head.table.get(key, {})
    if not isinstance(found, dict) or not all(isinstance(entry, dict) for entry in found.values()):
        raise SceneError(f"{head.section(key)}: write [{key}.NAME], one table for each")
    return found


def _passes(head: Head) -> list[dict[str, Any]]:
    found = head.table.get("passes", [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise SceneError(f"{head.section('passes')}: write [[passes]], one for each")
    return found


def _named(head: Head, where: Table, name: str) -> None:
    problem = name_problem(name)
    if problem is None and name == ENTRY:
        problem = "is the function that draws the picture; choose another name"
    if problem is not None:
        raise SceneError(f"{head.place(where)}: {where[0][:-1]} {name!r} {problem}")


def _distinct(head: Head, targets: tuple[Target, ...], parameters: tuple[Parameter, ...]) -> None:
    taken = {target.name for target in targets}
    for parameter in parameters:
        if parameter.name in taken:
            place = head.place(("parameters", parameter.name))
            raise SceneError(f"{place}: {parameter.name!r} is a target already; rename one")


def _known(head: Head, where: Table, table: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in table:
        if key not in keys:
            raise SceneError(
                f"{head.place(where, key)}: unknown key {key!r}{did_you_mean(key, keys)}"
            )


def _choice(head: Head, where: Table, key: str, raw: object, literal: Any) -> Any:
    allowed = get_args(literal)
    if raw not in allowed:
        hint = did_you_mean(raw, allowed) if isinstance(raw, str) else f"; known: {allowed}"
        raise SceneError(f"{head.place(where, key)}: {key} is {raw!r}{hint}")
    return raw


def _text(head: Head, key: str, default: str) -> str:
    value = head.table.get(key, default)
    if not isinstance(value, str):
        raise SceneError(f"{head.place((), key)}: {key} is {value!r}, expected text")
    return value


def _tags(head: Head) -> tuple[str, ...]:
    tags = head.table.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise SceneError(f"{head.place((), 'tags')}: tags is {tags!r}, expected a list of texts")
    return tuple(tags)
