"""One group's mean and spread: as they are, standardised, or their logarithms."""

from __future__ import annotations

import numpy as np

from ketameta.measures.arms import Means, as_floats, where_valid
from ketameta.measures.continuous import possible, small_sample_factor
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


@np.errstate(all="ignore")
def standardised_mean(group: Means) -> tuple[FloatArray, FloatArray]:
    """Mean over SD, g = J(n - 1) m/s, variance 1/n + g²/(2n). ``escalc(measure="SMN")``.

    For a scale whose 0 means something, such as a difference from a norm.

    References
    ----------
    Gibbons, Hedeker and Davis (1993), doi:10.3102/10769986018003271
    """
    m, s, n = as_floats(*group)
    y = small_sample_factor(n - 1) * m / s
    return where_valid(possible(group) & (s > 0) & (n > 2), y, 1 / n + y**2 / (2 * n))


@np.errstate(all="ignore")
def log_sd(group: Means) -> tuple[FloatArray, FloatArray]:
    """Log SD, ln s + 1/(2(n-1)), variance 1/(2(n-1)). ``escalc(measure="SDLN")``.

    References
    ----------
    Nakagawa et al. (2015), doi:10.1111/2041-210X.12309
    """
    _, s, n = as_floats(*group)
    half = 1 / (2 * (n - 1))
    return where_valid(possible(group) & (s > 0), np.log(s) + half, half)


@np.errstate(all="ignore")
def log_coefficient_of_variation(group: Means) -> tuple[FloatArray, FloatArray]:
    """Log coefficient of variation c = s/m, corrected for small samples; means above 0.

    y = ln c + 1/(2(n-1)), v = 1/(2(n-1)) + c²/n. Reproduces ``escalc(measure="CVLN")``.

    References
    ----------
    Nakagawa et al. (2015), doi:10.1111/2041-210X.12309
    """
    m, s, n = as_floats(*group)
    c, half = s / m, 1 / (2 * (n - 1))
    valid = possible(group) & (s > 0) & (m > 0)
    return where_valid(valid, np.log(c) + half, half + c**2 / n)
