"""Colours as people write them, and as light.

References
----------
IEC 61966-2-1:1999, the sRGB transfer function.
"""

import re

_HEX = re.compile(r"#([0-9a-fA-F]{6})")


def light_from_hex(text: str) -> tuple[float, float, float]:
    """Linear RGB, 0…1, of "#rrggbb" as colour pickers write it.

    Raises
    ------
    ValueError
        If it is not of that form.
    """
    match = _HEX.fullmatch(text)
    if match is None:
        raise ValueError(f'{text!r} is not a colour like "#ff7a1a"')
    red, green, blue = (_decoded(int(match[1][i : i + 2], 16) / 255) for i in (0, 2, 4))
    return red, green, blue


def hex_from_light(light: tuple[float, ...]) -> str:
    """The nearest "#rrggbb" to linear RGB; components outside 0…1 are cut."""
    return "#" + "".join(f"{round(255 * _encoded(min(max(part, 0.0), 1.0))):02x}" for part in light)


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _encoded(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)
