"""Fisher's z of anything that lies between -1 and 1."""

from __future__ import annotations

import numpy as np

from ketameta.measures.estimates import FloatArray


@np.errstate(all="ignore")
def transformed(y: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(artanh y, v/(1 - y²)²): the delta method. NaN where y is -1 or 1.

    References
    ----------
    Fisher (1921), Metron 1, 3-32
    """
    inside = np.abs(y) < 1
    return np.where(inside, np.arctanh(y), np.nan), np.where(inside, v / (1 - y**2) ** 2, np.nan)
