"""Deviation of genotype counts from Hardy-Weinberg equilibrium."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.arms import as_floats, where_valid
from ketameta.measures.estimates import FloatArray


@np.errstate(all="ignore")
def relative_excess_heterozygosity(
    homozygous_1: ArrayLike, heterozygous: ArrayLike, homozygous_2: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Log of heterozygous/(2 √(homozygous_1 homozygous_2)): 0 under Hardy-Weinberg equilibrium.

    v = 1/(4 homozygous_1) + 1/heterozygous + 1/(4 homozygous_2). Nothing is added to zeros:
    such rows give NaN, as in ``escalc(measure="REH")``.

    References
    ----------
    Ziegler, Steen and Wellek (2011), doi:10.1007/s10549-010-1295-z
    """
    a, b, c = as_floats(homozygous_1, heterozygous, homozygous_2)
    y = np.log(b) - np.log(2) - (np.log(a) + np.log(c)) / 2
    v = 1 / (4 * a) + 1 / b + 1 / (4 * c)
    return where_valid(np.asarray((a > 0) & (b > 0) & (c > 0)), y, v)
