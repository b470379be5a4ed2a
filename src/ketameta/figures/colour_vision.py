"""How colours look to colour-blind readers, and how far apart two colours are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MACHADO: Mapping[str, FloatArray] = {
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""Machado et al. (2009), table 1, severity 1: linear RGB to linear RGB."""

# Linear sRGB to CIE XYZ under D65, and its white point (IEC 61966-2-1).
_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # fmt: skip
_WHITE = np.array([0.9505, 1.0, 1.089])
# Below it CIELAB's cube root goes over into a straight line.
_STRAIGHT = (6.0 / 29.0) ** 3


def colour_distance(first: str, second: str, vision: str = "normal") -> float:
    """CIELAB distance (Delta E, 1976) of two hex colours.

    Parameters
    ----------
    first, second
        Hex codes such as "#0173b2".
    vision
        "normal", or a key of `MACHADO`.

    References
    ----------
    Machado GM, Oliveira MM, Fernandes LAF. IEEE Trans Vis Comput Graph 2009;15:1291-1298.
    doi:10.1109/TVCG.2009.113.
    """
    return float(np.linalg.norm(_lab(first, vision) - _lab(second, vision)))


def _lab(colour: str, vision: str) -> FloatArray:
    code = colour.lstrip("#")
    channels = np.array([int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    if vision != "normal":
        linear = np.clip(MACHADO[vision] @ linear, 0.0, 1.0)
    share = _TO_XYZ @ linear / _WHITE
    x, y, z = np.where(share > _STRAIGHT, np.cbrt(share), share * (29.0 / 6.0) ** 2 / 3 + 4 / 29)
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])
