"""Cronbach's alpha, for meta-analyses of how reliable a scale is.

All functions take the alpha, the number of items and of people, shape (..., k), and return
(y, v), with NaN where the numbers cannot give the measure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.arms import as_floats, where_valid
from ketameta.measures.estimates import FloatArray
from ketameta.measures.zero_cells import BoolArray


@np.errstate(all="ignore")
def raw_alpha(alpha: ArrayLike, items: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Alpha itself, variance 2m(1 - α)²/((m-1)(n-2)), m items. ``escalc(measure="ARAW")``.

    References
    ----------
    Bonett (2010), doi:10.1037/a0020142
    """
    y, m, size = as_floats(alpha, items, n)
    v = 2 * m * (1 - y) ** 2 / ((m - 1) * (size - 2))
    return where_valid(_possible(y, m, size), y, v)


@np.errstate(all="ignore")
def cube_root_alpha(
    alpha: ArrayLike, items: ArrayLike, n: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """1 - (1 - α)^(1/3), variance 18m(n-1)(1-α)^(2/3)/((m-1)(9n-11)²). ``escalc("AHW")``.

    References
    ----------
    Hakstian and Whalen (1976), doi:10.1007/BF02291840
    """
    a, m, size = as_floats(alpha, items, n)
    y = 1 - np.cbrt(1 - a)
    v = 18 * m * (size - 1) * np.cbrt(1 - a) ** 2 / ((m - 1) * (9 * size - 11) ** 2)
    return where_valid(_possible(a, m, size), y, v)


@np.errstate(all="ignore")
def log_alpha(alpha: ArrayLike, items: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """-ln(1 - α), variance 2m/((m-1)(n-2)), which does not depend on α. ``escalc("ABT")``.

    References
    ----------
    Bonett (2002), doi:10.3102/10769986027004335
    """
    a, m, size = as_floats(alpha, items, n)
    v = 2 * m / ((m - 1) * (size - 2))
    return where_valid(_possible(a, m, size) & (a < 1), -np.log1p(-a), v)


def _possible(alpha: FloatArray, items: FloatArray, n: FloatArray) -> BoolArray:
    return np.asarray((alpha <= 1) & (items >= 2) & (n >= 2))
