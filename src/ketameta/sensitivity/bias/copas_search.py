"""The highest maximum of the Copas likelihood, for many suppositions at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.bias.copas_derivatives import ATANH_RHO, LOG_TAU2, SLOPE, CopasObjective
from ketameta.sensitivity.bias.copas_likelihood import CopasLikelihood
from ketameta.sensitivity.bias.copas_newton import box_maxima
from ketameta.sensitivity.bias.selection.box_newton import Box

# Bounds of |rho|, as in metasens, and of tau2 in units of the median variance.
LARGEST_RHO = 0.9999
SMALLEST_TAU2, LARGEST_TAU2 = 1e-9, 1e6
# The likelihood may rise to the bound of rho past a lower maximum.
STARTS_OF_RHO = (-0.9998, -0.9, -0.4, 0.4, 0.9, 0.9998)
# Of the spread of effects, as tau2.
SHARES = (0.5, 1e-3)
# Longest step at once; only log tau2 and atanh rho need to be held back.
LONGEST = np.array([1e300, 1e300, 3.0, 1.0])
# Numbers in one array of a search; a few dozen such arrays are held at once.
BLOCK = 500_000


@dataclass(frozen=True, slots=True)
class CopasMaximum:
    """The highest maxima, a row for each supposition.

    Attributes
    ----------
    x
        Coordinates as in `CopasObjective`, (n, 4); log tau2 is -inf where tau2 is 0.
    value, hessian
        Log-likelihood (n,) and its second derivatives (n, 4, 4) there.
    inside
        Coordinates that lie inside their bounds, (n, 4): the others were not estimated.
    """

    x: FloatArray
    value: FloatArray
    hessian: FloatArray
    inside: NDArray[np.bool_]


def highest_maxima(likelihood: CopasLikelihood, *, slope: bool) -> CopasMaximum:
    """Over both signs of rho, large and small tau2, and tau2 = 0.

    Parameters
    ----------
    likelihood
        With u of shape (n, k), a row for each supposition.
    slope
        Whether the mean has a slope in the standard error (the test of remaining asymmetry).

    Raises
    ------
    ConvergenceError
        If no start led to a maximum.

    Notes
    -----
    At a given tau2 and rho the likelihood is concave in mean and slope, so that the starts differ
    in tau2 and rho, and only as a help in the mean.
    """
    objective = CopasObjective.of(likelihood)
    starts, box = _starts(likelihood, objective.unit, slope=slope)
    each, count = len(starts), len(likelihood.u)
    rows = max(1, BLOCK // (each * likelihood.y.size))
    chosen, x = np.empty(count, dtype=np.intp), np.empty((count, 4))
    for first in range(0, count, rows):
        part = np.arange(first, min(first + rows, count))
        low, high = (np.tile(side, (part.size, 1)) for side in (box.low, box.high))
        tiled = Box(low, high, LONGEST)
        found, value = box_maxima(
            objective.take(np.repeat(part, each)), np.tile(starts, (part.size, 1)), tiled
        )
        chosen[part] = _first_of_highest(value.reshape(-1, each))
        x[part] = found.reshape(-1, each, 4)[np.arange(part.size), chosen[part]]
    value, _, hessian = objective(x)
    inside = (x > box.low[chosen] + 1e-6) & (x < box.high[chosen] - 1e-6)
    return CopasMaximum(x, value, hessian, inside)


def _first_of_highest(value: FloatArray) -> NDArray[np.intp]:
    """Columns of the highest values; those with a free tau2 stand first."""
    table = np.where(np.isfinite(value), value, -np.inf)
    top = table.max(axis=1, keepdims=True)
    if not np.isfinite(top).all():
        raise ConvergenceError("Copas model: no maximum of the likelihood was reached.")
    return np.asarray(np.argmax(table >= top - 1e-8 * (1.0 + np.abs(top)), axis=1))


def _starts(likelihood: CopasLikelihood, unit: float, *, slope: bool) -> tuple[FloatArray, Box]:
    """Starts, (m, 4), those with tau2 free before those with tau2 = 0, and the box of each."""
    v, spread = likelihood.se**2, float(np.var(likelihood.y))
    typical = float(np.median(v))
    tau2 = max(spread, 1e-6 * typical)
    level = (weighted_mean(likelihood.y, v, tau2).estimate / unit, 0.0)
    other = _line(likelihood, unit) if slope else level
    large, small = np.log(np.multiply(SHARES, tau2))
    ways = ((*level, large), (*other, small), (*other, -np.inf))
    starts = np.array([(*way, rho) for way in ways for rho in np.arctanh(STARTS_OF_RHO)])
    low, high = np.full_like(starts, -np.inf), np.full_like(starts, np.inf)
    free = np.isfinite(starts[:, LOG_TAU2])
    low[free, LOG_TAU2] = np.log(SMALLEST_TAU2 * typical)
    high[:, LOG_TAU2] = np.where(free, np.log(LARGEST_TAU2 * (typical + spread)), -np.inf)
    high[:, ATANH_RHO] = np.arctanh(LARGEST_RHO)
    low[:, ATANH_RHO] = -high[:, ATANH_RHO]
    if not slope:
        low[:, SLOPE] = high[:, SLOPE] = 0.0
    return starts, Box(low, high, LONGEST)


def _line(likelihood: CopasLikelihood, unit: float) -> tuple[float, float]:
    """Mean and slope of the weighted line of effects on standard errors, in the model's units."""
    slope, mean = np.polyfit(likelihood.se / unit, likelihood.y / unit, 1, w=1.0 / likelihood.se)
    return float(mean), float(slope)
