"""Colours of drawn pages, made in a space where equal steps look equal.

References
----------
B. Ottosson, "A perceptual color space for image processing" (2020): OKLab and its matrices.
P. Kovesi, "Good colour maps: how to design them" (2015): even, strictly rising lightness.
"""

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[int, int, int]

_TO_LMS = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)

# Stops of the map: place, chroma, hue in degrees. From a panel's own near-black through violet
# and red to a warm white; lightness rises evenly all the way.
_STOPS = np.array(
    [
        [0.00, 0.012, 270.0],
        [0.25, 0.130, 290.0],
        [0.50, 0.190, 350.0],
        [0.70, 0.170, 400.0],
        [0.88, 0.130, 440.0],
        [1.00, 0.050, 455.0],
    ]
)
_DARKEST, _LIGHTEST = 0.180, 0.965


def srgb(lightness: object, chroma: object, hue_degrees: object) -> NDArray[np.uint8]:
    """Colours given in OKLCh, clipped to what a display shows.

    Parameters
    ----------
    lightness : array_like, 0…1
    chroma : array_like, 0…0.3
    hue_degrees : array_like

    Returns
    -------
    NDArray[uint8], shape (…, 3)
    """
    hue = np.radians(np.asarray(hue_degrees, np.float64))
    chroma = np.asarray(chroma, np.float64)
    lab = np.stack(
        np.broadcast_arrays(
            np.asarray(lightness, np.float64), chroma * np.cos(hue), chroma * np.sin(hue)
        ),
        axis=-1,
    )
    linear = np.clip((lab @ _TO_LMS.T) ** 3 @ _TO_LINEAR.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * encoded), np.uint8)


def heat() -> NDArray[np.uint8]:
    """The map for levels: nothing is the page's black, full is a warm white, shape (256, 3)."""
    place = np.linspace(0, 1, 256)
    stops, chroma, hue = _STOPS.T
    return srgb(
        _DARKEST + (_LIGHTEST - _DARKEST) * place,
        np.interp(place, stops, chroma),
        np.interp(place, stops, hue),
    )


def colour(lightness: float, chroma: float, hue_degrees: float) -> Rgb:
    """One colour as Pillow takes it."""
    red, green, blue = srgb(lightness, chroma, hue_degrees)
    return int(red), int(green), int(blue)
