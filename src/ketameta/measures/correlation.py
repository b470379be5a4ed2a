"""Correlation of two variables: raw and Fisher's z."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.arms import as_floats, where_valid
from ketameta.measures.estimates import FloatArray


@np.errstate(all="ignore")
def correlation(r: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Raw correlation with variance (1 - r²)²/(n - 1). ``escalc(measure="COR")``.

    The variance depends on r itself; Fisher's z is steadier.
    """
    coefficient, size = as_floats(r, n)
    v = (1 - coefficient**2) ** 2 / (size - 1)
    return where_valid(np.asarray((np.abs(coefficient) <= 1) & (size > 1)), coefficient, v)


@np.errstate(all="ignore")
def fisher_z(r: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Fisher's z = artanh(r) with variance 1/(n - 3). ``escalc(measure="ZCOR")``.

    References
    ----------
    Fisher (1921), Metron 1, 3-32
    """
    coefficient, size = as_floats(r, n)
    y, v = np.arctanh(coefficient), 1 / (size - 3)
    return where_valid(np.asarray((np.abs(coefficient) < 1) & (size > 3)), y, v)
