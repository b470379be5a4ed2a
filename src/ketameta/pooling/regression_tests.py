"""Tests of coefficients, one by one and several at once, and linear contrasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, fdtrc

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.regression_result import (
    Coefficient,
    RegressionResult,
    WaldTest,
    coefficient,
)

# Combinations of coefficients whose remainder after the others is smaller than this repeat them.
REPEATED = 1e-10


def coefficient_rows(
    design: DesignMatrix,
    values: FloatArray,
    factor: FloatArray,
    df: FloatArray | float | None,
    level: float,
) -> tuple[Coefficient, ...]:
    """Every coefficient of a design with its test and interval.

    Parameters
    ----------
    values, factor
        Coefficients (p,), and (p, m) with the covariance factor @ factor'.
    df
        Degrees of freedom of each, (p,), or of all; None for the normal distribution.
    """
    se = np.sqrt((factor * factor).sum(axis=1))
    return tuple(
        coefficient(name, float(b), float(s), d, level)
        for name, b, s, d in zip(design.columns, values, se, _each(df, design.p), strict=True)
    )


def moderator_test(
    design: DesignMatrix, values: FloatArray, factor: FloatArray, df: FloatArray | float | None
) -> WaldTest:
    """Test of all moderators of a design, on the smallest of their degrees of freedom."""
    tested = list(design.moderators)
    each = [d for i, d in enumerate(_each(df, design.p)) if i in tested and d is not None]
    names = tuple(design.columns[i] for i in tested)
    return wald_test(values[tested], factor[tested], min(each, default=None), names)


def _each(df: FloatArray | float | None, p: int) -> list[float | None]:
    if df is None:
        return [None] * p
    return [float(value) for value in np.broadcast_to(df, p)]


def omnibus_test(result: RegressionResult, names: Sequence[str | int]) -> WaldTest:
    """Test that the coefficients of these terms or columns are all 0.

    Parameters
    ----------
    result
        A fitted meta-regression.
    names
        Terms ("C(allocation)"), columns ("C(allocation)[T.random]") or positions from 0.

    Raises
    ------
    UsageError
        For an unknown name.

    References
    ----------
    Knapp G, Hartung J. Stat Med 2003;22:2693-2710. doi:10.1002/sim.1482.
    metafor: `anova(rma(...), btt = )`.
    """
    positions = list(result.design.positions(names))
    factor = result.fit.coefficient_factor[positions] * np.sqrt(result.variance_factor)
    tested = tuple(result.design.columns[i] for i in positions)
    return wald_test(result.beta[positions], factor, result.df, tested)


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Linear combinations of coefficients, each by itself and all together.

    `joint` is None where one combination repeats others.
    """

    rows: tuple[Coefficient, ...]
    joint: WaldTest | None


def contrasts(
    result: RegressionResult,
    matrix: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    against: ArrayLike = 0.0,
) -> Contrasts:
    """Linear combinations of coefficients with tests and intervals.

    Parameters
    ----------
    result
        A fitted meta-regression.
    matrix
        One row of p weights per combination, (m, p) or (p,).
    names
        What to call them; by default "contrast 1", ...
    against
        Value of each combination under the hypothesis tested, a number or (m,). Intervals are
        for the combinations themselves.

    Raises
    ------
    UsageError
        If shapes do not match or a weight is not finite.

    References
    ----------
    metafor: `anova(rma(...), X = matrix, rhs = against)`.
    """
    weights = np.atleast_2d(np.asarray(matrix, dtype=np.float64))
    if weights.ndim != 2 or weights.shape[1] != result.p or not np.isfinite(weights).all():
        raise UsageError(
            f"contrasts: a matrix of shape {weights.shape} for {result.p} coefficients. Give one "
            "row of finite weights per combination, one weight per coefficient."
        )
    labels = tuple(names) if names else tuple(f"contrast {i + 1}" for i in range(len(weights)))
    value = np.broadcast_to(np.asarray(against, dtype=np.float64), (len(weights),))
    if len(labels) != len(weights):
        raise UsageError(f"contrasts: {len(labels)} names for {len(weights)} combinations.")
    estimate = weights @ result.beta
    factor = weights @ result.fit.coefficient_factor * np.sqrt(result.variance_factor)
    se = np.sqrt((factor * factor).sum(axis=1))
    rows = tuple(
        _against(coefficient(label, float(b), float(s), result.df, result.level), float(h))
        for label, b, s, h in zip(labels, estimate, se, value, strict=True)
    )
    return Contrasts(rows, _joint(estimate - value, factor, result.df, labels))


def _against(row: Coefficient, value: float) -> Coefficient:
    if value == 0.0:
        return row
    tested = coefficient(row.name, row.estimate - value, row.se, row.df, 0.95)
    return Coefficient(
        row.name, row.estimate, row.se, tested.statistic, row.df, tested.p_value, row.interval
    )


def _joint(
    values: FloatArray, factor: FloatArray, df: float | None, names: tuple[str, ...]
) -> WaldTest | None:
    try:
        return wald_test(values, factor, df, names)
    except DataError:
        return None


def wald_test(
    values: FloatArray, factor: FloatArray, df: float | None, names: tuple[str, ...]
) -> WaldTest:
    """Test that `values`, with covariance factor @ factor', are all 0.

    Parameters
    ----------
    values, factor
        Shapes (m,) and (m, p).
    df
        Denominator degrees of freedom; None for a chi-squared test.
    names
        What the values are.

    Raises
    ------
    DataError
        If the covariance is singular.
    """
    m = values.size
    length = np.sqrt((factor * factor).sum(axis=1))
    if m > factor.shape[1] or np.any(length == 0.0):
        raise DataError(SINGULAR)
    _, triangle = np.linalg.qr((factor / length[:, None]).T)
    if np.any(np.abs(np.diag(triangle)) < REPEATED):
        raise DataError(SINGULAR)
    standard = np.linalg.solve(triangle.T, values / length)
    statistic = float(standard @ standard)
    if df is None:
        return WaldTest(statistic, m, None, float(chdtrc(m, statistic)), names)
    statistic /= m
    return WaldTest(statistic, m, df, float(fdtrc(m, df, statistic)), names)


SINGULAR = (
    "joint test: the combinations tested are not linearly independent, or have no variance. "
    "Leave one out."
)
