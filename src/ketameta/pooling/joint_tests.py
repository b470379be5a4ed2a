"""Tests of chosen coefficients, or of combinations of them, in models of dependent estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.regression_result import WaldTest
from ketameta.pooling.regression_tests import wald_test

Tested = Sequence[str] | Sequence[int] | ArrayLike


def joint_test(result: MultilevelResult | MultivariateResult, tested: Tested) -> WaldTest:
    """Test that several coefficients, or combinations of them, are 0, by the model's covariance.

    F with the smallest degrees of freedom of the coefficients involved, or chi-squared where
    there are none. `robust_test` is the test that does not rest on the assumed dependence.

    Parameters
    ----------
    result
        From `multilevel` or `multivariate`.
    tested
        Names of terms or columns, positions, or a matrix with one row of p weights per
        combination.

    Raises
    ------
    UsageError
        For an unknown name or a matrix of another width.
    DataError
        If the combinations are dependent.

    References
    ----------
    Pinheiro JC, Bates DM. Mixed-Effects Models in S and S-PLUS. Springer 2000.
    doi:10.1007/b98882. metafor: `anova(rma.mv(...), btt = )` and `anova(..., X = )`.
    """
    weights, names = tested_combinations(result.design, tested)
    involved = np.flatnonzero(np.any(weights != 0.0, axis=0))
    degrees = [df for i in involved if (df := result.coefficients[i].df) is not None]
    factor = weights @ result.fit.coefficient_factor
    return wald_test(weights @ result.beta, factor, min(degrees) if degrees else None, names)


def tested_combinations(design: DesignMatrix, tested: Tested) -> tuple[FloatArray, tuple[str, ...]]:
    """Weights of the coefficients in each combination, (q, p), and what they are called.

    Raises
    ------
    UsageError
        For an unknown name or a matrix of another width.
    DataError
        For a combination without any weight.
    """
    p = design.p
    if np.ndim(tested) == 1 and not isinstance(tested, np.ndarray):
        positions = list(design.positions(list(tested)))  # type: ignore[arg-type]
        return np.eye(p)[positions], tuple(design.columns[i] for i in positions)
    weights = np.asarray(tested, dtype=np.float64)
    if weights.ndim != 2 or weights.shape[1] != p or not np.isfinite(weights).all():
        raise UsageError(
            f"test of coefficients: weights of shape {weights.shape} for {p} coefficients. Give "
            "one row of finite weights per combination."
        )
    if not np.any(weights, axis=1).all():
        raise DataError("test of coefficients: a combination has only weights of 0. Leave it out.")
    return weights, tuple(f"contrast {i + 1}" for i in range(len(weights)))
