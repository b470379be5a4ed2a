"""One group's mean: as it is, or its logarithm."""

from __future__ import annotations

import numpy as np

from ketameta.measures.arms import Means, as_floats, where_valid
from ketameta.measures.continuous import possible
from ketameta.measures.estimates import FloatArray


@np.errstate(all="ignore")
def mean(group: Means) -> tuple[FloatArray, FloatArray]:
    """The mean, variance s²/n. ``escalc(measure="MN")``."""
    m, s, n = as_floats(*group)
    v = s**2 / n
    return where_valid(possible(group), m, v)


@np.errstate(all="ignore")
def log_mean(group: Means) -> tuple[FloatArray, FloatArray]:
    """Log of the mean, variance s²/(n m²); means must be above 0. ``escalc(measure="MNLN")``."""
    m, s, n = as_floats(*group)
    y, v = np.log(m), s**2 / (n * m**2)
    return where_valid(possible(group) & (m > 0), y, v)
